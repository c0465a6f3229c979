//! What holds in the place of a plan, and faults, on calls in the shape that the macro writes.

use super::super::tests::{
    CANNED, Failed, SECONDARY, call, fails, named, number, plan, three_calls,
};
use super::super::{Plan, settings::Settings};
use crate::__private::{BreakerConfig, Interrupted, millis};
use crate::model::{Outcome, Value};
use crate::policy::fault::{FaultConfig, Faults};
use crate::testing::capture;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

fn put(plan: &'static Plan, change: impl FnOnce(&mut Settings)) {
    let mut settings = Settings::of(&plan.declared());
    change(&mut settings);
    plan.put(Some(Arc::new(settings)));
}

fn faults(error_rate: f64, timeout_rate: f64, delay: Duration) -> Option<Arc<Faults>> {
    let delay_rate = if delay.is_zero() { 0.0 } else { 1.0 };
    let config = FaultConfig { seed: 42, error_rate, timeout_rate, delay, delay_rate };
    Some(Arc::new(Faults::new(config, "answer")))
}

#[tokio::test(start_paused = true)]
async fn what_is_put_holds_until_it_is_taken_away() {
    static PLAN: Plan = plan().retry(three_calls());
    put(&PLAN, |settings| settings.retry.max = NonZeroU32::new(5).unwrap());
    let spans = capture(call(&PLAN, fails(4))).await;
    assert_eq!(*spans.output(), Ok(5));
    assert_eq!(number(named(&spans, "answer attempt")[0], "retry.max"), Some(5.0));
    PLAN.put(None);
    assert_eq!(call(&PLAN, fails(4)).await, Err(Failed::Busy(3)));
}

