//! What is told of one traced function.

use std::fmt;

/// A traced function, or a `span!` block, as it is declared.
///
/// Shown as one line of attributes: `answer [llm] {prompt=[redacted]} retry(max = 3, ..) src/main.rs:7`.
/// With the feature `json` it can be serialised by serde.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// The name of its spans.
    pub name: &'static str,
    /// The step of an AI pipeline: `llm`, `tool`, ..; `None` where nothing is declared.
    pub operation: Option<&'static str>,
    /// Its side of a call: `internal`, `client`, `server`, `producer` or `consumer`.
    pub kind: &'static str,
    /// The level of its spans: `TRACE` to `ERROR`.
    pub level: &'static str,
    /// Whether it is a `span!` block inside a function, and not a function.
    pub block: bool,
    /// The attributes that the declaration names, in its order. What `record!` adds is not known.
    pub attributes: Vec<Attribute>,
    /// The policies, from the outermost to the innermost.
    pub policies: Vec<Policy>,
    /// The source file, as the compiler was given it.
    pub file: &'static str,
    /// The line of the attribute, counted from 1.
    pub line: u32,
    /// The module in which it stands.
    pub module_path: &'static str,
}

/// An attribute that a declaration names.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attribute {
    /// Its name.
    pub key: &'static str,
    /// Whether a `#[redact]` replaces its value.
    pub redacted: bool,
}

/// A policy, in the words of its attribute: `retry(max = 3, base = 500ms, ..)`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Policy {
    /// The attribute's name: `retry`, `timeout`, `fallback`, ..
    pub name: &'static str,
    /// What is set, defaults included. Predicates and other code of the user's are left out.
    pub settings: Vec<Setting>,
}

/// One setting of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Setting {
    /// The key, as the attribute has it.
    pub key: &'static str,
    /// The value, as the attribute would have it: `3`, `500ms`, `full`.
    pub value: String,
}

impl Policy {
    pub(crate) fn new(name: &'static str) -> Policy {
        Policy { name, settings: Vec::new() }
    }

    /// Adds a setting.
    pub(crate) fn set(mut self, key: &'static str, value: impl fmt::Display) -> Policy {
        self.settings.push(Setting { key, value: value.to_string() });
        self
    }

    /// Adds a setting where there is one.
    pub(crate) fn set_some(self, key: &'static str, value: Option<impl fmt::Display>) -> Policy {
        match value {
            Some(value) => self.set(key, value),
            None => self,
        }
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)?;
        if let Some(operation) = self.operation {
            write!(f, " [{operation}]")?;
        }
        if !self.attributes.is_empty() {
            write!(f, " {{{}}}", Joined(&self.attributes))?;
        }
        for policy in &self.policies {
            write!(f, " {policy}")?;
        }
        write!(f, " {}:{}", self.file, self.line)
    }
}

impl fmt::Display for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key)?;
        f.write_str(if self.redacted { "=[redacted]" } else { "" })
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({})", self.name, Joined(&self.settings))
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {}", self.key, self.value)
    }
}

/// With commas between.
struct Joined<'a, T>(&'a [T]);

impl<T: fmt::Display> fmt::Display for Joined<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, part) in self.0.iter().enumerate() {
            f.write_str(if at == 0 { "" } else { ", " })?;
            part.fmt(f)?;
        }
        Ok(())
    }
}
