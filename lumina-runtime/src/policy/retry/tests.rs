use super::*;
use crate::policy::random;

mod storm;

const SECOND: Duration = Duration::from_secs(1);

fn retry(max: u32) -> Retry {
    let max = NonZeroU32::new(max).unwrap();
    let backoff = Backoff::exponential(SECOND).with_jitter(Jitter::None);
    Retry { max, backoff, retry_after: true }
}

fn failed(attempt: u32) -> Attempted {
    Attempted {
        attempt,
        failure: Failure::Retryable,
        retry_after: None,
        previous_delay: Duration::ZERO,
        remaining: None,
    }
}

fn wait(delay: Duration) -> Next {
    Next::Wait { delay, cost: Cost::Retry }
}

#[test]
fn max_counts_the_first_call() {
    assert_eq!(retry(2).after(failed(1), None, 0.0), wait(SECOND));
    assert_eq!(retry(2).after(failed(2), None, 0.0), Next::GiveUp(Reason::Exhausted));
    assert_eq!(retry(1).after(failed(1), None, 0.0), Next::GiveUp(Reason::Exhausted));
    assert_eq!(retry(u32::MAX).after(failed(u32::MAX), None, 0.0), Next::GiveUp(Reason::Exhausted));
}

#[test]
fn a_delay_that_leaves_no_time_for_an_attempt_ends_the_call() {
    let remaining = |remaining| Attempted { remaining: Some(remaining), ..failed(1) };
    let barely = SECOND + Duration::from_nanos(1);
    assert_eq!(retry(3).after(remaining(barely), None, 0.0), wait(SECOND));
    for short in [SECOND, SECOND / 2, Duration::ZERO] {
        let next = retry(3).after(remaining(short), None, 0.0);
        assert_eq!(next, Next::GiveUp(Reason::Deadline), "{short:?} left");
    }
}

#[test]
fn without_a_delay_there_is_still_no_attempt_after_the_deadline() {
    let at_once = Retry { backoff: Backoff::fixed(Duration::ZERO), ..Retry::DEFAULT };
    let over = Attempted { remaining: Some(Duration::ZERO), ..failed(1) };
    assert_eq!(at_once.after(over, None, 0.5), Next::GiveUp(Reason::Deadline));
}

#[test]
fn what_will_fail_again_is_not_repeated() {
    let with = |failure| Attempted { failure, ..failed(1) };
    let budget = Budget::new(5);
    let next = retry(3).after(with(Failure::Permanent), Some(&budget), 0.0);
    assert_eq!(next, Next::GiveUp(Reason::Permanent));
    let next = retry(3).after(with(Failure::Refused), Some(&budget), 0.0);
    assert_eq!(next, Next::GiveUp(Reason::Refused));
    assert_eq!(budget.balance(), 5);
}

#[test]
fn a_server_is_waited_for_as_long_as_it_asks() {
    let asked = |asked| Attempted { retry_after: Some(asked), ..failed(1) };
    assert_eq!(retry(3).after(asked(7 * SECOND), None, 0.9), wait(7 * SECOND));
    assert_eq!(retry(3).after(asked(Duration::ZERO), None, 0.9), wait(Duration::ZERO));
}

#[test]
fn a_servers_wish_is_clamped_to_the_longest_delay() {
    for asked in [Duration::from_secs(86_400), Duration::MAX] {
        let asked = Attempted { retry_after: Some(asked), ..failed(1) };
        assert_eq!(retry(3).after(asked, None, 0.9), wait(20 * SECOND));
    }
}

#[test]
fn a_servers_wish_never_leads_past_the_deadline() {
    let asked =
        Attempted { retry_after: Some(7 * SECOND), remaining: Some(5 * SECOND), ..failed(1) };
    assert_eq!(retry(3).after(asked, None, 0.0), Next::GiveUp(Reason::Deadline));
}

#[test]
fn clients_that_were_sent_away_together_return_spread_and_none_too_early() {
    let jittered = Retry { backoff: Backoff::DEFAULT, ..retry(3) };
    let asked = Attempted { retry_after: Some(10 * SECOND), ..failed(1) };
    assert_eq!(jittered.after(asked, None, 0.0), wait(10 * SECOND));
    assert_eq!(jittered.after(asked, None, 0.5), wait(10 * SECOND + SECOND / 2));
}

#[test]
fn a_server_can_be_ignored() {
    let deaf = Retry { retry_after: false, ..retry(3) };
    let asked = Attempted { retry_after: Some(7 * SECOND), ..failed(1) };
    assert_eq!(deaf.after(asked, None, 0.0), wait(SECOND));
}

#[test]
fn an_empty_budget_ends_the_call_and_a_timeout_costs_double() {
    let budget = Budget::new(15);
    let timed_out = Attempted { failure: Failure::TimedOut, ..failed(1) };
    let next = retry(9).after(timed_out, Some(&budget), 0.0);
    assert_eq!(next, Next::Wait { delay: SECOND, cost: Cost::Timeout });
    let next = retry(9).after(timed_out, Some(&budget), 0.0);
    assert_eq!(next, Next::GiveUp(Reason::Budget));
    assert_eq!(retry(9).after(failed(2), Some(&budget), 0.0), wait(2 * SECOND));
    assert_eq!(budget.balance(), 0);
}

#[test]
fn an_attempt_that_cannot_be_made_costs_nothing() {
    let budget = Budget::new(500);
    let late = Attempted { remaining: Some(Duration::ZERO), ..failed(1) };
    retry(3).after(late, Some(&budget), 0.0);
    retry(3).after(failed(3), Some(&budget), 0.0);
    assert_eq!(budget.balance(), 500);
}

/// Calls whose attempts take random times, against any policy: the delays never add up to the
/// total, no attempt begins after it, and the number of calls is at most `max`.
#[test]
fn delays_and_attempts_stay_within_the_total() {
    let unit = random::unit;
    for _ in 0..5_000 {
        let base = SECOND.mul_f64(unit());
        let grown = [Backoff::exponential(base), Backoff::linear(base), Backoff::fixed(base)];
        let jitters = [Jitter::Full, Jitter::Equal, Jitter::Decorrelated, Jitter::None];
        let backoff = grown[(unit() * 3.0) as usize].with_jitter(jitters[(unit() * 4.0) as usize]);
        let policy = Retry { backoff, ..retry(1 + (unit() * 12.0) as u32) };
        let total = (10 * SECOND).mul_f64(unit());
        let (mut elapsed, mut attempt, mut previous_delay) = (Duration::ZERO, 1, Duration::ZERO);
        loop {
            assert!(attempt == 1 || elapsed < total, "attempt {attempt} began after the deadline");
            elapsed += SECOND.mul_f64(unit());
            let remaining = total.saturating_sub(elapsed);
            let hint = (unit() < 0.2).then(|| (5 * SECOND).mul_f64(unit()));
            let attempted = Attempted {
                previous_delay,
                remaining: Some(remaining),
                retry_after: hint,
                ..failed(attempt)
            };
            let Next::Wait { delay, .. } = policy.after(attempted, None, unit()) else { break };
            assert!(delay < remaining);
            elapsed += delay;
            previous_delay = delay;
            attempt += 1;
        }
        assert!(attempt <= policy.max.get());
    }
}
