//! Hedged attempts, driven by code in the shape that the macro writes.

use super::super::tests::{Failed, judge, named, number, reads, three_calls};
use super::*;
use crate::__private::{
    AsyncSpan, BreakerConfig, FALLBACK_KEYS, HEDGED_ATTEMPT_KEYS, Level, Operation, Plan, Site,
    SpanKind, hedged_calls, millis,
};
use crate::model::{Outcome, Value};
use crate::testing::capture;
use std::cell::{Cell, RefCell};
use std::time::Duration;

macro_rules! site {
    ($site:ident, $name:literal, $keys:expr) => {
        static $site: Site = Site::new(
            &$site,
            $name,
            "call::hedged",
            Level::INFO,
            "tests.rs",
            1,
            "call::hedged",
            $keys,
            SpanKind::Internal,
            Operation::Unspecified,
        );
    };
}
site!(OPERATION, "ask", &[]);
site!(ATTEMPT, "ask attempt", HEDGED_ATTEMPT_KEYS);
site!(FALLBACK, "ask fallback", FALLBACK_KEYS);

fn span() -> AsyncSpan {
    if OPERATION.is_off() { AsyncSpan::off() } else { AsyncSpan::start(&OPERATION, &[]) }
}

/// Two calls, the second a second after the first.
const fn plan() -> Plan {
    hedge(2)
}

const fn hedge(max: u32) -> Plan {
    Plan::new(&OPERATION, &ATTEMPT, &FALLBACK)
        .budget_own()
        .hedge(Hedge { max: hedged_calls(max), after: millis(1000) })
}

