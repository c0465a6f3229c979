//! The one order in which policies act: for each two neighbours, what would not hold were they
//! swapped.

use super::{Failed, Flaky};
use lumina::Interrupted;
use lumina::model::Outcome;
use lumina::prelude::*;
use lumina::testing::capture;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);

#[traced]
#[cache(key = n)]
async fn kept(n: u32) -> u32 {
    n
}

#[tokio::test]
async fn the_call_has_its_span_before_the_cache_is_asked() {
    kept(1).await;
    capture(kept(1)).await.span("kept").is_root().has_attribute("cache.hit", true);
}

#[traced]
#[fallback(value = 0)]
#[cache(key = n, single_flight)]
async fn kept_or_canned(n: u32, flaky: &Flaky) -> Result<u32, Failed> {
    tokio::task::yield_now().await;
    Ok(n + flaky.call()?)
}

#[tokio::test]
async fn the_cache_stands_around_the_fallbacks_but_keeps_nothing_of_theirs() {
    let flaky = Flaky::failing(1);
    let call = || kept_or_canned(10, &flaky);
    // Who waits for the first call has the value of its fallback, and needs none of its own.
    let spans = capture(async { tokio::join!(call(), call()) }).await;
    assert_eq!((spans.output(), flaky.calls()), (&(Ok(0), Ok(0)), 1));
    let steps = ["kept_or_canned.attempt", "kept_or_canned.fallback"];
    let calls = spans.spans_named("kept_or_canned");
    calls[0].has_attribute("cache.hit", false).has_children(&steps);
    calls[1].has_attribute("cache.hit", true).has_children(&[]);

    let spans = capture(call()).await;
    assert_eq!((spans.output(), flaky.calls()), (&Ok(12), 2));
    spans.root().has_attribute("cache.hit", false).has_children(&steps[..1]);

    let spans = capture(call()).await;
    assert_eq!((spans.output(), flaky.calls()), (&Ok(12), 2));
    spans
        .root()
        .has_attribute("cache.hit", true)
        .has_children(&[])
        .lacks_attribute("fallback.used");
}

#[traced]
#[timeout(total = "2s")]
#[fallback(value = 7)]
async fn late() -> Result<u32, Failed> {
    std::future::pending().await
}

#[tokio::test(start_paused = true)]
async fn a_fallback_catches_a_passed_deadline() {
    assert_eq!(late().await, Ok(7));
}

#[traced]
#[timeout(total = "5s")]
#[retry(max = 10, backoff = fixed, base = "2s", jitter = none, budget = off)]
async fn repeated(calls: &AtomicU32) -> Result<(), Failed> {
    calls.fetch_add(1, Ordering::Relaxed);
    Err(Failed::Busy)
}

#[tokio::test(start_paused = true)]
async fn the_total_bounds_all_attempts_and_the_waits_between() {
    let (calls, begun) = (AtomicU32::new(0), tokio::time::Instant::now());
    assert!(repeated(&calls).await.is_err());
    assert_eq!((calls.into_inner(), begun.elapsed() <= 5 * SECOND), (3, true));
}

#[traced]
#[retry(max = 3, base = "1ms", budget = off)]
#[breaker(rate = 1.0, min_calls = 2, open = "1h")]
async fn breaking(calls: &AtomicU32) -> Result<(), Failed> {
    calls.fetch_add(1, Ordering::Relaxed);
    Err(Failed::Busy)
}

#[tokio::test(start_paused = true)]
async fn the_breaker_counts_each_attempt_and_ends_the_retries() {
    let calls = AtomicU32::new(0);
    let open = breaking(&calls).await;
    assert!(matches!(open, Err(Failed::Interrupted(Interrupted::CircuitOpen { .. }))), "{open:?}");
    assert_eq!(calls.into_inner(), 2);
}

#[traced]
#[breaker(rate = 1.0, min_calls = 1, open = "1s", half_open = 1)]
#[limit(requests_per_minute = 2, max_wait = "1ms")]
async fn broken_and_limited(fail: bool) -> Result<(), Failed> {
    if fail { Err(Failed::Busy) } else { Ok(()) }
}

#[tokio::test(start_paused = true)]
async fn an_open_breaker_uses_nothing_of_the_rate() {
    assert_eq!(broken_and_limited(true).await, Err(Failed::Busy));
    for _ in 0..5 {
        let open = broken_and_limited(false).await;
        assert!(matches!(open, Err(Failed::Interrupted(Interrupted::CircuitOpen { .. }))));
    }
    tokio::time::advance(SECOND).await;
    assert_eq!(broken_and_limited(false).await, Ok(()));
}

