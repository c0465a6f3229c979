//! How the tree looks: colours, characters, width, and when the environment decides about them.

use std::ffi::OsString;

/// What a piece of a line means; the look makes a colour of it, or nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Paint {
    Plain,
    Strong,
    Faint,
    Good,
    Bad,
    Slow,
}

impl Paint {
    /// The "select graphic rendition" parameter of ECMA-48, empty for plain text.
    fn parameter(self) -> &'static str {
        match self {
            Paint::Plain => "",
            Paint::Strong => "1",
            Paint::Faint => "2",
            Paint::Good => "32",
            Paint::Bad => "31",
            Paint::Slow => "1;33",
        }
    }
}

/// The characters that the tree is drawn with.
#[derive(Debug)]
pub(super) struct Glyphs {
    pub(super) root: &'static str,
    pub(super) branch: &'static str,
    pub(super) last: &'static str,
    /// The two above for a span on the critical path.
    pub(super) critical_branch: &'static str,
    pub(super) critical_last: &'static str,
    pub(super) bar: &'static str,
    pub(super) ellipsis: &'static str,
    pub(super) ok: &'static str,
    pub(super) failed: &'static str,
    pub(super) cancelled: &'static str,
    pub(super) incomplete: &'static str,
    pub(super) slow: &'static str,
    pub(super) parallel: &'static str,
    pub(super) event: &'static str,
    pub(super) link: &'static str,
    pub(super) micro: &'static str,
}

pub(super) static UNICODE: Glyphs = Glyphs {
    root: "📊 ",
    branch: "├─ ",
    last: "└─ ",
    critical_branch: "┝━ ",
    critical_last: "┕━ ",
    bar: "│  ",
    ellipsis: "…",
    ok: "✓",
    failed: "✗",
    cancelled: "⊘",
    incomplete: "◌",
    slow: "⚠ SLOW",
    parallel: " ∥",
    event: "·",
    link: "→",
    micro: "µ",
};

pub(super) static ASCII: Glyphs = Glyphs {
    root: "",
    branch: "|- ",
    last: "`- ",
    critical_branch: "|= ",
    critical_last: "`= ",
    bar: "|  ",
    ellipsis: "...",
    ok: "ok",
    failed: "!",
    cancelled: "-",
    incomplete: "~",
    slow: "! SLOW",
    parallel: " ||",
    event: "*",
    link: "->",
    micro: "u",
};

/// All that rendering needs to know besides the spans.
#[derive(Debug)]
pub(super) struct Look {
    pub(super) colors: bool,
    pub(super) glyphs: &'static Glyphs,
    /// Columns of a line.
    pub(super) width: usize,
}

impl Look {
    /// Appends `text`, coloured if colours are on.
    pub(super) fn paint(&self, out: &mut String, paint: Paint, text: &str) {
        let parameter = if self.colors { paint.parameter() } else { "" };
        if parameter.is_empty() || text.is_empty() {
            out.push_str(text);
        } else {
            out.extend(["\x1b[", parameter, "m", text, "\x1b[0m"]);
        }
    }
}

/// Whether to use colours: `NO_COLOR` forbids, `CLICOLOR_FORCE` forces, else only a terminal that
/// is not dumb gets them, unless `CLICOLOR=0`.
///
/// Sources: <https://no-color.org>, <https://bixense.com/clicolors>.
pub(super) fn wants_colors(variable: impl Fn(&str) -> Option<OsString>, terminal: bool) -> bool {
    let is_set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
    let is = |name: &str, value: &str| variable(name).is_some_and(|found| found == value);
    if is_set("NO_COLOR") {
        return false;
    }
    if is_set("CLICOLOR_FORCE") && !is("CLICOLOR_FORCE", "0") {
        return true;
    }
    terminal && !is("CLICOLOR", "0") && !is("TERM", "dumb")
}

/// Whether the locale can show more than ASCII. No locale at all, as in most containers, can: it
/// says nothing about the terminal at the other end.
pub(super) fn wants_unicode(variable: impl Fn(&str) -> Option<OsString>) -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .filter_map(variable)
        .find(|value| !value.is_empty());
    locale.is_none_or(|locale| {
        let locale = locale.to_string_lossy().to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}

/// The width that the shell exports, if it does and it is a sensible one.
pub(super) fn width(variable: impl Fn(&str) -> Option<OsString>) -> Option<usize> {
    variable("COLUMNS")?.to_str()?.parse().ok().filter(|columns| (40..=1000).contains(columns))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment<'a>(
        variables: &'a [(&'a str, &'a str)],
    ) -> impl Fn(&str) -> Option<OsString> + 'a {
        |name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into())
    }

    #[test]
    fn colours_follow_no_color_then_clicolor_force_then_the_terminal() {
        for (variables, terminal, expected) in [
            (&[][..], true, true),
            (&[], false, false),
            (&[("NO_COLOR", "1")], true, false),
            (&[("NO_COLOR", "")], true, true),
            (&[("CLICOLOR_FORCE", "1")], false, true),
            (&[("CLICOLOR_FORCE", "0")], false, false),
            (&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], true, false),
            (&[("CLICOLOR", "0")], true, false),
            (&[("TERM", "dumb")], true, false),
        ] {
            let wanted = wants_colors(environment(variables), terminal);
            assert_eq!(wanted, expected, "{variables:?}, terminal: {terminal}");
        }
    }

    #[test]
    fn only_a_locale_that_says_otherwise_gives_ascii() {
        assert!(wants_unicode(environment(&[])));
        assert!(wants_unicode(environment(&[("LANG", "de_DE.UTF-8")])));
        assert!(wants_unicode(environment(&[("LC_ALL", ""), ("LANG", "C.utf8")])));
        assert!(!wants_unicode(environment(&[("LANG", "C")])));
        assert!(!wants_unicode(environment(&[("LC_ALL", "POSIX"), ("LANG", "C.UTF-8")])));
    }

    #[test]
    fn a_width_is_taken_only_when_it_is_one() {
        assert_eq!(width(environment(&[("COLUMNS", "100")])), Some(100));
        for nonsense in ["", "wide", "-1", "3", "99999999"] {
            assert_eq!(width(environment(&[("COLUMNS", nonsense)])), None, "{nonsense:?}");
        }
    }

    #[test]
    fn paint_costs_nothing_without_colours_and_is_always_closed() {
        let mut look = Look { colors: false, glyphs: &ASCII, width: 80 };
        let mut out = String::new();
        look.paint(&mut out, Paint::Bad, "x");
        assert_eq!(out, "x");
        look.colors = true;
        look.paint(&mut out, Paint::Bad, "y");
        assert_eq!(out, "x\x1b[31my\x1b[0m");
    }
}
