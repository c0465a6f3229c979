//! The span of a stream: from the call that made it to its last item.

use super::async_span::AsyncSpan;
use super::end::End;
use crate::names;
use crate::record::arg::Arg;
use futures_core::Stream;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;

pin_project_lite::pin_project! {
    /// Polls a future in a span that outlives it: the span of the stream that the future makes.
    ///
    /// Dropped before it is ready, the span is cancelled.
    #[must_use = "futures do nothing unless polled"]
    pub struct InSpan<'s, F> {
        // Dropped in this order.
        #[pin]
        future: F,
        span: Lent<'s>,
    }

    impl<F> PinnedDrop for InSpan<'_, F> {
        fn drop(this: Pin<&mut Self>) {
            let lent = this.project().span;
            if !lent.ready {
                lent.span.enter_to_drop();
            }
        }
    }
}

/// The span of a stream while its future is polled.
struct Lent<'s> {
    span: &'s mut AsyncSpan,
    ready: bool,
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        if !self.ready && !self.span.is_off() {
            self.span.abandon();
        }
    }
}

impl<'s, F> InSpan<'s, F> {
    /// Polls `future` in `span`.
    pub fn new(span: &'s mut AsyncSpan, future: F) -> Self {
        InSpan { future, span: Lent { span, ready: false } }
    }
}

impl<F: Future> Future for InSpan<'_, F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let polled = this.span.span.poll_within(|| this.future.poll(cx));
        this.span.ready = polled.is_ready();
        polled
    }
}

pin_project_lite::pin_project! {
    /// A stream with a span, which ends with the stream's last item.
    ///
    /// Items pass through one by one: nothing is buffered, nothing is polled ahead. The span says
    /// how many there were and when the first came, however the stream ends; a stream that is
    /// dropped before its end is cancelled, unless it gave an error before. `D` looks at each item for an error.
    #[must_use = "streams do nothing unless polled"]
    pub struct TracedStream<S, D> {
        // There until the drop.
        #[pin]
        stream: Option<S>,
        span: AsyncSpan,
        progress: Progress,
        look: D,
    }

    impl<S, D> PinnedDrop for TracedStream<S, D> {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            let (mut stream, span, progress) = (this.stream, this.span, this.progress);
            if span.is_off() {
                return;
            }
            if !progress.recorded {
                span.poll_within(|| progress.record());
            }
            if progress.error.is_none() {
                return span.drop_within(|| stream.set(None));
            }
            // Nobody reads on after an error: it was the stream's end.
            span.poll_within(|| stream.set(None));
            span.end_now(progress.end());
        }
    }
}

/// What is known of a stream so far.
struct Progress {
    /// When the stream was asked for; `None` if nothing is recorded.
    asked: Option<Instant>,
    first_seconds: Option<f64>,
    items: u64,
    recorded: bool,
    /// What the first item that was an error said.
    error: Option<End>,
    ok: bool,
}

impl Progress {
    fn note(&mut self) {
        if self.items == 0 {
            self.first_seconds = self.asked.map(|asked| asked.elapsed().as_secs_f64());
        }
        self.items += 1;
    }

    /// Puts what is known on the current span; once.
    fn record(&mut self) {
        if !std::mem::replace(&mut self.recorded, true) {
            let first = self.first_seconds.map_or(Arg::Empty, Arg::F64);
            super::record_attributes(&[
                (names::STREAM_ITEMS, Arg::U64(self.items)),
                (names::TIME_TO_FIRST_CHUNK, first),
            ]);
        }
    }

    fn end(&mut self) -> End {
        let ok = self.ok;
        self.error.take().unwrap_or_else(|| {
            let mut end = End::new();
            if ok {
                end.ok();
            }
            end
        })
    }
}

/// Records what is known when a poll panics: the span ends there.
struct RecordOnPanic<'a> {
    progress: &'a mut Progress,
    armed: bool,
}

impl Drop for RecordOnPanic<'_> {
    fn drop(&mut self) {
        if self.armed {
            self.progress.record();
        }
    }
}

impl<S, D> TracedStream<S, D>
where
    S: Stream,
    D: FnMut(&S::Item, &mut End),
{
    /// Gives `stream` a span that was started when it was [`asked`](AsyncSpan::asked) for.
    pub fn new(span: AsyncSpan, asked: Option<Instant>, stream: S, look: D) -> Self {
        let progress = Progress {
            asked,
            first_seconds: None,
            items: 0,
            recorded: false,
            error: None,
            ok: false,
        };
        TracedStream { stream: Some(stream), span, progress, look }
    }
}

impl<S, D> Stream for TracedStream<S, D>
where
    S: Stream,
    D: FnMut(&S::Item, &mut End),
{
    type Item = S::Item;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<S::Item>> {
        let this = self.project();
        let Some(stream) = this.stream.as_pin_mut() else { return Poll::Ready(None) };
        if this.span.is_off() {
            return stream.poll_next(cx);
        }
        let (progress, look) = (&mut *this.progress, this.look);
        let polled = this.span.poll_within(|| {
            let mut guard = RecordOnPanic { progress, armed: true };
            let polled = stream.poll_next(cx);
            guard.armed = false;
            let progress = &mut *guard.progress;
            match &polled {
                Poll::Ready(Some(item)) => {
                    progress.note();
                    if progress.error.is_none() {
                        let mut end = End::new();
                        look(item, &mut end);
                        progress.ok = end.is_ok();
                        progress.error = end.is_error().then_some(end);
                    }
                }
                Poll::Ready(None) => progress.record(),
                Poll::Pending => {}
            }
            polled
        });
        if let Poll::Ready(None) = &polled {
            this.span.end_now(this.progress.end());
        }
        polled
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.stream.as_ref().map_or((0, Some(0)), Stream::size_hint)
    }
}

/// A boxed stream, by whatever name: gets a span and stays what it is.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a stream that `#[traced(stream)]` can follow",
    note = "return `impl Stream<Item = ..>`, `Pin<Box<dyn Stream<Item = ..>>>` or the latter `+ Send`"
)]
pub trait TraceBoxed: Sized {
    /// What the stream gives.
    type Item;

    /// Gives the stream a span that was started when it was [`asked`](AsyncSpan::asked) for.
    fn trace(
        self,
        span: AsyncSpan,
        asked: Option<Instant>,
        look: fn(&Self::Item, &mut End),
    ) -> Self;
}

impl<'a, T: 'a> TraceBoxed for Pin<Box<dyn Stream<Item = T> + Send + 'a>> {
    type Item = T;

    fn trace(self, span: AsyncSpan, asked: Option<Instant>, look: fn(&T, &mut End)) -> Self {
        Box::pin(TracedStream::new(span, asked, self, look))
    }
}

impl<'a, T: 'a> TraceBoxed for Pin<Box<dyn Stream<Item = T> + 'a>> {
    type Item = T;

    fn trace(self, span: AsyncSpan, asked: Option<Instant>, look: fn(&T, &mut End)) -> Self {
        Box::pin(TracedStream::new(span, asked, self, look))
    }
}
