//! Panics: the span says so, the payload goes on unchanged.

use crate::{record, record_future};
use lumina::model::{Outcome, SpanData};
use lumina::testing::{capture, capture_sync};
use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any, resume_unwind};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use tokio::task::yield_now;

/// A future that catches the panics of another.
struct Caught<F>(F);

impl<F: Future + Unpin> Future for Caught<F> {
    type Output = std::thread::Result<F::Output>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match catch_unwind(AssertUnwindSafe(|| Pin::new(&mut self.0).poll(cx))) {
            Ok(polled) => polled.map(Ok),
            Err(panic) => Poll::Ready(Err(panic)),
        }
    }
}

#[track_caller]
fn panicked(span: &SpanData, message: &str) {
    assert_eq!(span.outcome, Outcome::Panic);
    assert_eq!(span.attribute("error.message"), Some(&message.into()));
    let location = span.attribute("panic.location").expect("a location").to_string();
    assert!(
        location.starts_with("tests/shapes/panics.rs:")
            || location.starts_with("shapes/panics.rs:"),
        "{location}"
    );
}

#[derive(Debug, PartialEq)]
struct Payload(u32);

#[test]
fn a_panic_in_a_body_ends_the_span_and_its_payload_goes_on() {
    #[lumina::traced]
    fn guarded(n: u32) {
        panic!("fallen {n}");
    }
    #[lumina::traced]
    fn read(n: u32) -> Result<u32, String> {
        panic!("fallen {n}")
    }
    #[lumina::traced]
    fn any() -> Result<u32, String> {
        panic_any(Payload(7))
    }
    let (caught, span) = record("guarded", || catch_unwind(|| guarded(1)));
    assert_eq!(caught.unwrap_err().downcast_ref::<String>().unwrap(), "fallen 1");
    panicked(&span, "fallen 1");
    let (caught, span) = record("read", || catch_unwind(|| read(2)));
    assert_eq!(caught.unwrap_err().downcast_ref::<String>().unwrap(), "fallen 2");
    panicked(&span, "fallen 2");
    let (caught, span) = record("any", || catch_unwind(any));
    assert_eq!(caught.unwrap_err().downcast_ref::<Payload>(), Some(&Payload(7)));
    panicked(&span, "a panic whose payload is not text");
}

#[test]
fn a_panic_ends_every_span_that_it_leaves() {
    #[lumina::traced]
    fn outer() {
        middle();
    }
    #[lumina::traced]
    fn middle() -> Option<u32> {
        inner();
        None
    }
    #[lumina::traced]
    fn inner() {
        panic!("deep");
    }
    #[lumina::traced]
    fn after() {}
    let captured = capture_sync(|| {
        assert!(catch_unwind(outer).is_err());
        after();
    });
    captured.has_spans(&["outer", "middle", "inner", "after"]);
    for name in ["outer", "middle", "inner"] {
        panicked(captured.span(name).data(), "deep");
    }
    captured.span("after").is_root().outcome(Outcome::Unset);
}

#[tokio::test]
async fn a_panic_in_a_poll_ends_the_span_whenever_the_future_is_dropped() {
    #[lumina::traced]
    async fn outer() -> Result<u32, String> {
        yield_now().await;
        inner().await;
        Ok(1)
    }
    #[lumina::traced]
    async fn inner() {
        yield_now().await;
        panic!("deep");
    }
    let captured = capture(async {
        let mut future = Box::pin(outer());
        let caught = Caught(&mut future).await;
        assert_eq!(caught.unwrap_err().downcast_ref::<&str>(), Some(&"deep"));
        drop(future);
    })
    .await;
    captured.has_spans(&["outer", "inner"]);
    panicked(captured.span("outer").data(), "deep");
    panicked(captured.span("inner").data(), "deep");
}

#[tokio::test]
async fn a_panic_in_a_task_is_the_tasks_result() {
    use lumina::FutureExt as _;
    #[lumina::traced]
    async fn fall() {
        yield_now().await;
        panic!("fallen");
    }
    let captured = capture(async {
        let error = tokio::spawn(fall().in_current_context()).await.unwrap_err();
        assert_eq!(error.into_panic().downcast_ref::<&str>(), Some(&"fallen"));
    })
    .await;
    panicked(captured.span("fall").data(), "fallen");
}

