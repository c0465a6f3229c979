//! The span of a future: entered while the future is polled or dropped, over when it is ready.

use super::begin::{Begun, begin, begin_in_place, begin_with};
use super::end::End;
use super::extra::Extra;
use super::site::Site;
use crate::bridge::companion::Companion;
use crate::model::Outcome;
use crate::record::arg::Arg;
use crate::record::context::{Current, HAS_EXTRAS};
use crate::record::layout::END_IS_OK;
use crate::record::{Slot, end_span, end_span_in_place, local};
use std::future::Future;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;

/// A span that is not tied to a thread. Part of the future that it belongs to: nothing on the heap.
///
/// Where nothing is recorded, all but a byte of it is never touched.
pub struct AsyncSpan {
    /// What there is to do. [`NOTHING`]: nothing, and `open` may not be initialised.
    state: u8,
    open: MaybeUninit<Open>,
}

const NOTHING: u8 = 0;
/// There is a context to enter.
const LIVE: u8 = 1;
/// The span is recorded, and not over.
const RECORDED: u8 = 1 << 1;
/// There is a companion.
const ACCOMPANIED: u8 = 1 << 2;
/// The span is over; only the companion is left.
const ENDED: u8 = 1 << 3;
/// The span is entered for good: its future is being dropped, and then the span itself.
const DROPPING: u8 = 1 << 4;
/// The thread was unwinding when that began: what drops the future is the panic of another.
const BY_PANIC: u8 = 1 << 5;

