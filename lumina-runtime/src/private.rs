//! What generated code may name. Not part of the public interface.

pub use crate::__classify as classify;
pub use crate::__classify_inner as classify_inner;
#[cfg(not(lumina_loom))]
pub use crate::__judge_error as judge_error;
#[cfg(not(lumina_loom))]
pub use crate::__listed as listed;
pub use crate::__probe_outcome as probe_outcome;
#[cfg(all(feature = "cache", not(lumina_loom)))]
pub use crate::call::cache;
#[cfg(not(lumina_loom))]
pub use crate::call::{
    ATTEMPT_KEYS, Anything, AttemptArg, Call, CannotTake, FALLBACK_KEYS, FallbackPlan, Fallible,
    FromInterrupted, HEDGED_ATTEMPT_KEYS, IntoErr, Judgement, Plan, Resolve, Step, Takes, calls,
    hedged_calls, holds, interrupted_by, judge, resolve_now, tokens, tokens_a_minute, unreachable,
    until, used_tokens, using,
};
#[cfg(not(lumina_loom))]
pub use crate::call::{Making, StreamClock, TimeBoxed, TimedItem, TimedStream};
#[cfg(not(lumina_loom))]
pub use crate::inventory::Listed;
pub use crate::model::{Operation, SpanKind};
pub use crate::policy::backoff::{Backoff, Jitter};
pub use crate::policy::breaker::BreakerConfig;
pub use crate::policy::classify::said::{SaysCode, SaysKind, SaysRetryAfter, asked};
pub use crate::policy::classify::{Class, Classify, ErrorKind, probe as classify};
pub use crate::policy::error::Interrupted;
pub use crate::policy::hedge::Hedge;
pub use crate::policy::limit::rate::RateConfig;
pub use crate::policy::retry::Retry;
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
#[cfg(not(lumina_loom))]
pub use crate::{__taken_error as taken_error, __takes_errors as takes_errors};
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

/// A `Duration` in an expression that is evaluated at compile time.
pub const fn millis(milliseconds: u64) -> std::time::Duration {
    std::time::Duration::from_millis(milliseconds)
}

/// For policies that add no error of their own.
///
/// # Panics
///
/// Always: the engine calls it for timeouts, breakers and limits, of which there is none.
pub fn uninterrupted<E>(interrupted: Interrupted) -> E {
    unreachable!("a call without such a policy was interrupted: {interrupted}")
}

/// The future itself: tells the compiler what it gives.
#[inline(always)]
pub fn outputs<T, F: ::core::future::Future<Output = T>>(future: F) -> F {
    future
}
