//! What libraries may call, without the feature `enable`: the same names, doing nothing.
//!
//! Set-up ([`init`](https://docs.rs/lumina/latest/lumina/fn.init.html) and the like) is a
//! program's business and exists only with the feature.

use std::future::Future;

/// A span as a parent. Without the feature `enable` there are no spans.
///
/// ```
/// # #[cfg(not(feature = "enable"))] {
/// assert_eq!(lumina::Context::current().traceparent(), None);
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Context(());

impl Context {
    /// The context of no span.
    pub fn current() -> Self {
        Context(())
    }

    /// The context of no span.
    pub const fn root() -> Self {
        Context(())
    }

    /// Runs `f`.
    pub fn in_scope<R>(&self, f: impl FnOnce() -> R) -> R {
        f()
    }

    /// The future itself.
    pub fn wrap<F: Future>(&self, future: F) -> F {
        future
    }

    /// None: there are no spans.
    pub fn traceparent(&self) -> Option<String> {
        None
    }

    /// None: there are no spans.
    pub fn from_traceparent(_header: &str) -> Option<Self> {
        None
    }
}

/// Carries the context into a future that is polled elsewhere.
pub trait FutureExt: Future + Sized {
    /// The future itself.
    fn in_current_context(self) -> Self {
        self
    }
}

impl<F: Future> FutureExt for F {}

/// What [`inventory()`](crate::inventory()) would tell of a traced function.
pub mod inventory {
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
}

/// Nothing: without the feature `enable` no function is traced.
pub fn inventory() -> Vec<inventory::Entry> {
    Vec::new()
}