#[tokio::test(start_paused = true)]
async fn a_call_under_way_keeps_what_it_began_with() {
    static PLAN: Plan = plan().retry(three_calls());
    let body = async || {
        put(&PLAN, |settings| settings.retry.max = NonZeroU32::MIN);
        Err(Failed::Busy(1))
    };
    let spans = capture(call(&PLAN, body)).await;
    assert_eq!(named(&spans, "answer attempt").len(), 3);
    let spans = capture(call(&PLAN, fails(9))).await;
    assert_eq!(named(&spans, "answer attempt").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn limits_of_time_are_replaced() {
    static PLAN: Plan = plan().attempt_timeout(millis(100)).total_timeout(millis(200));
    put(&PLAN, |settings| settings.attempt_timeout = Some(millis(40)));
    let hangs = async || std::future::pending::<Result<u32, Failed>>().await;
    let error = call(&PLAN, hangs).await;
    let late = Interrupted::Timeout { attempt: 1, limit: millis(40) };
    assert_eq!(error, Err(Failed::Policy(late)));
    put(&PLAN, |settings| {
        settings.attempt_timeout = None;
        settings.total_timeout = Some(millis(30));
    });
    let late = Interrupted::Deadline { limit: millis(30), attempt: 1 };
    assert_eq!(call(&PLAN, hangs).await, Err(Failed::Policy(late)));
}

#[tokio::test(start_paused = true)]
async fn a_breaker_and_a_limit_that_are_off_let_everything_pass() {
    const CONFIG: BreakerConfig = BreakerConfig { min_calls: 1, ..BreakerConfig::DEFAULT };
    static PLAN: Plan = plan().breaker("model", CONFIG).concurrency(1, 0);
    assert_eq!(call(&PLAN, fails(9)).await, Err(Failed::Busy(1)));
    assert!(matches!(call(&PLAN, fails(0)).await, Err(Failed::Policy(_))), "the circuit is open");
    put(&PLAN, |settings| (settings.breaker, settings.concurrency) = (false, false));
    let slow = async || {
        tokio::time::sleep(Duration::from_millis(80)).await;
        Ok(1)
    };
    assert_eq!(tokio::join!(call(&PLAN, slow), call(&PLAN, slow)), (Ok(1), Ok(1)));
}

#[tokio::test(start_paused = true)]
async fn a_fallback_that_is_off_is_passed_over() {
    static PLAN: Plan = plan().retry(three_calls()).fallbacks(&[SECONDARY, CANNED]);
    put(&PLAN, |settings| settings.fallbacks[0].enabled = false);
    let spans = capture(call(&PLAN, fails(9))).await;
    assert_eq!(*spans.output(), Ok(42));
    let fallbacks = named(&spans, "answer fallback");
    assert_eq!(fallbacks.len(), 1);
    assert_eq!(fallbacks[0].attribute("fallback.name"), Some(&Value::from("canned")));
    put(&PLAN, |settings| settings.fallbacks.iter_mut().for_each(|step| step.enabled = false));
    assert_eq!(call(&PLAN, fails(9)).await, Err(Failed::Busy(3)));
}

#[tokio::test(start_paused = true)]
async fn an_injected_error_is_retried_and_then_replaced_as_a_real_one_and_says_so() {
    static PLAN: Plan = plan().retry(three_calls()).fallbacks(&[SECONDARY, CANNED]);
    put(&PLAN, |settings| settings.faults = faults(1.0, 0.0, Duration::ZERO));
    let body = async || panic!("the body of an attempt that fails on purpose is not run");
    let spans = capture(call(&PLAN, body)).await;
    assert_eq!(*spans.output(), Ok(42));
    let attempts = named(&spans, "answer attempt");
    assert_eq!(attempts.len(), 3);
    for attempt in attempts {
        assert_eq!(attempt.outcome, Outcome::Error);
        assert_eq!(attempt.attribute("fault.injected"), Some(&Value::Bool(true)));
        assert_eq!(attempt.attribute("fault.kind"), Some(&Value::from("error")));
        assert!(attempt.status_message.starts_with("fault injected"), "{attempt:?}");
    }
    let operation = named(&spans, "answer")[0];
    assert_eq!(operation.attribute("fault.injected"), Some(&Value::Bool(true)));
    assert_eq!(operation.attribute("fallback.used"), Some(&Value::from("canned")));
}

#[tokio::test(start_paused = true)]
async fn injected_errors_open_the_circuit() {
    const CONFIG: BreakerConfig = BreakerConfig { min_calls: 2, ..BreakerConfig::DEFAULT };
    static PLAN: Plan = plan().breaker("model", CONFIG);
    put(&PLAN, |settings| settings.faults = faults(1.0, 0.0, Duration::ZERO));
    for _ in 0..2 {
        let injected = Interrupted::Injected { attempt: 1 };
        assert_eq!(call(&PLAN, fails(0)).await, Err(Failed::Policy(injected)));
    }
    let error = call(&PLAN, fails(0)).await;
    assert!(matches!(error, Err(Failed::Policy(Interrupted::CircuitOpen { .. }))), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn an_injected_timeout_hangs_until_the_attempts_own_limit() {
    static PLAN: Plan = plan().attempt_timeout(millis(100));
    put(&PLAN, |settings| settings.faults = faults(0.0, 1.0, Duration::ZERO));
    let begun = tokio::time::Instant::now();
    let spans = capture(call(&PLAN, fails(0))).await;
    assert_eq!(begun.elapsed(), millis(100));
    let late = Interrupted::Timeout { attempt: 1, limit: millis(100) };
    assert_eq!(*spans.output(), Err(Failed::Policy(late)));
    let attempt = named(&spans, "answer attempt")[0];
    assert_eq!(attempt.attribute("fault.kind"), Some(&Value::from("timeout")));
    let operation = named(&spans, "answer")[0];
    assert_eq!(operation.attribute("timeout.fired"), Some(&Value::from("attempt")));
}

#[tokio::test(start_paused = true)]
async fn without_a_limit_of_time_nothing_hangs() {
    static PLAN: Plan = plan().retry(three_calls());
    put(&PLAN, |settings| settings.faults = faults(0.0, 1.0, Duration::ZERO));
    assert_eq!(call(&PLAN, fails(0)).await, Ok(1));
}

#[tokio::test(start_paused = true)]
async fn an_injected_delay_is_part_of_the_attempt_and_counts_against_its_limit() {
    static PLAN: Plan = plan().attempt_timeout(millis(100));
    let slow = async || {
        tokio::time::sleep(Duration::from_millis(60)).await;
        Ok(1)
    };
    put(&PLAN, |settings| settings.faults = faults(0.0, 0.0, millis(30)));
    let begun = tokio::time::Instant::now();
    let spans = capture(call(&PLAN, slow)).await;
    assert_eq!((*spans.output() == Ok(1), begun.elapsed()), (true, millis(90)));
    let attempt = named(&spans, "answer attempt")[0];
    assert_eq!(attempt.attribute("fault.kind"), Some(&Value::from("delay")));
    assert_eq!(number(attempt, "fault.delay_ms"), Some(30.0));

    for delay in [50, 100, 500] {
        put(&PLAN, |settings| settings.faults = faults(0.0, 0.0, millis(delay)));
        let begun = tokio::time::Instant::now();
        let error = call(&PLAN, slow).await;
        let late = Interrupted::Timeout { attempt: 1, limit: millis(100) };
        assert_eq!((error, begun.elapsed()), (Err(Failed::Policy(late)), millis(100)));
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_while_it_is_delayed_says_what_was_done_to_it() {
    static PLAN: Plan = plan().concurrency(1, 0);
    put(&PLAN, |settings| settings.faults = faults(0.0, 0.0, millis(500)));
    let spans = capture(tokio::time::timeout(millis(100), call(&PLAN, fails(0)))).await;
    assert!(spans.output().is_err());
    let attempt = named(&spans, "answer attempt")[0];
    assert_eq!(attempt.outcome, Outcome::Cancelled);
    assert_eq!(attempt.attribute("fault.injected"), Some(&Value::Bool(true)));
    PLAN.put(None);
    assert_eq!(call(&PLAN, fails(0)).await, Ok(1), "the slot is free again");
}
