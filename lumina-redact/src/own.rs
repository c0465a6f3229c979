//! Rules that users add: regular expressions, matched by automata in linear time.

use regex_automata::meta::{BuildError, Regex};

use crate::Class;

/// Why a rule was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RuleError {
    /// The pattern is no regular expression.
    #[error("rule {rule:?}: pattern {pattern:?} is wrong: {reason}")]
    Pattern {
        /// The rule.
        rule: String,
        /// The pattern.
        pattern: String,
        /// The byte of the pattern at which it is wrong, where that is known.
        at: Option<usize>,
        /// What is wrong there.
        reason: String,
    },
    /// The pattern matches nothing at all, which is everywhere.
    #[error("rule {rule:?}: pattern {pattern:?} matches the empty text")]
    Empty {
        /// The rule.
        rule: String,
        /// The pattern.
        pattern: String,
    },
    /// The name or the label cannot be used.
    #[error(
        "rule {rule:?}: name {value:?} is not accepted; use a-z, 0-9 and `-`, at most 40, and no name of another rule"
    )]
    Name {
        /// The rule.
        rule: String,
        /// What is not accepted.
        value: String,
    },
    /// A rule is named that does not exist.
    #[error("there is no rule {name:?}")]
    Unknown {
        /// The name.
        name: String,
    },
    /// Hashing was asked for without a key.
    #[error("class {class} is to be hashed, but no key was set")]
    NoKey {
        /// The class.
        class: Class,
    },
}

/// A rule of the user's.
///
/// ```
/// use lumina_redact::{OwnRule, Rules};
/// let redactor = Rules::builtin().with(OwnRule::new("badge", r"\bEMP-[0-9]{6}\b")).unwrap().build().unwrap();
/// assert_eq!(redactor.redact("ask EMP-123456"), "ask [BADGE]");
/// ```
#[derive(Clone, Debug)]
pub struct OwnRule {
    pub(crate) name: String,
    pub(crate) pattern: String,
    pub(crate) class: Class,
    pub(crate) label: String,
    pub(crate) score: u8,
}

/// The largest automaton of all own rules together, in bytes.
const SIZE_LIMIT: usize = 4 << 20;

impl OwnRule {
    /// A rule of class [`Class::Pii`] whose label is its name in capitals.
    pub fn new(name: impl Into<String>, pattern: impl Into<String>) -> Self {
        let name = name.into();
        let label = name.to_ascii_uppercase().replace('-', "_");
        Self { name, pattern: pattern.into(), class: Class::Pii, label, score: 90 }
    }

    /// Sets the class.
    pub fn class(mut self, class: Class) -> Self {
        self.class = class;
        self
    }

    /// Sets the score, of 100; the highest score wins where findings overlap.
    pub fn score(mut self, score: u8) -> Self {
        self.score = score.min(100);
        self
    }

    /// Refuses a wrong name or pattern.
    pub(crate) fn check(&self) -> Result<(), RuleError> {
        let accepted = (1..=40).contains(&self.name.len())
            && self.name.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        if !accepted {
            return Err(RuleError::Name { rule: self.name.clone(), value: self.name.clone() });
        }
        let regex = compile(&[&self.pattern]).map_err(|error| self.refused(&error))?;
        if regex.is_match("") {
            let (rule, pattern) = (self.name.clone(), self.pattern.clone());
            return Err(RuleError::Empty { rule, pattern });
        }
        Ok(())
    }

    fn refused(&self, error: &BuildError) -> RuleError {
        let at =
            regex_syntax::Parser::new().parse(&self.pattern).err().and_then(|error| match error {
                regex_syntax::Error::Parse(error) => Some(error.span().start.offset),
                regex_syntax::Error::Translate(error) => Some(error.span().start.offset),
                _ => None,
            });
        RuleError::Pattern {
            rule: self.name.clone(),
            pattern: self.pattern.clone(),
            at,
            reason: error.to_string(),
        }
    }
}

fn compile(patterns: &[&str]) -> Result<Regex, Box<BuildError>> {
    let config = Regex::config().nfa_size_limit(Some(SIZE_LIMIT)).utf8_empty(true);
    Regex::builder().configure(config).build_many(patterns).map_err(Box::new)
}

/// All own rules in one automaton.
#[derive(Default)]
pub(crate) struct OwnRules {
    pub(crate) rules: Vec<OwnRule>,
    regex: Option<Regex>,
    ids: Vec<u16>,
}

impl OwnRules {
    pub(crate) fn new(rules: &[OwnRule]) -> Result<Self, RuleError> {
        if rules.is_empty() {
            return Ok(Self::default());
        }
        let patterns: Vec<&str> = rules.iter().map(|rule| &*rule.pattern).collect();
        let regex = compile(&patterns).map_err(|error| rules[0].refused(&error))?;
        Ok(Self { rules: rules.to_vec(), regex: Some(regex), ids: Vec::new() })
    }

    pub(crate) fn with_ids(mut self, ids: Vec<u16>) -> Self {
        self.ids = ids;
        self
    }

    /// Hands every match to `each`: the rule, its score, where it is.
    pub(crate) fn scan(&self, text: &[u8], mut each: impl FnMut(u16, u8, usize, usize)) {
        let Some(regex) = &self.regex else { return };
        for found in regex.find_iter(text) {
            let index = found.pattern().as_usize();
            if found.start() < found.end() {
                each(self.ids[index], self.rules[index].score, found.start(), found.end());
            }
        }
    }
}
