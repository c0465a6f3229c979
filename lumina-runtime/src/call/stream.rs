//! `#[timeout]` of a stream: how long its first item may take, and the time between two.
//!
//! The clock begins with the call, goes on while a future makes the stream, and goes into the stream
//! with it. What fires becomes an item, the last one.

use crate::names;
use crate::policy::deadline::{self, Deadline};
use crate::policy::error::Interrupted;
use crate::policy::timer::{self, Sleep};
use crate::record::arg::Arg;
use crate::span::record_attributes;
use futures_core::Stream;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

/// When a stream is too late.
///
/// The wait for an item begins with the first poll that finds none: while nobody asks for an item,
/// none is late. The first item is waited for from the call on.
#[derive(Debug)]
pub struct StreamClock {
    first: Option<Duration>,
    idle: Option<Duration>,
    begun: Instant,
    /// The end of all: the stream's own, or an inherited one that comes first.
    deadline: Option<Deadline>,
    items: u64,
    waiting_since: Option<Instant>,
    sleep: Sleep,
    /// It was too late before there was a stream.
    late: Option<Interrupted>,
}

impl StreamClock {
    /// Begins now.
    pub fn new(
        first: Option<Duration>,
        idle: Option<Duration>,
        total: Option<Duration>,
    ) -> StreamClock {
        StreamClock {
            first,
            idle,
            begun: timer::now(),
            deadline: deadline::tighten(total.map(Deadline::within)),
            items: 0,
            waiting_since: None,
            sleep: Sleep::never(),
            late: None,
        }
    }

    /// Runs `f` under the stream's deadline.
    pub fn in_scope<R>(&self, f: impl FnOnce() -> R) -> R {
        let _deadline = deadline::enter(self.deadline);
        f()
    }

    fn came(&mut self) {
        self.items += 1;
        self.waiting_since = None;
    }

    fn is_over(&self) -> bool {
        self.deadline.is_some_and(|deadline| deadline.has_passed())
    }

    /// Whether what was just polled in vain is too late; wakes the task when it will be.
    fn poll_late(&mut self, cx: &mut Context<'_>) -> Poll<Interrupted> {
        let own = match self.items {
            0 => self.first.map(|limit| Deadline::after(self.begun, limit)),
            _ => self.idle.map(|limit| {
                Deadline::after(*self.waiting_since.get_or_insert_with(timer::now), limit)
            }),
        };
        let Some(until) = own.into_iter().chain(self.deadline).min() else { return Poll::Pending };
        ready!(self.sleep.poll_until(until.instant(), cx));
        let why = match (own == Some(until), self.items) {
            (true, 0) => Interrupted::FirstItem { limit: self.first.unwrap_or_default() },
            (true, items) => Interrupted::Idle { limit: self.idle.unwrap_or_default(), items },
            (false, _) => self.total_passed(),
        };
        Poll::Ready(why)
    }

    fn total_passed(&self) -> Interrupted {
        let end = self.deadline.map_or(self.begun, |deadline| deadline.instant());
        Interrupted::Deadline { limit: end.saturating_duration_since(self.begun), attempt: 1 }
    }
}

/// Says on the current span which limit was reached.
fn say_fired(why: &Interrupted) {
    let which = match why {
        Interrupted::FirstItem { .. } => "first",
        Interrupted::Idle { .. } => "idle",
        _ => "total",
    };
    record_attributes(&[(names::TIMEOUT_FIRED, Arg::Str(which))]);
}

pin_project_lite::pin_project! {
    /// The future that makes a stream; none if the first item is late before there is one.
    #[must_use = "futures do nothing unless polled"]
    pub struct Making<'c, F> {
        clock: &'c mut StreamClock,
        #[pin]
        future: Option<F>,
    }
}

impl<'c, F> Making<'c, F> {
    /// Waits for `future` as long as `clock` lets it.
    pub fn new(clock: &'c mut StreamClock, future: F) -> Self {
        Making { clock, future: Some(future) }
    }
}

