//! `traced(stream)`: one span from the call to the last item, however the stream ends.

use lumina::model::{Outcome, Value};
use lumina::testing::{Captured, SpanCheck, capture};
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use tokio::task::yield_now;
use tokio_stream::{Stream, StreamExt as _, iter};

type Item = Result<u32, String>;

#[lumina::traced(stream, capture(n))]
fn opaque(n: u32) -> impl Stream<Item = Item> + Send {
    lumina::record!(asked = true);
    iter(0..n).map(Ok)
}

#[lumina::traced(stream)]
fn boxed(items: Vec<Item>) -> Pin<Box<dyn Stream<Item = Item> + Send>> {
    Box::pin(iter(items))
}

type Boxed<T> = Pin<Box<dyn Stream<Item = Result<T, String>> + Send>>;

#[lumina::traced(stream)]
fn aliased(n: u32) -> Boxed<u32> {
    Box::pin(iter(0..n).map(Ok))
}

#[lumina::traced(stream)]
fn aliased_result(n: u32) -> Result<Boxed<u32>, String> {
    Ok(Box::pin(iter(0..n).map(Ok)))
}

#[lumina::traced(stream)]
async fn opened(good: bool) -> Result<impl Stream<Item = Item>, String> {
    yield_now().await;
    if good { Ok(iter([Ok(1), Ok(2)])) } else { Err("refused".to_owned()) }
}

fn one<'a, T>(
    captured: &'a Captured<T>,
    name: &str,
    outcome: Outcome,
    items: u32,
) -> SpanCheck<'a> {
    captured.has_spans(&[name]);
    let span = captured.root().outcome(outcome).has_attribute("stream.items", items);
    match items {
        0 => span.lacks_attribute("gen_ai.response.time_to_first_chunk"),
        _ => span.has_attribute_key("gen_ai.response.time_to_first_chunk"),
    }
}

#[tokio::test]
async fn a_stream_read_to_its_end_is_one_span_with_all_items() {
    let captured = capture(async { opaque(3).collect::<Vec<_>>().await }).await;
    assert_eq!(*captured.output(), [Ok(0), Ok(1), Ok(2)]);
    one(&captured, "opaque", Outcome::Ok, 3).has_attribute("n", 3).has_attribute("asked", true);
    let captured = capture(async { boxed(vec![Ok(1)]).collect::<Vec<_>>().await }).await;
    one(&captured, "boxed", Outcome::Ok, 1);
    let captured = capture(async { aliased(1).collect::<Vec<_>>().await }).await;
    one(&captured, "aliased", Outcome::Ok, 1);
    let captured = capture(async { aliased_result(1).unwrap().next().await }).await;
    one(&captured, "aliased_result", Outcome::Cancelled, 1);
    let captured = capture(async { opaque(0).next().await }).await;
    one(&captured, "opaque", Outcome::Unset, 0);
}

#[tokio::test]
async fn a_stream_left_early_is_cancelled_with_the_items_so_far() {
    let captured = capture(async {
        let mut stream = Box::pin(opaque(9));
        (stream.next().await, stream.next().await)
    })
    .await;
    one(&captured, "opaque", Outcome::Cancelled, 2);
}

#[tokio::test]
async fn a_stream_dropped_unread_is_cancelled_without_items() {
    let captured = capture(async { drop(opaque(9)) }).await;
    one(&captured, "opaque", Outcome::Cancelled, 0);
}

#[tokio::test]
async fn an_error_among_the_items_is_the_spans_error_and_the_stream_goes_on() {
    let items = vec![Ok(1), Err("torn".to_owned()), Ok(2), Err("again".to_owned())];
    let captured = capture(boxed(items).collect::<Vec<_>>()).await;
    captured.has_spans(&[]);
    let items = vec![Ok(1), Err("torn".to_owned()), Ok(2), Err("again".to_owned())];
    let captured = capture(async { boxed(items).collect::<Vec<_>>().await.len() }).await;
    assert_eq!(*captured.output(), 4);
    one(&captured, "boxed", Outcome::Error, 4).has_attribute("error.message", "torn");
}

#[tokio::test]
async fn a_panic_among_the_items_is_the_spans_panic() {
    #[lumina::traced(stream)]
    fn falls() -> impl Stream<Item = u32> {
        iter(0..9).map(|n| if n == 2 { panic!("fallen") } else { n })
    }
    let captured = capture(async {
        let mut stream = Box::pin(falls());
        let mut items = Vec::new();
        loop {
            let next = std::future::poll_fn(|cx| {
                let poll = || stream.as_mut().poll_next(cx);
                match std::panic::catch_unwind(AssertUnwindSafe(poll)) {
                    Ok(polled) => polled.map(Ok),
                    Err(panic) => std::task::Poll::Ready(Err(panic)),
                }
            });
            match next.await {
                Ok(Some(item)) => items.push(item),
                Ok(None) => break items,
                Err(panic) => {
                    assert_eq!(panic.downcast_ref::<&str>(), Some(&"fallen"));
                    break items;
                }
            }
        }
    })
    .await;
    assert_eq!(*captured.output(), [0, 1]);
    one(&captured, "falls", Outcome::Panic, 2).has_attribute("error.message", "fallen");
}

#[tokio::test]
async fn a_stream_that_has_to_be_opened_is_one_span_too() {
    let captured = capture(async { opened(true).await.unwrap().collect::<Vec<_>>().await }).await;
    one(&captured, "opened", Outcome::Ok, 2);
    let captured = capture(async { opened(false).await.err() }).await;
    captured.has_spans(&["opened"]);
    captured.root().outcome(Outcome::Error).has_attribute("error.message", "refused");
}

#[tokio::test]
async fn what_a_stream_does_belongs_to_its_span_and_what_its_reader_does_does_not() {
    #[lumina::traced]
    fn produce(n: u32) -> u32 {
        n
    }
    #[lumina::traced]
    fn consume(n: u32) -> u32 {
        n
    }
    #[lumina::traced(stream)]
    fn items() -> impl Stream<Item = u32> {
        iter(0..2).map(produce)
    }
    #[lumina::traced]
    async fn reader() -> u32 {
        let mut stream = Box::pin(items());
        let mut sum = 0;
        while let Some(item) = stream.next().await {
            sum += consume(item);
        }
        sum
    }
    let captured = capture(reader()).await;
    let reader = captured.root().has_children(&["items", "consume", "consume"]);
    reader.child("items").has_children(&["produce", "produce"]);
    assert_eq!(reader.child("items").attribute("stream.items"), &Value::I64(2));
}

#[test]
fn a_traced_stream_is_send_if_the_stream_is() {
    fn is_send<T: Send>(_: &T) {}
    is_send(&opaque(1));
    is_send(&boxed(Vec::new()));
    is_send(&opened(true));
}
