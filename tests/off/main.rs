//! Off: no pipeline was ever opened in this process, and there is no subscriber.
//!
//! A room of its own, because a pipeline or a subscriber of another test turns the sites on for
//! the whole process.

use std::cell::Cell;
use std::future::Future;
use std::task::{Context, Poll, Waker};

thread_local! {
    static EVALUATED: Cell<u32> = const { Cell::new(0) };
}

fn evaluate() -> u32 {
    EVALUATED.with(|count| {
        count.set(count.get() + 1);
        count.get()
    })
}

#[lumina::traced(capture(n), attrs(e = evaluate(), %s = evaluate()), ok(|v| v = *v + evaluate()))]
fn sync(n: u32) -> Result<u32, String> {
    Ok(n)
}

#[lumina::traced(attrs(e = evaluate()), err(|_| e2 = evaluate()), parent = { evaluate(); None::<lumina::Context> })]
async fn future(n: u32) -> Result<u32, String> {
    lumina::record!(later = evaluate());
    lumina::event!("step", e = evaluate());
    lumina::span!("block", e = evaluate(); Err(n.to_string()))
}

#[lumina::traced(attrs(e = evaluate()))]
fn boxed(n: u32) -> std::pin::Pin<Box<dyn Future<Output = u32>>> {
    let doubled = n * 2;
    Box::pin(async move { doubled })
}

fn ready<F: Future>(future: F) -> F::Output {
    match std::pin::pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("these futures do not wait"),
    }
}

#[test]
fn nothing_is_evaluated_but_the_call() {
    for _ in 0..3 {
        assert_eq!(sync(1), Ok(1));
        assert_eq!(ready(future(2)), Err("2".to_owned()));
        assert_eq!(ready(boxed(3)), 6);
    }
    assert_eq!(EVALUATED.get(), 0);
}

#[test]
fn there_is_no_context() {
    #[lumina::traced(span = here)]
    fn seen() -> Option<lumina::model::SpanId> {
        here.span_id().or(lumina::Context::current().span_id())
    }
    assert_eq!(seen(), None);
}
