use crate::policy::breaker::{Breaker, BreakerConfig, BreakerState, Permit, Refused};
use crate::policy::instant::nanos;
use crate::policy::random;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

const SECOND: Duration = Duration::from_secs(1);
const CONFIG: BreakerConfig = BreakerConfig {
    rate: 0.5,
    min_calls: 4,
    window: Duration::from_secs(10),
    open: Duration::from_secs(30),
    half_open: 2,
};

fn opened(now: Instant) -> Breaker {
    let breaker = Breaker::new(CONFIG);
    for _ in 0..CONFIG.min_calls {
        breaker.admit(|| now).unwrap().failure(now);
    }
    assert_eq!(breaker.state(now), BreakerState::Open);
    breaker
}

fn half_opened(now: Instant) -> (Breaker, Instant) {
    (opened(now), now + CONFIG.open)
}

fn probe(breaker: &Breaker, now: Instant) -> Permit<'_> {
    let permit = breaker.admit(|| now).expect("a probe");
    assert_eq!(permit.state(), BreakerState::HalfOpen);
    permit
}

#[test]
fn it_opens_at_the_rate_and_not_below_the_number_of_calls() {
    let now = Instant::now();
    let breaker = Breaker::new(CONFIG);
    breaker.admit(|| now).unwrap().failure(now);
    breaker.admit(|| now).unwrap().failure(now);
    breaker.admit(|| now).unwrap().success(now);
    assert_eq!(breaker.state(now), BreakerState::Closed);
    breaker.admit(|| now).unwrap().failure(now);
    assert_eq!(breaker.state(now), BreakerState::Open);
}

#[test]
fn it_stays_closed_below_the_rate() {
    let now = Instant::now();
    let breaker = Breaker::new(CONFIG);
    for _ in 0..100 {
        breaker.admit(|| now).unwrap().success(now);
        breaker.admit(|| now).unwrap().success(now);
        breaker.admit(|| now).unwrap().failure(now);
    }
    assert_eq!(breaker.state(now), BreakerState::Closed);
}

#[test]
fn failures_older_than_the_window_are_forgotten() {
    let now = Instant::now();
    let breaker = Breaker::new(CONFIG);
    for age in 0..3 {
        breaker.admit(|| now).unwrap().failure(now + age * SECOND / 10);
    }
    let later = now + 2 * CONFIG.window;
    for _ in 0..3 {
        breaker.admit(|| later).unwrap().failure(later);
    }
    assert_eq!(breaker.state(later), BreakerState::Closed);
}

#[test]
fn while_open_it_refuses_and_says_for_how_long() {
    let now = Instant::now();
    let breaker = opened(now);
    let refused = breaker.admit(|| now + 10 * SECOND).unwrap_err();
    assert_eq!(refused, Refused { state: BreakerState::Open, retry_after: 20 * SECOND });
}

#[test]
fn after_the_open_time_it_lets_only_the_probes_pass() {
    let (breaker, later) = half_opened(Instant::now());
    assert_eq!(breaker.state(later), BreakerState::HalfOpen);
    let _probes = [probe(&breaker, later), probe(&breaker, later)];
    let refused = breaker.admit(|| later).unwrap_err();
    assert_eq!(refused, Refused { state: BreakerState::HalfOpen, retry_after: Duration::ZERO });
}

#[test]
fn it_closes_when_all_probes_succeed_and_counts_from_nothing() {
    let now = Instant::now();
    // Open for so short a time that what opened it is still within the window.
    let breaker = Breaker::new(BreakerConfig { open: SECOND, ..CONFIG });
    for _ in 0..CONFIG.min_calls {
        breaker.admit(|| now).unwrap().failure(now);
    }
    let later = now + SECOND;
    probe(&breaker, later).success(later);
    assert_eq!(breaker.state(later), BreakerState::HalfOpen);
    probe(&breaker, later).success(later);
    assert_eq!(breaker.state(later), BreakerState::Closed);
    for _ in 1..CONFIG.min_calls {
        breaker.admit(|| later).unwrap().failure(later);
    }
    assert_eq!(breaker.state(later), BreakerState::Closed);
}

#[test]
fn one_failed_probe_opens_it_again_for_the_whole_time() {
    let (breaker, later) = half_opened(Instant::now());
    let other = probe(&breaker, later);
    probe(&breaker, later).failure(later);
    let refused = breaker.admit(|| later).unwrap_err();
    assert_eq!(refused, Refused { state: BreakerState::Open, retry_after: CONFIG.open });
    other.success(later);
    assert_eq!(breaker.state(later), BreakerState::Open, "a late probe counts for nothing");
}

#[test]
fn a_cancelled_probe_frees_its_place_and_counts_as_nothing() {
    let (breaker, later) = half_opened(Instant::now());
    for _ in 0..10 {
        let _cancelled = [probe(&breaker, later), probe(&breaker, later)];
    }
    probe(&breaker, later).success(later);
    assert_eq!(breaker.state(later), BreakerState::HalfOpen);
    probe(&breaker, later).success(later);
    assert_eq!(breaker.state(later), BreakerState::Closed);
}

#[test]
fn a_cancelled_call_counts_as_nothing() {
    let now = Instant::now();
    let breaker = Breaker::new(CONFIG);
    for _ in 0..3 {
        breaker.admit(|| now).unwrap().failure(now);
    }
    for _ in 0..100 {
        drop(breaker.admit(|| now).unwrap());
    }
    assert_eq!(breaker.state(now), BreakerState::Closed);
    breaker.admit(|| now).unwrap().failure(now);
    assert_eq!(breaker.state(now), BreakerState::Open);
}

