//! Limits of time that cannot hold together: the rules of the attributes, on the values that hold.

use crate::call::{Declared, Settings};
use crate::config::duration::show;
use crate::config::error::ConfigMistake;
use crate::config::values::{TOTAL, Values, Written};
use crate::policy::backoff::{Backoff, Jitter};
use std::time::Duration;

/// Sums of more delays than this are cut short: no total is that long.
const MOST_DELAYS: u32 = 10_000;

/// The first contradiction that a file brings in: the others follow from it.
pub(super) fn first(
    declared: &Declared,
    settings: &Settings,
    values: &Values,
) -> Option<ConfigMistake> {
    let total = settings.total_timeout?;
    let at = place(values)?;
    let (name, shown) = (declared.name, show(total));
    let retries = settings.retry.max.get() > 1;
    let attempt = settings.attempt_timeout;
    if let Some(attempt) = attempt.filter(|attempt| *attempt > total) {
        return Some(at.mistake(format!(
            "for `{name}` the total of {shown} is shorter than one attempt of {}; raise it, or \
             shorten the attempt",
            show(attempt)
        )));
    }
    let backoff = &settings.retry.backoff;
    if retries && let Some(first) = bound(backoff, 2).filter(|first| *first >= total) {
        return Some(at.mistake(format!(
            "for `{name}` the total of {shown} is over before the first backoff of {}; raise it, \
             or shorten `base`",
            show(first)
        )));
    }
    let (attempt, attempts) = (attempt?, settings.retry.max.get());
    let delays = delays(backoff, attempts)?;
    let sum = attempt.checked_mul(attempts)?.checked_add(delays)?;
    (retries && sum > total).then(|| {
        at.mistake(format!(
            "for `{name}` {attempts} attempts of {} and backoffs of up to {} take {}, which is \
             past the total of {shown}; raise it, or allow fewer or shorter attempts",
            show(attempt),
            show(delays),
            show(sum)
        ))
    })
}

/// A value of the file that took part.
fn place(values: &Values) -> Option<&Written> {
    let keys = [
        TOTAL,
        "timeout.attempt",
        "retry.max",
        "retry.base",
        "retry.factor",
        "retry.max_delay",
        "retry.backoff",
        "retry.jitter",
    ];
    keys.iter().find_map(|key| values.written(key))
}

fn delays(backoff: &Backoff, attempts: u32) -> Option<Duration> {
    (2..=attempts.min(MOST_DELAYS))
        .try_fold(Duration::ZERO, |sum, attempt| sum.checked_add(bound(backoff, attempt)?))
}

/// The longest delay before an attempt; not known of a schedule of the user's.
fn bound(backoff: &Backoff, attempt: u32) -> Option<Duration> {
    let base = backoff.schedule().1?;
    if backoff.jitter() != Jitter::Decorrelated {
        return Some(backoff.bound(attempt));
    }
    // Three times the delay before, the first time the base.
    let factor = 3_f64.powf(f64::from(attempt - 1));
    let delay = Duration::try_from_secs_f64(base.as_secs_f64() * factor).unwrap_or(Duration::MAX);
    Some(delay.min(backoff.max_delay()))
}
