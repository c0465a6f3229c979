//! `#[hedge]`: when a second call is made, which of them wins, and what the trace says of it.

use super::{Failed, Flaky};
use lumina::Interrupted;
use lumina::model::Outcome;
use lumina::prelude::*;
use lumina::testing::capture;
use std::future::pending;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// A provider whose calls take so many milliseconds each, in this order; `None`: for ever.
struct Provider {
    millis: Vec<Option<u64>>,
    calls: AtomicU32,
}

impl Provider {
    fn new(millis: &[Option<u64>]) -> Self {
        Provider { millis: millis.to_vec(), calls: AtomicU32::new(0) }
    }

    async fn answer(&self) -> u32 {
        let call = self.calls.fetch_add(1, Ordering::Relaxed) + 1;
        match self.millis[call as usize - 1] {
            Some(millis) => tokio::time::sleep(Duration::from_millis(millis)).await,
            None => pending().await,
        }
        call
    }

    #[traced]
    #[hedge(after = "2s")]
    async fn ask(&self, mut prompt: String) -> Result<String, Failed> {
        prompt.push('?');
        let answer = self.answer().await;
        Ok(format!("{prompt} {answer}"))
    }
}

#[tokio::test(start_paused = true)]
async fn the_second_call_wins_over_a_slow_first_one() {
    let provider = Provider::new(&[None, Some(500)]);
    let begun = tokio::time::Instant::now();
    let spans = capture(provider.ask("why".to_owned())).await;
    assert_eq!(spans.output().as_deref(), Ok("why? 2"));
    assert_eq!(begun.elapsed().as_millis(), 2500);
    spans.root().has_attribute("hedge.won", 2).has_children(&["ask.attempt", "ask.attempt"]);
    let legs = spans.spans_named("ask.attempt");
    legs[0].has_attribute("hedge.leg", 1).outcome(Outcome::Cancelled);
    legs[1].has_attribute("hedge.leg", 2).outcome(Outcome::Ok);
}

#[tokio::test(start_paused = true)]
async fn a_call_in_time_is_the_only_one() {
    let provider = Provider::new(&[Some(1999)]);
    let spans = capture(provider.ask("why".to_owned())).await;
    assert_eq!(spans.output().as_deref(), Ok("why? 1"));
    spans.root().lacks_attribute("hedge.won").has_children(&["ask.attempt"]);
    spans.span("ask.attempt").has_attribute("hedge.leg", 1);
}

/// A timeout counts as a failure, a retry makes a new group, and each call has its own timeout.
#[traced]
#[timeout(attempt = "3s", total = "1m")]
#[retry(max = 2, backoff = fixed, base = "1s", jitter = none)]
#[hedge(after = "2s", max = 2)]
#[fallback(value = 0)]
async fn layered(provider: &Provider) -> Result<u32, Failed> {
    Ok(provider.answer().await)
}

#[tokio::test(start_paused = true)]
async fn hedges_are_within_an_attempt_and_outside_of_its_timeout() {
    let provider = Provider::new(&[None, None, None, Some(100)]);
    let begun = tokio::time::Instant::now();
    let spans = capture(layered(&provider)).await;
    assert_eq!(*spans.output(), Ok(4));
    // 2 s to the second call, its 3 s; the delay; the same again, but for the end.
    assert_eq!(begun.elapsed().as_millis(), 5000 + 1000 + 2100);
    spans.root().has_attribute("retry.attempts", 2).has_attribute("hedge.won", 2);
    assert_eq!(spans.spans_named("layered.attempt").len(), 4);
}

#[traced]
#[hedge(after = "2s", max = 3)]
#[retry(max = 1)]
async fn impatient(flaky: &Flaky) -> Result<u32, Failed> {
    flaky.call()
}

#[tokio::test(start_paused = true)]
async fn a_failure_that_may_pass_is_followed_at_once() {
    let begun = tokio::time::Instant::now();
    let spans = capture(impatient(&Flaky::failing(2))).await;
    assert_eq!(*spans.output(), Ok(3));
    assert!(begun.elapsed().is_zero());
    spans.root().has_attribute("hedge.won", 3);
    assert_eq!(impatient(&Flaky::failing(9)).await, Err(Failed::Busy));
}

#[traced]
#[retry(max = 3, when = |error| *error == Failed::Busy)]
#[hedge(after = "2s")]
async fn permanent(flaky: &Flaky) -> Result<u32, Failed> {
    flaky.call().map_err(|_| Failed::Wrong)
}

#[tokio::test(start_paused = true)]
async fn a_permanent_error_is_not_followed() {
    let flaky = Flaky::failing(9);
    assert_eq!(permanent(&flaky).await, Err(Failed::Wrong));
    assert_eq!(flaky.calls(), 1);
}

#[traced]
#[hedge(after = "2s")]
#[breaker(min_calls = 2, rate = 0.5)]
#[limit(concurrency = 2, queue = 0)]
async fn guarded(provider: &Provider) -> Result<u32, Failed> {
    Ok(provider.answer().await)
}

#[tokio::test(start_paused = true)]
async fn each_call_has_its_own_permit_and_a_loser_counts_for_nothing() {
    for _ in 0..4 {
        assert_eq!(guarded(&Provider::new(&[None, Some(1)])).await, Ok(2));
    }
    // Both places are taken by one call and its hedge, and free when it is over.
    let (slow, quick) = (Provider::new(&[None, Some(1000)]), Provider::new(&[Some(0)]));
    let (first, second) = tokio::join!(guarded(&slow), async {
        tokio::time::sleep(Duration::from_millis(2500)).await;
        guarded(&quick).await
    });
    assert_eq!(first, Ok(2));
    assert!(
        matches!(second, Err(Failed::Interrupted(Interrupted::QueueFull { .. }))),
        "{second:?}"
    );
    assert_eq!(guarded(&quick).await, Ok(1));
}

#[async_trait::async_trait]
trait Model {
    async fn ask(&self, prompt: String) -> Result<String, Failed>;
}

#[async_trait::async_trait]
impl Model for Provider {
    #[traced]
    #[hedge(after = "1s")]
    async fn ask(&self, mut prompt: String) -> Result<String, Failed> {
        prompt.push('!');
        Ok(format!("{prompt} {}", self.answer().await))
    }
}

#[tokio::test(start_paused = true)]
async fn a_method_of_an_async_trait_is_hedged_too() {
    let provider = Provider::new(&[None, Some(1)]);
    let spans = capture(Model::ask(&provider, "trait".to_owned())).await;
    assert_eq!(spans.output().as_deref(), Ok("trait! 2"));
    spans.root().has_attribute("hedge.won", 2);
}
