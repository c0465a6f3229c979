//! What generated code may name. Not part of the public interface.

pub use crate::__probe_outcome as probe_outcome;
pub use crate::model::{Operation, SpanKind};
pub use crate::record::arg::{Arg, ArgList};
pub use crate::record::context::Context;
#[cfg(feature = "json")]
pub use crate::span::json;
pub use crate::span::probe::Probe;
pub use crate::span::{
    AsyncSpan, ByIntoId, ByIntoParent, ByNothing, End, Extra, Follows, InSpan, IntoParent, Parent,
    ParentProbe, Redacted, Site, SyncSpan, Tap, ToArg, TraceBoxed, Traced, TracedStream, add_event,
    debug, display, is_recording, probe, record_attributes, redacted,
};
pub use tracing_core::Level;
pub use {::core, ::std, ::tracing};

/// Gives a closure that is called once the kind `FnOnce`, so that it may return what borrows from
/// what it captured.
#[inline(always)]
pub fn once<R>(f: impl FnOnce() -> R) -> R {
    f()
}

/// For a future whose output says nothing.
#[inline(always)]
pub fn ignore<T>(_: &T, _: &mut End) {}

/// The future itself: tells the compiler what it gives.
#[inline(always)]
pub fn outputs<T, F: ::core::future::Future<Output = T>>(future: F) -> F {
    future
}
