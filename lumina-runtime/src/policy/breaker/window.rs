//! A sliding window of calls and failures: ten parts, one word each.
//!
//! A part is used again when the window has moved past it, so calls count between nine tenths of
//! the window and all of it.
//!
//! ```text
//! part's number:28 | failures:18 | calls:18
//! ```

use crate::policy::instant::whole;
use crate::policy::sync::{AtomicU64, Ordering, const_unless_loom};
use std::time::Duration;

// Under loom each word multiplies what must be tried.
const PARTS: u64 = if cfg!(lumina_loom) { 2 } else { 10 };
const COUNT_BITS: u32 = 18;
const COUNT: u64 = (1 << COUNT_BITS) - 1;
const NUMBER: u64 = (1 << 28) - 1;
/// Room left for threads that add to a part at the same time.
const MOST_AT_ONCE: u64 = 1 << 14;

#[derive(Debug)]
pub(super) struct Window {
    parts: [AtomicU64; PARTS as usize],
    part_nanos: AtomicU64,
}

/// One part's word.
#[derive(Clone, Copy)]
struct Part(u64);

impl Part {
    fn new(number: u64) -> Part {
        Part((number & NUMBER) << (2 * COUNT_BITS))
    }

    fn is(self, number: u64) -> bool {
        self.0 >> (2 * COUNT_BITS) == number & NUMBER
    }

    fn calls(self) -> u64 {
        self.0 & COUNT
    }

    fn failures(self) -> u64 {
        self.0 >> COUNT_BITS & COUNT
    }

    fn with(self, failed: bool) -> Part {
        // A full part forgets half of its calls, of either kind: the rate stays what it was.
        let room = if self.calls() == COUNT {
            let number = Part(self.0 & !(COUNT << COUNT_BITS | COUNT));
            Part(number.0 + ((self.failures() / 2) << COUNT_BITS) + self.calls() / 2)
        } else {
            self
        };
        Part(room.0 + Part::counted(failed))
    }

    /// What a call adds.
    fn counted(failed: bool) -> u64 {
        u64::from(failed) * (1 << COUNT_BITS) + 1
    }
}

impl Window {
    const_unless_loom! {
        pub(super) fn new(length: Duration) -> Self {
            Window { parts: empty(), part_nanos: AtomicU64::new(part_nanos(length)) }
        }
    }

    pub(super) fn resize(&self, length: Duration) {
        let nanos = part_nanos(length);
        if self.part_nanos.swap(nanos, Ordering::Relaxed) != nanos {
            self.clear();
        }
    }

    /// Forgets all calls.
    pub(super) fn clear(&self) {
        for part in &self.parts {
            part.store(0, Ordering::Relaxed);
        }
    }

    /// Counts a call that ended at `now`.
    pub(super) fn record(&self, now: u64, failed: bool) {
        let number = self.number(now);
        let part = &self.parts[(number % PARTS) as usize];
        let current = Part(part.load(Ordering::Relaxed));
        if current.is(number) && current.calls() < COUNT - MOST_AT_ONCE {
            // One step, which threads that count at once do not have to try again. Should the part
            // become another's in between, the call counts in that one, a moment too late.
            part.fetch_add(Part::counted(failed), Ordering::Relaxed);
            return;
        }
        let count = |word| {
            let current = if Part(word).is(number) { Part(word) } else { Part::new(number) };
            Some(current.with(failed).0)
        };
        let _ = part.fetch_update(Ordering::Relaxed, Ordering::Relaxed, count);
    }

    /// The calls and the failures of the window that ends at `now`.
    pub(super) fn sums(&self, now: u64) -> (u64, u64) {
        let last = self.number(now);
        let mut sums = (0, 0);
        for number in last.saturating_sub(PARTS - 1)..=last {
            let part = Part(self.parts[(number % PARTS) as usize].load(Ordering::Relaxed));
            if part.is(number) {
                sums = (sums.0 + part.calls(), sums.1 + part.failures());
            }
        }
        sums
    }

    fn number(&self, now: u64) -> u64 {
        now / self.part_nanos.load(Ordering::Relaxed)
    }
}

#[cfg(not(lumina_loom))]
const fn empty() -> [AtomicU64; PARTS as usize] {
    [const { AtomicU64::new(0) }; PARTS as usize]
}

#[cfg(lumina_loom)]
fn empty() -> [AtomicU64; PARTS as usize] {
    std::array::from_fn(|_| AtomicU64::new(0))
}

const fn part_nanos(length: Duration) -> u64 {
    let nanos = whole(length) / PARTS;
    // OK: a window without length is one of ten nanoseconds, which is as good as none.
    if nanos == 0 { 1 } else { nanos }
}

#[cfg(all(test, not(lumina_loom)))]
mod tests {
    use super::*;
    use crate::policy::random;
    use std::collections::VecDeque;

    const TEN: Duration = Duration::from_nanos(1_000);

    #[test]
    fn calls_leave_with_their_part() {
        let window = Window::new(TEN);
        window.record(100_000, true);
        window.record(100_099, false);
        window.record(100_100, false);
        assert_eq!(window.sums(100_100), (3, 1));
        assert_eq!(window.sums(100_999), (3, 1));
        assert_eq!(window.sums(101_000), (1, 0));
        assert_eq!(window.sums(101_100), (0, 0));
    }

    #[test]
    fn a_full_part_keeps_its_rate() {
        let mut part = Part::new(7);
        for at in 0..3 * COUNT {
            part = part.with(at % 4 == 0);
            assert!(part.is(7) && part.failures() <= part.calls());
        }
        let rate = part.failures() as f64 / part.calls() as f64;
        assert!((rate - 0.25).abs() < 0.001, "{rate}");
    }

    #[test]
    fn another_length_begins_another_window() {
        let window = Window::new(TEN);
        window.record(100_000, true);
        window.resize(TEN);
        assert_eq!(window.sums(100_000), (1, 1));
        window.resize(2 * TEN);
        assert_eq!(window.sums(100_000), (0, 0));
    }

    #[test]
    fn a_window_without_length_counts_nothing_for_long() {
        let window = Window::new(Duration::ZERO);
        window.record(5_000, true);
        assert_eq!(window.sums(5_000), (1, 1));
        assert_eq!(window.sums(6_000), (0, 0));
    }

    /// Against a list of calls, cut where the oldest part begins.
    #[test]
    fn the_sums_are_those_of_the_calls_within_the_window() {
        let window = Window::new(TEN);
        let mut calls = VecDeque::new();
        let mut now = 50_000;
        for _ in 0..20_000 {
            now += (random::unit() * random::unit() * 400.0) as u64;
            let failed = random::unit() < 0.3;
            window.record(now, failed);
            calls.push_back((now, failed));
            let oldest = (now / 100 - (PARTS - 1)) * 100;
            while calls.front().is_some_and(|&(at, _)| at < oldest) {
                calls.pop_front();
            }
            let failures = calls.iter().filter(|(_, failed)| *failed).count();
            assert_eq!(window.sums(now), (calls.len() as u64, failures as u64));
        }
    }
}
