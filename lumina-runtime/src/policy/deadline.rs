//! The deadline that travels: what is left of a call's time is what its callees have.
//!
//! The thread carries one, beside the span context; a future puts its own in place while it is
//! polled. Nothing is stopped by it here: calls with policies look at it.

use super::timer;
use std::cell::Cell;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

thread_local! {
    /// Apart from the span context, so that a span costs no more for it.
    static CURRENT: Cell<Option<Deadline>> = const { Cell::new(None) };
}

/// The point in time at which a call has to be over.
///
/// A `#[timeout(total = ..)]` sets one, and every call with policies made inside it has at most
/// what is left. To spawned work it goes with [`Context`](crate::Context), to threads and tasks by
/// [`in_current_context`](crate::FutureExt::in_current_context); where a request enters a process,
/// [`within`](Self::within) and [`wrap`](Self::wrap) set it.
///
/// It does not stop work by itself: calls whose policies know of time do not begin an attempt or a
/// delay that cannot fit, and end at it with [`Interrupted::Deadline`](super::Interrupted).
///
/// # Examples
///
/// ```
/// use lumina_runtime::Deadline;
/// use std::time::Duration;
///
/// assert_eq!(Deadline::current(), None);
/// Deadline::within(Duration::from_secs(30)).in_scope(|| {
///     let outer = Deadline::current().unwrap();
///     assert!(outer.remaining() <= Duration::from_secs(30));
///     // A callee has at most what its caller has.
///     Deadline::within(Duration::from_secs(60))
///         .in_scope(|| assert_eq!(Deadline::current(), Some(outer)));
/// });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Deadline(Instant);

/// What stands for "never" where a duration does not fit the clock.
const FAR: Duration = Duration::from_secs(30 * 365 * 86_400);

impl Deadline {
    /// The deadline at `instant`.
    pub const fn at(instant: Instant) -> Self {
        Deadline(instant)
    }

    /// The deadline `limit` from now; 30 years, if the clock does not reach so far.
    pub fn within(limit: Duration) -> Self {
        Deadline::after(timer::now(), limit)
    }

    pub(crate) fn after(now: Instant, limit: Duration) -> Self {
        Deadline(now.checked_add(limit).unwrap_or_else(|| now + FAR))
    }

    /// The deadline of the call that the calling thread (or, inside a future, that future) is in.
    pub fn current() -> Option<Self> {
        CURRENT.get()
    }

    /// The point in time.
    pub const fn instant(&self) -> Instant {
        self.0
    }

    /// What is left; zero when it has passed.
    pub fn remaining(&self) -> Duration {
        self.0.saturating_duration_since(timer::now())
    }

    /// Whether nothing is left.
    pub fn has_passed(&self) -> bool {
        self.0 <= timer::now()
    }

    /// Runs `f` under this deadline, or the current one if that is earlier.
    pub fn in_scope<R>(self, f: impl FnOnce() -> R) -> R {
        let _entered = enter(tighten(Some(self)));
        f()
    }

    /// A future that is polled, and dropped, under this deadline, or under the one that is current
    /// at each poll if that is earlier.
    pub fn wrap<F: Future>(self, future: F) -> WithDeadline<F> {
        WithDeadline { future: Some(future), deadline: self }
    }
}

/// The earlier of `own` and the current one.
#[inline]
pub(crate) fn tighten(own: Option<Deadline>) -> Option<Deadline> {
    match (own, Deadline::current()) {
        (Some(own), Some(current)) => Some(own.min(current)),
        (own, current) => own.or(current),
    }
}

/// Puts a deadline in place, or takes one away, until the guard is dropped.
#[inline]
pub(crate) fn enter(deadline: Option<Deadline>) -> Entered {
    Entered { previous: CURRENT.replace(deadline), not_send: PhantomData }
}

/// Puts the deadline before back.
#[derive(Debug)]
pub(crate) struct Entered {
    previous: Option<Deadline>,
    not_send: PhantomData<*const ()>,
}

impl Drop for Entered {
    #[inline]
    fn drop(&mut self) {
        CURRENT.set(self.previous);
    }
}

