//! The values of a section, as they are written, each with its place.

use super::error::ConfigMistake;
use std::collections::BTreeMap;
use std::time::Duration;

/// The key of the limit for all attempts, which `retry` and `timeout` both have.
pub(super) const TOTAL: &str = "total";

/// A checked value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Switch(bool),
    Count(u64),
    Number(f64),
    Time(Duration),
    Word(&'static str),
    /// `None`: `"off"`.
    Name(Option<String>),
}

/// Where something stands, and how it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) line: usize,
    pub(super) column: usize,
    /// The key with the tables around it.
    pub(super) key: String,
    pub(super) value: Option<String>,
    /// Whether the section names a function, and is no glob.
    pub(super) exact: bool,
}

impl Written {
    pub(super) fn mistake(&self, message: impl Into<String>) -> ConfigMistake {
        let Written { line, column, key, value, exact: _ } = self.clone();
        ConfigMistake { line, column, key, value, message: message.into() }
    }
}

/// Values by their key, `retry.max`: those of one section, or those that hold for one function.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Values {
    by_key: BTreeMap<&'static str, (Value, Written)>,
    /// By the fallback's name.
    pub(super) fallbacks: BTreeMap<String, (Values, Written)>,
}

impl Values {
    pub(super) fn insert(&mut self, key: &'static str, value: Value, written: Written) {
        self.by_key.insert(key, (value, written));
    }

    /// Takes over what `other` says, in the place of what is said here.
    pub(super) fn overlay(&mut self, other: &Values) {
        for (key, given) in &other.by_key {
            self.by_key.insert(key, given.clone());
        }
        for (name, (values, written)) in &other.fallbacks {
            let (ours, place) = self
                .fallbacks
                .entry(name.clone())
                .or_insert_with(|| (Values::default(), written.clone()));
            ours.overlay(values);
            *place = written.clone();
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.by_key.is_empty() && self.fallbacks.is_empty()
    }

    /// The keys of which something is said, without those of fallbacks.
    pub(super) fn all(&self) -> impl Iterator<Item = (&'static str, &Written)> {
        self.by_key.iter().map(|(key, (_, written))| (*key, written))
    }

    /// Says of every value whether the section names a function.
    pub(super) fn mark(&mut self, exact: bool) {
        self.by_key.values_mut().for_each(|(_, written)| written.exact = exact);
        for (values, written) in self.fallbacks.values_mut() {
            written.exact = exact;
            values.mark(exact);
        }
    }

    pub(super) fn written(&self, key: &str) -> Option<&Written> {
        self.by_key.get(key).map(|(_, written)| written)
    }

    pub(super) fn switch(&self, key: &str) -> Option<bool> {
        match self.by_key.get(key)?.0 {
            Value::Switch(on) => Some(on),
            _ => None,
        }
    }

    /// Whether a policy is left on.
    pub(super) fn enabled(&self, key: &str) -> bool {
        self.switch(key).unwrap_or(true)
    }

    pub(super) fn count(&self, key: &str) -> Option<u32> {
        match self.by_key.get(key)?.0 {
            Value::Count(count) => u32::try_from(count).ok(),
            _ => None,
        }
    }

    pub(super) fn large_count(&self, key: &str) -> Option<u64> {
        match self.by_key.get(key)?.0 {
            Value::Count(count) => Some(count),
            _ => None,
        }
    }

    pub(super) fn number(&self, key: &str) -> Option<f64> {
        match self.by_key.get(key)?.0 {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }

    pub(super) fn time(&self, key: &str) -> Option<Duration> {
        match self.by_key.get(key)?.0 {
            Value::Time(time) => Some(time),
            _ => None,
        }
    }

    pub(super) fn word(&self, key: &str) -> Option<&'static str> {
        match self.by_key.get(key)?.0 {
            Value::Word(word) => Some(word),
            _ => None,
        }
    }

    /// `Some(None)`: off.
    pub(super) fn name(&self, key: &str) -> Option<Option<&str>> {
        match &self.by_key.get(key)?.0 {
            Value::Name(name) => Some(name.as_deref()),
            _ => None,
        }
    }
}