impl<F: Future> Future for Making<'_, F> {
    type Output = Option<F::Output>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let (clock, mut future) = (this.clock, this.future);
        let _deadline = deadline::enter(clock.deadline);
        let Some(running) = future.as_mut().as_pin_mut() else { return Poll::Pending };
        if let Poll::Ready(made) = running.poll(cx) {
            return Poll::Ready(Some(made));
        }
        let why = ready!(clock.poll_late(cx));
        future.set(None);
        clock.late = Some(why);
        Poll::Ready(None)
    }
}

/// An item that can say that its stream was too late.
#[diagnostic::on_unimplemented(
    message = "`timeout` ends a stream with an item that is an error, and `{Self}` cannot be one",
    label = "the items are no `Result`s",
    note = "let the stream give `Result<T, E>`"
)]
pub trait TimedItem: Sized {
    /// The error.
    type Err;

    /// The last item.
    fn from_err(error: Self::Err) -> Self;
}

impl<T, E> TimedItem for Result<T, E> {
    type Err = E;

    fn from_err(error: E) -> Self {
        Err(error)
    }
}

pin_project_lite::pin_project! {
    /// A stream that ends with an error when it is too late. Then, and after its own end, what it
    /// was made of is dropped and never polled again.
    #[must_use = "streams do nothing unless polled"]
    pub struct TimedStream<S, I> {
        #[pin]
        stream: Option<S>,
        clock: StreamClock,
        err: Option<I>,
    }
}

impl<S, I> TimedStream<S, I>
where
    S: Stream,
    I: FnOnce(Interrupted) -> S::Item,
{
    /// `stream`, if there is one, on `clock`; `err` makes the last item.
    pub fn new(stream: Option<S>, clock: StreamClock, err: I) -> Self {
        TimedStream { stream, clock, err: Some(err) }
    }
}

impl<S, I> Stream for TimedStream<S, I>
where
    S: Stream,
    I: FnOnce(Interrupted) -> S::Item,
{
    type Item = S::Item;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<S::Item>> {
        let this = self.project();
        let (mut stream, clock) = (this.stream, this.clock);
        let _deadline = deadline::enter(clock.deadline);
        let why = match (clock.late.take(), stream.as_mut().as_pin_mut()) {
            (Some(why), _) => why,
            (None, None) => return Poll::Ready(None),
            (None, Some(_)) if clock.is_over() => clock.total_passed(),
            (None, Some(running)) => match running.poll_next(cx) {
                Poll::Ready(Some(item)) => {
                    clock.came();
                    return Poll::Ready(Some(item));
                }
                Poll::Ready(None) => {
                    stream.set(None);
                    return Poll::Ready(None);
                }
                Poll::Pending => ready!(clock.poll_late(cx)),
            },
        };
        say_fired(&why);
        stream.set(None);
        let err = this.err.take();
        Poll::Ready(err.map(|err| err(why)))
    }
}

/// A boxed stream, by whatever name: gets a clock and stays what it is.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a stream that `timeout` can end",
    note = "return `impl Stream<Item = Result<..>>`, `Pin<Box<dyn Stream<Item = Result<..>>>>` or \
            the latter `+ Send`"
)]
pub trait TimeBoxed: Sized {
    /// What the stream gives.
    type Item;

    /// `stream`, if there is one, on `clock`; `err` makes the last item.
    fn timed(stream: Option<Self>, clock: StreamClock, err: fn(Interrupted) -> Self::Item) -> Self;
}

impl<'a, T: 'a> TimeBoxed for Pin<Box<dyn Stream<Item = T> + Send + 'a>> {
    type Item = T;

    fn timed(stream: Option<Self>, clock: StreamClock, err: fn(Interrupted) -> T) -> Self {
        Box::pin(TimedStream::new(stream, clock, err))
    }
}

impl<'a, T: 'a> TimeBoxed for Pin<Box<dyn Stream<Item = T> + 'a>> {
    type Item = T;

    fn timed(stream: Option<Self>, clock: StreamClock, err: fn(Interrupted) -> T) -> Self {
        Box::pin(TimedStream::new(stream, clock, err))
    }
}

impl<F> std::fmt::Debug for Making<'_, F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Making").field("clock", &self.clock).finish_non_exhaustive()
    }
}

impl<S, I> std::fmt::Debug for TimedStream<S, I> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TimedStream").field("clock", &self.clock).finish_non_exhaustive()
    }
}
