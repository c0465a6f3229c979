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
        assert_eq!(refused, RateLimited { retry_after: 2 * SECOND });
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
    rate.reserve(600, None, now).unwrap().settle(100);
    assert_eq!(sent(&rate, 500, now), Duration::ZERO);
    rate.reserve(0, None, now).unwrap().settle(50);
    assert_eq!(sent(&rate, 0, now), 5 * SECOND);
}

#[test]
fn a_call_that_never_began_gives_all_of_it_back() {
    let both = RateConfig { tokens_per_minute: NonZeroU64::new(600), ..requests(1) };
    let (rate, now) = (Rate::new(both), Instant::now());
    for _ in 0..10 {
        drop(rate.reserve(600, None, now).unwrap());
    }
    assert_eq!(sent(&rate, 600, now), Duration::ZERO);
}

#[test]
fn giving_back_late_never_makes_more_than_a_minutes_worth() {
    let (rate, now) = (Rate::new(requests(60)), Instant::now());
    let kept: Vec<_> = (0..60).map(|_| rate.reserve(0, None, now).unwrap()).collect();
    let later = now + 10 * MINUTE;
    drop(kept);
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
    rate.reserve(1, None, now).unwrap().settle(u64::MAX);
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

/// In any stretch of time no more begins than a full bucket and what flows in meanwhile.
#[test]
fn no_stretch_of_time_sees_more_than_a_minutes_worth_and_the_inflow() {
    for _ in 0..50 {
        let per_minute = 1 + (random::unit() * 300.0) as u32;
        let rate = Rate::new(requests(per_minute));
        let first = Instant::now();
        let (mut now, mut begun) = (first, Vec::new());
        for _ in 0..400 {
            now += (3 * SECOND).mul_f64(random::unit() * random::unit());
            if let Ok(mut reservation) = rate.reserve(0, None, now)
                && random::unit() < 0.9
            {
                reservation.start();
                begun.push(now + reservation.wait() - first);
            }
        }
        begun.sort_unstable();
        for (at, from) in begun.iter().enumerate() {
            for (further, to) in begun[at..].iter().enumerate() {
                let inflow = f64::from(per_minute) * (*to - *from).as_secs_f64() / 60.0;
                assert!(
                    further as f64 <= f64::from(per_minute) + inflow,
                    "{} calls in {:?} at {per_minute} a minute",
                    further + 1,
                    *to - *from
                );
            }
        }
    }
}
