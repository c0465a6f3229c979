//! The choice of rules and of what is done with their findings.

use crate::engine::Engine;
use crate::own::{OwnRule, OwnRules, RuleError};
use crate::table::custom::CUSTOM;
use crate::table::keys::KEYS;
use crate::table::near::NEAR;
use crate::table::numbers::NUMBERS;
use crate::table::vendors::VENDORS;
use crate::table::{Head, THRESHOLD};
use crate::{Action, Class, Redactor};

/// The rules of a [`Redactor`]: the built-in ones, less and more.
#[derive(Clone, Debug)]
pub struct Rules {
    pub(crate) actions: [Action; 4],
    pub(crate) threshold: u8,
    pub(crate) key: HashKey,
    has_key: bool,
    off: Vec<String>,
    own: Vec<OwnRule>,
}

/// The key of keyed hashes; never shown.
#[derive(Clone)]
pub(crate) struct HashKey(pub(crate) [u8; 32]);

impl std::fmt::Debug for HashKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HashKey(..)")
    }
}

/// A built-in rule, for listings.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RuleInfo {
    /// Its name.
    pub name: &'static str,
    /// Its class.
    pub class: Class,
    /// Where the format is described.
    pub source: &'static str,
    /// Its patterns; none for rules with code of their own.
    pub patterns: Vec<&'static str>,
    /// The words in front of the value that it needs.
    pub words: &'static [&'static str],
}

impl Rules {
    /// Every built-in rule, all findings redacted.
    pub fn builtin() -> Self {
        Self {
            actions: [Action::Redact; 4],
            threshold: THRESHOLD,
            key: HashKey([0; 32]),
            has_key: false,
            off: Vec::new(),
            own: Vec::new(),
        }
    }

    /// Sets what is done with the findings of `class`.
    pub fn action(mut self, class: Class, action: Action) -> Self {
        self.actions[class as usize] = action;
        self
    }

    /// Sets the key of [`Action::Hash`]; whoever has it can test guesses.
    pub fn hash_key(mut self, key: [u8; 32]) -> Self {
        self.key = HashKey(key);
        self.has_key = true;
        self
    }

    /// Sets the score, of 100, from which a finding counts; 60 at first.
    pub fn threshold(mut self, score: u8) -> Self {
        self.threshold = score;
        self
    }

    /// Adds a rule.
    ///
    /// # Errors
    ///
    /// When the name is taken or has other signs than `a-z0-9-`, when the pattern is no regular
    /// expression (the error says where), or when it matches the empty text.
    pub fn with(mut self, rule: OwnRule) -> Result<Self, RuleError> {
        rule.check()?;
        let taken = Self::list().iter().any(|known| known.name == rule.name)
            || self.own.iter().any(|known| known.name == rule.name);
        if taken {
            return Err(RuleError::Name { rule: rule.name.clone(), value: rule.name });
        }
        self.own.push(rule);
        Ok(self)
    }

    /// Switches a rule off.
    ///
    /// # Errors
    ///
    /// When there is no rule of this name.
    pub fn without(mut self, name: &str) -> Result<Self, RuleError> {
        if !Self::list().iter().any(|rule| rule.name == name) {
            return Err(RuleError::Unknown { name: name.to_owned() });
        }
        self.off.push(name.to_owned());
        Ok(self)
    }

    /// Builds the redactor: some milliseconds, once a process.
    ///
    /// # Errors
    ///
    /// When a class is to be hashed and no key was set, or when the own rules are too large together.
    pub fn build(&self) -> Result<Redactor, RuleError> {
        for class in Class::ALL {
            if self.actions[class as usize] == Action::Hash && !self.has_key {
                return Err(RuleError::NoKey { class });
            }
        }
        Ok(Redactor::from_engine(Engine::new(self, OwnRules::new(&self.own)?)))
    }

    pub(crate) fn is_off(&self, name: &str) -> bool {
        self.off.iter().any(|off| off == name)
    }

    /// The built-in rules, each name once or, where it has several kinds of layouts, more often.
    pub fn list() -> Vec<RuleInfo> {
        let of = |head: &Head, patterns, words| RuleInfo {
            name: head.name,
            class: head.class,
            source: head.source,
            patterns,
            words,
        };
        let secret = |name, source, pattern, words| RuleInfo {
            name,
            class: Class::Secret,
            source,
            patterns: vec![pattern],
            words,
        };
        let mut all: Vec<RuleInfo> = CUSTOM.iter().map(|head| of(head, Vec::new(), &[])).collect();
        all.extend(
            NUMBERS
                .iter()
                .map(|row| of(&row.head, row.forms.iter().map(|form| form.0).collect(), &[])),
        );
        all.extend(NEAR.iter().map(|row| of(&row.head, row.patterns.to_vec(), row.words)));
        all.extend(KEYS.iter().map(|row| secret(row.name, row.source, row.pattern, &[])));
        all.extend(VENDORS.iter().map(|row| secret(row.name, row.source, row.pattern, row.words)));
        all
    }
}

impl Default for Rules {
    fn default() -> Self {
        Self::builtin()
    }
}