struct Open {
    /// The span's context while it is not entered, the interrupted one while it is.
    other: Current,
    span: u64,
    slot: Slot,
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
        AsyncSpan { state: NOTHING, open: MaybeUninit::uninit() }
    }

    /// Starts a span below the current one. `args[i]` is the value of the site's key `i`.
    #[inline(never)]
    pub fn start(site: &'static Site, args: &[Arg<'_>]) -> AsyncSpan {
        let local = local::get();
        if site.is_for_lumina_alone() {
            if let Some(begun) = begin_in_place(local, site, args) {
                return AsyncSpan::begun(begun);
            }
            if local.current().is_unsampled() {
                return AsyncSpan::off();
            }
        }
        AsyncSpan::start_apart(site, args, None)
    }

    /// [`start`](Self::start) with a parent or links of its own.
    #[cold]
    #[inline(never)]
    pub fn start_with(site: &'static Site, args: &[Arg<'_>], extra: Extra<'_>) -> AsyncSpan {
        AsyncSpan::start_apart(site, args, Some(&extra))
    }

    #[cold]
    #[inline(never)]
    fn start_apart(site: &'static Site, args: &[Arg<'_>], extra: Option<&Extra<'_>>) -> AsyncSpan {
        let mut span = AsyncSpan::off();
        if site.is_on() {
            let local = local::get();
            let begun = match extra {
                None => begin(local, site, args, local.current()),
                Some(extra) => begin_with(local, site, args, extra),
            };
            span = begun.map_or(AsyncSpan::off(), AsyncSpan::begun);
        }
        if site.wants_companion() {
            span.open_companion(site, args, extra);
        }
        span
    }

    /// The time, as what a stream's first item is measured from; `None` if nothing is recorded.
    pub fn asked(&self) -> Option<Instant> {
        (!self.is_off()).then(Instant::now)
    }

    /// Runs `f` in the span: what a function does before it hands out its stream.
    pub fn in_scope<R>(&mut self, f: impl FnOnce() -> R) -> R {
        self.poll_within(f)
    }

    /// Runs `f`, what a function does before it hands out its future, in the span.
    ///
    /// Other subscribers do not see the span entered yet: `tracing` spans the future alone, and what
    /// reads entries and exits would find one too many.
    pub fn prepare<R>(&mut self, f: impl FnOnce() -> R) -> R {
        let companion = self.open_mut().and_then(|open| open.companion.take());
        let prepared = self.poll_within(f);
        if let Some(open) = self.open_mut() {
            open.companion = companion;
        }
        prepared
    }

    fn open_companion(&mut self, site: &'static Site, args: &[Arg<'_>], extra: Option<&Extra<'_>>) {
        let own = self.open_mut().map_or(Current::NONE, |open| open.other);
        let Some(companion) = Companion::open(site, args, extra, own) else { return };
        if self.state == NOTHING {
            let slot = Slot::ELSEWHERE;
            self.open.write(Open { other: Current::NONE, span: 0, slot, companion: None });
        }
        self.state |= ACCOMPANIED;
        if let Some(open) = self.open_mut() {
            // The companion's id can be used anywhere, to add to the span.
            open.other.flags |= HAS_EXTRAS;
            open.companion = Some(companion);
        }
    }

    #[inline(always)]
    fn begun(begun: Begun) -> AsyncSpan {
        let Begun { current, slot } = begun;
        let recorded = if slot.is_some() { RECORDED } else { 0 };
        let slot = slot.unwrap_or(Slot::ELSEWHERE);
        let open = Open { other: current, span: current.span, slot, companion: None };
        AsyncSpan { state: LIVE | recorded, open: MaybeUninit::new(open) }
    }

    #[inline(always)]
    fn open_mut(&mut self) -> Option<&mut Open> {
        // SAFETY: every other state is set together with `open`.
        (self.state != NOTHING).then(|| unsafe { self.open.assume_init_mut() })
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
        self.enter_to_drop();
        let _ending = Abandoned(self);
        drop();
    }

    /// Enters the span for the rest of its life: what follows is the drop of its future and then
    /// its own, which ends it.
    #[inline(always)]
    pub(super) fn enter_to_drop(&mut self) {
        if !self.is_off() {
            self.state |= if std::thread::panicking() { DROPPING | BY_PANIC } else { DROPPING };
            self.enter();
        }
    }

    /// Ends the span, which is not entered.
    pub(crate) fn end_now(&mut self, end: End) {
        if !self.is_off() {
            Entered::new(self).close(end);
        }
    }

    /// Ends the span, which is not entered, as a success of which there is no more to say.
    #[inline]
    pub(crate) fn end_ok(&mut self) {
        if self.state == LIVE | RECORDED
            && let Some(open) = self.open_mut()
        {
            let local = local::get();
            open.slot.keep_if_here(local);
            // Its flags say whether something was added to it.
            let outer = local.replace(open.other);
            let ended = end_span_in_place(local, open.slot, END_IS_OK);
            local.set(outer);
            if ended {
                self.state = NOTHING;
                return;
            }
        }
        let mut end = End::new();
        end.ok();
        self.end_now(end);
    }

    /// Ends the span with what `record` has to say; `record` runs only if somebody will know.
    pub fn end(mut self, record: impl FnOnce(&mut End)) {
        self.end_with(record);
    }

    /// [`end`](Self::end) for a span that is a part of something else.
    #[inline]
    pub(crate) fn end_with(&mut self, record: impl FnOnce(&mut End)) {
        if !self.is_off() {
            let entered = Entered::new(self);
            let mut end = End::new();
            record(&mut end);
            entered.close(end);
        }
    }

    #[inline(always)]
    pub(crate) fn is_off(&self) -> bool {
        self.state == NOTHING
    }

    #[inline(never)]
    fn enter(&mut self) {
        let state = self.state;
        let Some(open) = self.open_mut() else { return };
        if state & LIVE != 0 {
            let local = local::get();
            open.slot.keep_if_here(local);
            open.other = local.replace(open.other);
        }
        if state & ACCOMPANIED != 0
            && let Some(companion) = &open.companion
        {
            companion.enter();
        }
    }

    #[inline(never)]
    fn exit(&mut self) {
        let state = self.state;
        let Some(open) = self.open_mut() else { return };
        if state & ACCOMPANIED != 0
            && let Some(companion) = &open.companion
        {
            companion.exit();
        }
        if state & LIVE != 0 {
            open.other = local::get().replace(open.other);
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
        let state = self.state;
        let Some(open) = self.open_mut() else { return };
        let local = local::get();
        if state & RECORDED != 0 {
            end_span(local, open.slot, open.span, outcome, attributes, count);
        }
        if state & ACCOMPANIED != 0 {
            return self.leave_companion(attributes, count);
        }
        local.set(open.other);
        self.state = NOTHING;
    }

    /// Leaves the span, which is over. Its companion lasts as long as the future, as with `tracing`.
    #[cold]
    #[inline(never)]
    fn leave_companion(&mut self, attributes: &[u8], count: u8) {
        self.exit();
        let state = std::mem::replace(&mut self.state, ACCOMPANIED | ENDED);
        if state & ENDED == 0
            && let Some(Open { companion: Some(companion), .. }) = self.open_mut()
        {
            companion.record_encoded(attributes, count);
        }
    }

    #[inline(never)]
    fn drop_slow(&mut self) {
        if self.state & (DROPPING | ENDED) == 0 {
            // No future was found for it.
            self.enter_to_drop();
        }
        if self.state & DROPPING != 0 {
            self.abandon();
        }
        if let Some(open) = self.open_mut() {
            drop(open.companion.take());
        }
    }

    /// Ends the span, which is entered, because its future will not be ready.
    #[cold]
    #[inline(never)]
    pub(super) fn abandon(&mut self) {
        let mut end = End::new();
        if self.state & ENDED != 0 {
            // Only the companion was left to be entered.
        } else if std::thread::panicking() && self.state & BY_PANIC == 0 {
            end.panicked()
        } else {
            end.cancelled()
        }
        self.close_with(end);
    }
}

impl Drop for AsyncSpan {
    #[inline(always)]
    fn drop(&mut self) {
        if !self.is_off() {
            self.drop_slow();
        }
    }
}

impl std::fmt::Debug for AsyncSpan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AsyncSpan")
            .field("recorded", &(self.state & RECORDED != 0))
            .finish_non_exhaustive()
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

/// Ends the span that its future is dropped in, even if that panics.
struct Abandoned<'a>(&'a mut AsyncSpan);

impl Drop for Abandoned<'_> {
    fn drop(&mut self) {
        self.0.abandon();
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
        // Dropped in this order, the span entered by `drop` below. No `ManuallyDrop`, which would
        // do the same: each layer brings a chain of such futures nearer to the depth at which rustc
        // gives up.
        #[pin]
        future: F,
        span: AsyncSpan,
        done: Option<D>,
    }

    impl<F, D> PinnedDrop for Traced<F, D> {
        fn drop(this: Pin<&mut Self>) {
            // What the future does while it is dropped belongs to its span.
            this.project().span.enter_to_drop();
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
        Traced { future, span, done: Some(done) }
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
        if this.span.is_off() {
            return this.future.poll(cx);
        }
        let entered = Entered::new(this.span);
        let Poll::Ready(output) = this.future.poll(cx) else {
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
