//! Matching rules: which names a rule of the price data is about.

use serde::{Deserialize, Deserializer};
use std::borrow::Cow;

/// A rule over a lower-case name. `Or` of nothing never holds, `And` of nothing always.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Clause {
    Equals(Lower),
    StartsWith(Lower),
    EndsWith(Lower),
    Contains(Lower),
    Regex(Pattern),
    Or(Vec<Clause>),
    And(Vec<Clause>),
}

impl Clause {
    pub(crate) fn equals(name: &str) -> Self {
        Self::Equals(Lower::new(name))
    }

    /// Whether the rule holds for `name`, which is lower case.
    pub(crate) fn holds(&self, name: &str) -> bool {
        match self {
            Self::Equals(text) => name == &*text.0,
            Self::StartsWith(text) => name.starts_with(&*text.0),
            Self::EndsWith(text) => name.ends_with(&*text.0),
            Self::Contains(text) => name.contains(&*text.0),
            Self::Regex(pattern) => pattern.0.is_match(name),
            Self::Or(clauses) => clauses.iter().any(|clause| clause.holds(name)),
            Self::And(clauses) => clauses.iter().all(|clause| clause.holds(name)),
        }
    }
}

/// A text in lower case: names are compared without regard to case.
#[derive(Clone, Debug)]
pub(crate) struct Lower(Box<str>);

impl Lower {
    fn new(text: &str) -> Self {
        Self(text.trim().to_lowercase().into_boxed_str())
    }
}

impl<'de> Deserialize<'de> for Lower {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        Cow::<'de, str>::deserialize(input).map(|text| Self::new(&text))
    }
}

/// A regular expression, found anywhere in the name unless it is anchored. Takes linear time.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Pattern(regex_lite::Regex);

impl TryFrom<String> for Pattern {
    type Error = regex_lite::Error;

    fn try_from(pattern: String) -> Result<Self, regex_lite::Error> {
        regex_lite::Regex::new(&pattern).map(Self)
    }
}

impl Pattern {
    /// Whether the expression is found at the start of `text`.
    pub(crate) fn holds_at_start(&self, text: &str) -> bool {
        self.0.find(text).is_some_and(|found| found.start() == 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(rule: &str, name: &str) -> bool {
        serde_json::from_str::<Clause>(rule).unwrap().holds(name)
    }

    #[test]
    fn each_rule_of_the_data_is_understood() {
        assert!(holds(r#"{"equals":"gpt-4o"}"#, "gpt-4o"));
        assert!(!holds(r#"{"equals":"gpt-4o"}"#, "gpt-4o-mini"));
        assert!(holds(r#"{"starts_with":"MiniMax-M"}"#, "minimax-m2"));
        assert!(holds(r#"{"ends_with":"-flash"}"#, "x-flash"));
        assert!(holds(r#"{"contains":"nova"}"#, "us.amazon.nova-pro"));
        assert!(holds(r#"{"regex":"^o[134]"}"#, "o3-mini"));
        assert!(!holds(r#"{"regex":"^o[134]"}"#, "gpt-o3"));
        assert!(holds(r#"{"or":[{"equals":"a"},{"equals":"b"}]}"#, "b"));
        assert!(!holds(r#"{"and":[{"contains":"a"},{"contains":"b"}]}"#, "b"));
        assert!(!holds(r#"{"or":[]}"#, "b"));
        assert!(holds(r#"{"and":[]}"#, "b"));
    }

    #[test]
    fn a_rule_of_another_kind_is_refused_with_what_is_known() {
        let error = serde_json::from_str::<Clause>(r#"{"like":"x"}"#).unwrap_err().to_string();
        assert!(error.contains("`like`") && error.contains("`starts_with`"), "{error}");
        assert!(serde_json::from_str::<Clause>(r#"{"regex":"("}"#).is_err());
    }
}
