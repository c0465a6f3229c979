//! Policies in the words of their attributes, defaults included.

use crate::entry;
use lumina::{Interrupted, prelude::*};

pub(crate) const FILE: &str = file!();

type Outcome = Result<u32, Interrupted>;

#[traced("with-everything", capture(n))]
#[limit(concurrency = 8, queue = 16, requests_per_minute = 600)]
#[breaker(name = "provider", rate = 0.25, window = "1m")]
#[retry(max = 4, base = "250us", jitter = equal, budget = "shared")]
#[timeout(attempt = "1.5s", total = "90s")]
#[fallback(smaller, name = "smaller", timeout = "2s")]
#[fallback(value = 0, name = "zero", level = "emergency")]
async fn with_everything(n: u32) -> Outcome {
    Ok(n)
}

fn smaller(n: u32) -> u32 {
    n
}

fn policies(name: &str) -> Vec<String> {
    entry(name).policies.iter().map(ToString::to_string).collect()
}

#[test]
fn every_policy_is_told_from_the_outermost_to_the_innermost() {
    let expected = [
        "fallback(name = smaller, level = 1, timeout = 2s)",
        "fallback(name = zero, level = emergency)",
        "timeout(total = 90s, attempt = 1.5s)",
        "retry(max = 4, backoff = exponential, base = 250us, factor = 2, max_delay = 20s, \
         jitter = equal, budget = shared, retry_after = on)",
        "breaker(name = provider, rate = 0.25, min_calls = 20, window = 60s, open = 30s, \
         half_open = 3)",
        "limit(requests_per_minute = 600, concurrency = 8, queue = 16)",
    ];
    assert_eq!(policies("with-everything"), expected);
}

fn own(attempt: u32) -> std::time::Duration {
    std::time::Duration::from_millis(attempt.into())
}

#[traced]
#[retry(backoff = own, budget = off, retry_after = off)]
fn by_a_schedule_of_its_own() -> Outcome {
    Ok(1)
}

#[test]
fn what_a_schedule_does_not_have_is_left_out() {
    let expected = "retry(max = 3, backoff = function, max_delay = 20s, jitter = none, \
                    budget = off, retry_after = off)";
    assert_eq!(policies("by_a_schedule_of_its_own"), [expected]);
}

#[traced]
#[retry(max = 1)]
fn once() -> Outcome {
    Ok(1)
}

#[test]
fn one_call_is_no_retry() {
    assert_eq!(policies("once").len(), 0);
}
