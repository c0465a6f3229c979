//! Backoff: the delays between the attempts of one call, as a plain value.
//!
//! Pure: the random part is handed in, the waiting is done elsewhere.

use std::time::Duration;

/// A schedule of delays.
///
/// Every constructor takes the first delay, sets a longest one of 20 s, and draws each delay
/// uniformly from zero to its bound ("full jitter"), so that many clients that failed together do
/// not come back together.
///
/// # Source
///
/// M. Brooker, "Exponential Backoff And Jitter",
/// <https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/>.
///
/// # Examples
///
/// ```
/// use lumina_runtime::{Backoff, Jitter};
/// use std::time::Duration;
///
/// let backoff = Backoff::exponential(Duration::from_millis(100)).with_jitter(Jitter::None);
/// assert_eq!(backoff.bound(2), Duration::from_millis(100));
/// assert_eq!(backoff.bound(4), Duration::from_millis(400));
/// assert_eq!(backoff.bound(40), Duration::from_secs(20));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    growth: Growth,
    base: Duration,
    max_delay: Duration,
    jitter: Jitter,
}

#[derive(Clone, Copy, Debug)]
enum Growth {
    Exponential { factor: f64 },
    Linear,
    Fixed,
    Custom(fn(u32) -> Duration),
}

/// The random part of a delay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Jitter {
    /// From zero to the bound.
    Full,
    /// From half the bound to the bound.
    Equal,
    /// From the base to three times the delay before, at most the longest delay. The schedule's
    /// growth is not used: the delays grow by their own past.
    Decorrelated,
    /// None: the bound itself.
    None,
}

impl Jitter {
    /// The name in the attribute.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Jitter::Full => "full",
            Jitter::Equal => "equal",
            Jitter::Decorrelated => "decorrelated",
            Jitter::None => "none",
        }
    }
}

impl Backoff {
    /// 500 ms, doubled for each further attempt, at most 20 s, full jitter.
    pub const DEFAULT: Backoff = Backoff::exponential(Duration::from_millis(500));

    /// `base`, then twice as long for each further attempt.
    pub const fn exponential(base: Duration) -> Self {
        Backoff::new(Growth::Exponential { factor: 2.0 }, base)
    }

    /// `base`, then `base` longer for each further attempt.
    pub const fn linear(base: Duration) -> Self {
        Backoff::new(Growth::Linear, base)
    }

    /// `base`, always.
    pub const fn fixed(base: Duration) -> Self {
        Backoff::new(Growth::Fixed, base)
    }

    /// What `delay` says for the attempt that is to come: 2 before the first retry.
    ///
    /// Taken as it is, without jitter, up to the longest delay.
    pub const fn custom(delay: fn(u32) -> Duration) -> Self {
        Backoff::new(Growth::Custom(delay), Duration::ZERO).with_jitter(Jitter::None)
    }

    const fn new(growth: Growth, base: Duration) -> Self {
        Backoff { growth, base, max_delay: Duration::from_secs(20), jitter: Jitter::Full }
    }

    /// How many times longer each delay of an exponential schedule is; others have no factor.
    ///
    /// A factor that is no positive number counts as 1.
    pub const fn with_factor(mut self, factor: f64) -> Self {
        if let Growth::Exponential { factor: old } = &mut self.growth {
            *old = if factor > 0.0 && factor.is_finite() { factor } else { 1.0 };
        }
        self
    }

    /// The longest delay.
    pub const fn with_max_delay(mut self, max_delay: Duration) -> Self {
        self.max_delay = max_delay;
        self
    }

    /// The random part.
    pub const fn with_jitter(mut self, jitter: Jitter) -> Self {
        self.jitter = jitter;
        self
    }

    /// The longest delay of the schedule.
    pub const fn max_delay(&self) -> Duration {
        self.max_delay
    }

    /// The random part of the schedule.
    pub const fn jitter(&self) -> Jitter {
        self.jitter
    }

    /// The schedule's name in the attribute, what it begins with and what it grows by.
    pub(crate) fn schedule(&self) -> (&'static str, Option<Duration>, Option<f64>) {
        match self.growth {
            Growth::Exponential { factor } => ("exponential", Some(self.base), Some(factor)),
            Growth::Linear => ("linear", Some(self.base), None),
            Growth::Fixed => ("fixed", Some(self.base), None),
            Growth::Custom(_) => ("function", None, None),
        }
    }

    /// The longest delay before `attempt`, which counts calls: the first retry is attempt 2.
    ///
    /// # Panics
    ///
    /// If `attempt < 2`: nothing waits before the first call.
    pub fn bound(&self, attempt: u32) -> Duration {
        assert!(attempt >= 2, "no delay precedes attempt {attempt}");
        let repetition = attempt - 1;
        let delay = match self.growth {
            Growth::Exponential { factor } => {
                // OK to saturate: powers that large leave every range.
                let power = i32::try_from(repetition - 1).unwrap_or(i32::MAX);
                times(self.base, factor.powi(power))
            }
            Growth::Linear => self.base.saturating_mul(repetition),
            Growth::Fixed => self.base,
            Growth::Custom(delay) => delay(attempt),
        };
        delay.min(self.max_delay)
    }

