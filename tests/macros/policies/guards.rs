//! `#[breaker]` and `#[limit]`.

use super::Failed;
use lumina::Interrupted;
use lumina::prelude::*;
use lumina::testing::capture;
use std::time::Duration;

#[traced]
#[breaker(rate = 0.5, min_calls = 2, window = "10s", open = "30s", half_open = 1)]
#[fallback(value = "fallback", when = |error| matches!(error, Failed::Interrupted(_)))]
async fn guarded(fail: bool) -> Result<&'static str, Failed> {
    if fail { Err(Failed::Busy) } else { Ok("called") }
}

#[tokio::test(start_paused = true)]
async fn an_open_breaker_leads_to_the_fallback() {
    assert_eq!(guarded(true).await, Err(Failed::Busy));
    assert_eq!(guarded(true).await, Err(Failed::Busy));
    let spans = capture(guarded(false)).await;
    assert_eq!(*spans.output(), Ok("fallback"));
    spans.root().has_attribute("breaker.state", "open").has_children(&["guarded.fallback"]);
    tokio::time::advance(Duration::from_secs(31)).await;
    assert_eq!(guarded(false).await, Ok("called"));
}

#[traced(limit(concurrency = 1, queue = 0))]
async fn one_at_a_time() -> Result<(), Failed> {
    tokio::time::sleep(Duration::from_secs(1)).await;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_full_queue_refuses() {
    let (first, second) = tokio::join!(one_at_a_time(), one_at_a_time());
    assert_eq!(first, Ok(()));
    let full = Interrupted::QueueFull { limit: "one_at_a_time", permits: 1, waiting: 0 };
    assert_eq!(second, Err(Failed::Interrupted(full)));
    assert_eq!(one_at_a_time().await, Ok(()));
}

#[traced]
#[limit(requests_per_minute = 60)]
async fn paced() -> Result<(), Failed> {
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_rate_makes_calls_wait() {
    let begun = tokio::time::Instant::now();
    for _ in 0..120 {
        assert_eq!(paced().await, Ok(()));
    }
    assert!(begun.elapsed() >= Duration::from_secs(50), "{:?}", begun.elapsed());
}
