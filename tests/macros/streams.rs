//! `stream`: one span from the call to the last item.

use std::pin::Pin;

use futures_core::Stream;
use lumina::model::Outcome;
use lumina::testing::capture;
use lumina::traced;
use tokio_stream::StreamExt as _;

type Boxed<T> = Pin<Box<dyn Stream<Item = T> + Send>>;

#[traced]
fn leaf() {}

#[traced(stream)]
fn plain(items: &[u8]) -> impl Stream<Item = u8> {
    leaf();
    tokio_stream::iter(items.iter().copied()).map(|item| {
        leaf();
        item
    })
}

#[traced(stream, llm, capture(count), err(|e| reason = e))]
async fn answer(count: u8) -> Result<impl Stream<Item = Result<u8, String>>, String> {
    tokio::task::yield_now().await;
    if count == 0 {
        Err("nothing to say")?;
    }
    Ok(tokio_stream::iter((0..count).map(|n| if n < 3 { Ok(n) } else { Err("broken".to_owned()) })))
}

#[traced(stream)]
fn boxed() -> Boxed<u8> {
    Box::pin(tokio_stream::iter([1, 2, 3]))
}

#[tokio::test]
async fn a_stream_is_one_span_with_its_items_inside() {
    let spans = capture(async { plain(&[1, 2]).collect::<Vec<_>>().await }).await;
    assert_eq!(spans.output(), &[1, 2]);
    spans.span("plain").has_attribute("stream.items", 2).has_children(&["leaf", "leaf", "leaf"]);
}

#[tokio::test]
async fn an_error_before_or_in_the_stream_ends_the_span() {
    let spans = capture(async {
        assert!(answer(0).await.is_err());
        for count in [2, 4] {
            answer(count).await.expect("a stream").collect::<Vec<_>>().await;
        }
    })
    .await;
    let [refused, whole, broken] = spans.spans_named("answer")[..] else {
        panic!("{}", spans.tree())
    };
    refused
        .outcome(Outcome::Error)
        .has_attribute("error.message", "nothing to say")
        .has_attribute("reason", "nothing to say");
    whole.outcome(Outcome::Ok).has_attribute("stream.items", 2);
    broken.outcome(Outcome::Error).has_attribute("error.message", "broken");
}

#[tokio::test]
async fn a_stream_that_is_not_read_to_its_end_is_cancelled() {
    let spans = capture(async { boxed().next().await }).await;
    assert_eq!(*spans.output(), Some(1));
    spans.span("boxed").outcome(Outcome::Cancelled).has_attribute("stream.items", 1);
}
