//! The current context: which span work belongs to, carried by the thread.

use super::local;
use crate::model::{SpanId, TraceId};
use crate::policy::deadline::{self, Deadline};
use std::future::Future;
use std::pin::Pin;
use std::task;
use tracing_core::Metadata;

/// The trace is recorded.
pub(crate) const SAMPLED: u64 = 1;
/// Events or attributes were written for the current span, or may be, from elsewhere: its end cannot
/// be patched in place.
pub(crate) const HAS_EXTRAS: u64 = 1 << 1;
/// The current span is in another process.
pub(crate) const REMOTE: u64 = 1 << 2;
/// The current span found no room: what is below it is counted, not recorded.
pub(crate) const DROPPED: u64 = 1 << 3;
/// Everything but what belongs to one span alone.
pub(crate) const INHERITED: u64 = SAMPLED | DROPPED | PIPELINE_MASK;
pub(crate) const PIPELINE_SHIFT: u32 = 16;
const PIPELINE_MASK: u64 = 0xffff << PIPELINE_SHIFT;

/// What the thread is working on, or what a future takes with it from poll to poll.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Current {
    pub(crate) trace: [u64; 2],
    /// 0: no span.
    pub(crate) span: u64,
    pub(crate) flags: u64,
    /// For `tracing::Span::current()`; null for a remote or an unrecorded span.
    pub(crate) metadata: *const Metadata<'static>,
}

impl Current {
    pub(crate) const NONE: Current =
        Current { trace: [0; 2], span: 0, flags: 0, metadata: std::ptr::null() };

    /// Whether what is added to the span reaches anybody.
    #[inline(always)]
    pub(crate) fn is_recording(&self) -> bool {
        self.span != 0 && self.flags & (SAMPLED | DROPPED) == SAMPLED
    }

    /// Whether it is a span like most: recorded, in this process, its pipeline known.
    #[inline(always)]
    pub(crate) fn is_ordinary(&self) -> bool {
        self.span != 0
            && self.flags & (SAMPLED | DROPPED | REMOTE) == SAMPLED
            && self.flags & PIPELINE_MASK != 0
    }

    /// Whether it is a span of a trace that is known not to be recorded.
    #[inline(always)]
    pub(crate) fn is_unsampled(&self) -> bool {
        self.span != 0 && self.flags & SAMPLED == 0 && self.flags & PIPELINE_MASK != 0
    }

    #[inline(always)]
    pub(crate) fn metadata(&self) -> Option<&'static Metadata<'static>> {
        // SAFETY: null, or made from a reference to `'static` metadata.
        unsafe { self.metadata.as_ref() }
    }

    #[inline(always)]
    pub(crate) fn pipeline(&self) -> u16 {
        pipeline_of(self.flags)
    }
}

#[inline(always)]
pub(crate) fn pipeline_of(flags: u64) -> u16 {
    (flags >> PIPELINE_SHIFT) as u16
}

/// A span as a parent: trace id, span id, and whether the trace is recorded.
///
/// The thread carries one; [`current`](Self::current) takes a copy, [`attach`](Self::attach) and
/// [`in_scope`](Self::in_scope) make it the parent of what follows on another thread, and
/// [`traceparent`](Self::traceparent) sends it to another process.
///
/// ```
/// use lumina_runtime::Context;
/// let context = Context::current();
/// let worker = std::thread::spawn(move || context.in_scope(|| Context::current()));
/// assert_eq!(worker.join().unwrap(), context);
/// ```
#[derive(Clone, Copy)]
pub struct Context {
    current: Current,
    deadline: Option<Deadline>,
}

// SAFETY: the pointer is to a `Metadata<'static>`, which is `Sync`; it is only ever read.
unsafe impl Send for Context {}
// SAFETY: as above; the rest is plain numbers.
unsafe impl Sync for Context {}

impl Context {
    /// The context of the calling thread (or, inside a traced future, of that future).
    pub fn current() -> Self {
        let local = local::get();
        if local.current().span != 0 {
            // Whoever gets the copy may add to the span without its own thread knowing.
            local.add_flag(HAS_EXTRAS);
        }
        Context { current: local.current(), deadline: Deadline::current() }
    }

    /// The context of no span: what follows begins a trace of its own, and has no deadline.
    pub const fn root() -> Self {
        Context::of(Current::NONE)
    }

    /// A span, and no deadline.
    pub(crate) const fn of(current: Current) -> Self {
        Context { current, deadline: None }
    }

    pub(crate) fn raw(&self) -> Current {
        self.current
    }

    /// An empty context whose spans go to one pipeline.
    pub(crate) fn for_pipeline(pipeline: u16) -> Self {
        let flags = u64::from(pipeline) << PIPELINE_SHIFT;
        Context::of(Current { flags, ..Current::NONE })
    }

    /// The trace, or `None` outside any span.
    pub fn trace_id(&self) -> Option<TraceId> {
        (self.current.span != 0).then(|| trace_id(self.current.trace))
    }

    /// The span, or `None` outside any span.
    pub fn span_id(&self) -> Option<SpanId> {
        (self.current.span != 0).then_some(SpanId(self.current.span))
    }

    /// Whether spans of this context are recorded.
    pub fn is_sampled(&self) -> bool {
        self.current.flags & SAMPLED != 0
    }

    /// Makes this the thread's context until the guard is dropped.
    ///
    /// The guard is not `Send` and must not be held across an `.await`; for futures there is
    /// [`FutureExt::in_current_context`] and [`wrap`](Self::wrap).
    #[must_use = "the context is left when the guard is dropped"]
    pub fn attach(&self) -> ContextGuard {
        ContextGuard {
            previous: local::get().replace(self.current),
            deadline: deadline::enter(self.deadline),
        }
    }

