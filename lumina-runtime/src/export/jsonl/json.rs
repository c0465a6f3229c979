//! The little of JSON that is needed to write it: strings, floats, commas.
//!
//! Written by hand, so that the file exporter needs no dependency; held against `serde_json` by
//! the tests.

use std::fmt::Write;

/// Appends `text` as a JSON string.
///
/// Escapes more than JSON asks for: what some readers take for the end of a line, and what a
/// terminal would obey when the file is printed.
pub(super) fn push_string(out: &mut String, text: &str) {
    out.push('"');
    let mut written = 0;
    for (at, c) in text.char_indices() {
        let escape = match c {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            '\0'..='\x1f' | '\x7f'..='\u{9f}' | '\u{2028}' | '\u{2029}' => "",
            _ => continue,
        };
        out.push_str(&text[written..at]);
        written = at + c.len_utf8();
        match escape {
            // OK to ignore: writing to a `String` cannot fail. All of these fit 16 bits.
            "" => _ = write!(out, "\\u{:04x}", u32::from(c)),
            escape => out.push_str(escape),
        }
    }
    out.push_str(&text[written..]);
    out.push('"');
}

/// Appends a finite number that reads back as the same float: with a point or an exponent.
pub(super) fn push_finite(out: &mut String, number: f64) {
    debug_assert!(number.is_finite());
    // `Debug` of floats is the shortest text that gives the number back, never an integer's.
    _ = write!(out, "{number:?}");
}

/// Appends `number` in decimal digits.
pub(super) fn push_integer(out: &mut String, number: impl std::fmt::Display) {
    _ = write!(out, "{number}");
}

/// Commas between the members of one object or array.
pub(super) struct Members {
    is_first: bool,
    close: char,
}

impl Members {
    pub(super) fn object(out: &mut String) -> Self {
        out.push('{');
        Members { is_first: true, close: '}' }
    }

    pub(super) fn array(out: &mut String) -> Self {
        out.push('[');
        Members { is_first: true, close: ']' }
    }

    /// Starts an element of an array.
    pub(super) fn next(&mut self, out: &mut String) {
        if !std::mem::take(&mut self.is_first) {
            out.push(',');
        }
    }

    /// Starts a member of an object.
    pub(super) fn key(&mut self, out: &mut String, key: &str) {
        self.next(out);
        push_string(out, key);
        out.push(':');
    }

    pub(super) fn string(&mut self, out: &mut String, key: &str, value: &str) {
        self.key(out, key);
        push_string(out, value);
    }

    /// A member that is left out where it is zero.
    pub(super) fn count(&mut self, out: &mut String, key: &str, count: u32) {
        if count > 0 {
            self.key(out, key);
            push_integer(out, count);
        }
    }

    pub(super) fn end(self, out: &mut String) {
        out.push(self.close);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_reads_back_and_none_breaks_a_line_or_a_terminal() {
        for c in '\0'..=char::MAX {
            let text = format!("a{c}b");
            let mut out = String::new();
            push_string(&mut out, &text);
            assert_eq!(serde_json::from_str::<String>(&out).unwrap(), text);
            let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
            assert!(!out.contains(breaks), "{c:?} gave {out:?}");
        }
    }

    #[test]
    fn floats_read_back_exactly_and_never_as_integers() {
        let mut state = 1u64;
        let edges = [0.0, -0.0, 1.0, f64::MIN_POSITIVE, f64::MAX, f64::EPSILON, 5e-324, 1e16, 0.1];
        let random = std::iter::from_fn(|| {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            Some(f64::from_bits(state ^ (state >> 31)))
        });
        for number in edges.into_iter().chain(random.filter(|n| n.is_finite()).take(20_000)) {
            let mut out = String::new();
            push_finite(&mut out, number);
            let read: serde_json::Value = serde_json::from_str(&out).unwrap();
            assert!(read.is_f64(), "{out}");
            assert_eq!(read.as_f64().map(f64::to_bits), Some(number.to_bits()), "{out}");
        }
    }
}
