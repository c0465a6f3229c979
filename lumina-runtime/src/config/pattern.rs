//! Names of spans, exact or with `*` and `?`.

/// What the heading of a section names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern(String);

impl Pattern {
    pub(super) fn new(text: &str) -> Self {
        Pattern(text.to_owned())
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it names one span.
    pub(super) fn is_exact(&self) -> bool {
        !self.0.contains(['*', '?'])
    }

    /// How closely it describes what it matches: the name itself before any glob, then the glob
    /// with more characters of its own.
    pub(super) fn closeness(&self) -> (bool, usize) {
        (self.is_exact(), self.0.chars().filter(|c| *c != '*').count())
    }

    /// Whether it names `name`: `*` stands for any characters, also none and also dots, `?` for
    /// one.
    pub(super) fn matches(&self, name: &str) -> bool {
        let (pattern, name): (Vec<char>, Vec<char>) =
            (self.0.chars().collect(), name.chars().collect());
        let (mut p, mut n) = (0, 0);
        // Where the last star was, and how much of the name it stands for so far.
        let mut star: Option<(usize, usize)> = None;
        while n < name.len() {
            match pattern.get(p) {
                Some('*') => {
                    star = Some((p, n));
                    p += 1;
                }
                Some(c) if *c == '?' || *c == name[n] => (p, n) = (p + 1, n + 1),
                _ => match &mut star {
                    None => return false,
                    Some((at, until)) => {
                        *until += 1;
                        (p, n) = (*at + 1, *until);
                    }
                },
            }
        }
        pattern[p..].iter().all(|c| *c == '*')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, name: &str) -> bool {
        Pattern::new(pattern).matches(name)
    }

    #[test]
    fn a_name_matches_itself_only() {
        assert!(matches("answer", "answer"));
        assert!(!matches("answer", "answers") && !matches("answers", "answer"));
        assert!(!matches("answer", "Answer"));
        assert!(!matches("a.c", "abc"), "a dot is a dot");
    }

    #[test]
    fn a_star_stands_for_anything_and_a_question_mark_for_one() {
        assert!(matches("llm.*", "llm.chat.first") && matches("llm.*", "llm."));
        assert!(!matches("llm.*", "llm"));
        assert!(matches("*", "") && matches("*", "anything"));
        assert!(matches("*-call*", "model-call") && matches("*-call*", "a-call-b-call-c"));
        assert!(matches("a*b*c", "aXbXbXc") && !matches("a*b*c", "aXbXbX"));
        assert!(matches("v?", "vé") && !matches("v?", "v") && !matches("v?", "v10"));
    }

    #[test]
    fn many_stars_take_no_more_than_the_product_of_the_lengths() {
        let name = "a".repeat(5_000);
        assert!(!matches(&("*a".repeat(50) + "*b"), &name));
    }

    #[test]
    fn the_name_is_closer_than_any_glob_and_the_longer_glob_than_the_shorter() {
        let closeness = |text| Pattern::new(text).closeness();
        assert!(closeness("a") > closeness("a-very-long-glob-*"));
        assert!(closeness("llm.chat*") > closeness("llm.*"));
        assert!(closeness("llm.?") > closeness("llm.*"));
        assert!(closeness("*") < closeness("?"));
    }
}