    /// The delay before `attempt`.
    ///
    /// `previous` is the delay before the attempt that has failed, zero if that was the first;
    /// `random` is drawn uniformly from `0.0..1.0`.
    ///
    /// # Panics
    ///
    /// If `attempt < 2`.
    pub(crate) fn delay(&self, attempt: u32, previous: Duration, random: f64) -> Duration {
        match self.jitter {
            Jitter::None => self.bound(attempt),
            Jitter::Full => times(self.bound(attempt), random),
            Jitter::Equal => times(self.bound(attempt), 0.5 + random / 2.0),
            Jitter::Decorrelated => {
                let longest = previous.max(self.base).saturating_mul(3);
                let spread = times(longest.saturating_sub(self.base), random);
                self.base.saturating_add(spread).min(self.max_delay)
            }
        }
    }
}

impl Default for Backoff {
    fn default() -> Self {
        Backoff::DEFAULT
    }
}

/// A duration's multiple, as far as durations go.
pub(super) fn times(duration: Duration, factor: f64) -> Duration {
    // `0 * inf` is no number; no time stays no time.
    if duration.is_zero() {
        return Duration::ZERO;
    }
    Duration::try_from_secs_f64(duration.as_secs_f64() * factor).unwrap_or(Duration::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::random;

    const SECOND: Duration = Duration::from_secs(1);
    const ALL: [Jitter; 4] = [Jitter::Full, Jitter::Equal, Jitter::Decorrelated, Jitter::None];

    fn bounds(backoff: Backoff) -> [u64; 5] {
        [2, 3, 4, 5, 6].map(|attempt| backoff.bound(attempt).as_secs())
    }

    #[test]
    fn each_growth_has_its_shape() {
        assert_eq!(bounds(Backoff::exponential(SECOND)), [1, 2, 4, 8, 16]);
        assert_eq!(bounds(Backoff::exponential(SECOND).with_factor(3.0)), [1, 3, 9, 20, 20]);
        assert_eq!(bounds(Backoff::linear(2 * SECOND)), [2, 4, 6, 8, 10]);
        assert_eq!(bounds(Backoff::fixed(3 * SECOND)), [3; 5]);
        let custom = Backoff::custom(|attempt| Duration::from_secs(u64::from(attempt) * 6));
        assert_eq!(bounds(custom), [12, 18, 20, 20, 20]);
    }

    #[test]
    fn the_default_is_the_documented_one() {
        let default = Backoff::default();
        assert_eq!(default.bound(2), Duration::from_millis(500));
        assert_eq!(default.bound(3), SECOND);
        assert_eq!(default.bound(u32::MAX), 20 * SECOND);
        assert_eq!(default.jitter(), Jitter::Full);
    }

    #[test]
    fn no_schedule_overflows() {
        let grown: [fn(Duration) -> Backoff; 3] =
            [Backoff::exponential, Backoff::linear, Backoff::fixed];
        for base in [Duration::ZERO, Duration::from_nanos(1), SECOND, Duration::MAX] {
            for (make, jitter) in grown.iter().flat_map(|make| ALL.map(|jitter| (make, jitter))) {
                for factor in [0.0, 1.0, 2.0, 1e300, f64::INFINITY, f64::NAN, -1.0] {
                    let backoff = make(base).with_factor(factor).with_jitter(jitter);
                    for attempt in [2, 3, 64, 65, 1025, u32::MAX] {
                        for longest in [Duration::ZERO, 20 * SECOND, Duration::MAX] {
                            let backoff = backoff.with_max_delay(longest);
                            let delay = backoff.delay(attempt, Duration::MAX, 0.999_999);
                            assert!(delay <= longest, "{backoff:?} before {attempt}: {delay:?}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn jitter_stays_between_its_bounds_and_reaches_both() {
        let backoff = Backoff::fixed(8 * SECOND);
        let ends = |jitter| {
            let backoff = backoff.with_jitter(jitter);
            [0.0, 0.5].map(|random| backoff.delay(2, Duration::ZERO, random).as_secs())
        };
        assert_eq!(ends(Jitter::Full), [0, 4]);
        assert_eq!(ends(Jitter::Equal), [4, 6]);
        assert_eq!(ends(Jitter::None), [8, 8]);
        assert_eq!(ends(Jitter::Decorrelated), [8, 16]);
    }

    #[test]
    fn decorrelated_delays_grow_by_their_own_past() {
        let backoff = Backoff::fixed(SECOND).with_jitter(Jitter::Decorrelated);
        let mut previous = Duration::ZERO;
        for attempt in 2..200 {
            let delay = backoff.delay(attempt, previous, random::unit());
            assert!(delay >= SECOND && delay <= 20 * SECOND);
            assert!(delay <= 3 * previous.max(SECOND), "{delay:?} after {previous:?}");
            previous = delay;
        }
        assert_eq!(backoff.delay(9, 4 * SECOND, 0.5), Duration::from_millis(6_500));
    }

    #[test]
    #[should_panic(expected = "no delay precedes attempt 1")]
    fn nothing_waits_before_the_first_call() {
        Backoff::DEFAULT.bound(1);
    }
}
