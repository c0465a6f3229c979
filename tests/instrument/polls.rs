//! Futures: when the span begins, how often it is entered, when it ends.

use crate::{Mock, Pending, block_on, entered, poll_once, polled, see};
use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Waker};
use tracing_mock::span::ExpectedSpan;
use tracing_mock::{expect, subscriber};

fn begun(name: &str) -> (Mock, ExpectedSpan) {
    let span = expect::span().named(name);
    (subscriber::mock().new_span(span.clone()), span)
}

fn event(text: &'static str) -> tracing_mock::event::ExpectedEvent {
    expect::event().with_fields(expect::msg(text))
}

#[lumina::traced]
async fn wait(polls: usize) -> usize {
    Pending(polls).await;
    polls
}

#[test]
fn a_span_is_entered_for_each_poll_and_for_the_drop() {
    let (expected, span) = begun("wait");
    assert_eq!(see(polled(expected, &span, 3), || block_on(wait(2))), 2);
}

#[test]
fn what_happens_in_a_poll_happens_in_the_span() {
    #[lumina::traced]
    async fn talk() {
        tracing::info!("before");
        Pending(1).await;
        tracing::info!("after");
    }
    let (expected, span) = begun("talk");
    let expected = expected.enter(span.clone()).event(event("before")).exit(span.clone());
    let expected = expected.enter(span.clone()).event(event("after")).exit(span.clone());
    see(entered(expected, &span, 1).drop_span(span), || block_on(talk()));
}

#[test]
fn nothing_is_seen_between_the_polls() {
    let (expected, span) = begun("wait");
    let expected = entered(expected, &span, 1).event(event("between"));
    see(entered(expected, &span, 2).drop_span(span), || {
        let mut future = pin!(wait(1));
        let mut cx = Context::from_waker(Waker::noop());
        assert!(future.as_mut().poll(&mut cx).is_pending());
        tracing::info!("between");
        block_on(future);
    });
}

#[test]
fn an_inner_call_is_entered_and_left_within_the_outer_one() {
    #[lumina::traced]
    async fn outer() {
        inner().await;
    }
    #[lumina::traced]
    async fn inner() {
        tracing::info!("inside");
    }
    let (expected, outer_span) = begun("outer");
    let inner_span = expect::span().named("inner");
    let expected = expected
        .enter(outer_span.clone())
        .new_span(inner_span.clone())
        .enter(inner_span.clone())
        .event(event("inside"))
        .exit(inner_span.clone());
    let expected = entered(expected, &inner_span, 1).drop_span(inner_span).exit(outer_span.clone());
    let expected = entered(expected, &outer_span, 1).drop_span(outer_span);
    see(expected, || block_on(outer()));
}

#[test]
fn a_future_that_is_never_polled_has_no_span() {
    see(subscriber::mock(), || drop(wait(1)));
}

#[test]
fn a_future_dropped_half_way_is_dropped_in_its_span() {
    struct Talks;
    impl Drop for Talks {
        fn drop(&mut self) {
            tracing::info!("dropped");
        }
    }
    #[lumina::traced]
    async fn hold() {
        let _held = Talks;
        Pending(9).await;
    }
    let (expected, span) = begun("hold");
    let expected = entered(expected, &span, 1).enter(span.clone()).event(event("dropped"));
    see(expected.exit(span.clone()).drop_span(span), || {
        assert!(poll_once(hold()).is_pending());
    });
}

#[test]
fn a_returned_async_block_is_the_call() {
    #[lumina::traced]
    #[allow(clippy::manual_async_fn)]
    fn bare() -> impl Future<Output = u8> {
        async {
            Pending(1).await;
            1
        }
    }
    #[lumina::traced]
    fn boxed() -> Pin<Box<dyn Future<Output = u8>>> {
        Box::pin(async move {
            Pending(1).await;
            1
        })
    }
    let (expected, span) = begun("bare");
    see(polled(expected, &span, 2), || assert_eq!(block_on(bare()), 1));
    let (expected, span) = begun("boxed");
    see(polled(expected, &span, 2), || assert_eq!(block_on(boxed()), 1));
}

#[test]
fn statements_before_a_returned_future_do_not_enter_the_span() {
    #[lumina::traced]
    fn prepared(n: u8) -> Pin<Box<dyn Future<Output = u8>>> {
        tracing::info!("preparing");
        let doubled = n * 2;
        Box::pin(async move { doubled })
    }
    let (expected, span) = begun("prepared");
    let expected = expected.event(event("preparing"));
    see(polled(expected, &span, 1), || assert_eq!(block_on(prepared(4)), 8));
}

#[test]
fn a_future_made_elsewhere_is_traced_too_unlike_with_tracing() {
    #[lumina::traced]
    fn delegate() -> impl Future<Output = ()> {
        Pending(1)
    }
    let (expected, span) = begun("delegate");
    see(polled(expected, &span, 2), || block_on(delegate()));
}

#[test]
fn two_futures_in_turn_are_entered_in_turn() {
    #[lumina::traced(name = "left")]
    async fn left() {
        Pending(1).await;
    }
    #[lumina::traced(name = "right")]
    async fn right() {
        Pending(1).await;
    }
    let (expected, left_span) = begun("left");
    let right_span = expect::span().named("right");
    let expected = entered(expected, &left_span, 1).new_span(right_span.clone());
    let expected = entered(expected, &right_span, 1);
    let expected = entered(expected, &left_span, 2).drop_span(left_span);
    let expected = entered(expected, &right_span, 2).drop_span(right_span);
    see(expected, || {
        let mut left = pin!(left());
        let mut right = pin!(right());
        let mut cx = Context::from_waker(Waker::noop());
        assert!(left.as_mut().poll(&mut cx).is_pending());
        assert!(right.as_mut().poll(&mut cx).is_pending());
        assert!(left.as_mut().poll(&mut cx).is_ready());
        assert!(right.as_mut().poll(&mut cx).is_ready());
    });
}
