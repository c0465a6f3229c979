use crate::policy::breaker::{Breaker, BreakerConfig, BreakerState};
use loom::sync::Arc;
use loom::thread;
use std::time::{Duration, Instant};

const CONFIG: BreakerConfig = BreakerConfig {
    rate: 1.0,
    min_calls: 1,
    window: Duration::from_secs(10),
    open: Duration::from_secs(30),
    half_open: 1,
};

fn opened(now: Instant) -> Arc<Breaker> {
    let breaker = Arc::new(Breaker::new(CONFIG));
    breaker.admit(|| now).unwrap().failure(now);
    assert_eq!(breaker.state(now), BreakerState::Open);
    breaker
}

#[test]
fn two_threads_never_share_one_probe() {
    loom::model(|| {
        let now = Instant::now();
        let breaker = opened(now);
        let later = now + CONFIG.open;
        let there = thread::spawn({
            let breaker = Arc::clone(&breaker);
            move || breaker.admit(|| later).map(std::mem::forget).is_ok()
        });
        let here = breaker.admit(|| later).map(std::mem::forget).is_ok();
        assert!(here != there.join().unwrap(), "exactly one probe");
    });
}

#[test]
fn a_dropped_probe_is_free_whatever_else_happens() {
    loom::model(|| {
        let now = Instant::now();
        let breaker = opened(now);
        let later = now + CONFIG.open;
        let there = thread::spawn({
            let breaker = Arc::clone(&breaker);
            move || drop(breaker.admit(|| later))
        });
        drop(breaker.admit(|| later));
        there.join().unwrap();
        assert!(breaker.admit(|| later).is_ok());
    });
}

#[test]
fn a_failing_and_a_late_call_leave_a_whole_state() {
    loom::model(|| {
        let now = Instant::now();
        let breaker = Arc::new(Breaker::new(CONFIG));
        let slow = thread::spawn({
            let breaker = Arc::clone(&breaker);
            move || {
                if let Ok(permit) = breaker.admit(|| now) {
                    permit.success(now);
                }
            }
        });
        if let Ok(permit) = breaker.admit(|| now) {
            permit.failure(now);
        }
        slow.join().unwrap();
        let state = breaker.state(now);
        assert!(state == BreakerState::Open || breaker.admit(|| now).is_ok());
    });
}