#[traced]
#[limit(requests_per_minute = 1, max_wait = "5m", concurrency = 1, queue = 0)]
async fn paced() -> Result<(), Failed> {
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn waiting_for_the_rate_takes_no_place() {
    assert_eq!(tokio::join!(paced(), paced(), paced()), (Ok(()), Ok(()), Ok(())));
}

#[traced]
#[limit(concurrency = 1, queue = 5)]
#[timeout("3s")]
async fn queued() -> Result<(), Failed> {
    tokio::time::sleep(2 * SECOND).await;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn waiting_for_a_place_is_no_part_of_the_attempts_time() {
    assert_eq!(tokio::join!(queued(), queued(), queued()), (Ok(()), Ok(()), Ok(())));
}

#[traced]
async fn inner() {}

#[traced]
#[timeout("1s")]
async fn hanging() -> Result<(), Failed> {
    inner().await;
    std::future::pending().await
}

#[tokio::test(start_paused = true)]
async fn the_attempts_span_tells_of_its_timeout_and_holds_the_body() {
    let spans = capture(hanging()).await;
    spans.span("inner").has_parent("hanging.attempt");
    let attempt = spans.spans().iter().find(|span| span.name == "hanging.attempt");
    assert_eq!(attempt.map(|span| span.outcome), Some(Outcome::Error));
    spans.span("hanging.attempt").has_attribute("error.message", "attempt 1 exceeded 1s");
}

macro_rules! permuted {
    ($($name:ident: $(#[$policy:meta])*;)*) => {
        $(
            #[traced("permuted")]
            $(#[$policy])*
            async fn $name() -> Result<u32, Failed> {
                std::future::pending().await
            }
        )*

        /// The names and attributes of all spans of each function.
        async fn traces() -> Vec<Vec<String>> {
            vec![$({
                let spans = capture($name()).await;
                let shown = |span: &lumina::model::SpanData| {
                    format!("{} {:?} {:?}", span.name, span.outcome, span.attributes)
                };
                spans.spans().iter().map(shown).collect()
            }),*]
        }
    };
}
permuted! {
    abcd: #[retry(max = 2, jitter = none)] #[timeout("1s")] #[fallback(value = 1)] #[breaker];
    dcba: #[breaker] #[fallback(value = 1)] #[timeout("1s")] #[retry(max = 2, jitter = none)];
    badc: #[timeout("1s")] #[retry(max = 2, jitter = none)] #[breaker] #[fallback(value = 1)];
    cdab: #[fallback(value = 1)] #[breaker] #[retry(max = 2, jitter = none)] #[timeout("1s")];
}

#[tokio::test(start_paused = true)]
async fn the_order_of_the_attributes_makes_no_difference() {
    let traces = traces().await;
    assert_eq!(traces[0].len(), 4, "{traces:#?}");
    assert!(traces.iter().all(|trace| *trace == traces[0]), "{traces:#?}");
}

/// When each call began, in seconds; each fails after three.
type Begun = std::sync::Mutex<Vec<u64>>;

async fn failing(since: tokio::time::Instant, begun: &Begun) -> Result<(), Failed> {
    begun.lock().unwrap().push(since.elapsed().as_secs());
    tokio::time::sleep(3 * SECOND).await;
    Err(Failed::Busy)
}

#[traced]
#[retry(max = 2, base = "1ms", jitter = none, budget = off)]
#[hedge(after = "1s")]
async fn repeated_hedges(since: tokio::time::Instant, begun: &Begun) -> Result<(), Failed> {
    failing(since, begun).await
}

#[tokio::test(start_paused = true)]
async fn a_retry_waits_for_the_hedge_and_is_hedged_anew() {
    let begun = Begun::default();
    let failed = repeated_hedges(tokio::time::Instant::now(), &begun).await;
    assert_eq!(failed, Err(Failed::Busy));
    assert_eq!(begun.into_inner().unwrap(), [0, 1, 4, 5]);
}

#[traced]
#[hedge(after = "1s")]
#[breaker(rate = 1.0, min_calls = 2, open = "1h")]
async fn hedged_and_broken(since: tokio::time::Instant, begun: &Begun) -> Result<(), Failed> {
    failing(since, begun).await
}

#[tokio::test(start_paused = true)]
async fn the_breaker_counts_both_calls_of_a_hedge() {
    let (begun, since) = (Begun::default(), tokio::time::Instant::now());
    assert_eq!(hedged_and_broken(since, &begun).await, Err(Failed::Busy));
    let open = hedged_and_broken(since, &begun).await;
    assert!(matches!(open, Err(Failed::Interrupted(Interrupted::CircuitOpen { .. }))), "{open:?}");
    assert_eq!(begun.into_inner().unwrap(), [0, 1]);
}
