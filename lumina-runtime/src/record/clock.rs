//! Ticks: what a span's start and end are stamped with, and how the collector turns them into time.
//!
//! On x86-64 with an invariant time-stamp counter a tick is one count of it (two readings are most
//! of what a span costs, and the counter is less than half the price of `clock_gettime`); elsewhere
//! a tick is a nanosecond of the monotonic clock. The decision is taken once per process.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

const UNDECIDED: u8 = 0;
#[cfg(all(target_arch = "x86_64", not(miri)))]
const COUNTER: u8 = 1;
const MONOTONIC: u8 = 2;

static SOURCE: AtomicU8 = AtomicU8::new(UNDECIDED);

/// The current tick. Comparable between threads; 63 bits.
#[inline(always)]
pub(crate) fn now() -> u64 {
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    if SOURCE.load(Ordering::Relaxed) == COUNTER {
        return counter();
    }
    now_slow()
}

/// [`now`] where that is no call: with a counter, or where there is never one. `None` elsewhere.
#[inline(always)]
pub(crate) fn now_inline() -> Option<u64> {
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    {
        (SOURCE.load(Ordering::Relaxed) == COUNTER).then(counter)
    }
    #[cfg(not(all(target_arch = "x86_64", not(miri))))]
    {
        Some(now_slow())
    }
}

#[cfg(all(target_arch = "x86_64", not(miri)))]
#[inline(always)]
fn counter() -> u64 {
    // SAFETY: `rdtsc` has no precondition; every x86-64 processor has it.
    unsafe { core::arch::x86_64::_rdtsc() }
}

#[cold]
#[inline(never)]
fn now_slow() -> u64 {
    if SOURCE.load(Ordering::Relaxed) == UNDECIDED {
        decide();
        return now();
    }
    base().elapsed().as_nanos() as u64
}

fn base() -> &'static Instant {
    static BASE: OnceLock<Instant> = OnceLock::new();
    // A second before the first use, so that no tick is zero.
    BASE.get_or_init(|| {
        Instant::now().checked_sub(Duration::from_secs(1)).unwrap_or_else(Instant::now)
    })
}

fn decide() {
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    if counter_is_invariant() {
        SOURCE.store(COUNTER, Ordering::Relaxed);
        return;
    }
    SOURCE.store(MONOTONIC, Ordering::Relaxed);
}

/// Whether the counter runs at one rate on all cores and in all power states.
///
/// The processor says so (leaf `0x8000_0007`, EDX bit 8: Intel SDM volume 3B, "Invariant TSC");
/// where the kernel offers an opinion, it must agree: it takes the counter out of use when cores
/// turn out not to be in step.
#[cfg(all(target_arch = "x86_64", not(miri)))]
fn counter_is_invariant() -> bool {
    use core::arch::x86_64::__cpuid;
    if __cpuid(0x8000_0000).eax < 0x8000_0007 || __cpuid(0x8000_0007).edx & (1 << 8) == 0 {
        return false;
    }
    if !cfg!(target_os = "linux") {
        return true;
    }
    let source = "/sys/devices/system/clocksource/clocksource0/available_clocksource";
    std::fs::read_to_string(source).is_ok_and(|known| known.split_whitespace().any(|s| s == "tsc"))
}

/// Turns ticks into nanoseconds since the Unix epoch.
///
/// Re-anchored to the wall clock from time to time, so that a stepped wall clock moves later spans
/// and never makes one end before it starts: lengths come from ticks alone. Small differences are
/// taken over by and by: spans of one trace are decoded under several anchors, and steps that
/// follow each other must not seem to overlap.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Calibration {
    origin: Moment,
    anchor_tick: u64,
    anchor_unix_nanos: u64,
    /// `None` before the first settlement.
    nanos_per_tick: Option<f64>,
}

/// One moment on three clocks.
#[derive(Clone, Copy, Debug)]
struct Moment {
    tick: u64,
    monotonic: Instant,
    unix_nanos: u64,
}

impl Moment {
    /// Reads the clocks at one moment, as far as that can be done.
    ///
    /// A thread may be interrupted between two readings, for milliseconds where processors are
    /// scarce: of a few attempts the quickest counts, and of that its middle.
    fn read() -> Moment {
        let attempt = || {
            let before = now();
            let (monotonic, unix_nanos) = (Instant::now(), unix_nanos());
            let ticks = now().saturating_sub(before);
            (ticks, Moment { tick: before + ticks / 2, monotonic, unix_nanos })
        };
        let attempts = [attempt(), attempt(), attempt(), attempt()];
        attempts.into_iter().min_by_key(|(ticks, _)| *ticks).unwrap_or_else(attempt).1
    }
}

impl Calibration {
    /// Starts a calibration. [`settle`](Self::settle) must run before the first conversion.
    pub(crate) fn start() -> Self {
        Self::from(Moment::read())
    }

    fn from(origin: Moment) -> Self {
        Calibration {
            origin,
            anchor_tick: origin.tick,
            anchor_unix_nanos: origin.unix_nanos,
            nanos_per_tick: None,
        }
    }

