//! What libraries may call, without the feature `enable`: the same names, doing nothing.
//!
//! Set-up ([`init`](https://docs.rs/lumina/latest/lumina/fn.init.html) and the like) is a
//! program's business and exists only with the feature.

mod classify;
pub mod inventory;
mod kind;

pub use classify::Classify;
pub use kind::ErrorKind;

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

/// Nothing: without the feature `enable` no function is traced.
pub fn inventory() -> Vec<inventory::Entry> {
    Vec::new()
}
