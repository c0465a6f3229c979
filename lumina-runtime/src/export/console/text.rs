//! Text for a terminal: nothing in it can move the cursor, set colours or reorder the line.
//!
//! Where text goes on the line is the business of [`render`](super::render).

use std::fmt::{self, Write};

/// Collects text on one line, at most so many columns wide.
///
/// Control characters become visible escapes (`\n`, `\x1b`), and so do the characters that reorder
/// text or break lines in some terminals. A write past the limit fails, so that a value of many
/// megabytes is not formatted to its end.
pub(super) struct SafeText {
    text: String,
    columns_left: usize,
    /// Marks without a width are bounded too: a value can consist of nothing else.
    chars_left: usize,
    is_cut: bool,
}

impl SafeText {
    pub(super) fn new(max_columns: usize) -> Self {
        let chars_left = max_columns.saturating_mul(4);
        SafeText { text: String::new(), columns_left: max_columns, chars_left, is_cut: false }
    }

    /// The whole of `value`, or its beginning and `ellipsis`.
    pub(super) fn of(value: impl fmt::Display, max_columns: usize, ellipsis: &str) -> String {
        let mut safe = SafeText::new(max_columns);
        // A failed write means that the limit was reached, or that a `Display` gave up.
        let is_whole = write!(safe, "{value}").is_ok() && !safe.is_cut;
        if !is_whole {
            safe.text.push_str(ellipsis);
        }
        safe.text
    }

    fn push(&mut self, c: char) -> fmt::Result {
        let escaped = escaped(c);
        let columns = escaped.as_ref().map_or_else(|| columns_of_char(c), String::len);
        if columns > self.columns_left || self.chars_left == 0 {
            self.is_cut = true;
            return Err(fmt::Error);
        }
        self.columns_left -= columns;
        self.chars_left -= 1;
        match escaped {
            Some(escaped) => self.text.push_str(&escaped),
            None => self.text.push(c),
        }
        Ok(())
    }
}

impl Write for SafeText {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.chars().try_for_each(|c| self.push(c))
    }
}

/// What to show instead of `c`, if it must not reach a terminal.
fn escaped(c: char) -> Option<String> {
    match c {
        '\n' => Some("\\n".to_owned()),
        '\r' => Some("\\r".to_owned()),
        '\t' => Some("\\t".to_owned()),
        '\0'..='\x1f' | '\x7f'..='\u{9f}' => Some(format!("\\x{:02x}", u32::from(c))),
        // Line separators, and the embeddings, overrides and isolates that reorder a line.
        '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            Some(format!("\\u{{{:x}}}", u32::from(c)))
        }
        _ => None,
    }
}

/// Columns that a terminal gives to `text`; close enough, without the tables of Unicode.
pub(super) fn columns(text: &str) -> usize {
    text.chars().map(columns_of_char).sum()
}

