//! The engine, driven by code in the shape that the macro writes.

mod model;

use crate::__private as private;
use crate::model::{Outcome, SpanData, Value};
use crate::testing::{Captured, capture, capture_sync};
use private::{
    AsyncSpan, Backoff, BreakerConfig, Call, End, FallbackPlan, Interrupted, Jitter, Judgement,
    Level, Operation, Plan, Retry, Site, SpanKind, Step, millis,
};
use std::cell::Cell;
use std::marker::PhantomData;
use std::num::NonZeroU32;
use std::time::Duration;

#[derive(Debug, PartialEq)]
pub(super) enum Failed {
    Busy(u32),
    Policy(Interrupted),
}

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Failed::Busy(n) => write!(f, "busy {n}"),
            Failed::Policy(interrupted) => interrupted.fmt(f),
        }
    }
}

impl std::error::Error for Failed {}

impl From<Interrupted> for Failed {
    fn from(interrupted: Interrupted) -> Self {
        Failed::Policy(interrupted)
    }
}

macro_rules! site {
    ($site:ident, $name:literal, $keys:expr) => {
        static $site: Site = Site::new(
            &$site,
            $name,
            "call::tests",
            Level::INFO,
            "tests.rs",
            1,
            "call::tests",
            $keys,
            SpanKind::Internal,
            Operation::Unspecified,
        );
    };
}
site!(OPERATION, "answer", &[]);
site!(ATTEMPT, "answer attempt", private::ATTEMPT_KEYS);
site!(FALLBACK, "answer fallback", private::FALLBACK_KEYS);

pub(super) const fn plan() -> Plan {
    Plan::new(&OPERATION, &ATTEMPT, &FALLBACK)
}

pub(super) const fn three_calls() -> Retry {
    let backoff = Backoff::exponential(millis(500)).with_jitter(Jitter::None);
    Retry { max: NonZeroU32::new(3).unwrap(), backoff, retry_after: true }
}

pub(super) const SECONDARY: FallbackPlan =
    FallbackPlan { name: "secondary", level: None, timeout: None };
pub(super) const CANNED: FallbackPlan =
    FallbackPlan { name: "canned", level: Some("emergency"), timeout: None };

const RETURNED: PhantomData<Result<u32, Failed>> = PhantomData;

fn span() -> AsyncSpan {
    if OPERATION.is_off() { AsyncSpan::off() } else { AsyncSpan::start(&OPERATION, &[]) }
}

pub(super) fn judge(error: &Failed, judgement: &mut Judgement) {
    crate::__judge_error!(error, judgement);
}

pub(super) fn reads(value: &Result<u32, Failed>, end: &mut End) {
    crate::__probe_outcome!(value, end);
}

/// What the macro makes of an `async fn` with these policies.
pub(super) async fn call(
    plan: &'static Plan,
    body: impl AsyncFn() -> Result<u32, Failed>,
) -> Result<u32, Failed> {
    let mut call = Call::new(plan, span());
    call.takes_errors(crate::__takes_errors!(Result<u32, Failed>));
    let value = 'lumina: {
        loop {
            match call.attempt(async { body().await }, judge, Failed::from).await {
                Step::Done(value) => break 'lumina value,
                Step::Again => {}
                Step::Next(_) => break,
            }
        }
        if call.wants(0) {
            let secondary = || async { Err::<u32, _>(Failed::Busy(100)) };
            if let Step::Done(value) =
                call.fallback(0, RETURNED, secondary, judge, Failed::from).await
            {
                break 'lumina value;
            }
        }
        if call.wants(1)
            && let Step::Done(value) =
                call.fallback(1, RETURNED, || 42u32, judge, Failed::from).await
        {
            break 'lumina value;
        }
        unreachable!()
    };
    call.finish(value, reads)
}

/// Fails so many times, then gives the number of the call.
pub(super) fn fails(times: u32) -> impl AsyncFn() -> Result<u32, Failed> {
    let calls = Cell::new(0);
    async move || {
        calls.set(calls.get() + 1);
        if calls.get() <= times { Err(Failed::Busy(calls.get())) } else { Ok(calls.get()) }
    }
}

