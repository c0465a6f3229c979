//! A thousand clients and a server that refuses them all for ten seconds.

use super::*;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

const CLIENTS: usize = 1_000;
const OUTAGE: Duration = Duration::from_secs(10);

/// When each attempt is made, all clients beginning at zero and failing at once.
fn attempts(policy: Retry, budget: Option<&Budget>, hint: Option<Duration>) -> Vec<Duration> {
    let mut coming: BinaryHeap<_> =
        (0..CLIENTS).map(|client| Reverse((Duration::ZERO, client, 1, Duration::ZERO))).collect();
    let mut made = Vec::new();
    while let Some(Reverse((now, client, attempt, previous_delay))) = coming.pop() {
        made.push(now);
        let failed = Attempted {
            previous_delay,
            retry_after: hint,
            remaining: OUTAGE.checked_sub(now),
            ..failed(attempt)
        };
        if let Next::Wait { delay, .. } = policy.after(failed, budget, random::unit()) {
            coming.push(Reverse((now + delay, client, attempt + 1, delay)));
        }
    }
    made
}

/// The retries in the busiest tenth of a second.
fn busiest(attempts: &[Duration]) -> usize {
    let mut tenths = [0; 101];
    let retries = attempts.iter().filter(|at| !at.is_zero());
    retries.for_each(|at| tenths[at.as_millis() as usize / 100] += 1);
    tenths.into_iter().max().unwrap_or(0)
}

fn patient(jitter: Jitter) -> Retry {
    let backoff = Backoff::DEFAULT.with_jitter(jitter);
    Retry { max: NonZeroU32::new(100).unwrap(), backoff, retry_after: true }
}

#[test]
fn jitter_spreads_the_retries_of_clients_that_failed_together() {
    assert_eq!(busiest(&attempts(patient(Jitter::None), None, None)), CLIENTS);
    for jitter in [Jitter::Full, Jitter::Equal, Jitter::Decorrelated] {
        let busiest = busiest(&attempts(patient(jitter), None, None));
        assert!(busiest < CLIENTS / 2, "{jitter:?}: {busiest}");
    }
}

#[test]
fn a_budget_bounds_all_retries_together() {
    let budget = Budget::new(500);
    let made = attempts(patient(Jitter::Full), Some(&budget), None);
    assert_eq!(made.len(), CLIENTS + 100);
}

#[test]
fn clients_told_to_wait_return_no_sooner_and_not_all_at_once() {
    let told = 2 * SECOND;
    let made = attempts(patient(Jitter::Full), None, Some(told));
    assert!(made.iter().all(|at| at.is_zero() || *at >= told));
    assert!(busiest(&made) < CLIENTS * 3 / 4, "{}", busiest(&made));
}
