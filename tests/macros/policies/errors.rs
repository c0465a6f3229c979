//! `err = ..` of each policy: which of them makes the error of which interruption.

use lumina::Interrupted;
use lumina::prelude::*;
use std::future::pending;
use std::time::Duration;

/// An error without `From<Interrupted>`.
#[derive(Debug, PartialEq)]
enum Own {
    Late,
    OverTime(u32),
    Broken,
    Full(String),
    Failed,
}

#[traced]
#[retry(max = 3, base = "1s", jitter = none, total = "5s", err = |why| match why {
    Interrupted::Deadline { attempt, .. } => Own::OverTime(attempt),
    _ => Own::Failed,
})]
#[timeout(attempt = THREE, err = Own::Late)]
#[breaker(rate = 1.0, min_calls = 2, open = "1h", err = broken)]
#[limit(requests_per_minute = 3, max_wait = "1ms", err = |why| Own::Full(why.to_string()))]
async fn each(hangs: bool) -> Result<(), Own> {
    if hangs { pending().await } else { Err(Own::Failed) }
}

const THREE: Duration = Duration::from_secs(3);

fn broken(_: Interrupted) -> Own {
    Own::Broken
}

#[tokio::test(start_paused = true)]
async fn each_policy_makes_its_own_error() {
    // 3 s, 1 s of waiting, and the total ends the second attempt.
    assert_eq!(each(true).await, Err(Own::OverTime(2)));
    assert_eq!(each(false).await, Err(Own::Broken));
}

#[traced(limit(requests_per_minute = 1, max_wait = "1ms", err = |why| Own::Full(why.to_string())))]
fn sync() -> Result<(), Own> {
    Ok(())
}

#[test]
fn a_function_without_the_conversion_may_be_limited() {
    assert_eq!(sync(), Ok(()));
    assert!(matches!(sync(), Err(Own::Full(why)) if why.starts_with("limit \"sync\" is used up")));
}

#[traced(retry(max = 2, base = "1s", jitter = none, total = "2s"), timeout(attempt = THREE, err = Own::Late))]
async fn shared() -> Result<(), Own> {
    tokio::time::sleep(Duration::from_millis(1500)).await;
    pending().await
}

#[tokio::test(start_paused = true)]
async fn the_total_of_retry_takes_the_error_of_timeout() {
    assert_eq!(shared().await, Err(Own::Late));
}
