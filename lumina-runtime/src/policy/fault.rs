//! Faults on purpose: what goes wrong with an attempt, drawn by a seed.
//!
//! Pure but for the count of draws, so that the same seed and the same order of attempts give the
//! same faults. What a fault does to an attempt is the engine's business; whether there may be any
//! is that of set-up.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

static INJECTED: AtomicU64 = AtomicU64::new(0);

/// How many faults were drawn in this process.
#[cfg_attr(not(feature = "config"), allow(dead_code, reason = "a file asks for faults"))]
pub(crate) fn injected() -> u64 {
    INJECTED.load(Ordering::Relaxed)
}

/// How often what goes wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct FaultConfig {
    pub(crate) seed: u64,
    /// The share of attempts that fail, from 0.0 to 1.0.
    pub(crate) error_rate: f64,
    /// The share of attempts that hang until they are too late; with `error_rate` at most 1.0.
    pub(crate) timeout_rate: f64,
    pub(crate) delay: Duration,
    /// The share of attempts that begin late, whatever else happens to them.
    pub(crate) delay_rate: f64,
}

/// The faults of one function.
#[derive(Debug)]
pub(crate) struct Faults {
    config: FaultConfig,
    stream: u64,
    drawn: AtomicU64,
    /// Whether an attempt was to fail that cannot.
    impossible: AtomicBool,
}

/// What is to go wrong with one attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) delay: Option<Duration>,
    pub(crate) failure: Option<FaultKind>,
}

/// How an attempt is to fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FaultKind {
    Error,
    Timeout,
}

impl Fault {
    /// The name used in spans: the failure, or the delay where that is all.
    pub(crate) const fn as_str(&self) -> &'static str {
        match self.failure {
            Some(FaultKind::Error) => "error",
            Some(FaultKind::Timeout) => "timeout",
            None => "delay",
        }
    }
}

impl Faults {
    /// Those of the function `name`: each has a sequence of its own, so that the calls of one do
    /// not change the faults of another.
    pub(crate) fn new(config: FaultConfig, name: &str) -> Self {
        // FNV-1a; any hash that does not change from build to build.
        let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let stream = mixed(config.seed ^ mixed(hash));
        Faults { config, stream, drawn: AtomicU64::new(0), impossible: AtomicBool::new(false) }
    }

    pub(crate) fn config(&self) -> &FaultConfig {
        &self.config
    }

    /// Whether an attempt was to fail whose function has no error for it.
    #[cfg_attr(not(feature = "config"), allow(dead_code, reason = "a file asks for faults"))]
    pub(crate) fn were_impossible(&self) -> bool {
        self.impossible.load(Ordering::Relaxed)
    }

    /// What happens to the next attempt, if anything. `takes_errors`: whether it can fail.
    pub(crate) fn draw(&self, takes_errors: bool) -> Option<Fault> {
        let FaultConfig { error_rate, timeout_rate, delay, delay_rate, .. } = self.config;
        let number = self.drawn.fetch_add(1, Ordering::Relaxed).wrapping_mul(2);
        let failure = match self.unit(number) {
            unit if unit < timeout_rate => Some(FaultKind::Timeout),
            unit if unit < timeout_rate + error_rate && takes_errors => Some(FaultKind::Error),
            unit if unit < timeout_rate + error_rate => {
                self.impossible.store(true, Ordering::Relaxed);
                None
            }
            _ => None,
        };
        let late = self.unit(number.wrapping_add(1)) < delay_rate && !delay.is_zero();
        if !late && failure.is_none() {
            return None;
        }
        INJECTED.fetch_add(1, Ordering::Relaxed);
        Some(Fault { delay: late.then_some(delay), failure })
    }

    /// Number `number` of the sequence, uniformly from `0.0..1.0`.
    fn unit(&self, number: u64) -> f64 {
        let bits = mixed(self.stream.wrapping_add(number.wrapping_mul(GOLDEN)));
        // OK to cast: 53 bits are what a double holds exactly.
        (bits >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// 2^64 divided by the golden ratio.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// One step of SplitMix64.
///
/// # Source
///
/// G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
fn mixed(seed: u64) -> u64 {
    let z = seed.wrapping_add(GOLDEN);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: FaultConfig = FaultConfig {
        seed: 42,
        error_rate: 0.0,
        timeout_rate: 0.0,
        delay: Duration::ZERO,
        delay_rate: 0.0,
    };

    fn drawn(config: FaultConfig, name: &str, times: usize) -> Vec<Option<Fault>> {
        let faults = Faults::new(config, name);
        (0..times).map(|_| faults.draw(true)).collect()
    }

    #[test]
    fn the_same_seed_gives_the_same_faults_and_another_seed_or_function_others() {
        let config = FaultConfig { error_rate: 0.5, ..NONE };
        let once = drawn(config, "answer", 64);
        assert_eq!(once, drawn(config, "answer", 64));
        assert_ne!(once, drawn(config, "search", 64));
        assert_ne!(once, drawn(FaultConfig { seed: 43, ..config }, "answer", 64));
    }

    #[test]
    fn an_attempt_that_cannot_fail_does_not_and_the_others_fare_as_they_would() {
        let config = FaultConfig { error_rate: 0.5, timeout_rate: 0.25, ..NONE };
        let (able, unable) = (Faults::new(config, "answer"), Faults::new(config, "answer"));
        for _ in 0..100 {
            let fault = able.draw(true).filter(|fault| fault.failure != Some(FaultKind::Error));
            assert_eq!(unable.draw(false), fault);
        }
        assert!(unable.were_impossible() && !able.were_impossible());
    }

    #[test]
    fn rates_are_shares_of_the_attempts() {
        let delay = Duration::from_secs(2);
        let config =
            FaultConfig { error_rate: 0.2, timeout_rate: 0.05, delay, delay_rate: 0.1, ..NONE };
        let faults = drawn(config, "answer", 100_000);
        let share = |is: fn(&Fault) -> bool| {
            let hits = faults.iter().flatten().filter(|fault| is(fault)).count();
            hits as f64 / faults.len() as f64
        };
        let close = |share: f64, rate: f64| assert!((share - rate).abs() < 0.005, "{share} {rate}");
        close(share(|fault| fault.failure == Some(FaultKind::Error)), 0.2);
        close(share(|fault| fault.failure == Some(FaultKind::Timeout)), 0.05);
        close(share(|fault| fault.delay.is_some()), 0.1);
        close(share(|fault| fault.delay.is_some() && fault.failure.is_some()), 0.025);
    }

    #[test]
    fn no_rate_is_never_and_all_of_them_is_always() {
        assert!(drawn(NONE, "answer", 1_000).iter().all(Option::is_none));
        let always = drawn(FaultConfig { error_rate: 1.0, ..NONE }, "answer", 1_000);
        assert!(always.iter().all(|fault| fault.unwrap().failure == Some(FaultKind::Error)));
    }
}
