//! What other subscribers of `tracing` see of a traced function: the behaviours of
//! `#[tracing::instrument]`, span for span, entry for entry.
//!
//! No pipeline is open here. Where lumina differs on purpose, the test's name says so.

mod async_trait_methods;
mod events;
mod fields;
mod filters;
mod hygiene;
mod methods;
mod names;
mod panics;
mod parents;
mod patterns;
mod polls;

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use tracing::Metadata;
use tracing_mock::span::{ExpectedSpan, NewSpan};
use tracing_mock::subscriber::MockSubscriber;
use tracing_mock::{expect, subscriber};

type Mock = MockSubscriber<fn(&Metadata<'_>) -> bool>;

/// Runs `f` under a subscriber that is to see `expected`, in this order, and nothing else.
#[track_caller]
fn see<R>(expected: Mock, f: impl FnOnce() -> R) -> R {
    let (subscriber, handle) = expected.only().run_with_handle();
    let output = tracing::subscriber::with_default(subscriber, f);
    handle.assert_finished();
    output
}

/// `f` is one synchronous call whose span is `new`, called `name`.
#[track_caller]
fn see_call<R>(name: &str, new: impl Into<NewSpan>, f: impl FnOnce() -> R) -> R {
    let span = expect::span().named(name);
    let expected = subscriber::mock().new_span(new);
    see(expected.enter(span.clone()).exit(span.clone()).drop_span(span), f)
}

/// The span is entered `times` more times, and nothing happens in it.
fn entered(mut mock: Mock, span: &ExpectedSpan, times: usize) -> Mock {
    for _ in 0..times {
        mock = mock.enter(span.clone()).exit(span.clone());
    }
    mock
}

/// The span of a future that is ready at its `polls`th poll: entered for each, and once more while
/// the future is dropped.
fn polled(mock: Mock, span: &ExpectedSpan, polls: usize) -> Mock {
    entered(mock, span, polls + 1).drop_span(span.clone())
}

/// Polls until ready, without a runtime.
fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut cx = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
            return output;
        }
    }
}

/// Polls once and drops the future.
fn poll_once<F: Future>(future: F) -> Poll<F::Output> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}

/// Ready at the poll after `0` more.
struct Pending(usize);

impl Future for Pending {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<()> {
        match self.0 {
            0 => Poll::Ready(()),
            _ => {
                self.0 -= 1;
                Poll::Pending
            }
        }
    }
}