/// Columns of one character: 0 for marks that combine, 2 for East Asian wide and emoji.
///
/// Source: Unicode Standard Annex #11, "East Asian Width", by block and not by character.
pub(super) fn columns_of_char(c: char) -> usize {
    match u32::from(c) {
        0x300..=0x36f | 0x1ab0..=0x1aff | 0x200b..=0x200f | 0x20d0..=0x20ff => 0,
        0xfe00..=0xfe0f | 0xfe20..=0xfe2f | 0xfeff | 0xe0000..=0xe01ef => 0,
        0x1100..=0x115f | 0x2e80..=0x303e | 0x3041..=0xa4cf | 0xac00..=0xd7a3 => 2,
        0xf900..=0xfaff | 0xfe30..=0xfe6f | 0xff01..=0xff60 | 0xffe0..=0xffe6 => 2,
        0x1f300..=0x1faff | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

/// A length of time in three digits: `50ms`, `2.8s`, `2m 5s`.
pub(super) fn duration(nanos: u64, micro: &str) -> String {
    const MILLI: u64 = 1_000_000;
    const SECOND: u64 = 1_000_000_000;
    const MINUTE: u64 = 60 * SECOND;
    let nanos = rounded(nanos);
    match nanos {
        0..1_000 => format!("{nanos}ns"),
        1_000..MILLI => format!("{}{micro}s", decimal(nanos, 1_000)),
        MILLI..SECOND => format!("{}ms", decimal(nanos, MILLI)),
        SECOND..MINUTE => format!("{}s", decimal(nanos, SECOND)),
        _ => match nanos / SECOND {
            seconds @ 0..3_600 => format!("{}m {}s", seconds / 60, seconds % 60),
            seconds => format!("{}h {}m", seconds / 3_600, seconds % 3_600 / 60),
        },
    }
}

/// Rounds to three digits, so that the unit is chosen by what will be shown.
fn rounded(nanos: u64) -> u64 {
    let step = 10u64.pow(nanos.checked_ilog10().unwrap_or(0).saturating_sub(2));
    match nanos {
        0..60_000_000_000 => (nanos + step / 2) / step * step,
        _ => nanos,
    }
}

fn decimal(nanos: u64, unit: u64) -> String {
    let (whole, hundredths) = (nanos / unit, nanos % unit * 100 / unit);
    match hundredths {
        0 => format!("{whole}"),
        h if h % 10 == 0 => format!("{whole}.{}", h / 10),
        h => format!("{whole}.{h:02}"),
    }
}

/// A number as it is, or in four digits if it is long: `0.6667`, `12345.68`, `1.235e-9`.
pub(super) fn number(value: f64) -> String {
    const LONG: usize = 8;
    let exact = value.to_string();
    if exact.len() <= LONG {
        return exact;
    }
    match value.abs() {
        // Digits before the point are all kept.
        10.0..1e12 => trimmed(format!("{value:.2}")),
        1e-4..10.0 => {
            let zeros = -value.abs().log10().floor();
            trimmed(format!("{value:.*}", zeros.max(0.0) as usize + 3))
        }
        _ => format!("{value:.3e}"),
    }
}

fn trimmed(decimal: String) -> String {
    decimal.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The name of a Rust type without paths: `Failed<Order>` of `shop::Failed<shop::Order>`.
///
/// Empty for the types of text and of boxed errors: their name says nothing of the error.
pub(super) fn type_name(path: &str) -> String {
    let mut name = String::with_capacity(path.len());
    let mut rest = path;
    while let Some(at) = rest.find("::") {
        let is_path = |c: char| c.is_alphanumeric() || c == '_';
        name.push_str(rest[..at].trim_end_matches(is_path));
        rest = &rest[at + 2..];
    }
    name.push_str(rest);
    match name.as_str() {
        "String" | "&str" | "str" | "Cow<str>" => String::new(),
        boxed if boxed.starts_with("Box<dyn ") => String::new(),
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_obeys_gets_through() {
        for c in '\0'..=char::MAX {
            let shown = SafeText::of(c, 20, "...");
            let is_obeyed = |c: char| {
                c.is_control() || matches!(u32::from(c), 0x2028..=0x202e | 0x2066..=0x2069)
            };
            assert!(!shown.chars().any(is_obeyed), "{c:?} gave {shown:?}");
        }
    }

    #[test]
    fn escapes_say_what_was_there() {
        assert_eq!(
            SafeText::of("a\x1b[31mb\nc\u{9b}d\u{202e}", 80, "..."),
            "a\\x1b[31mb\\nc\\x9bd\\u{202e}"
        );
    }

    #[test]
    fn text_is_cut_by_columns_not_by_bytes() {
        assert_eq!(SafeText::of("größer", 6, "…"), "größer");
        assert_eq!(SafeText::of("größer", 3, "…"), "grö…");
        assert_eq!(SafeText::of("日本語", 5, "…"), "日本…");
    }

    #[test]
    fn marks_without_width_are_bounded_as_well() {
        let zalgo = "\u{301}".repeat(1_000_000);
        assert!(SafeText::of(zalgo, 10, "…").chars().count() <= 41);
    }

    #[test]
    fn durations_have_three_digits_and_the_right_unit() {
        for (nanos, shown) in [
            (0, "0ns"),
            (999, "999ns"),
            (1_500, "1.5µs"),
            (50_000_000, "50ms"),
            (549_900_000, "550ms"),
            (999_960_000, "1s"),
            (2_804_000_000, "2.8s"),
            (3_500_000_000, "3.5s"),
            (59_990_000_000, "1m 0s"),
            (125_000_000_000, "2m 5s"),
            (3_720_000_000_000, "1h 2m"),
            (u64::MAX, "5124095h 34m"),
        ] {
            assert_eq!(duration(nanos, "µ"), shown, "{nanos}");
        }
    }

    #[test]
    fn long_numbers_are_rounded_and_short_ones_are_not() {
        for (value, shown) in [
            (0.0, "0"),
            (1.5, "1.5"),
            (0.000125, "0.000125"),
            (3.784564938691542, "3.785"),
            (-2.0 / 3.0, "-0.6667"),
            (0.1 + 0.2, "0.3"),
            (0.00012345678, "0.0001235"),
            (1.0 / 3e9, "3.333e-10"),
            (123_456_789.126, "123456789.13"),
            (1e300, "1.000e300"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-inf"),
        ] {
            assert_eq!(number(value), shown);
        }
    }

    #[test]
    fn types_are_named_without_their_paths() {
        for (path, shown) in [
            ("timeout", "timeout"),
            ("http.500", "http.500"),
            ("std::io::error::Error", "Error"),
            ("a::b::Failed<c::Order, &d::E>", "Failed<Order, &E>"),
            ("alloc::string::String", ""),
            ("&str", ""),
            ("alloc::boxed::Box<dyn core::error::Error + core::marker::Send>", ""),
            ("::", ""),
        ] {
            assert_eq!(type_name(path), shown);
        }
    }
}