#[tokio::test]
async fn a_future_dropped_by_the_panic_of_another_is_cancelled() {
    #[lumina::traced]
    async fn waits() {
        std::future::pending::<()>().await;
    }
    #[lumina::traced]
    async fn falls() {
        yield_now().await;
        panic!("fallen");
    }
    let captured = capture(async {
        let both = Box::pin(async { tokio::join!(waits(), falls()) });
        assert!(Caught(both).await.is_err());
    })
    .await;
    panicked(captured.span("falls").data(), "fallen");
    captured.span("waits").outcome(Outcome::Cancelled);
}

#[test]
fn a_panic_while_an_argument_is_formatted_harms_nobody() {
    struct Broken;
    impl fmt::Debug for Broken {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("half of")?;
            panic!("no debug")
        }
    }
    impl fmt::Display for Broken {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            panic!("no display")
        }
    }
    #[lumina::traced(capture(?broken), attrs(shown = %broken, after = 1))]
    fn call(broken: &Broken) -> u32 {
        lumina::record!(later = %broken);
        lumina::event!("e", value = ?broken);
        7
    }
    let (output, span) = record("call", || call(&Broken));
    assert_eq!((output, span.outcome), (7, Outcome::Unset));
    for key in ["broken", "shown", "later"] {
        assert!(span.attribute(key).unwrap().to_string().contains("panicked"), "{key}");
    }
    assert_eq!(span.attribute("after"), Some(&1.into()));
}

#[test]
fn a_panic_in_an_attribute_is_one_of_the_call() {
    #[lumina::traced(attrs(n = text.parse::<u32>().unwrap()))]
    fn entry(text: &str) {
        let _ = text;
    }
    #[lumina::traced(ok(|n| n = 10 / *n))]
    fn reading(n: u32) -> u32 {
        n
    }
    let captured = capture_sync(|| {
        assert!(catch_unwind(|| entry("x")).is_err());
        assert!(catch_unwind(|| reading(0)).is_err());
        assert_eq!(lumina::Context::current().span_id(), None);
    });
    captured.has_spans(&["reading"]);
    captured.root().outcome(Outcome::Panic);
}

#[test]
fn spans_of_destructors_are_recorded_while_a_panic_goes_on() {
    struct Cleans;
    impl Drop for Cleans {
        fn drop(&mut self) {
            assert!(clean().is_ok());
        }
    }
    #[lumina::traced]
    fn clean() -> Result<u32, String> {
        wipe();
        Ok(1)
    }
    #[lumina::traced]
    fn wipe() {}
    #[lumina::traced]
    fn outer() {
        let _cleans = Cleans;
        panic!("fallen");
    }
    let captured = capture_sync(|| assert!(catch_unwind(outer).is_err()));
    captured.has_spans(&["outer", "clean", "wipe"]);
    panicked(captured.root().data(), "fallen");
    captured.root().child("clean").outcome(Outcome::Ok).child("wipe").outcome(Outcome::Unset);
}

#[tokio::test]
async fn a_panic_in_the_destructor_of_a_future_ends_its_span() {
    struct Falls;
    impl Drop for Falls {
        fn drop(&mut self) {
            panic!("in drop");
        }
    }
    #[lumina::traced]
    async fn hold() {
        let _falls = Falls;
        std::future::pending::<()>().await;
    }
    let captured = capture(async {
        let mut future = Box::pin(hold());
        std::future::poll_fn(|cx| {
            assert!(pin!(&mut future).poll(cx).is_pending());
            Poll::Ready(())
        })
        .await;
        let caught = catch_unwind(AssertUnwindSafe(|| drop(future)));
        assert_eq!(caught.unwrap_err().downcast_ref::<&str>(), Some(&"in drop"));
        assert_eq!(lumina::Context::current().span_id(), None);
    })
    .await;
    panicked(captured.root().data(), "in drop");
}

#[tokio::test]
async fn a_panic_that_was_caught_inside_is_none_of_the_span() {
    #[lumina::traced]
    async fn careful() -> u32 {
        let caught = catch_unwind(|| resume_unwind(Box::new(Payload(3))));
        yield_now().await;
        caught.unwrap_err().downcast_ref::<Payload>().unwrap().0
    }
    let (output, span) = record_future("careful", careful()).await;
    assert_eq!((output, span.outcome), (3, Outcome::Unset));
    assert_eq!(span.attribute("error.message"), None);
}