pin_project_lite::pin_project! {
    /// A future that is polled, and dropped, under a [`Deadline`].
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct WithDeadline<F> {
        #[pin]
        future: Option<F>,
        deadline: Deadline,
    }

    impl<F> PinnedDrop for WithDeadline<F> {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            let mut future = this.future;
            let _entered = enter(tighten(Some(*this.deadline)));
            future.set(None);
        }
    }
}

impl<F: Future> Future for WithDeadline<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let _entered = enter(tighten(Some(*this.deadline)));
        match this.future.as_pin_mut() {
            Some(future) => future.poll(cx),
            // Only `drop` takes the future out.
            None => Poll::Pending,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Context as SpanContext, FutureExt};
    use std::future::{poll_fn, ready};
    use std::task::Waker;

    fn soon() -> Deadline {
        Deadline::within(Duration::from_secs(5))
    }

    fn poll_once<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
        future.poll(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn the_longest_limit_does_not_overflow() {
        let deadline = Deadline::within(Duration::MAX);
        assert!(deadline.remaining() > Duration::from_secs(29 * 365 * 86_400));
        assert!(!deadline.has_passed());
        assert!(Deadline::within(Duration::ZERO).has_passed());
    }

    #[test]
    fn nothing_is_left_of_a_deadline_that_has_passed() {
        assert_eq!(Deadline::at(Instant::now()).remaining(), Duration::ZERO);
    }

    #[test]
    fn a_callee_has_at_most_what_its_caller_has() {
        let (early, late) = (soon(), Deadline::within(Duration::from_secs(50)));
        early.in_scope(|| {
            late.in_scope(|| assert_eq!(Deadline::current(), Some(early)));
            assert_eq!(Deadline::current(), Some(early));
        });
        late.in_scope(|| early.in_scope(|| assert_eq!(Deadline::current(), Some(early))));
        assert_eq!(Deadline::current(), None);
    }

    #[test]
    fn a_panic_puts_the_deadline_before_back() {
        assert!(std::panic::catch_unwind(|| soon().in_scope(|| panic!("inside"))).is_err());
        assert_eq!(Deadline::current(), None);
    }

    #[test]
    fn a_future_has_its_deadline_in_each_poll_and_leaves_none_behind() {
        let deadline = soon();
        let seen = poll_fn(|_| match Deadline::current() {
            Some(current) if current == deadline => Poll::<()>::Pending,
            other => panic!("{other:?}"),
        });
        let mut wrapped = std::pin::pin!(deadline.wrap(seen));
        for _ in 0..2 {
            assert!(poll_once(wrapped.as_mut()).is_pending());
            assert_eq!(Deadline::current(), None);
        }
    }

    #[test]
    fn what_a_future_drops_is_dropped_under_its_deadline() {
        struct Look(Deadline);
        impl Drop for Look {
            fn drop(&mut self) {
                assert_eq!(Deadline::current(), Some(self.0));
            }
        }
        let deadline = soon();
        let look = Look(deadline);
        drop(deadline.wrap(async move {
            let _look = look;
            ready(()).await;
        }));
    }

    #[test]
    fn a_context_carries_the_deadline_to_another_thread() {
        let deadline = soon();
        let context = deadline.in_scope(SpanContext::current);
        let there = std::thread::spawn(move || {
            let inside = context.in_scope(Deadline::current);
            (inside, Deadline::current())
        });
        assert_eq!(there.join().unwrap(), (Some(deadline), None));
    }

    #[test]
    fn a_future_in_the_current_context_keeps_the_deadline_on_any_thread() {
        let deadline = soon();
        let future = deadline
            .in_scope(|| poll_fn(|_| Poll::Ready(Deadline::current())).in_current_context());
        let there = std::thread::spawn(move || poll_once(std::pin::pin!(future)));
        assert_eq!(there.join().unwrap(), Poll::Ready(Some(deadline)));
    }

    #[test]
    fn work_that_begins_a_trace_of_its_own_has_no_deadline() {
        soon().in_scope(|| SpanContext::root().in_scope(|| assert_eq!(Deadline::current(), None)));
    }
}
