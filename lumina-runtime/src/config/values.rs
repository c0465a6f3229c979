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
    Count(u32),
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
}

impl Written {
    pub(super) fn mistake(&self, message: impl Into<String>) -> ConfigMistake {
        let Written { line, column, key, value } = self.clone();
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

    /// The policies of which something is said, each with one place where it is.
    pub(super) fn policies(&self) -> BTreeMap<&'static str, &Written> {
        let names = self
            .by_key
            .iter()
            .filter_map(|(key, (_, written))| Some((key.split_once('.')?.0, written)));
        names.collect()
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
