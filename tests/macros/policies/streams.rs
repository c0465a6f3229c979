//! `#[timeout]` of a stream: the first item, the time between two, all of it.

use super::Failed;
use futures_core::Stream;
use lumina::Interrupted;
use lumina::model::Outcome;
use lumina::prelude::*;
use lumina::testing::{Captured, capture};
use std::future::{Future, pending};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep};
use tokio_stream::StreamExt as _;

const SECOND: Duration = Duration::from_secs(1);

type Items = Vec<Result<usize, Failed>>;
type Boxed<'a> = Pin<Box<dyn Stream<Item = Result<usize, Failed>> + Send + 'a>>;

/// Gives its numbers after so many seconds each, and must not be polled after its end.
struct Slow {
    waits: Vec<u64>,
    given: usize,
    sleep: Option<Pin<Box<Sleep>>>,
    over: bool,
    dropped: Arc<AtomicBool>,
}

fn slow(waits: &[u64]) -> Slow {
    let dropped = Arc::default();
    Slow { waits: waits.to_vec(), given: 0, sleep: None, over: false, dropped }
}

impl Stream for Slow {
    type Item = Result<usize, Failed>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        assert!(!self.over, "polled after its end");
        let Some(wait) = self.waits.get(self.given).copied() else {
            self.over = true;
            return Poll::Ready(None);
        };
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(sleep(Duration::from_secs(wait))));
        if sleep.as_mut().poll(cx).is_pending() {
            return Poll::Pending;
        }
        self.sleep = None;
        self.given += 1;
        Poll::Ready(Some(Ok(self.given)))
    }
}

impl Drop for Slow {
    fn drop(&mut self) {
        self.dropped.store(true, Ordering::Relaxed);
    }
}

fn assert_send<T: Send>(value: T) -> T {
    value
}

async fn all(stream: impl Stream<Item = Result<usize, Failed>>) -> (Items, u64) {
    let begun = Instant::now();
    let mut stream = std::pin::pin!(stream);
    let mut items = Vec::new();
    while let Some(item) = stream.next().await {
        items.push(item);
    }
    // Over is over.
    assert_eq!(stream.next().await, None);
    (items, begun.elapsed().as_secs())
}

fn first() -> Result<usize, Failed> {
    Err(Failed::Interrupted(Interrupted::FirstItem { limit: 3 * SECOND }))
}

fn idle(items: u64) -> Result<usize, Failed> {
    Err(Failed::Interrupted(Interrupted::Idle { limit: 5 * SECOND, items }))
}

fn fired<T>(spans: &Captured<T>, which: &str) {
    spans.root().outcome(Outcome::Error).has_attribute("timeout.fired", which);
}

#[traced(stream)]
#[timeout(first = "3s", idle = "5s")]
fn plain(waits: &[u64]) -> impl Stream<Item = Result<usize, Failed>> + use<> {
    slow(waits)
}

#[tokio::test(start_paused = true)]
async fn items_in_time_pass_and_the_span_has_no_timeout() {
    let spans = capture(async { all(assert_send(plain(&[3 - 1, 4, 0, 4]))).await }).await;
    assert_eq!(*spans.output(), (vec![Ok(1), Ok(2), Ok(3), Ok(4)], 10));
    spans.root().outcome(Outcome::Ok).lacks_attribute("timeout.fired");
}

#[tokio::test(start_paused = true)]
async fn a_late_first_item_is_an_error_and_the_end() {
    let spans = capture(async { all(plain(&[60])).await }).await;
    assert_eq!(*spans.output(), (vec![first()], 3));
    fired(&spans, "first");
}

#[tokio::test(start_paused = true)]
async fn a_late_further_item_is_an_error_and_the_end() {
    let spans = capture(async { all(plain(&[1, 1, 60])).await }).await;
    assert_eq!(*spans.output(), (vec![Ok(1), Ok(2), idle(2)], 7));
    fired(&spans, "idle");
    spans.root().has_attribute("stream.items", 3);
}

#[tokio::test(start_paused = true)]
async fn while_nobody_asks_no_item_is_late() {
    let mut stream = std::pin::pin!(plain(&[1, 1, 1]));
    assert_eq!(stream.next().await, Some(Ok(1)));
    sleep(60 * SECOND).await;
    assert_eq!(stream.next().await, Some(Ok(2)));
    sleep(60 * SECOND).await;
    assert_eq!(stream.next().await, Some(Ok(3)));
}

#[tokio::test(start_paused = true)]
async fn whoever_stops_at_the_error_leaves_a_span_with_it() {
    let spans = capture(async {
        let mut stream = std::pin::pin!(plain(&[1, 60]));
        while let Some(Ok(_)) = stream.next().await {}
    })
    .await;
    fired(&spans, "idle");
}