pub(super) fn named<'a, T>(spans: &'a Captured<T>, name: &str) -> Vec<&'a SpanData> {
    spans.spans().iter().filter(|span| span.name == name).collect()
}

pub(super) fn number(span: &SpanData, key: &str) -> Option<f64> {
    match span.attribute(key) {
        Some(Value::I64(n)) => Some(*n as f64),
        Some(Value::F64(n)) => Some(*n),
        None => None,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_failing_call_is_made_again_and_each_attempt_is_a_span() {
    static PLAN: Plan = plan().retry(three_calls());
    let begun = tokio::time::Instant::now();
    let spans = capture(call(&PLAN, fails(2))).await;
    assert_eq!(*spans.output(), Ok(3));
    assert_eq!(begun.elapsed(), Duration::from_millis(1500));
    let attempts = named(&spans, "answer attempt");
    let operation = named(&spans, "answer")[0];
    assert_eq!(attempts.len(), 3);
    for (n, attempt) in attempts.iter().enumerate() {
        assert_eq!(attempt.parent_id, Some(operation.span_id));
        assert_eq!(number(attempt, "retry.attempt"), Some(n as f64 + 1.0));
        assert_eq!(number(attempt, "retry.max"), Some(3.0));
        let delay = [None, Some(500.0), Some(1000.0)][n];
        assert_eq!(number(attempt, "retry.delay_ms"), delay);
    }
    assert_eq!(attempts[0].outcome, Outcome::Error);
    assert_eq!(attempts[0].status_message, "busy 1");
    assert_eq!(attempts[0].attribute("error.retryable"), Some(&Value::Bool(true)));
    assert_eq!(attempts[2].outcome, Outcome::Ok);
    assert_eq!(operation.outcome, Outcome::Ok);
    assert_eq!(number(operation, "retry.attempts"), Some(3.0));
    assert_eq!(operation.attribute("retry.exhausted"), None);
}

#[tokio::test(start_paused = true)]
async fn the_last_error_is_returned_as_it_is() {
    static PLAN: Plan = plan().retry(three_calls());
    let spans = capture(call(&PLAN, fails(9))).await;
    assert_eq!(*spans.output(), Err(Failed::Busy(3)));
    let operation = named(&spans, "answer")[0];
    assert_eq!(operation.attribute("retry.exhausted"), Some(&Value::Bool(true)));
    assert_eq!(operation.status_message, "busy 3");
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_takes_too_long_is_dropped_and_made_again() {
    static PLAN: Plan = plan().retry(three_calls()).attempt_timeout(millis(100));
    let calls = Cell::new(0);
    let body = async || {
        calls.set(calls.get() + 1);
        if calls.get() == 1 {
            std::future::pending::<()>().await;
        }
        Ok(calls.get())
    };
    let spans = capture(call(&PLAN, body)).await;
    assert_eq!(*spans.output(), Ok(2));
    let attempts = named(&spans, "answer attempt");
    assert_eq!(number(attempts[0], "timeout.ms"), Some(100.0));
    assert_eq!(attempts[0].outcome, Outcome::Error);
    assert!(attempts[0].status_message.contains("100ms"), "{}", attempts[0].status_message);
    let operation = named(&spans, "answer")[0];
    assert_eq!(operation.attribute("timeout.fired"), Some(&Value::from("attempt")));
}

#[tokio::test(start_paused = true)]
async fn the_total_deadline_ends_all_attempts_and_no_wait_goes_past_it() {
    static PLAN: Plan = plan().retry(three_calls()).total_timeout(millis(1200));
    let begun = tokio::time::Instant::now();
    let spans = capture(call(&PLAN, fails(9))).await;
    // The second wait, of one second, does not fit in what is left: the error stands.
    assert_eq!(*spans.output(), Err(Failed::Busy(2)));
    assert_eq!(begun.elapsed(), Duration::from_millis(500));
    let operation = named(&spans, "answer")[0];
    assert_eq!(operation.attribute("retry.stopped"), Some(&Value::from("deadline")));

    let hangs = async || std::future::pending::<Result<u32, Failed>>().await;
    let spans = capture(call(&PLAN, hangs)).await;
    let Err(Failed::Policy(Interrupted::Deadline { limit, attempt: 1 })) = spans.output() else {
        panic!("{:?}", spans.output())
    };
    assert_eq!(limit.as_millis(), 1200);
}

#[tokio::test(start_paused = true)]
async fn fallbacks_follow_in_their_order_and_say_why() {
    static PLAN: Plan = plan().retry(three_calls()).fallbacks(&[SECONDARY, CANNED]);
    let spans = capture(call(&PLAN, fails(9))).await;
    assert_eq!(*spans.output(), Ok(42));
    let fallbacks = named(&spans, "answer fallback");
    assert_eq!(fallbacks.len(), 2);
    assert_eq!(fallbacks[0].attribute("fallback.name"), Some(&Value::from("secondary")));
    assert_eq!(number(fallbacks[0], "fallback.level"), Some(1.0));
    assert_eq!(fallbacks[0].attribute("fallback.reason"), Some(&Value::from("busy 3")));
    assert_eq!(fallbacks[0].status_message, "busy 100");
    assert_eq!(fallbacks[1].attribute("fallback.level"), Some(&Value::from("emergency")));
    assert_eq!(fallbacks[1].attribute("fallback.reason"), Some(&Value::from("busy 100")));
    let operation = named(&spans, "answer")[0];
    assert_eq!(operation.attribute("fallback.used"), Some(&Value::from("canned")));
    assert_eq!(operation.outcome, Outcome::Ok);
}

#[tokio::test(start_paused = true)]
async fn an_open_circuit_goes_straight_to_the_fallback() {
    const CONFIG: BreakerConfig = BreakerConfig { min_calls: 2, ..BreakerConfig::DEFAULT };
    static PLAN: Plan = plan().breaker("model", CONFIG).fallbacks(&[SECONDARY, CANNED]);
    for _ in 0..2 {
        assert_eq!(call(&PLAN, fails(9)).await, Ok(42));
    }
    let called = Cell::new(false);
    let body = async || {
        called.set(true);
        Ok(1)
    };
    let spans = capture(call(&PLAN, body)).await;
    assert_eq!(*spans.output(), Ok(42));
    assert!(!called.get());
    assert!(named(&spans, "answer attempt").is_empty());
    let operation = named(&spans, "answer")[0];
    assert_eq!(operation.attribute("breaker.state"), Some(&Value::from("open")));
}

#[tokio::test(start_paused = true)]
async fn waiting_for_a_slot_eats_the_total_but_not_the_attempts_timeout() {
    static PLAN: Plan =
        plan().concurrency(1, 8).attempt_timeout(millis(100)).total_timeout(millis(1000));
    let slow = async || {
        tokio::time::sleep(Duration::from_millis(80)).await;
        Ok(1)
    };
    let (a, b) = tokio::join!(call(&PLAN, slow), capture(call(&PLAN, slow)));
    assert_eq!((a, b.output()), (Ok(1), &Ok(1)));
    let operation = named(&b, "answer")[0];
    assert_eq!(number(operation, "limit.wait_ms"), Some(80.0));

    static FULL: Plan = plan().concurrency(1, 0);
    let (a, b) = tokio::join!(call(&FULL, slow), call(&FULL, slow));
    assert_eq!(a, Ok(1));
    assert!(matches!(b, Err(Failed::Policy(Interrupted::QueueFull { permits: 1, .. }))), "{b:?}");
}

#[tokio::test(start_paused = true)]
async fn a_full_queue_opens_no_circuit() {
    const CONFIG: BreakerConfig = BreakerConfig { min_calls: 1, ..BreakerConfig::DEFAULT };
    static PLAN: Plan = plan().breaker("model", CONFIG).concurrency(1, 0);
    let slow = async || {
        tokio::time::sleep(Duration::from_millis(80)).await;
        Ok(1)
    };
    let (a, b) = tokio::join!(call(&PLAN, slow), call(&PLAN, slow));
    assert_eq!(a, Ok(1));
    assert!(matches!(b, Err(Failed::Policy(Interrupted::QueueFull { .. }))), "{b:?}");
    assert_eq!(call(&PLAN, slow).await, Ok(1), "what was not called did not fail");
}

#[tokio::test(start_paused = true)]
async fn a_dropped_call_cancels_its_spans_and_frees_what_it_held() {
    static PLAN: Plan = plan().concurrency(1, 0).retry(three_calls());
    let hangs = async || std::future::pending::<Result<u32, Failed>>().await;
    let spans = capture(tokio::time::timeout(Duration::from_secs(1), call(&PLAN, hangs))).await;
    assert!(spans.output().is_err());
    for name in ["answer", "answer attempt"] {
        assert_eq!(named(&spans, name)[0].outcome, Outcome::Cancelled, "{name}");
    }
    assert_eq!(call(&PLAN, fails(0)).await, Ok(1));
}

#[tokio::test(start_paused = true)]
async fn a_retry_within_a_retry_says_so() {
    static PLAN: Plan = plan().retry(three_calls());
    let nested = async || call(&PLAN, fails(0)).await;
    let spans = capture(call(&PLAN, nested)).await;
    let operations = named(&spans, "answer");
    let inner = operations.iter().find(|span| span.parent_id.is_some()).unwrap();
    assert_eq!(inner.attribute("retry.nested"), Some(&Value::Bool(true)));
    let outer = operations.iter().find(|span| span.parent_id.is_none()).unwrap();
    assert_eq!(outer.attribute("retry.nested"), None);
}

#[test]
fn a_synchronous_function_is_called_again_too() {
    static PLAN: Plan = plan()
        .retry(Retry { backoff: Backoff::fixed(millis(1)), ..three_calls() })
        .fallbacks(&[CANNED]);
    let run = |times: u32| {
        let mut calls = 0;
        let mut call = Call::new(&PLAN, span());
        let value = 'lumina: {
            loop {
                let body = || {
                    calls += 1;
                    if calls <= times { Err(Failed::Busy(calls)) } else { Ok(calls) }
                };
                match call.attempt_sync(body, judge, private::uninterrupted) {
                    Step::Done(value) => break 'lumina value,
                    Step::Again => {}
                    Step::Next(_) => break,
                }
            }
            match call.fallback_sync(0, || Ok(42), judge) {
                Step::Done(value) => value,
                _ => unreachable!(),
            }
        };
        call.finish(value, reads)
    };
    let spans = capture_sync(|| run(1));
    assert_eq!(*spans.output(), Ok(2));
    assert_eq!(named(&spans, "answer attempt").len(), 2);
    let spans = capture_sync(|| run(9));
    assert_eq!(*spans.output(), Ok(42));
    assert_eq!(named(&spans, "answer fallback").len(), 1);
}

#[test]
fn the_future_of_a_call_is_send_even_with_an_error_that_is_not() {
    fn assert_send<T: Send>(_: T) {}
    async fn never_send() -> Result<u32, Box<dyn std::error::Error>> {
        static PLAN: Plan = plan().retry(three_calls());
        let mut call = Call::new(&PLAN, span());
        #[allow(clippy::borrowed_box, reason = "the error of the function is the box")]
        let judge = |error: &Box<dyn std::error::Error>, judgement: &mut Judgement| {
            crate::__judge_error!(error, judgement);
        };
        let value = 'lumina: {
            loop {
                let body = async { Err("no".into()) };
                match call.attempt(body, judge, private::uninterrupted).await {
                    Step::Done(value) => break 'lumina value,
                    Step::Again => {}
                    Step::Next(_) => break,
                }
            }
            unreachable!()
        };
        call.finish(value, |_, _| {})
    }
    assert_send(never_send());
}
