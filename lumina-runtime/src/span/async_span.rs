//! The span of a future: entered while the future is polled or dropped, over when it is ready.

use super::begin::{Begun, begin, begin_with};
use super::end::End;
use super::extra::Extra;
use super::site::Site;
use crate::bridge::companion::Companion;
use crate::model::Outcome;
use crate::record::arg::Arg;
use crate::record::context::{Current, HAS_EXTRAS};
use crate::record::{Slot, end_span, local};
use std::future::Future;
use std::mem::ManuallyDrop;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A span that is not tied to a thread. Part of the future that it belongs to: nothing on the heap.
pub struct AsyncSpan {
    /// The span's context while it is not entered, the interrupted one while it is.
    other: Current,
    /// 0: the span is not recorded, or over.
    span: u64,
    slot: Slot,
    /// Whether there is a context to enter.
    live: bool,
    /// Whether the span is over; its companion lasts as long as the future, as with `tracing`.
    ended: bool,
    companion: Option<Box<Companion>>,
}

// SAFETY: the pointers are to `'static` metadata and into a stage; the latter is used only by the
// thread whose stage still has the sequence noted beside it, which is the thread that wrote it.
unsafe impl Send for AsyncSpan {}
// SAFETY: as above, and there is no access through a shared reference.
unsafe impl Sync for AsyncSpan {}

impl AsyncSpan {
    /// No span: the future is polled straight through.
    #[inline(always)]
    pub const fn off() -> AsyncSpan {
        AsyncSpan {
            other: Current::NONE,
            span: 0,
            slot: Slot::ELSEWHERE,
            live: false,
            ended: false,
            companion: None,
        }
    }

    /// Starts a span below the current one. `args[i]` is the value of the site's key `i`.
    #[inline(never)]
    pub fn start(site: &'static Site, args: &[Arg<'_>]) -> AsyncSpan {
        let mut span = AsyncSpan::off();
        if site.is_on() {
            let local = local::get();
            span.take(begin(local, site, args, local.current()));
        }
        if site.wants_companion() {
            span.open_companion(site, args, None);
        }
        span
    }

    /// [`start`](Self::start) with a parent or links of its own.
    #[cold]
    #[inline(never)]
    pub fn start_with(site: &'static Site, args: &[Arg<'_>], extra: Extra<'_>) -> AsyncSpan {
        let mut span = AsyncSpan::off();
        if site.is_on() {
            span.take(begin_with(local::get(), site, args, &extra));
        }
        if site.wants_companion() {
            span.open_companion(site, args, Some(&extra));
        }
        span
    }

    /// Runs `f` in the span: what a function does before it hands out its future.
    pub fn in_scope<R>(&mut self, f: impl FnOnce() -> R) -> R {
        self.poll_within(f)
    }

    #[cold]
    fn open_companion(&mut self, site: &'static Site, args: &[Arg<'_>], extra: Option<&Extra<'_>>) {
        self.companion = Companion::open(site, args, extra, self.other);
        if self.companion.is_some() {
            // The companion's id can be used anywhere, to add to the span.
            self.other.flags |= HAS_EXTRAS;
        }
    }

    #[inline(always)]
    fn take(&mut self, begun: Option<Begun>) {
        if let Some(Begun { current, slot }) = begun {
            if let Some(slot) = slot {
                self.span = current.span;
                self.slot = slot;
            }
            self.other = current;
            self.live = true;
        }
    }

    /// Runs `poll` in the span; a panic in it ends the span.
    pub(crate) fn poll_within<R>(&mut self, poll: impl FnOnce() -> R) -> R {
        if self.is_off() {
            return poll();
        }
        let entered = Entered::new(self);
        let result = poll();
        entered.leave();
        result
    }

    /// Runs `drop` in the span and then ends it as cancelled, if it has not ended yet.
    pub(crate) fn drop_within(&mut self, drop: impl FnOnce()) {
        if self.is_off() {
            return drop();
        }
        let _ending = Entered::new(self);
        drop();
    }

    /// Ends the span, which is not entered.
    pub(crate) fn end_now(&mut self, end: End) {
        if !self.is_off() {
            Entered::new(self).close(end);
        }
    }

    /// Ends the span with what `record` has to say; `record` runs only if somebody will know.
    pub fn end(mut self, record: impl FnOnce(&mut End)) {
        if !self.is_off() {
            let entered = Entered::new(&mut self);
            let mut end = End::new();
            record(&mut end);
            entered.close(end);
        }
    }

    #[inline(always)]
    pub(crate) fn is_off(&self) -> bool {
        !self.live && self.companion.is_none()
    }

    #[inline(never)]
    fn enter(&mut self) {
        if self.live {
            let local = local::get();
            self.slot.keep_if_here(local);
            self.other = local.replace(self.other);
        }
        if let Some(companion) = &self.companion {
            companion.enter();
        }
    }

    #[inline(never)]
    fn exit(&mut self) {
        if let Some(companion) = &self.companion {
            companion.exit();
        }
        if self.live {
            self.other = local::get().replace(self.other);
        }
    }

    /// Ends the span, which is entered, and leaves it.
    #[inline(always)]
    fn close_with(&mut self, end: End) {
        let said = end.into_parts();
        self.close(said.outcome, &said.attributes, said.count);
        said.recycle();
    }

    #[inline(never)]
    fn close(&mut self, outcome: Outcome, attributes: &[u8], count: u8) {
        if self.span != 0 {
            end_span(local::get(), self.slot, self.span, outcome, attributes, count);
            self.span = 0;
        }
        self.exit();
        self.live = false;
        if let Some(companion) = &self.companion
            && !self.ended
        {
            companion.record_encoded(attributes, count);
        }
        self.ended = true;
    }

    /// Ends the span, which is entered, because its future will not be ready.
    #[cold]
    #[inline(never)]
    fn abandon(&mut self) {
        let mut end = End::new();
        if self.ended {
            // Only the companion was left to be entered.
        } else if std::thread::panicking() {
            end.panicked()
        } else {
            end.cancelled()
        }
        self.close_with(end);
    }
}