#[test]
fn a_panic_in_a_call_is_a_cancelled_call() {
    let (breaker, later) = half_opened(Instant::now());
    for _ in 0..10 {
        let call = catch_unwind(AssertUnwindSafe(|| {
            let _permit = probe(&breaker, later);
            panic!("the call's own");
        }));
        assert!(call.is_err());
    }
    probe(&breaker, later).success(later);
    probe(&breaker, later).success(later);
    assert_eq!(breaker.state(later), BreakerState::Closed);
}

#[test]
fn a_probe_that_never_ends_does_not_keep_it_half_open_for_ever() {
    let (breaker, later) = half_opened(Instant::now());
    let stuck = [probe(&breaker, later), probe(&breaker, later)];
    assert!(breaker.admit(|| later + CONFIG.open - SECOND).is_err());
    let much_later = later + CONFIG.open;
    probe(&breaker, much_later).success(much_later);
    stuck.into_iter().for_each(|probe| probe.failure(much_later));
    assert_eq!(breaker.state(much_later), BreakerState::HalfOpen);
    probe(&breaker, much_later).success(much_later);
    assert_eq!(breaker.state(much_later), BreakerState::Closed);
}

#[test]
fn calls_of_before_it_opened_count_for_nothing_after_it_closed() {
    let now = Instant::now();
    let breaker = Breaker::new(CONFIG);
    let slow: Vec<_> = (0..10).map(|_| breaker.admit(|| now).unwrap()).collect();
    for _ in 0..CONFIG.min_calls {
        breaker.admit(|| now).unwrap().failure(now);
    }
    let later = now + CONFIG.open;
    probe(&breaker, later).success(later);
    probe(&breaker, later).success(later);
    slow.into_iter().for_each(|permit| permit.failure(later));
    breaker.admit(|| later).unwrap().failure(later);
    assert_eq!(breaker.state(later), BreakerState::Closed, "one failure is too few");
}

#[test]
fn extreme_configurations_neither_panic_nor_lock_up() {
    let now = Instant::now();
    let config = BreakerConfig {
        rate: 0.0,
        min_calls: 0,
        window: Duration::ZERO,
        open: Duration::MAX,
        half_open: 0,
    };
    let breaker = Breaker::new(config);
    breaker.admit(|| now).unwrap().failure(now);
    let refused = breaker.admit(|| now + Duration::from_secs(86_400 * 365)).unwrap_err();
    assert_eq!(refused.state, BreakerState::Open);
    let breaker = Breaker::new(BreakerConfig { open: Duration::ZERO, ..config });
    breaker.admit(|| now).unwrap().failure(now);
    probe(&breaker, now).success(now);
    assert_eq!(breaker.state(now), BreakerState::Closed);
}

#[test]
fn a_new_configuration_holds_for_the_next_call() {
    let now = Instant::now();
    let breaker = Breaker::new(CONFIG);
    breaker.configure(BreakerConfig { min_calls: 1, open: SECOND, ..CONFIG });
    breaker.admit(|| now).unwrap().failure(now);
    assert_eq!(breaker.admit(|| now).unwrap_err().retry_after, SECOND);
}

/// The same rules with plain fields, one thread and exact bookkeeping.
#[derive(Debug)]
enum Model {
    Closed { calls: Vec<(Duration, bool)> },
    Open { until: Duration },
    HalfOpen { succeeded: u32 },
}

impl Model {
    fn step(self, now: Duration, outcome: Option<bool>) -> Model {
        match self {
            Model::Closed { mut calls } => {
                let Some(failed) = outcome else { return Model::Closed { calls } };
                calls.push((now, failed));
                // The window moves by seconds, a tenth of it.
                calls.retain(|(at, _)| at.as_secs() + 10 > now.as_secs());
                let failures = calls.iter().filter(|(_, failed)| *failed).count();
                if failed && calls.len() >= 4 && 2 * failures >= calls.len() {
                    Model::Open { until: now + CONFIG.open }
                } else {
                    Model::Closed { calls }
                }
            }
            Model::Open { until } if now < until => Model::Open { until },
            Model::Open { .. } => Model::HalfOpen { succeeded: 0 }.step(now, outcome),
            Model::HalfOpen { succeeded } => match outcome {
                None => Model::HalfOpen { succeeded },
                Some(true) => Model::Open { until: now + CONFIG.open },
                Some(false) if succeeded + 1 == CONFIG.half_open => Model::Closed { calls: vec![] },
                Some(false) => Model::HalfOpen { succeeded: succeeded + 1 },
            },
        }
    }
}

#[test]
fn any_sequence_of_calls_leads_where_the_model_does() {
    for _ in 0..200 {
        // On a whole second of the breaker's own clock.
        let now = Instant::now();
        let start = now + Duration::from_nanos(1_000_000_000 - nanos(now) % 1_000_000_000);
        let breaker = Breaker::new(CONFIG);
        let mut model = Model::Closed { calls: vec![] };
        let mut now = Duration::ZERO;
        for _ in 0..300 {
            now += (4 * SECOND).mul_f64(random::unit() * random::unit());
            let outcome = match random::unit() {
                which if which < 0.4 => Some(true),
                which if which < 0.9 => Some(false),
                _ => None,
            };
            match breaker.admit(|| start + now) {
                Err(refused) => {
                    let Model::Open { until } = model else { panic!("refused while {model:?}") };
                    assert_eq!(refused.retry_after, until - now);
                }
                Ok(permit) => match outcome {
                    Some(true) => permit.failure(start + now),
                    Some(false) => permit.success(start + now),
                    None => drop(permit),
                },
            }
            model = model.step(now, outcome);
            let expected = match model {
                Model::Closed { .. } => BreakerState::Closed,
                Model::Open { until } if now < until => BreakerState::Open,
                _ => BreakerState::HalfOpen,
            };
            assert_eq!(breaker.state(start + now), expected, "{model:?}");
        }
    }
}
