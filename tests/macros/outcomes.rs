//! How a span ends: what is said of errors, panics and futures that are dropped.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::{Context, Waker};

use lumina::model::{Outcome, Value};
use lumina::testing::{capture, capture_sync};
use lumina::traced;

#[derive(Debug)]
struct Inner;

impl std::fmt::Display for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("connection reset")
    }
}

impl std::error::Error for Inner {}

#[derive(Debug)]
struct Outer(Inner);

impl std::fmt::Display for Outer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("no answer")
    }
}

impl std::error::Error for Outer {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

type Aliased<T> = std::result::Result<T, Outer>;

#[traced]
fn sync(fail: bool) -> Aliased<u8> {
    if fail {
        return Err(Outer(Inner));
    }
    Ok(1)
}

#[traced]
async fn asynchronous(fail: bool) -> Aliased<u8> {
    let value = sync(fail)?;
    Ok(value)
}

#[tokio::test]
async fn a_returned_error_is_described_without_being_asked_for() {
    let spans = capture(async { (asynchronous(true).await, asynchronous(false).await) }).await;
    let [failed, succeeded] = spans.spans_named("asynchronous")[..] else {
        panic!("{}", spans.tree())
    };
    for span in [failed, failed.child("sync")] {
        span.outcome(Outcome::Error)
            .attribute_contains("error.type", "Outer")
            .has_attribute("error.message", "no answer")
            .has_attribute("error.sources", vec!["connection reset"]);
    }
    succeeded.outcome(Outcome::Ok).lacks_attribute("error.type");
    succeeded.child("sync").outcome(Outcome::Ok);
}

#[traced]
fn through<E>(result: Result<u8, E>) -> Result<u8, E> {
    result
}

#[test]
fn a_generic_error_is_described_by_its_bounds() {
    let spans = capture_sync(|| through(Err(Inner)).is_err());
    spans
        .span("through")
        .outcome(Outcome::Error)
        .attribute_contains("error.type", "Inner")
        .lacks_attribute("error.message");
}

#[traced]
fn panics(number: u32) -> u32 {
    assert!(number > 3, "the number {number} is too small");
    number
}

#[traced]
async fn panics_later() -> Result<(), String> {
    tokio::task::yield_now().await;
    panic!("later");
}

#[test]
fn a_panic_ends_the_span_as_one() {
    let spans = capture_sync(|| {
        let _ = catch_unwind(|| panics(1));
    });
    spans
        .span("panics")
        .outcome(Outcome::Panic)
        .has_attribute("error.message", "the number 1 is too small");
}

#[tokio::test]
async fn a_panic_ends_an_asynchronous_span_as_one() {
    let spans = capture(async {
        let mut future = Box::pin(panics_later());
        let mut cx = Context::from_waker(Waker::noop());
        assert!(future.as_mut().poll(&mut cx).is_pending());
        let polled = catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(&mut cx).is_ready()));
        assert!(polled.is_err());
    })
    .await;
    spans.span("panics_later").outcome(Outcome::Panic).has_attribute("error.message", "later");
}

#[traced(ok(|_| finished = true))]
async fn never_ready() -> u8 {
    std::future::pending().await
}

#[tokio::test]
async fn a_future_dropped_before_it_is_ready_is_cancelled() {
    let spans = capture(async {
        let mut future = Box::pin(never_ready());
        assert!(future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    })
    .await;
    spans.span("never_ready").outcome(Outcome::Cancelled).lacks_attribute("finished");
}

#[traced]
fn plain(value: Option<u8>) -> Option<u8> {
    value
}

#[test]
fn a_plain_value_promises_nothing() {
    let spans = capture_sync(|| plain(None));
    spans.span("plain").outcome(Outcome::Unset);
    assert_eq!(spans.span("plain").data().attributes, Vec::<(String, Value)>::new());
}
