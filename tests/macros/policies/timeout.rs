//! `#[timeout]`: what is cut short, and which error says so.

use super::Failed;
use lumina::Interrupted;
use lumina::prelude::*;
use lumina::testing::capture;
use std::future::pending;
use std::time::Duration;

#[traced]
#[retry(max = 2, backoff = fixed, base = "1s", jitter = none)]
#[timeout("10s")]
async fn hanging() -> Result<(), Failed> {
    pending().await
}

#[tokio::test(start_paused = true)]
async fn a_bare_timeout_bounds_each_attempt() {
    let begun = tokio::time::Instant::now();
    let spans = capture(hanging()).await;
    let limit = Duration::from_secs(10);
    let late = Failed::Interrupted(Interrupted::Timeout { attempt: 2, limit });
    assert_eq!(*spans.output(), Err(late));
    assert_eq!(begun.elapsed().as_secs(), 21);
    spans.root().has_attribute("timeout.fired", "attempt");
    spans.spans_named("hanging.attempt")[0].has_attribute("timeout.ms", 10_000);
}

/// An error without `From<Interrupted>`.
#[derive(Debug, PartialEq)]
enum Own {
    Late,
    Why(String),
}

#[traced(timeout(total = "1m", err = Own::Late))]
async fn by_value() -> Result<(), Own> {
    pending().await
}

#[traced(timeout("1s", err = |why| Own::Why(why.to_string())))]
async fn by_closure() -> Result<(), Own> {
    pending().await
}

#[traced(timeout("1s", err = own))]
async fn by_function() -> Result<(), Own> {
    pending().await
}

fn own(_: Interrupted) -> Own {
    Own::Why("function".to_owned())
}

#[tokio::test(start_paused = true)]
async fn err_makes_the_error_in_each_of_its_forms() {
    assert_eq!(by_value().await, Err(Own::Late));
    assert!(matches!(by_closure().await, Err(Own::Why(why)) if why.contains("1s")));
    assert_eq!(by_function().await, Err(Own::Why("function".to_owned())));
}

const LIMIT: Duration = Duration::from_secs(3);

#[traced]
#[timeout(attempt = LIMIT)]
async fn constant() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    pending().await
}

#[tokio::test(start_paused = true)]
async fn a_limit_may_be_a_constant_and_boxed_errors_need_nothing() {
    let begun = tokio::time::Instant::now();
    assert!(constant().await.is_err());
    assert_eq!(begun.elapsed(), LIMIT);
}

#[traced]
#[retry(max = 2, base = "1ms")]
async fn only_retried(fail: bool) -> Result<(), String> {
    tokio::time::sleep(Duration::from_secs(5)).await;
    if fail { Err("failed".to_owned()) } else { Ok(()) }
}

#[tokio::test(start_paused = true)]
async fn an_inherited_deadline_does_not_interrupt_a_function_without_a_limit() {
    let deadline = lumina::Deadline::within(Duration::from_secs(1));
    assert_eq!(deadline.wrap(only_retried(false)).await, Ok(()));
    assert_eq!(deadline.wrap(only_retried(true)).await, Err("failed".to_owned()));
}
