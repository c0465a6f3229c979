//! Points in time as numbers, for atomics.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// Where the process's first instant lies: 73 years, so that earlier ones have a number too (a
/// paused clock may stand before it).
const ORIGIN: u64 = 1 << 61;
/// The latest instant that has a number: a century and a half from the first.
pub(super) const LATEST: u64 = (1 << 62) - 1;

/// Nanoseconds on a scale of the process's own; at most [`LATEST`].
#[inline]
pub(super) fn nanos(instant: Instant) -> u64 {
    static FIRST: OnceLock<Instant> = OnceLock::new();
    let first = *FIRST.get_or_init(|| instant);
    match instant.checked_duration_since(first) {
        Some(later) => ORIGIN.saturating_add(whole(later)).min(LATEST),
        None => ORIGIN.saturating_sub(whole(first.duration_since(instant))),
    }
}

/// A duration's nanoseconds, as many as fit.
pub(super) const fn whole(duration: Duration) -> u64 {
    // Not `as_nanos`, whose 128 bits cost more than all the rest.
    duration.as_secs().saturating_mul(1_000_000_000).saturating_add(duration.subsec_nanos() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_nanoseconds_as_fit() {
        assert_eq!(whole(Duration::new(3, 7)), 3_000_000_007);
        assert_eq!(whole(Duration::from_nanos(u64::MAX)), u64::MAX);
        assert_eq!(whole(Duration::from_nanos(u64::MAX) + Duration::from_nanos(1)), u64::MAX);
        assert_eq!(whole(Duration::MAX), u64::MAX);
    }

    #[test]
    fn numbers_keep_the_order_and_the_distance_of_instants() {
        let now = Instant::now();
        let before = now - Duration::from_secs(5);
        assert_eq!(nanos(now) - nanos(before), 5_000_000_000);
        assert_eq!(nanos(now + Duration::from_nanos(1)) - nanos(now), 1);
    }

    #[test]
    fn a_time_out_of_range_is_the_latest_there_is() {
        let far = Instant::now() + Duration::from_secs(300 * 365 * 86_400);
        assert_eq!(nanos(far), LATEST);
        assert_eq!(whole(Duration::MAX), u64::MAX);
    }
}