    /// Measures the rate over all the time since the start and takes a new anchor.
    ///
    /// Waits until there are 5 ms to measure over: an error of 100 ns in either reading is then
    /// 0.004 %. Runs on the collector, never on a user's thread.
    pub(crate) fn settle(&mut self) {
        const LEAST: Duration = Duration::from_millis(5);
        if let Some(rest) = LEAST.checked_sub(self.origin.monotonic.elapsed()) {
            std::thread::sleep(rest);
        }
        self.settle_at(Moment::read());
    }

    fn settle_at(&mut self, moment: Moment) {
        /// A larger difference is a wall clock that was set.
        const SET_NANOS: u64 = 1_000_000;
        /// What part of a smaller one is taken over at once.
        const SHARE: i64 = 8;
        let expected = self.nanos_per_tick.map(|_| self.unix_nanos(moment.tick));
        self.anchor_unix_nanos = match expected {
            Some(expected) if expected.abs_diff(moment.unix_nanos) < SET_NANOS => {
                // OK to subtract: the difference was just found to be small.
                let difference = moment.unix_nanos.wrapping_sub(expected) as i64;
                expected.saturating_add_signed(difference / SHARE)
            }
            _ => moment.unix_nanos,
        };
        let nanos = moment.monotonic.saturating_duration_since(self.origin.monotonic).as_nanos();
        let ticks = moment.tick.saturating_sub(self.origin.tick).max(1);
        self.nanos_per_tick = Some(nanos as f64 / ticks as f64);
        self.anchor_tick = moment.tick;
    }

    /// The time of `tick`.
    #[inline]
    pub(crate) fn unix_nanos(&self, tick: u64) -> u64 {
        let distance = tick.wrapping_sub(self.anchor_tick) as i64 as f64 * self.rate();
        self.anchor_unix_nanos.saturating_add_signed(distance as i64)
    }

    /// The time between two ticks; zero when they are out of order.
    #[inline]
    pub(crate) fn nanos_between(&self, start: u64, end: u64) -> u64 {
        (end.saturating_sub(start) as f64 * self.rate()) as u64
    }

    #[inline]
    fn rate(&self) -> f64 {
        self.nanos_per_tick.unwrap_or(1.0)
    }
}

fn unix_nanos() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_measure_the_same_length_as_the_monotonic_clock() {
        let mut calibration = Calibration::start();
        let (tick, instant) = (now(), Instant::now());
        std::thread::sleep(Duration::from_millis(30));
        let (ticks, truth) = (now(), instant.elapsed().as_nanos() as f64);
        calibration.settle();
        let measured = calibration.nanos_between(tick, ticks) as f64;
        assert!((measured / truth - 1.0).abs() < 0.02, "{measured} against {truth}");
    }

    #[test]
    fn ticks_out_of_order_are_no_time_at_all() {
        let mut calibration = Calibration::start();
        calibration.settle();
        assert_eq!(calibration.nanos_between(2_000, 1_000), 0);
    }

    #[test]
    fn a_tick_is_close_to_the_wall_clock() {
        let mut calibration = Calibration::start();
        calibration.settle();
        let distance = calibration.unix_nanos(now()).abs_diff(unix_nanos());
        assert!(distance < 50_000_000, "{distance} ns apart");
    }

    /// A clock of two ticks a nanosecond, `nanos` after its start; the wall clock is `ahead`.
    fn moment(start: Instant, nanos: u64, ahead: i64) -> Moment {
        Moment {
            tick: 1_000 + 2 * nanos,
            monotonic: start + Duration::from_nanos(nanos),
            unix_nanos: (1_700_000_000_000_000_000 + nanos).saturating_add_signed(ahead),
        }
    }

    const SECOND: u64 = 1_000_000_000;

    #[test]
    fn a_late_reading_hardly_moves_what_is_decoded_next() {
        let start = Instant::now();
        let mut calibration = Calibration::from(moment(start, 0, 0));
        calibration.settle_at(moment(start, SECOND, 0));
        let tick = moment(start, SECOND, 0).tick;
        let before = calibration.unix_nanos(tick);
        assert_eq!(before, moment(start, SECOND, 0).unix_nanos);
        calibration.settle_at(moment(start, SECOND + 2_000, 800));
        assert_eq!(calibration.unix_nanos(tick), before + 100);
    }

    #[test]
    fn a_wall_clock_that_runs_ahead_is_caught_up_with() {
        let start = Instant::now();
        let mut calibration = Calibration::from(moment(start, 0, 0));
        for second in 1..60 {
            calibration.settle_at(moment(start, second * SECOND, 900_000));
        }
        let last = moment(start, 60 * SECOND, 900_000);
        assert!(calibration.unix_nanos(last.tick).abs_diff(last.unix_nanos) < 1_000);
    }

    #[test]
    fn a_wall_clock_that_was_set_is_followed_at_once() {
        let start = Instant::now();
        let mut calibration = Calibration::from(moment(start, 0, 0));
        calibration.settle_at(moment(start, SECOND, 0));
        for ahead in [3_600_000_000_000, -7_200_000_000_000] {
            let set = moment(start, 2 * SECOND, ahead);
            calibration.settle_at(set);
            assert_eq!(calibration.unix_nanos(set.tick), set.unix_nanos);
        }
    }
}