/// What the macro makes of an `async fn` with these policies.
async fn call<F>(plan: &'static Plan, body: impl Fn() -> F) -> Result<u32, Failed>
where
    F: Future<Output = Result<u32, Failed>>,
{
    let mut call = Call::new(plan, span());
    let value = loop {
        match call.hedged(|| async { body().await }, judge, Failed::from).await {
            Step::Done(value) => break value,
            Step::Again => {}
            Step::Next(_) => unreachable!(),
        }
    };
    call.finish(value, reads)
}

/// What a leg does: after so many milliseconds, this.
type Leg = (u64, Result<u32, Failed>);

const NEVER: u64 = u64::MAX;

/// The legs in their order, whichever attempt they belong to.
fn legs(
    legs: impl IntoIterator<Item = Leg>,
) -> impl Fn() -> std::pin::Pin<Box<dyn Future<Output = Result<u32, Failed>>>> {
    let legs = RefCell::new(legs.into_iter().collect::<std::collections::VecDeque<_>>());
    move || {
        let (after, outcome) = legs.borrow_mut().pop_front().expect("no more legs than planned");
        Box::pin(async move {
            if after == NEVER {
                std::future::pending::<()>().await;
            }
            tokio::time::sleep(Duration::from_millis(after)).await;
            outcome
        })
    }
}

const BUSY: Result<u32, Failed> = Err(Failed::Busy(1));

async fn timed<T>(future: impl Future<Output = T>) -> (T, u128) {
    let begun = tokio::time::Instant::now();
    let output = future.await;
    (output, begun.elapsed().as_millis())
}

#[tokio::test(start_paused = true)]
async fn a_slow_call_is_overtaken_by_a_second_one() {
    static PLAN: Plan = plan();
    let spans = capture(timed(call(&PLAN, legs([(NEVER, BUSY), (200, Ok(2))])))).await;
    assert_eq!(*spans.output(), (Ok(2), 1200));
    let operation = named(&spans, "ask")[0];
    assert_eq!(number(operation, "hedge.won"), Some(2.0));
    assert_eq!(operation.outcome, Outcome::Ok);
    let attempts = named(&spans, "ask attempt");
    assert_eq!(attempts.len(), 2);
    for attempt in attempts {
        let leg = number(attempt, "hedge.leg");
        let expected = if leg == Some(1.0) { Outcome::Cancelled } else { Outcome::Ok };
        assert_eq!(attempt.outcome, expected, "{leg:?}");
        assert_eq!(number(attempt, "retry.attempt"), Some(1.0));
        assert_eq!(attempt.parent_id, Some(operation.span_id));
    }
}

#[tokio::test(start_paused = true)]
async fn a_first_call_that_is_in_time_stays_alone() {
    static PLAN: Plan = plan();
    let spans = capture(call(&PLAN, legs([(999, Ok(1))]))).await;
    assert_eq!(*spans.output(), Ok(1));
    assert_eq!(named(&spans, "ask attempt").len(), 1);
    assert_eq!(named(&spans, "ask")[0].attribute("hedge.won"), None);
}

#[tokio::test(start_paused = true)]
async fn the_first_call_may_win_after_all() {
    static PLAN: Plan = hedge(3);
    let spans =
        capture(timed(call(&PLAN, legs([(2500, Ok(1)), (NEVER, BUSY), (NEVER, BUSY)])))).await;
    assert_eq!(*spans.output(), (Ok(1), 2500));
    assert_eq!(number(named(&spans, "ask")[0], "hedge.won"), Some(1.0));
    assert_eq!(named(&spans, "ask attempt").len(), 3, "the third began a second after the second");
}

#[tokio::test(start_paused = true)]
async fn a_failure_that_may_pass_starts_the_next_call_at_once() {
    static PLAN: Plan = hedge(3);
    let spans = capture(timed(call(&PLAN, legs([(100, BUSY), (100, BUSY), (100, Ok(3))])))).await;
    assert_eq!(*spans.output(), (Ok(3), 300));
    let attempts = named(&spans, "ask attempt");
    assert_eq!(attempts[0].outcome, Outcome::Error);
    assert_eq!(attempts[0].attribute("error.retryable"), Some(&Value::Bool(true)));
}

#[tokio::test(start_paused = true)]
async fn a_failure_beside_a_running_call_decides_nothing() {
    static PLAN: Plan = plan();
    let outcome = timed(call(&PLAN, legs([(3000, Ok(1)), (100, BUSY)]))).await;
    assert_eq!(outcome, (Ok(1), 3000));
}

#[tokio::test(start_paused = true)]
async fn a_permanent_error_ends_all_calls() {
    static PLAN: Plan = plan();
    let permanent = |error: &Failed, judgement: &mut Judgement| {
        judge(error, judgement);
        judgement.retry_if(false);
    };
    let body = legs([(NEVER, BUSY), (100, BUSY)]);
    let run = async {
        let mut call = Call::new(&PLAN, span());
        match call.hedged(&body, permanent, Failed::from).await {
            Step::Done(value) => call.finish(value, reads),
            _ => unreachable!(),
        }
    };
    let spans = capture(timed(run)).await;
    assert_eq!(*spans.output(), (BUSY, 1100));
    let outcomes: Vec<_> = named(&spans, "ask attempt").iter().map(|span| span.outcome).collect();
    assert!(outcomes.contains(&Outcome::Cancelled) && outcomes.contains(&Outcome::Error));
    assert_eq!(named(&spans, "ask")[0].attribute("hedge.won"), None);
}

#[tokio::test(start_paused = true)]
async fn when_all_calls_failed_the_attempt_has_and_is_made_again() {
    static PLAN: Plan = plan().retry(three_calls());
    let body = legs([(0, BUSY), (0, Err(Failed::Busy(2))), (0, BUSY), (0, Ok(4))]);
    let spans = capture(timed(call(&PLAN, body))).await;
    assert_eq!(*spans.output(), (Ok(4), 500));
    let attempts = named(&spans, "ask attempt");
    let legs: Vec<_> = attempts
        .iter()
        .map(|span| {
            (
                number(span, "retry.attempt"),
                number(span, "hedge.leg"),
                number(span, "retry.delay_ms"),
            )
        })
        .collect();
    let leg = |attempt, leg, delay| (Some(attempt), Some(leg), delay);
    let expected =
        [leg(1.0, 1.0, None), leg(1.0, 2.0, None), leg(2.0, 1.0, Some(500.0)), leg(2.0, 2.0, None)];
    assert_eq!(legs, expected);
    let operation = named(&spans, "ask")[0];
    assert_eq!(number(operation, "retry.attempts"), Some(2.0));
    assert_eq!(number(operation, "hedge.won"), Some(2.0));
}

#[tokio::test(start_paused = true)]
async fn the_last_error_is_the_operations() {
    static PLAN: Plan = plan();
    let outcome = call(&PLAN, legs([(1500, BUSY), (800, Err(Failed::Busy(2)))])).await;
    assert_eq!(outcome, Err(Failed::Busy(2)));
}

#[tokio::test(start_paused = true)]
async fn hedges_end_with_the_budget_and_not_the_call() {
    static PLAN: Plan = plan();
    let sent = Cell::new(0);
    let slow = || async {
        sent.set(sent.get() + 1);
        tokio::time::sleep(Duration::from_secs(5)).await;
        Err(Failed::Busy(0))
    };
    for _ in 0..150 {
        assert_eq!(call(&PLAN, slow).await, Err(Failed::Busy(0)));
    }
    // A full budget of 500 pays for a hundred.
    assert_eq!(sent.get(), 150 + 100);
}

#[tokio::test(start_paused = true)]
async fn no_call_begins_that_would_begin_at_the_deadline() {
    static PLAN: Plan = plan();
    let sent = Cell::new(0);
    let slow = || async {
        sent.set(sent.get() + 1);
        tokio::time::sleep(Duration::from_millis(1500)).await;
        Ok(1)
    };
    let deadline = |millis| Deadline::within(Duration::from_millis(millis));
    assert_eq!(deadline(1000).wrap(call(&PLAN, slow)).await, Ok(1));
    assert_eq!(sent.replace(0), 1);
    assert_eq!(deadline(1001).wrap(call(&PLAN, slow)).await, Ok(1));
    assert_eq!(sent.get(), 2);
}

#[tokio::test(start_paused = true)]
async fn each_call_has_a_timeout_of_its_own_and_one_that_is_late_is_followed() {
    static PLAN: Plan = plan().attempt_timeout(millis(1500));
    let spans = capture(timed(call(&PLAN, legs([(NEVER, BUSY), (1400, Ok(2))])))).await;
    assert_eq!(*spans.output(), (Ok(2), 2400));
    let outcomes: Vec<_> = named(&spans, "ask attempt").iter().map(|span| span.outcome).collect();
    assert_eq!(outcomes, [Outcome::Error, Outcome::Ok]);

    static SHORT: Plan = plan().attempt_timeout(millis(300));
    let outcome = timed(call(&SHORT, legs([(NEVER, BUSY), (200, Ok(2))]))).await;
    assert_eq!(outcome, (Ok(2), 500), "not after a second, but at once");
}

#[tokio::test(start_paused = true)]
async fn the_total_deadline_ends_all_calls() {
    static PLAN: Plan = plan().retry(three_calls()).total_timeout(millis(2000));
    let spans = capture(timed(call(&PLAN, legs([(NEVER, BUSY), (NEVER, BUSY)])))).await;
    let (Err(Failed::Policy(Interrupted::Deadline { attempt: 1, .. })), 2000) = spans.output()
    else {
        panic!("{:?}", spans.output())
    };
    assert_eq!(named(&spans, "ask attempt").len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_refused_second_call_does_not_fail_the_first() {
    static PLAN: Plan = plan().concurrency(1, 0);
    let spans = capture(timed(call(&PLAN, legs([(1500, Ok(1)), (0, BUSY)])))).await;
    assert_eq!(*spans.output(), (Ok(1), 1500));
    assert_eq!(named(&spans, "ask attempt").len(), 1);
    assert_eq!(named(&spans, "ask")[0].attribute("hedge.won"), None);
    assert_eq!(PLAN.budget().unwrap().balance(), 500, "what was not sent costs nothing");
}

#[tokio::test(start_paused = true)]
async fn an_error_says_more_than_the_refusal_of_the_call_after_it() {
    const CONFIG: BreakerConfig = BreakerConfig { min_calls: 1, ..BreakerConfig::DEFAULT };
    static PLAN: Plan = plan().breaker("model", CONFIG);
    // The failure opens the circuit, which refuses the second call.
    let spans = capture(call(&PLAN, legs([(0, BUSY), (0, Ok(2))]))).await;
    assert_eq!(*spans.output(), BUSY);
    let open = call(&PLAN, legs([(0, Ok(1))])).await;
    assert!(matches!(open, Err(Failed::Policy(Interrupted::CircuitOpen { .. }))), "{open:?}");
}

#[tokio::test(start_paused = true)]
async fn a_call_that_was_overtaken_counts_for_nothing_at_the_breaker() {
    const CONFIG: BreakerConfig =
        BreakerConfig { min_calls: 2, rate: 0.5, ..BreakerConfig::DEFAULT };
    static PLAN: Plan = plan().breaker("model", CONFIG);
    // Counted as failures, the slow calls would be half of them.
    for _ in 0..5 {
        assert_eq!(call(&PLAN, legs([(NEVER, BUSY), (0, Ok(2))])).await, Ok(2));
    }
    // Counted as successes, they would be too many for this one to open it.
    static ONE: Plan = plan()
        .breaker("model", BreakerConfig { min_calls: 3, rate: 0.4, ..BreakerConfig::DEFAULT });
    assert_eq!(call(&ONE, legs([(NEVER, BUSY), (0, Ok(2))])).await, Ok(2));
    assert_eq!(call(&ONE, legs([(0, BUSY), (0, BUSY)])).await, BUSY);
    let open = call(&ONE, legs([(0, Ok(1))])).await;
    assert!(matches!(open, Err(Failed::Policy(Interrupted::CircuitOpen { .. }))), "{open:?}");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_asks_for_a_delay_is_not_asked_again_before() {
    static PLAN: Plan = plan().retry(three_calls());
    let busy = |error: &Failed, judgement: &mut Judgement| {
        judge(error, judgement);
        judgement.retry_after = Some(Duration::from_secs(3));
    };
    let body = legs([(0, BUSY), (0, Ok(2))]);
    let run = async {
        let mut call = Call::new(&PLAN, span());
        let value = loop {
            match call.hedged(&body, busy, Failed::from).await {
                Step::Done(value) => break value,
                Step::Again => {}
                Step::Next(_) => unreachable!(),
            }
        };
        call.finish(value, reads)
    };
    assert_eq!(timed(run).await, (Ok(2), 3000));
}

#[tokio::test(start_paused = true)]
async fn a_dropped_attempt_cancels_all_its_calls_and_frees_what_they_held() {
    static PLAN: Plan = plan().concurrency(2, 0);
    let hangs = legs([(NEVER, BUSY), (NEVER, BUSY)]);
    let spans = capture(tokio::time::timeout(Duration::from_secs(2), call(&PLAN, hangs))).await;
    assert!(spans.output().is_err());
    let attempts = named(&spans, "ask attempt");
    assert_eq!(attempts.len(), 2);
    assert!(attempts.iter().all(|span| span.outcome == Outcome::Cancelled));
    assert_eq!(PLAN.limit.places().unwrap().in_use(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_a_later_call_ends_the_operation_as_a_panic() {
    static PLAN: Plan = plan();
    let first = Cell::new(true);
    let body = || {
        let first = first.replace(false);
        async move {
            if !first {
                panic!("in the second");
            }
            std::future::pending::<()>().await;
            Ok(1)
        }
    };
    let caught = async {
        let mut call = Box::pin(call(&PLAN, body));
        std::future::poll_fn(|cx| {
            let polled = std::panic::AssertUnwindSafe(|| call.as_mut().poll(cx));
            match std::panic::catch_unwind(polled) {
                Ok(Poll::Pending) => Poll::Pending,
                Ok(Poll::Ready(_)) => Poll::Ready(false),
                Err(_) => Poll::Ready(true),
            }
        })
        .await
    };
    let spans = capture(caught).await;
    assert!(*spans.output());
    assert_eq!(named(&spans, "ask")[0].outcome, Outcome::Panic);
    let mut outcomes: Vec<_> = named(&spans, "ask attempt")
        .iter()
        .map(|span| (number(span, "hedge.leg"), span.outcome))
        .collect();
    outcomes.sort_by(|a, b| a.0.partial_cmp(&b.0).unwrap());
    assert_eq!(outcomes, [(Some(1.0), Outcome::Cancelled), (Some(2.0), Outcome::Panic)]);
}

#[test]
fn the_future_is_send_even_with_an_error_that_is_not() {
    fn assert_send<T: Send>(_: T) {}
    async fn never_send(text: &str) -> Result<u32, Box<dyn std::error::Error>> {
        static PLAN: Plan = plan();
        let mut call = Call::new(&PLAN, span());
        #[allow(clippy::borrowed_box, reason = "the error of the function is the box")]
        let judge = |error: &Box<dyn std::error::Error>, judgement: &mut Judgement| {
            crate::__judge_error!(error, judgement);
        };
        let body = || async {
            tokio::task::yield_now().await;
            Err(text.into())
        };
        match call.hedged(body, judge, crate::__private::uninterrupted).await {
            Step::Done(value) => call.finish(value, |_, _| {}),
            _ => unreachable!(),
        }
    }
    assert_send(never_send("no"));
}
