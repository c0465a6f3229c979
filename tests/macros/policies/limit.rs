//! `#[limit]` by tokens: what is reserved for an attempt, what it is settled by, and who waits.

use super::{Failed, Flaky};
use lumina::Interrupted;
use lumina::prelude::*;
use lumina::testing::{capture, capture_sync};
use std::future::Future;
use std::time::Duration;
use tokio::time::Instant;

fn estimate(prompt: &str) -> u64 {
    prompt.len() as u64
}

async fn seconds<F: Future>(future: F) -> (F::Output, u64) {
    let begun = Instant::now();
    let output = future.await;
    (output, begun.elapsed().as_secs())
}

#[traced]
#[limit(tokens_per_minute = 600, cost = estimate(prompt) + u64::from(max_tokens))]
async fn ask(prompt: &str, max_tokens: u32) -> Result<(), Failed> {
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_call_waits_until_its_tokens_have_flowed_in() {
    let spans = capture(ask("12345", 595)).await;
    spans.root().has_attribute("limit.wait_ms", 0.0);
    let attempt = spans.span("ask.attempt");
    attempt.has_attribute("limit.tokens.reserved", 600).lacks_attribute("limit.tokens.used");

    let spans = capture(ask("", 100)).await;
    assert_eq!(*spans.output(), Ok(()));
    spans.span("ask.attempt").has_attribute("limit.wait_ms", 10_000.0);
    spans.root().has_attribute("limit.wait_ms", 10_000.0);
}

#[traced(limit(tokens_per_minute = 600, cost = tokens, max_wait = "5s"))]
async fn impatient(tokens: usize) -> Result<(), Failed> {
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn what_could_never_begin_is_refused_and_so_is_too_long_a_wait() {
    let never = Interrupted::TooLarge { limit: "impatient", tokens: 601, tokens_per_minute: 600 };
    assert_eq!(seconds(impatient(601)).await, (Err(Failed::Interrupted(never)), 0));
    assert_eq!(impatient(600).await, Ok(()));
    assert_eq!(seconds(impatient(50)).await, (Ok(()), 5));
    let retry_after = Duration::from_secs(6);
    let late = Interrupted::RateLimited { limit: "impatient", retry_after };
    assert_eq!(impatient(60).await, Err(Failed::Interrupted(late)));
}

struct Answer {
    usage: Option<u32>,
}

#[traced]
#[limit(tokens_per_minute = 600, cost = 600, used = |answer| answer.usage)]
async fn told_by_value(usage: Option<u32>) -> Result<Answer, Failed> {
    Ok(Answer { usage })
}

#[tokio::test(start_paused = true)]
async fn the_value_tells_what_was_used() {
    let spans = capture(told_by_value(Some(60))).await;
    spans.span("told_by_value.attempt").has_attribute("limit.tokens.used", 60);
    assert_eq!(seconds(told_by_value(None)).await.1, 6);
    // Unknown: the estimate stands.
    assert_eq!(seconds(told_by_value(None)).await.1, 60);
}

#[traced]
#[retry(max = 2, base = "1ms", jitter = none)]
#[limit(tokens_per_minute = 600, cost = 300)]
async fn told_inside(flaky: &Flaky) -> Result<u32, Failed> {
    // A call inside, with or without a limit of its own, changes nothing for the one around it.
    inner().await?;
    assert!(lumina::settle_tokens(10));
    assert!(lumina::settle_tokens(20));
    flaky.call()
}

#[traced(limit(tokens_per_minute = 1_000, cost = 1))]
async fn inner() -> Result<(), Failed> {
    assert!(lumina::settle_tokens(2));
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn each_attempt_reserves_anew_and_is_settled_by_what_it_tells_even_if_it_fails() {
    assert!(!lumina::settle_tokens(5), "nothing is limited here");
    let spans = capture(told_inside(&Flaky::failing(1))).await;
    assert_eq!(*spans.output(), Ok(2));
    for attempt in spans.spans_named("told_inside.attempt") {
        attempt.has_attribute("limit.tokens.reserved", 300);
        attempt.has_attribute("limit.tokens.used", 30);
        attempt.has_attribute("limit.wait_ms", 0.0);
    }
}

#[traced(limit(tokens_per_minute = 600, cost = tokens))]
async fn failing(tokens: u64) -> Result<(), Failed> {
    Err(Failed::Busy)
}

#[tokio::test(start_paused = true)]
async fn a_failed_call_keeps_its_estimate() {
    assert_eq!(seconds(failing(600)).await, (Err(Failed::Busy), 0));
    assert_eq!(seconds(failing(60)).await, (Err(Failed::Busy), 6));
}

#[tokio::test(start_paused = true)]
async fn what_a_dropped_call_had_reserved_comes_back() {
    #[traced(limit(tokens_per_minute = 600, cost = tokens))]
    async fn dropped(tokens: u64) -> Result<(), Failed> {
        Ok(())
    }
    assert_eq!(dropped(600).await, Ok(()));
    let second = tokio::time::timeout(Duration::from_secs(1), dropped(300)).await;
    assert!(second.is_err(), "it would have waited 30 s");
    assert_eq!(seconds(dropped(100)).await, (Ok(()), 9));
}

#[traced(limit(name = "shared by two", tokens_per_minute = 600, cost = 400))]
async fn chat() -> Result<(), Failed> {
    Ok(())
}

#[traced(limit(name = "shared by two", tokens_per_minute = 600, cost = text.len()))]
async fn embed(text: String) -> Result<usize, Failed> {
    Ok(text.len())
}

#[tokio::test(start_paused = true)]
async fn functions_that_name_a_limit_share_it() {
    assert_eq!(chat().await, Ok(()));
    assert_eq!(seconds(embed("x".repeat(260))).await, (Ok(260), 6));
    let late =
        Interrupted::TooLarge { limit: "shared by two", tokens: 700, tokens_per_minute: 600 };
    assert_eq!(embed("x".repeat(700)).await, Err(Failed::Interrupted(late)));
}

#[traced]
#[limit(concurrency = 1, queue = 5, max_wait = "2s")]
async fn one_place(takes: Duration) -> Result<(), Failed> {
    tokio::time::sleep(takes).await;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_place_is_waited_for_no_longer_than_max_wait() {
    let second = Duration::from_secs(1);
    let (first, second) = tokio::join!(one_place(5 * second), seconds(one_place(second)));
    assert_eq!(first, Ok(()));
    let waited = Duration::from_secs(2);
    let late = Interrupted::QueueTimeout { limit: "one_place", waited };
    assert_eq!(second, (Err(Failed::Interrupted(late)), 2));
}

#[traced]
#[limit(concurrency = 1, tokens_per_minute = 600, cost = 600)]
async fn both(takes: Duration) -> Result<(), Failed> {
    tokio::time::sleep(takes).await;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_call_is_counted_when_it_begins_and_not_when_it_was_promised_to() {
    let minute = Duration::from_secs(60);
    let (slow, (waiting, at)) = tokio::join!(both(3 * minute), seconds(both(Duration::ZERO)));
    assert_eq!((slow, waiting), (Ok(()), Ok(())));
    // Promised for the first minute, but the place was free after the third: it took the tokens of
    // that time, and the next waits for its own.
    assert_eq!(at, 180);
    assert_eq!(seconds(both(Duration::ZERO)).await.1, 60);
}

struct Client {
    tokens: u64,
}

impl Client {
    #[traced]
    #[limit(tokens_per_minute = 600, cost = self.tokens * 2)]
    #[fallback(value = 0)]
    fn blocking(&self, text: String) -> Result<usize, Failed> {
        lumina::settle_tokens(1);
        Ok(text.len())
    }
}

#[async_trait::async_trait]
trait Model {
    async fn complete(&mut self, prompt: String) -> Result<usize, Failed>;
}

#[async_trait::async_trait]
impl Model for Client {
    #[traced]
    #[retry(max = 2)]
    #[limit(tokens_per_minute = 600, cost = self.tokens + prompt.len() as u64)]
    async fn complete(&mut self, prompt: String) -> Result<usize, Failed> {
        self.tokens += 1;
        Ok(prompt.len())
    }
}

#[test]
fn a_synchronous_function_reserves_and_settles_too() {
    let client = Client { tokens: 300 };
    let spans = capture_sync(|| client.blocking("ab".to_owned()));
    assert_eq!(*spans.output(), Ok(2));
    let attempt = spans.span("blocking.attempt");
    attempt.has_attribute("limit.tokens.reserved", 600).has_attribute("limit.tokens.used", 1);
    assert_eq!(client.blocking(String::new()), Ok(0));
    // Too large: straight to the fallback.
    let spans = capture_sync(|| Client { tokens: 301 }.blocking("ab".to_owned()));
    assert_eq!(*spans.output(), Ok(0));
    spans.root().has_attribute("fallback.used", "value");
}

#[tokio::test]
async fn the_cost_sees_the_arguments_of_a_trait_method() {
    let mut client = Client { tokens: 10 };
    let spans = capture(client.complete("prompt".to_owned())).await;
    assert_eq!(*spans.output(), Ok(6));
    spans.span("complete.attempt").has_attribute("limit.tokens.reserved", 16);
    assert_eq!(client.tokens, 11);
}

#[traced]
#[limit(tokens_per_minute = 600, cost = if prompt.is_empty() { panic!("no prompt") } else { 1 })]
async fn choosy(prompt: &str) -> Result<(), Failed> {
    Ok(())
}

#[tokio::test]
async fn a_cost_that_panics_ends_the_span_as_a_panic_and_harms_nobody() {
    let spans = capture(async {
        let panicked = tokio::spawn(lumina::FutureExt::in_current_context(choosy(""))).await;
        assert!(panicked.is_err_and(|error| error.is_panic()));
        choosy("p").await
    })
    .await;
    assert_eq!(*spans.output(), Ok(()));
    spans.spans_named("choosy")[0].outcome(lumina::model::Outcome::Panic);
}
