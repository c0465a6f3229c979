//! A bucket that holds a minute's worth and fills continuously, as one number.
//!
//! The number is the time at which the bucket will be full again. Taking `n` of `limit` moves it by
//! `n / limit` minutes; the bucket is overdrawn, and has to be waited for, when that is more than a
//! minute ahead.
//!
//! # Source
//!
//! ITU-T I.371, annex A, "generic cell rate algorithm", virtual scheduling.

use std::num::NonZeroU64;

const MINUTE: u64 = 60_000_000_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bucket {
    full_at: u64,
}

impl Bucket {
    pub(super) const FULL: Bucket = Bucket { full_at: 0 };

    /// The bucket after `amount` is taken at `now`. Without a limit nothing is ever missing.
    pub(super) fn after(self, amount: u64, limit: Option<NonZeroU64>, now: u64) -> Bucket {
        let Some(limit) = limit else { return self };
        Bucket { full_at: self.full_at.max(now).saturating_add(flow_time(amount, limit)) }
    }

    /// Nanoseconds until it is no longer overdrawn.
    pub(super) fn wait(self, now: u64) -> u64 {
        self.full_at.saturating_sub(now.saturating_add(MINUTE))
    }

    /// Replaces an amount that was taken by another.
    pub(super) fn correct(&mut self, taken: u64, really: u64, limit: Option<NonZeroU64>) {
        let Some(limit) = limit else { return };
        self.full_at = self
            .full_at
            .saturating_sub(flow_time(taken, limit))
            .saturating_add(flow_time(really, limit));
    }
}

/// Nanoseconds in which `amount` flows in, rounded up so that no limit is ever exceeded.
fn flow_time(amount: u64, limit: NonZeroU64) -> u64 {
    let nanos = (u128::from(amount) * u128::from(MINUTE)).div_ceil(u128::from(limit.get()));
    u64::try_from(nanos).unwrap_or(u64::MAX)
}
