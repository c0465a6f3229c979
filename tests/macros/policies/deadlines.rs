//! A deadline that goes to other tasks with the context: what a call there does not begin any more.

use super::{Failed, Flaky};
use lumina::FutureExt as _;
use lumina::Interrupted;
use lumina::model::Outcome;
use lumina::prelude::*;
use lumina::testing::capture;
use std::sync::Arc;
use std::time::Duration;

#[traced]
#[retry(max = 3, backoff = fixed, base = "5s", jitter = none, budget = off)]
async fn child(flaky: Arc<Flaky>) -> Result<u32, Failed> {
    flaky.call()
}

#[traced]
#[timeout(total = "4s")]
async fn parent(flaky: Arc<Flaky>, inherits: bool) -> Result<u32, Failed> {
    let child = child(flaky);
    let task =
        if inherits { tokio::spawn(child.in_current_context()) } else { tokio::spawn(child) };
    task.await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_spawned_call_does_not_sleep_past_its_callers_deadline_and_says_so() {
    let (flaky, begun) = (Arc::new(Flaky::failing(9)), tokio::time::Instant::now());
    let spans = capture(parent(Arc::clone(&flaky), true)).await;
    assert_eq!((spans.output(), flaky.calls()), (&Err(Failed::Busy), 1));
    assert_eq!(begun.elapsed(), Duration::ZERO);
    let child = spans.span("child");
    child.has_parent("parent.attempt").has_children(&["child.attempt"]);
    child.has_attribute("retry.stopped", "deadline").has_attribute("retry.exhausted", false);
    child.outcome(Outcome::Error).has_attribute("error.message", "busy");
}

#[tokio::test(start_paused = true)]
async fn what_is_spawned_without_the_context_has_no_deadline() {
    let (flaky, begun) = (Arc::new(Flaky::failing(2)), tokio::time::Instant::now());
    let late = parent(Arc::clone(&flaky), false).await;
    assert!(matches!(late, Err(Failed::Interrupted(Interrupted::Deadline { .. }))), "{late:?}");
    assert_eq!(begun.elapsed().as_secs(), 4);
    tokio::time::sleep(Duration::from_secs(7)).await;
    assert_eq!(flaky.calls(), 3);
}

/// Inside of it a minute is left, or what the caller has.
#[traced]
#[timeout(total = "1m")]
#[retry(max = 2, base = "1ms", jitter = none, budget = off)]
async fn grandchild(flaky: Arc<Flaky>) -> Result<u32, Failed> {
    flaky.call()
}

/// Calls when the time of whoever spawned it is over.
async fn late(flaky: Arc<Flaky>) -> Result<u32, Failed> {
    tokio::time::sleep(Duration::from_secs(5)).await;
    grandchild(flaky).await
}

#[traced]
#[timeout(total = "4s")]
async fn leaving(
    flaky: Arc<Flaky>,
) -> Result<tokio::task::JoinHandle<Result<u32, Failed>>, Failed> {
    Ok(tokio::spawn(late(flaky).in_current_context()))
}

#[tokio::test(start_paused = true)]
async fn a_spawned_call_makes_no_attempt_after_its_callers_deadline_and_says_so() {
    let flaky = Arc::new(Flaky::failing(0));
    let spans = capture(async { leaving(Arc::clone(&flaky)).await.unwrap().await.unwrap() }).await;
    let late = spans.output();
    assert!(matches!(late, Err(Failed::Interrupted(Interrupted::Deadline { .. }))), "{late:?}");
    assert_eq!(flaky.calls(), 0);
    let call = spans.span("grandchild");
    call.has_children(&[]).has_attribute("timeout.fired", "total").outcome(Outcome::Error);
}

#[traced]
#[timeout(total = "4s")]
async fn outer(flaky: Arc<Flaky>) -> Result<u32, Failed> {
    tokio::spawn(grandchild(flaky).in_current_context()).await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_spawned_call_that_has_time_makes_its_attempts() {
    let spans = capture(outer(Arc::new(Flaky::failing(1)))).await;
    assert_eq!(*spans.output(), Ok(2));
    spans.span("grandchild").has_attribute("retry.attempts", 2).lacks_attribute("retry.stopped");
}
