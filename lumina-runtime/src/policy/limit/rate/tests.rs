use super::*;
use crate::policy::random;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

fn requests(per_minute: u32) -> RateConfig {
    RateConfig {
        requests_per_minute: NonZeroU32::new(per_minute),
        tokens_per_minute: None,
        max_wait: MINUTE,
    }
}

fn tokens(per_minute: u64) -> RateConfig {
    RateConfig {
        requests_per_minute: None,
        tokens_per_minute: NonZeroU64::new(per_minute),
        max_wait: MINUTE,
    }
}

fn sent(rate: &Rate, tokens: u64, now: Instant) -> Duration {
    let mut reservation = rate.reserve(tokens, None, now).unwrap();
    reservation.start();
    reservation.wait()
}

#[test]
fn a_minutes_worth_passes_at_once_and_the_rest_as_it_flows_in() {
    let (rate, now) = (Rate::new(requests(60)), Instant::now());
    assert!((0..60).all(|_| sent(&rate, 0, now).is_zero()));
    assert_eq!(sent(&rate, 0, now), SECOND);
    assert_eq!(sent(&rate, 0, now), 2 * SECOND);
    assert_eq!(sent(&rate, 0, now + 5 * SECOND), Duration::ZERO);
}

#[test]
fn who_would_wait_too_long_is_refused_and_takes_nothing() {
    let (rate, now) = (Rate::new(RateConfig { max_wait: SECOND, ..requests(60) }), Instant::now());
    for _ in 0..61 {
        sent(&rate, 0, now);
    }
    for _ in 0..10 {
        let refused = rate.reserve(0, None, now).unwrap_err();
        assert_eq!(refused, RateLimited::Later(2 * SECOND));
    }
}

#[test]
fn who_could_not_begin_before_the_deadline_is_refused() {
    let (rate, now) = (Rate::new(requests(60)), Instant::now());
    for _ in 0..60 {
        sent(&rate, 0, now);
    }
    assert!(rate.reserve(0, Some(SECOND), now).is_err());
    assert!(rate.reserve(0, Some(SECOND + Duration::from_nanos(1)), now).is_ok());
}

#[test]
fn the_slower_of_the_two_limits_decides() {
    let both = RateConfig { tokens_per_minute: NonZeroU64::new(600), ..requests(60) };
    let (rate, now) = (Rate::new(both), Instant::now());
    assert_eq!(sent(&rate, 600, now), Duration::ZERO);
    assert_eq!(sent(&rate, 100, now), 10 * SECOND);
}

#[test]
fn what_was_really_used_replaces_the_estimate() {
    let (rate, now) = (Rate::new(tokens(600)), Instant::now());
    rate.reserve(600, None, now).unwrap().settle(100, now);
    assert_eq!(sent(&rate, 500, now), Duration::ZERO);
    rate.reserve(0, None, now).unwrap().settle(50, now);
    assert_eq!(sent(&rate, 0, now), 5 * SECOND);
}

#[test]
fn a_call_that_never_began_gives_all_of_it_back() {
    let both = RateConfig { tokens_per_minute: NonZeroU64::new(600), ..requests(1) };
    let (rate, now) = (Rate::new(both), Instant::now());
    for _ in 0..10 {
        drop_at(rate.reserve(600, None, now).unwrap(), now);
    }
    assert_eq!(sent(&rate, 600, now), Duration::ZERO);
}

#[test]
fn giving_back_late_never_makes_more_than_a_minutes_worth() {
    let (rate, now) = (Rate::new(requests(60)), Instant::now());
    let kept: Vec<_> = (0..60).map(|_| rate.reserve(0, None, now).unwrap()).collect();
    let later = now + 10 * MINUTE;
    kept.into_iter().for_each(|reservation| drop_at(reservation, later));
    assert_eq!((0..100).filter(|_| sent(&rate, 0, later).is_zero()).count(), 60);
}

#[test]
fn without_limits_nobody_waits() {
    let rate = Rate::new(RateConfig { requests_per_minute: None, ..requests(1) });
    assert!((0..1_000).all(|_| sent(&rate, u64::MAX, Instant::now()).is_zero()));
}

