//! What follows a failed attempt that may be repeated: how long to wait, and when to give up.
//!
//! Pure: the time and the random number are handed in, the waiting is the worker's.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::{Duration, Instant};

/// How long a batch is tried, and how the delays between attempts grow.
///
/// The delay before the n-th repetition is drawn uniformly from zero to
/// `base * 2^(n - 1)`, at most `max_delay` ("full jitter").
///
/// # Source
///
/// M. Brooker, "Exponential Backoff And Jitter",
/// <https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/>.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RetryPolicy {
    pub(crate) base: Duration,
    pub(crate) max_delay: Duration,
    /// The longest that a receiver's own wish for a delay is honoured.
    pub(crate) max_retry_after: Duration,
    /// A batch is given up when the next attempt would start later than this after the first.
    pub(crate) max_elapsed: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        RetryPolicy {
            base: Duration::from_millis(500),
            max_delay: Duration::from_secs(30),
            max_retry_after: Duration::from_secs(60),
            max_elapsed: Duration::from_secs(300),
        }
    }
}

impl RetryPolicy {
    /// The longest delay before the given repetition, the first one being 1.
    fn bound(&self, repetition: u32) -> Duration {
        // OK to saturate: any overflow is far above `max_delay`.
        let factor = 1u32.checked_shl(repetition.saturating_sub(1)).unwrap_or(u32::MAX);
        self.base.saturating_mul(factor).min(self.max_delay)
    }
}

/// A wait before the next attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wait {
    pub(super) until: Instant,
    /// The receiver asked for it: a shutdown does not cut it short.
    pub(super) asked_for: bool,
}

/// What follows a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    /// Before anything is sent again, this batch or another one.
    pub(super) wait: Wait,
    /// This batch has been tried for long enough.
    pub(super) give_up: bool,
}

/// The attempts at one batch.
#[derive(Debug)]
pub(super) struct Retry {
    policy: RetryPolicy,
    first_attempt: Instant,
    failures: u32,
}

impl Retry {
    pub(super) fn new(policy: RetryPolicy, first_attempt: Instant) -> Self {
        Retry { policy, first_attempt, failures: 0 }
    }

    /// What follows a failure at `now`.
    ///
    /// `random` is drawn uniformly from `0.0..1.0`. A delay that the receiver asked for is kept
    /// (up to the cap) and spread by at most `base`, so that many clients do not return at once.
    pub(super) fn after(
        &mut self,
        retry_after: Option<Duration>,
        now: Instant,
        random: f64,
    ) -> Verdict {
        self.failures = self.failures.saturating_add(1);
        let delay = match retry_after {
            Some(asked) => asked
                .min(self.policy.max_retry_after)
                .saturating_add(self.policy.base.mul_f64(random)),
            None => self.policy.bound(self.failures).mul_f64(random),
        };
        // OK to fall back: only a policy of centuries leaves the clock's range.
        let until = now.checked_add(delay).unwrap_or(now);
        let elapsed = until.saturating_duration_since(self.first_attempt);
        Verdict {
            wait: Wait { until, asked_for: retry_after.is_some() },
            give_up: elapsed > self.policy.max_elapsed,
        }
    }
}

/// Random numbers for delays: no secret depends on them.
///
/// Source: S. Vigna, "splitmix64", <https://prng.di.unimi.it/splitmix64.c>.
#[derive(Debug)]
pub(super) struct Jitter(u64);

impl Jitter {
    /// Seeded by the operating system's randomness, through the standard library's hasher.
    pub(super) fn new() -> Self {
        Jitter(RandomState::new().build_hasher().finish())
    }

    /// A number in `0.0..1.0`.
    pub(super) fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        // 53 bits: what a double holds exactly.
        (z >> 11) as f64 / (1u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn policy() -> RetryPolicy {
        RetryPolicy {
            base: SECOND,
            max_delay: 4 * SECOND,
            max_retry_after: 60 * SECOND,
            max_elapsed: 100 * SECOND,
        }
    }

    #[test]
    fn bounds_double_up_to_the_maximum_and_never_overflow() {
        let bounds = [1, 2, 3, 4, 33, u32::MAX].map(|n| policy().bound(n).as_secs());
        assert_eq!(bounds, [1, 2, 4, 4, 4, 4]);
    }

    #[test]
    fn a_delay_is_the_random_part_of_its_bound() {
        let now = Instant::now();
        let mut retry = Retry::new(policy(), now);
        let mut delay = |random| retry.after(None, now, random).wait.until - now;
        assert_eq!([0.5, 0.5, 0.0].map(&mut delay), [SECOND / 2, SECOND, Duration::ZERO]);
    }

    #[test]
    fn the_delay_a_receiver_asks_for_is_kept_and_spread() {
        let now = Instant::now();
        let wait = Retry::new(policy(), now).after(Some(10 * SECOND), now, 0.5).wait;
        assert_eq!(wait, Wait { until: now + 10 * SECOND + SECOND / 2, asked_for: true });
    }

    #[test]
    fn an_absurd_wish_for_a_delay_is_capped() {
        let now = Instant::now();
        let wait = Retry::new(policy(), now).after(Some(Duration::MAX), now, 0.0).wait;
        assert_eq!(wait.until, now + 60 * SECOND);
    }

    #[test]
    fn a_batch_is_given_up_when_the_next_attempt_would_be_too_late() {
        let start = Instant::now();
        let mut retry = Retry::new(policy(), start);
        assert!(!retry.after(None, start + 99 * SECOND, 0.9).give_up);
        assert!(retry.after(None, start + 99 * SECOND, 0.9).give_up);
    }

    #[test]
    fn jitter_stays_in_its_range_and_differs_between_exporters() {
        let mut jitter = Jitter::new();
        assert!((0..1000).all(|_| (0.0..1.0).contains(&jitter.next())));
        assert_ne!(Jitter::new().next().to_bits(), Jitter::new().next().to_bits());
    }
}
