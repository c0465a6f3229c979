//! What [`inventory()`](crate::inventory()) would tell of a traced function.

use std::fmt;

/// A traced function. Without the feature `enable` there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[allow(missing_docs, reason = "documented with the feature `enable`")]
pub struct Entry {
    pub name: &'static str,
    pub operation: Option<&'static str>,
    pub kind: &'static str,
    pub level: &'static str,
    pub block: bool,
    pub attributes: Vec<Attribute>,
    pub policies: Vec<Policy>,
    pub file: &'static str,
    pub line: u32,
    pub module_path: &'static str,
}

/// An attribute that a declaration names.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[allow(missing_docs, reason = "documented with the feature `enable`")]
pub struct Attribute {
    pub key: &'static str,
    pub redacted: bool,
}

/// A policy of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[allow(missing_docs, reason = "documented with the feature `enable`")]
pub struct Policy {
    pub name: &'static str,
    pub settings: Vec<Setting>,
}

/// One setting of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[allow(missing_docs, reason = "documented with the feature `enable`")]
pub struct Setting {
    pub key: &'static str,
    pub value: String,
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl fmt::Display for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key)
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {}", self.key, self.value)
    }
}