    /// Runs `f` in this context.
    pub fn in_scope<R>(&self, f: impl FnOnce() -> R) -> R {
        let _guard = self.attach();
        f()
    }

    /// A future that is polled, and dropped, in this context.
    pub fn wrap<F: Future>(&self, future: F) -> InContext<F> {
        InContext { future: Some(future), context: *self }
    }

    /// The value of a W3C `traceparent` header, or `None` outside any span.
    ///
    /// Source: W3C Trace Context, section 3.2.
    pub fn traceparent(&self) -> Option<String> {
        let (trace, span) = (self.trace_id()?, self.span_id()?);
        Some(format!("00-{trace}-{span}-{:02x}", u8::from(self.is_sampled())))
    }

    /// Reads a W3C `traceparent` header; `None` when it is malformed, as the specification asks.
    ///
    /// Spans below it belong to the sender's trace; they are recorded if the sender recorded its
    /// own.
    ///
    /// ```
    /// use lumina_runtime::Context;
    /// let header = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    /// let context = Context::from_traceparent(header).unwrap();
    /// assert_eq!(context.traceparent().as_deref(), Some(header));
    /// assert!(Context::from_traceparent("00-0-0-01").is_none());
    /// ```
    pub fn from_traceparent(header: &str) -> Option<Self> {
        let bytes = header.trim().as_bytes();
        let dashes =
            bytes.len() >= 55 && bytes[2] == b'-' && bytes[35] == b'-' && bytes[52] == b'-';
        if !dashes {
            return None;
        }
        let version = hex(&bytes[..2])?;
        // Version 00 is exactly this long; later ones may append fields after a dash.
        let tail_ok =
            if version == 0 { bytes.len() == 55 } else { bytes.len() == 55 || bytes[55] == b'-' };
        if version == 0xff || !tail_ok {
            return None;
        }
        let trace = [hex(&bytes[3..19])?, hex(&bytes[19..35])?];
        let (span, flags) = (hex(&bytes[36..52])?, hex(&bytes[53..55])?);
        if trace == [0, 0] || span == 0 {
            return None;
        }
        let pipeline = local::get().current().flags & PIPELINE_MASK;
        let flags = (flags & SAMPLED) | REMOTE | pipeline;
        Some(Context::of(Current { trace, span, flags, metadata: std::ptr::null() }))
    }
}

impl PartialEq for Context {
    fn eq(&self, other: &Self) -> bool {
        self.current.span == other.current.span
            && (self.current.span == 0 || self.current.trace == other.current.trace)
    }
}

impl Eq for Context {}

impl std::fmt::Debug for Context {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Context(")?;
        f.write_str(&self.traceparent().unwrap_or_else(|| "none".to_owned()))?;
        f.write_str(")")
    }
}

/// Lower-case hexadecimal digits only: the specification forbids the others.
fn hex(digits: &[u8]) -> Option<u64> {
    digits.iter().try_fold(0u64, |value, digit| {
        let digit = match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'f' => digit - b'a' + 10,
            _ => return None,
        };
        Some(value << 4 | u64::from(digit))
    })
}

/// The trace id in the order in which it is written: high half first.
pub(crate) fn trace_id(trace: [u64; 2]) -> TraceId {
    TraceId(u128::from(trace[0]) << 64 | u128::from(trace[1]))
}

/// Leaves an attached [`Context`] when dropped.
#[derive(Debug)]
pub struct ContextGuard {
    previous: Current,
    /// Puts the deadline before back, and keeps the guard on its thread.
    #[allow(dead_code, reason = "it is there to be dropped")]
    deadline: deadline::Entered,
}

impl Drop for ContextGuard {
    fn drop(&mut self) {
        local::get().replace(self.previous);
    }
}

pin_project_lite::pin_project! {
    /// A future that is polled, and dropped, in a [`Context`].
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct InContext<F> {
        #[pin]
        future: Option<F>,
        context: Context,
    }

    impl<F> PinnedDrop for InContext<F> {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            let mut future = this.future;
            let _guard = this.context.attach();
            future.set(None);
        }
    }
}

impl<F: Future> Future for InContext<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> task::Poll<F::Output> {
        let this = self.project();
        let _guard = this.context.attach();
        match this.future.as_pin_mut() {
            Some(future) => future.poll(cx),
            // Only `drop` takes the future out.
            None => task::Poll::Pending,
        }
    }
}

/// Carries the context into a future that is polled elsewhere.
pub trait FutureExt: Future + Sized {
    /// Polls this future in the context of the caller.
    ///
    /// For `tokio::spawn` and the like: `tokio::spawn(work().in_current_context())`.
    fn in_current_context(self) -> InContext<Self> {
        Context::current().wrap(self)
    }
}

impl<F: Future> FutureExt for F {}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    #[test]
    fn malformed_traceparents_are_refused() {
        let bad = [
            "",
            "00",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0é",
        ];
        for header in bad {
            assert!(Context::from_traceparent(header).is_none(), "{header}");
        }
    }

    #[test]
    fn later_versions_may_append_fields() {
        let header = "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00-more";
        assert!(!Context::from_traceparent(header).unwrap().is_sampled());
    }

    #[test]
    fn attached_contexts_nest() {
        let outer = Context::from_traceparent(HEADER).unwrap();
        let before = Context::current();
        outer.in_scope(|| {
            assert_eq!(Context::current(), outer);
            Context::root().in_scope(|| assert_eq!(Context::current().trace_id(), None));
            assert_eq!(Context::current(), outer);
        });
        assert_eq!(Context::current(), before);
    }
}