#[traced(stream, llm)]
#[timeout(first = "3s", idle = "5s")]
async fn opened(
    takes: u64,
    waits: &[u64],
) -> Result<impl Stream<Item = Result<usize, Failed>> + use<>, Failed> {
    sleep(Duration::from_secs(takes)).await;
    if waits.is_empty() {
        Err(Failed::Busy)?;
    }
    Ok(slow(waits))
}

#[tokio::test(start_paused = true)]
async fn the_first_item_is_waited_for_from_the_call_on() {
    let stream = assert_send(opened(2, &[2])).await.expect("opened in time");
    assert_eq!(all(stream).await, (vec![first()], 1));
    // Late before there is a stream at all: an item all the same.
    let spans = capture(async { all(opened(60, &[1]).await.expect("an item")).await }).await;
    assert_eq!(*spans.output(), (vec![first()], 0));
    fired(&spans, "first");
    assert_eq!(opened(1, &[]).await.err(), Some(Failed::Busy));
}

/// An error without `From<Interrupted>`.
#[derive(Debug, PartialEq)]
enum Own {
    Late(String),
}

#[traced(stream, timeout(total = "10s", err = |why| Own::Late(why.to_string())))]
async fn whole(every: u64) -> impl Stream<Item = Result<u64, Own>> {
    tokio_stream::iter(1..).then(move |n| async move {
        sleep(Duration::from_secs(every)).await;
        Ok(n)
    })
}

#[tokio::test(start_paused = true)]
async fn the_total_bounds_all_of_it_even_if_items_are_always_ready() {
    let late = Own::Late("deadline of 10s exceeded in attempt 1".to_owned());
    let spans = capture(async { whole(4).await.collect::<Vec<_>>().await }).await;
    assert_eq!(*spans.output(), [Ok(1), Ok(2), Err(late)]);
    fired(&spans, "total");
    let mut ready = std::pin::pin!(whole(0).await);
    assert_eq!(ready.next().await, Some(Ok(1)));
    sleep(11 * SECOND).await;
    assert!(ready.next().await.expect("an item").is_err());
    assert_eq!(ready.next().await, None);
}

#[tokio::test(start_paused = true)]
async fn an_inherited_deadline_ends_it_too() {
    let deadline = lumina::Deadline::within(2 * SECOND);
    let (items, seconds) = all(deadline.in_scope(|| plain(&[1, 1, 1, 1]))).await;
    let late = Interrupted::Deadline { limit: 2 * SECOND, attempt: 1 };
    assert_eq!((items.last(), seconds), (Some(&Err(Failed::Interrupted(late))), 2));
}

#[traced(stream, timeout(first = "3s", idle = "5s"))]
fn boxed(waits: &[u64]) -> Boxed<'static> {
    Box::pin(slow(waits))
}

#[traced(stream, timeout(first = "3s"))]
async fn boxed_later(dropped: Arc<AtomicBool>) -> Result<Boxed<'static>, Failed> {
    let mut stream = slow(&[60]);
    stream.dropped = dropped;
    Ok(Box::pin(stream))
}

#[traced(stream, timeout(first = "3s"))]
fn future<'a>() -> Pin<Box<dyn Future<Output = Result<Boxed<'a>, Failed>> + Send + 'a>> {
    Box::pin(pending())
}

#[async_trait::async_trait]
trait Model {
    async fn tokens(&self, waits: Vec<u64>) -> Result<Boxed<'_>, Failed>;
}

struct Mock;

#[async_trait::async_trait]
impl Model for Mock {
    #[traced(stream)]
    #[timeout(first = "3s", idle = "5s")]
    async fn tokens(&self, waits: Vec<u64>) -> Result<Boxed<'_>, Failed> {
        Ok(Box::pin(slow(&waits)))
    }
}

#[tokio::test(start_paused = true)]
async fn boxed_streams_stay_what_they_are_and_traits_may_return_them() {
    assert_eq!(all(boxed(&[1, 9])).await, (vec![Ok(1), idle(1)], 6));
    assert_eq!(all(Mock.tokens(vec![1, 9]).await.expect("a stream")).await.0, [Ok(1), idle(1)]);
    assert_eq!(all(future().await.expect("an item")).await.0, [first()]);
    let dropped = Arc::<AtomicBool>::default();
    let mut stream = boxed_later(Arc::clone(&dropped)).await.expect("a stream");
    assert_eq!(stream.next().await, Some(first()));
    assert!(dropped.load(Ordering::Relaxed), "dropped when its time was over, not later");
}
