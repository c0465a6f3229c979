//! A bucket that holds a minute's worth and fills continuously, as one number.
//!
//! The number is the time at which the bucket will be full again. Taking `n` of `limit` moves it by
//! `n / limit` minutes; the bucket is overdrawn, and has to be waited for, when that is more than a
//! minute ahead.
//!
//! # Giving back
//!
//! What is given back may have flowed in a second time meanwhile: a bucket that was full again in
//! between is not fuller for it. So each call leaves a mark, how far from full the bucket was when
//! that call began; what an earlier call gives back is at most the least of the marks after it.
//!
//! # Source
//!
//! ITU-T I.371, annex A, "generic cell rate algorithm", virtual scheduling.

use std::num::NonZeroU64;

const MINUTE: u64 = 60_000_000_000;

#[derive(Debug)]
pub(super) struct Bucket {
    full_at: u64,
    /// Calls so far.
    calls: u64,
    marks: Marks,
}

/// What a call took.
#[derive(Clone, Copy, Debug)]
pub(super) struct Taken {
    call: u64,
    flow: u64,
}

impl Bucket {
    pub(super) const FULL: Bucket = Bucket { full_at: 0, calls: 0, marks: Marks::NONE };

    /// Nanoseconds from `now` until `flow` can be taken.
    pub(super) fn wait(&self, flow: u64, now: u64) -> u64 {
        let full_at = self.full_at.max(now).saturating_add(flow);
        full_at.saturating_sub(now.saturating_add(MINUTE))
    }

    /// Takes `flow` for a call that begins at `begin`.
    pub(super) fn take(&mut self, flow: u64, begin: u64) -> Taken {
        self.calls += 1;
        self.marks.push(Mark { call: self.calls, missing: self.full_at.saturating_sub(begin) });
        self.full_at = self.full_at.max(begin).saturating_add(flow);
        Taken { call: self.calls, flow }
    }

    /// Replaces what a call took by what it really used.
    pub(super) fn correct(&mut self, taken: &mut Taken, flow: u64, now: u64) {
        if flow >= taken.flow {
            self.full_at = self.full_at.saturating_add(flow - taken.flow);
        } else {
            let missing = self.full_at.saturating_sub(now).min(self.marks.least_after(taken.call));
            let back = (taken.flow - flow).min(missing);
            self.full_at -= back;
            self.marks.lower_after(taken.call, back);
        }
        taken.flow = flow;
    }
}

/// Nanoseconds in which `amount` flows in, rounded up so that no limit is ever exceeded.
pub(super) fn flow(amount: u64, limit: NonZeroU64) -> u64 {
    let nanos = (u128::from(amount) * u128::from(MINUTE)).div_ceil(u128::from(limit.get()));
    u64::try_from(nanos).unwrap_or(u64::MAX)
}

/// What was missing from the bucket before a call took its share, at the time when it began.
#[derive(Clone, Copy, Debug)]
struct Mark {
    call: u64,
    missing: u64,
}

/// The marks that matter: of those that are not followed by a lower one. Their `missing` rises.
#[derive(Debug)]
struct Marks {
    marks: [Mark; Marks::MOST],
    count: usize,
}

impl Marks {
    const MOST: usize = 16;
    const NONE: Marks = Marks { marks: [Mark { call: 0, missing: 0 }; Marks::MOST], count: 0 };

    fn push(&mut self, mark: Mark) {
        self.drop_from(mark.missing);
        if self.count == Marks::MOST {
            // Two become one, which is the lower for the calls before either: they may give back
            // less than they could.
            self.marks[1].missing = self.marks[0].missing;
            self.marks.copy_within(1.., 0);
            self.count -= 1;
        }
        self.marks[self.count] = mark;
        self.count += 1;
    }

    /// Drops the marks that one of `missing` behind them makes useless.
    fn drop_from(&mut self, missing: u64) {
        while self.count > 0 && self.marks[self.count - 1].missing >= missing {
            self.count -= 1;
        }
    }

    fn first_after(&self, call: u64) -> usize {
        self.marks[..self.count].partition_point(|mark| mark.call <= call)
    }

    fn least_after(&self, call: u64) -> u64 {
        self.marks[..self.count].get(self.first_after(call)).map_or(u64::MAX, |mark| mark.missing)
    }

    /// Less was missing when the calls after `call` began; at most the least of their marks.
    fn lower_after(&mut self, call: u64, by: u64) {
        let first = self.first_after(call);
        let later = &mut self.marks[first..self.count];
        later.iter_mut().for_each(|mark| mark.missing -= by);
        let Some(least) = later.first().map(|mark| mark.missing) else { return };
        let kept = self.marks[..first].partition_point(|mark| mark.missing < least);
        self.marks.copy_within(first..self.count, kept);
        self.count -= first - kept;
    }
}
