//! A call that is dropped at any of its awaits: its span says so, and what it shares with others
//! goes on as if it had never been.

use super::Failed;
use lumina::FutureExt as _;
use lumina::model::Outcome;
use lumina::prelude::*;
use lumina::testing::capture;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

/// Waits `waits` times, then fails.
#[traced]
#[retry(max = 2, base = "1s", jitter = none, budget = "cancelled-calls")]
#[timeout(attempt = "5s", total = "1m")]
#[breaker(rate = 1.0, min_calls = 1000)]
#[limit(concurrency = 1, queue = 0)]
#[fallback(value = 7)]
async fn shared(waits: u32) -> Result<u32, Failed> {
    for _ in 0..waits {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    if waits == 0 { Ok(1) } else { Err(Failed::Busy) }
}

/// Polls so often, while time passes in between, and drops; whether the call was ready before.
async fn dropped_after(polls: u32) -> bool {
    let mut call = pin!(shared(2));
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..polls {
        if let Poll::Ready(value) = call.as_mut().poll(&mut context) {
            assert_eq!(value, Ok(7));
            return true;
        }
        tokio::time::advance(Duration::from_millis(500)).await;
    }
    false
}

#[tokio::test(start_paused = true)]
async fn a_call_may_be_dropped_at_any_await() {
    let mut polls = 0;
    loop {
        let spans = capture(dropped_after(polls)).await;
        let call = spans.spans().iter().find(|span| span.name == "shared");
        let outcome = call.map(|span| span.outcome);
        // The only place of the limit is free again, with nobody allowed to wait for it.
        assert_eq!(shared(0).await, Ok(1), "dropped after {polls} polls");
        if *spans.output() {
            assert_eq!(outcome, Some(Outcome::Ok));
            break;
        }
        // OK: a future that was never polled has done nothing.
        let expected = (polls > 0).then_some(Outcome::Cancelled);
        assert_eq!(outcome, expected, "dropped after {polls} polls");
        polls += 1;
    }
    assert!(polls > 8, "the call was ready after {polls} polls");
}

/// Panics in the predicate of the retry where the body fails.
#[traced]
#[retry(max = 2, base = "1ms", when = |_: &Failed| panic!("no opinion"))]
#[breaker(rate = 1.0, min_calls = 1000)]
#[limit(concurrency = 1, queue = 0)]
async fn judged(fails: bool) -> Result<u32, Failed> {
    if fails { Err(Failed::Busy) } else { Ok(1) }
}

#[tokio::test]
async fn a_predicate_that_panics_ends_the_span_as_a_panic_and_spoils_nothing() {
    let spans = capture(async { tokio::spawn(judged(true).in_current_context()).await }).await;
    let panicked = spans.output().as_ref().unwrap_err().is_panic();
    let outcome = |name: &str| spans.spans().iter().find(|s| s.name == name).map(|s| s.outcome);
    assert!(panicked);
    assert_eq!(outcome("judged"), Some(Outcome::Panic));
    assert_eq!(judged(false).await, Ok(1));
}

/// Fails, succeeds, or never ends.
async fn ends(fails: Option<bool>) -> Result<u32, Failed> {
    tokio::task::yield_now().await;
    match fails {
        Some(true) => Err(Failed::Busy),
        Some(false) => Ok(1),
        None => std::future::pending().await,
    }
}

/// Polls so often, and drops.
fn dropped<F: Future>(future: F, polls: u32) {
    let mut future = pin!(future);
    for _ in 0..polls {
        assert!(future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }
}

#[traced]
#[breaker(rate = 1.0, min_calls = 2, open = "1s", half_open = 1)]
async fn probed(fails: Option<bool>) -> Result<u32, Failed> {
    ends(fails).await
}

#[tokio::test(start_paused = true)]
async fn a_dropped_call_counts_as_no_failure_and_a_dropped_probe_makes_room_for_the_next() {
    (0..5).for_each(|polls| dropped(probed(None), polls));
    // One failure is too few, so nothing of the five was counted as another.
    assert_eq!(probed(Some(true)).await, Err(Failed::Busy));
    (0..5).for_each(|polls| dropped(probed(None), polls));
    assert_eq!(probed(Some(true)).await, Err(Failed::Busy));
    assert!(matches!(probed(Some(false)).await, Err(Failed::Interrupted(_))), "now it is open");
    tokio::time::advance(Duration::from_secs(1)).await;
    (0..5).for_each(|polls| dropped(probed(None), polls));
    assert_eq!(probed(Some(false)).await, Ok(1));
}

#[traced]
#[retry(max = 2, base = "1ms", jitter = none)]
async fn paid(fails: Option<bool>) -> Result<u32, Failed> {
    ends(fails).await
}

#[tokio::test(start_paused = true)]
async fn calls_that_are_dropped_in_their_first_attempt_take_nothing_from_the_budget() {
    (0..500).for_each(|polls| dropped(paid(None), polls % 5));
    let spans = capture(async {
        for _ in 0..100 {
            assert_eq!(paid(Some(true)).await, Err(Failed::Busy));
        }
        paid(Some(true)).await
    })
    .await;
    let calls = spans.spans_named("paid");
    assert!(calls[..100].iter().all(|call| call.children_named("paid.attempt").len() == 2));
    calls[100].has_children(&["paid.attempt"]).has_attribute("retry.stopped", "budget");
}

#[traced]
#[cache(key = key, single_flight)]
#[limit(requests_per_minute = 60, max_wait = "1ms")]
async fn kept(key: u32, fails: Option<bool>) -> Result<u32, Failed> {
    ends(fails).await
}

#[tokio::test(start_paused = true)]
async fn a_dropped_call_leaves_nobody_waiting_for_its_value() {
    for polls in 0..5 {
        dropped(kept(polls, None), polls);
        let next = capture(kept(polls, Some(false))).await;
        assert_eq!(*next.output(), Ok(1), "dropped after {polls} polls");
        next.root().has_attribute("cache.hit", false);
        let hit = capture(kept(polls, None)).await;
        assert_eq!(*hit.output(), Ok(1));
        hit.root().has_attribute("cache.hit", true);
    }
    // Each call that began is one of the minute's sixty: nine so far. The first was never polled.
    for key in 9..60 {
        assert_eq!(kept(100 + key, Some(false)).await, Ok(1), "{key} before");
    }
    assert!(matches!(kept(200, Some(false)).await, Err(Failed::Interrupted(_))));
}