#[test]
fn more_than_can_ever_flow_in_is_refused_and_not_overflowed() {
    let (rate, now) = (Rate::new(tokens(1)), Instant::now());
    assert!(rate.reserve(u64::MAX, None, now).is_err());
    rate.reserve(1, None, now).unwrap().settle(u64::MAX, now);
    assert!(rate.reserve(1, None, now).is_err());
}

#[test]
fn new_numbers_hold_for_the_next_call() {
    let (rate, now) = (Rate::new(requests(1)), Instant::now());
    sent(&rate, 0, now);
    rate.configure(RateConfig { requests_per_minute: None, ..requests(1) });
    rate.configure(requests(60));
    assert_eq!(sent(&rate, 0, now), SECOND);
}

#[test]
fn more_tokens_than_a_minute_has_are_refused_for_good() {
    let (rate, now) = (Rate::new(tokens(600)), Instant::now());
    let tokens_per_minute = NonZeroU64::new(600).unwrap();
    let refused = rate.reserve(601, None, now).unwrap_err();
    assert_eq!(refused, RateLimited::TooLarge { tokens_per_minute });
    assert_eq!(sent(&rate, 600, now), Duration::ZERO);
}

#[test]
fn what_flowed_in_meanwhile_is_not_given_back_too() {
    let (rate, now) = (Rate::new(tokens(600)), Instant::now());
    let unused = rate.reserve(600, None, now).unwrap();
    // Full again, and emptied by another call.
    assert_eq!(sent(&rate, 600, now + MINUTE), Duration::ZERO);
    unused.settle(0, now + MINUTE);
    assert_eq!(sent(&rate, 100, now + MINUTE), 10 * SECOND);
}

#[test]
fn a_call_that_waits_for_a_full_bucket_profits_from_nothing_given_back() {
    let (rate, now) = (Rate::new(tokens(600)), Instant::now());
    let unused = rate.reserve(600, None, now).unwrap();
    assert_eq!(sent(&rate, 600, now), MINUTE);
    unused.settle(0, now + 59 * SECOND);
    let refused = rate.reserve(600, None, now + 59 * SECOND).unwrap_err();
    assert_eq!(refused, RateLimited::Later(MINUTE + SECOND));
}

#[test]
fn a_call_takes_from_both_limits_at_the_time_when_it_begins() {
    let both = RateConfig { tokens_per_minute: NonZeroU64::new(600), ..requests(1) };
    let (rate, now) = (Rate::new(both), Instant::now());
    sent(&rate, 0, now);
    assert_eq!(sent(&rate, 600, now), MINUTE);
    rate.configure(tokens(600));
    assert_eq!(sent(&rate, 60, now + MINUTE), 6 * SECOND);
}

#[test]
fn a_reservation_is_stale_when_its_time_has_passed() {
    let (rate, now) = (Rate::new(tokens(600)), Instant::now());
    sent(&rate, 600, now);
    let reservation = rate.reserve(10, None, now).unwrap();
    assert!(!reservation.is_stale(now + SECOND));
    assert!(!reservation.is_stale(now + SECOND + Duration::from_millis(50)));
    assert!(reservation.is_stale(now + 2 * SECOND));
}

#[test]
fn functions_that_name_a_limit_share_it_and_the_first_numbers_stand() {
    let (rate, same) = Rate::named("a limit that these tests share", requests(60));
    assert!(same);
    let (again, same) = Rate::named("a limit that these tests share", requests(61));
    assert!(!same && std::ptr::eq(rate, again));
}

/// What a provider sees: a full bucket, drained by what calls really use when they begin.
struct Provider {
    per_minute: u64,
    begun: Vec<(Duration, u64)>,
}

impl Provider {
    fn assert_never_exceeded(&mut self) {
        self.begun.sort_unstable();
        let (mut level, mut last) = (self.per_minute as f64, Duration::ZERO);
        for &(at, used) in &self.begun {
            let inflow = (at - last).as_secs_f64() * self.per_minute as f64 / 60.0;
            level = (level + inflow).min(self.per_minute as f64) - used as f64;
            last = at;
            assert!(level > -1e-3, "{level} tokens left at {at:?} of {}", self.per_minute);
        }
    }
}

