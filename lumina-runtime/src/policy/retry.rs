//! Retry: what follows a failed attempt.
//!
//! Pure. The loop, the clock and the waiting belong to the engine; delays come from
//! [`backoff`](super::backoff), what an error says of itself from [`classify`](super::classify).

use super::backoff::{Backoff, Jitter, times};
use super::budget::{Budget, Cost};
use std::num::NonZeroU32;
use std::time::Duration;

/// The part of a server's wish for a delay that is added to it at random, so that the clients that
/// were sent away together do not return together.
const HINT_SPREAD: f64 = 0.1;

/// When a call is made again.
#[derive(Clone, Copy, Debug)]
pub struct Retry {
    /// Calls in total, the first one included.
    pub max: NonZeroU32,
    /// The delays between calls.
    pub backoff: Backoff,
    /// Whether a server's own wish for a delay takes the place of the schedule's.
    pub retry_after: bool,
}

impl Retry {
    /// Three calls, the default backoff, the server's wish honoured.
    pub const DEFAULT: Retry =
        Retry { max: NonZeroU32::new(3).unwrap(), backoff: Backoff::DEFAULT, retry_after: true };
}

/// How an attempt failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// An error that may be gone the next time, or a value that is not the one awaited.
    Retryable,
    /// An error that will be the same the next time.
    Permanent,
    /// It ran past its limit.
    TimedOut,
    /// A breaker or a limit did not let it begin: the next step is the fallback.
    Refused,
}

/// A failed attempt and what surrounds it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attempted {
    /// Its number; the first is 1.
    pub(crate) attempt: u32,
    pub(crate) failure: Failure,
    /// How long the server asked to wait.
    pub(crate) retry_after: Option<Duration>,
    /// The delay before this attempt.
    pub(crate) previous_delay: Duration,
    /// What is left until the call's deadline, now.
    pub(crate) remaining: Option<Duration>,
}

/// What follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Another attempt, after `delay`. Its cost is taken from the budget already.
    Wait { delay: Duration, cost: Cost },
    /// No other attempt.
    GiveUp(Reason),
}

/// Why there is no other attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// All attempts are used.
    Exhausted,
    /// The error will be the same the next time.
    Permanent,
    /// A breaker or a limit stands in the way.
    Refused,
    /// The delay would not leave any time for the attempt.
    Deadline,
    /// Too many calls are being repeated.
    Budget,
}

impl Reason {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Reason::Exhausted => "exhausted",
            Reason::Permanent => "permanent",
            Reason::Refused => "refused",
            Reason::Deadline => "deadline",
            Reason::Budget => "budget",
        }
    }
}

impl Retry {
    /// Decides; `random` is drawn uniformly from `0.0..1.0`.
    ///
    /// The budget pays last, when nothing else is in the way. Without one, retries are free.
    pub(crate) fn after(&self, attempted: Attempted, budget: Option<&Budget>, random: f64) -> Next {
        match attempted.failure {
            Failure::Refused => return Next::GiveUp(Reason::Refused),
            Failure::Permanent => return Next::GiveUp(Reason::Permanent),
            Failure::Retryable | Failure::TimedOut => {}
        }
        if attempted.attempt >= self.max.get() {
            return Next::GiveUp(Reason::Exhausted);
        }
        let delay = self.delay(&attempted, random);
        // Not "at most": an attempt that begins at the deadline cannot end before it.
        if attempted.remaining.is_some_and(|remaining| delay >= remaining) {
            return Next::GiveUp(Reason::Deadline);
        }
        let cost = match attempted.failure {
            Failure::TimedOut => Cost::Timeout,
            _ => Cost::Retry,
        };
        if budget.is_some_and(|budget| !budget.try_spend(cost)) {
            return Next::GiveUp(Reason::Budget);
        }
        Next::Wait { delay, cost }
    }

    /// The schedule's delay, or the server's: never shorter than asked for, unless that is longer
    /// than the longest delay, which it never is, whatever a server says.
    fn delay(&self, attempted: &Attempted, random: f64) -> Duration {
        let backoff = &self.backoff;
        match attempted.retry_after.filter(|_| self.retry_after) {
            Some(asked) => {
                let spread =
                    if backoff.jitter() == Jitter::None { 0.0 } else { HINT_SPREAD * random };
                asked.saturating_add(times(asked, spread)).min(backoff.max_delay())
            }
            None => {
                backoff.delay(attempted.attempt.saturating_add(1), attempted.previous_delay, random)
            }
        }
    }
}

#[cfg(all(test, not(lumina_loom)))]
mod tests;