impl std::fmt::Debug for AsyncSpan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AsyncSpan").field("recorded", &(self.span != 0)).finish_non_exhaustive()
    }
}

/// A poll in its span. Dropped without [`leave`](Self::leave) or [`close`](Self::close): the poll
/// panicked, and so ended the span. Whoever catches that panic may drop the future much later,
/// when nothing tells it from a cancelled one any more.
struct Entered<'a>(Option<&'a mut AsyncSpan>);

impl<'a> Entered<'a> {
    #[inline(always)]
    fn new(span: &'a mut AsyncSpan) -> Self {
        span.enter();
        Entered(Some(span))
    }

    #[inline(always)]
    fn leave(mut self) {
        if let Some(span) = self.0.take() {
            span.exit();
        }
    }

    #[inline(always)]
    fn close(mut self, end: End) {
        if let Some(span) = self.0.take() {
            span.close_with(end);
        }
    }
}

impl Drop for Entered<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        if let Some(span) = self.0.take() {
            span.abandon();
        }
    }
}

pin_project_lite::pin_project! {
    /// A future with a span.
    ///
    /// `D` says what is to be known of its output. Dropped before it is ready, the span is
    /// [`Cancelled`](Outcome::Cancelled).
    #[must_use = "futures do nothing unless polled"]
    pub struct Traced<F, D> {
        #[pin]
        future: ManuallyDrop<F>,
        span: AsyncSpan,
        done: Option<D>,
    }

    impl<F, D> PinnedDrop for Traced<F, D> {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            // SAFETY: the future is dropped here, once, in place, and never used again.
            let drop_future = || unsafe {
                ManuallyDrop::drop(this.future.get_unchecked_mut());
            };
            // What the future does while it is dropped belongs to its span.
            this.span.drop_within(drop_future);
        }
    }
}

impl<F, D> Traced<F, D>
where
    F: Future,
    D: FnOnce(&F::Output, &mut End),
{
    /// Gives `future` a span. Bounded, so that a closure for `done` needs no types.
    #[inline(always)]
    pub fn new(span: AsyncSpan, future: F, done: D) -> Self {
        Traced { future: ManuallyDrop::new(future), span, done: Some(done) }
    }
}

impl<F, D> Future for Traced<F, D>
where
    F: Future,
    D: FnOnce(&F::Output, &mut End),
{
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        // SAFETY: `ManuallyDrop` is transparent; the future stays where it is.
        let future = unsafe { this.future.map_unchecked_mut(|future| &mut **future) };
        if this.span.is_off() {
            return future.poll(cx);
        }
        let entered = Entered::new(this.span);
        let Poll::Ready(output) = future.poll(cx) else {
            entered.leave();
            return Poll::Pending;
        };
        let mut end = End::new();
        if let Some(done) = this.done.take() {
            done(&output, &mut end);
        }
        entered.close(end);
        Poll::Ready(output)
    }
}

impl<F, D> std::fmt::Debug for Traced<F, D> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Traced").field("span", &self.span).finish_non_exhaustive()
    }
}