/// Calls with estimates that are too high by any factor, that end after any time, that are dropped
/// while they wait: the provider's own bucket is never overdrawn, so in no stretch of time begins
/// more than a full bucket and what flows in meanwhile.
#[test]
fn a_provider_with_the_same_limit_is_never_asked_for_more_than_it_has() {
    let up_to = |most: f64| most * random::unit() * random::unit();
    for _ in 0..300 {
        let per_minute = 1 + up_to(100_000.0) as u64;
        let (rate, first) = (Rate::new(tokens(per_minute)), Instant::now());
        let pace = up_to(10.0);
        let mut provider = Provider { per_minute, begun: Vec::new() };
        let mut under_way: Vec<(Instant, u64, Reservation<'_>)> = Vec::new();
        let mut now = first;
        for _ in 0..400 {
            now += Duration::from_secs_f64(up_to(pace));
            while let Some(next) = under_way.iter().position(|(ends, ..)| *ends <= now) {
                let (ends, used, reservation) = under_way.swap_remove(next);
                // Later than it ended, as it may be when others hold the lock first.
                reservation.settle(used, ends.max(now));
            }
            let estimate = up_to(per_minute as f64) as u64;
            let Ok(mut reservation) = rate.reserve(estimate, None, now) else { continue };
            let begins = now + reservation.wait();
            if !reservation.wait().is_zero() && random::unit() < 0.2 {
                drop_at(reservation, now);
                continue;
            }
            let used = (estimate as f64 * random::unit()) as u64;
            provider.begun.push((begins - first, used));
            reservation.start();
            under_way.push((begins + Duration::from_secs_f64(up_to(90.0)), used, reservation));
        }
        provider.assert_never_exceeded();
    }
}

/// As if it were dropped at `now`.
fn drop_at(mut reservation: Reservation<'_>, now: Instant) {
    reservation.give_back(nanos(now));
    reservation.start();
}

/// In any stretch of time no more requests begin than a full bucket and what flows in meanwhile.
#[test]
fn no_stretch_of_time_sees_more_than_a_minutes_requests_and_the_inflow() {
    for _ in 0..100 {
        let per_minute = 1 + (random::unit() * 300.0) as u32;
        let rate = Rate::new(requests(per_minute));
        let first = Instant::now();
        let mut provider = Provider { per_minute: per_minute.into(), begun: Vec::new() };
        let mut now = first;
        for _ in 0..400 {
            now += (3 * SECOND).mul_f64(random::unit() * random::unit());
            let Ok(mut reservation) = rate.reserve(0, None, now) else { continue };
            if random::unit() < 0.9 {
                provider.begun.push((now + reservation.wait() - first, 1));
                reservation.start();
            } else {
                drop_at(reservation, now);
            }
        }
        provider.assert_never_exceeded();
    }
}

/// Calls that use a tenth of their estimates, one after the other and each a while under way: they
/// pass at the pace of what they use, not of what they reserve.
#[test]
fn what_is_given_back_serves_others() {
    let (rate, first) = (Rate::new(tokens(60_000)), Instant::now());
    let (mut now, mut passed) = (first, 0);
    let mut under_way = std::collections::VecDeque::new();
    while now < first + 10 * MINUTE {
        now += Duration::from_millis(100);
        while let Some((ends, _)) = under_way.front()
            && *ends <= now
        {
            let Some((_, reservation)): Option<(Instant, Reservation<'_>)> = under_way.pop_front()
            else {
                break;
            };
            reservation.settle(100, now);
        }
        while let Ok(mut reservation) = rate.reserve(1_000, Some(SECOND / 10), now) {
            reservation.start();
            passed += 1;
            under_way.push_back((now + reservation.wait() + 2 * SECOND, reservation));
        }
    }
    // By estimates it would be 60 a minute; 600 is what the limit lets through.
    assert!(passed > 10 * 400, "{passed} calls in ten minutes");
}
