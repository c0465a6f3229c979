//! Limits of time that cannot hold together.

use std::time::Duration;

use super::retry::DEFAULT_MAX;
use crate::errors::Errors;
use crate::grammar::Keyed;
use crate::grammar::duration::{Time, show};
use crate::policy::args::RetryArgs;
use crate::policy::plan::{Backoff, Count, HedgePlan, RetryPlan, Start};

const DEFAULT_MAX_DELAY: Duration = Duration::from_secs(20);
/// Sums of more delays than this are cut short: no total is that long.
const MOST_DELAYS: u32 = 10_000;

/// What limits the time of a call. Only what the macro knows is compared.
pub(super) struct Limits<'a> {
    pub(super) retry: Option<&'a Keyed<RetryArgs>>,
    pub(super) plan: Option<&'a RetryPlan>,
    pub(super) hedge: Option<&'a HedgePlan>,
    pub(super) attempt: Option<&'a Time>,
    pub(super) total: Option<&'a Time>,
}

impl Limits<'_> {
    /// Reports the first contradiction: the others follow from it.
    pub(super) fn check(&self, errors: &mut Errors) {
        let Some(Time::Known(total, span)) = self.total else { return };
        let attempt = self.attempt.and_then(Time::known);
        if let Some(attempt) = attempt.filter(|attempt| attempt > total) {
            let message = format!(
                "`total` of {} is shorter than one attempt of {}; raise it, or shorten the attempt",
                show(*total),
                show(attempt)
            );
            return errors.at(*span, message);
        }
        let Some(plan) = self.plan else { return };
        let attempt = attempt.and_then(|attempt| self.hedged(attempt));
        if let Some(first) = bound(&plan.backoff, 2).filter(|first| first >= total) {
            let message = format!(
                "`total` of {} is over before the first backoff of {}; raise it, or shorten `base`",
                show(*total),
                show(first)
            );
            return errors.at(*span, message);
        }
        let (Some(attempt), Some(worst)) =
            (attempt, attempt.and_then(|attempt| self.worst(attempt)))
        else {
            return;
        };
        if worst.sum > *total {
            let fewer = match fitting(plan, attempt, *total) {
                // A single call is no retry.
                Some(0 | 1) | None => String::new(),
                Some(attempts) => format!("set `max = {attempts}`, "),
            };
            let message = format!(
                "{} attempts of {} and backoffs of up to {} take {sum}, which is past `total` of \
                 {}: raise `total` to \"{sum}\", {fewer}or shorten the attempts",
                worst.attempts,
                show(attempt),
                show(worst.delays),
                show(*total),
                sum = show(worst.sum),
            );
            errors.at(*span, message);
        }
    }

    /// The longest that an attempt with its hedges can take.
    fn hedged(&self, attempt: Duration) -> Option<Duration> {
        let Some(hedge) = self.hedge else { return Some(attempt) };
        let Count::Known(calls) = hedge.max else { return None };
        let hedges = u32::try_from(calls).unwrap_or(u32::MAX).saturating_sub(1);
        attempt.checked_add(hedge.after.known()?.checked_mul(hedges)?)
    }

    /// The longest that the attempts can take.
    fn worst(&self, attempt: Duration) -> Option<Worst> {
        let plan = self.plan?;
        let attempts = match (&plan.max, self.retry?.value.max.is_some()) {
            (Count::Known(max), _) => u32::try_from(*max).unwrap_or(u32::MAX),
            (Count::Constant(_), true) => return None,
            (Count::Constant(_), false) => DEFAULT_MAX,
        };
        let mut delays = Duration::ZERO;
        for number in 2..=attempts.min(MOST_DELAYS) {
            delays += bound(&plan.backoff, number)?;
        }
        let sum = attempt.checked_mul(attempts)?.checked_add(delays)?;
        Some(Worst { attempts, delays, sum })
    }
}

struct Worst {
    attempts: u32,
    delays: Duration,
    sum: Duration,
}

/// As many attempts as fit into `total`.
fn fitting(plan: &RetryPlan, attempt: Duration, total: Duration) -> Option<u32> {
    let (mut attempts, mut sum) = (0, attempt);
    while sum <= total && attempts < MOST_DELAYS {
        attempts += 1;
        sum = sum.checked_add(attempt)?.checked_add(bound(&plan.backoff, attempts + 1)?)?;
    }
    Some(attempts)
}

/// The longest delay before attempt `number`: what the run-time's `Backoff` gives, jitter included.
fn bound(backoff: &Backoff, number: u32) -> Option<Duration> {
    let Start::Base(base) = &backoff.start else { return None };
    let base = base.known()?;
    let longest = match &backoff.max_delay {
        Some(max_delay) => max_delay.known()?,
        None => DEFAULT_MAX_DELAY,
    };
    let decorrelated = backoff.jitter.as_ref().is_some_and(|jitter| jitter == "Decorrelated");
    let factor = match backoff.constructor.to_string().as_str() {
        _ if decorrelated => 3_f64.powf(f64::from(number - 1)),
        "exponential" => backoff.factor.unwrap_or(2.0).powf(f64::from(number - 2)),
        "linear" => f64::from(number - 1),
        _ => 1.0,
    };
    let delay = Duration::try_from_secs_f64(base.as_secs_f64() * factor).unwrap_or(Duration::MAX);
    Some(delay.min(longest))
}
