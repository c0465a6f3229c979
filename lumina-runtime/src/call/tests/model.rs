//! Calls with random policies and random outcomes, against a model that only counts.

use super::*;
use crate::policy::random;
use std::rc::Rc;

/// What a run of the body does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Does {
    Succeed,
    /// With an error that is tried again.
    Fail,
    /// With one that is not.
    FailForGood,
    /// Until its time is over.
    Hang,
}

fn below(n: u32) -> u32 {
    (random::unit() * f64::from(n)) as u32
}

fn any() -> Does {
    match below(10) {
        0..4 => Does::Succeed,
        4..7 => Does::Fail,
        7 => Does::FailForGood,
        _ => Does::Hang,
    }
}

/// For the test's process: a plan is a static.
fn leaked(plan: Plan) -> &'static Plan {
    Box::leak(Box::new(plan))
}

fn retry(max: u32, backoff: Backoff) -> Retry {
    Retry { max: NonZeroU32::new(max).unwrap(), backoff, retry_after: true }
}

/// A call whose first run does the first of these, and so on, and how often the body ran.
async fn run(plan: &'static Plan, does: &[Does]) -> (Result<u32, Failed>, u32) {
    let runs = Cell::new(0);
    let body = async || {
        runs.set(runs.get() + 1);
        match does[runs.get() as usize - 1] {
            Does::Succeed => Ok(runs.get()),
            Does::Fail => Err(Failed::Busy(0)),
            Does::FailForGood => Err(Failed::Busy(1)),
            Does::Hang => std::future::pending().await,
        }
    };
    let choosy = |error: &Failed, judgement: &mut Judgement| {
        judge(error, judgement);
        judgement.retry_if(*error == Failed::Busy(0));
    };
    let mut call = Call::new(plan, span());
    call.takes_errors(true);
    let value = loop {
        match call.attempt(async { body().await }, choosy, Failed::from).await {
            Step::Done(value) => break value,
            Step::Again => {}
            Step::Next(error) => panic!("no fallback for {error}"),
        }
    };
    (call.finish(value, reads), runs.get())
}

/// The same in plain numbers.
struct Model {
    balance: u32,
    capacity: u32,
}

impl Model {
    /// How often the body runs, and what its last run does.
    fn run(&mut self, max: u32, does: &[Does]) -> (u32, Does) {
        let mut spent = 0;
        for (runs, &does) in (1..).zip(does) {
            let cost = match does {
                Does::Succeed => {
                    self.balance = (self.balance + spent.max(1)).min(self.capacity);
                    return (runs, does);
                }
                Does::FailForGood => return (runs, does),
                Does::Fail => 5,
                Does::Hang => 10,
            };
            if runs == max || self.balance < cost {
                return (runs, does);
            }
            self.balance -= cost;
            spent = cost;
        }
        panic!("more runs than outcomes")
    }
}

#[tokio::test(start_paused = true)]
async fn the_body_runs_as_often_as_max_outcomes_errors_and_budget_say() {
    for capacity in [0, 4, 23, 60, 500] {
        for max in 1..=5 {
            let policy = retry(max, Backoff::fixed(millis(1)));
            let plan = leaked(plan().retry(policy).attempt_timeout(millis(10)));
            let budget = plan.budget().unwrap();
            budget.configure(capacity);
            let mut model = Model { balance: capacity, capacity };
            for _ in 0..60 {
                let does: Vec<Does> = (0..max).map(|_| any()).collect();
                let (value, runs) = run(plan, &does).await;
                let (expected, last) = model.run(max, &does);
                let shown = format!("{does:?}, max {max}, capacity {capacity}");
                assert_eq!((runs, budget.balance()), (expected, model.balance), "{shown}");
                let agrees = match last {
                    Does::Succeed => value == Ok(runs),
                    Does::Fail => value == Err(Failed::Busy(0)),
                    Does::FailForGood => value == Err(Failed::Busy(1)),
                    Does::Hang => matches!(
                        value,
                        Err(Failed::Policy(Interrupted::Timeout { attempt, .. })) if attempt == runs
                    ),
                };
                assert!(agrees, "{value:?} of {shown}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn calls_at_the_same_time_run_no_more_often_than_their_budget_pays_for() {
    const CALLS: u32 = 300;
    for capacity in [0, 50, 500] {
        let plan = leaked(plan().retry(retry(4, Backoff::fixed(millis(1)))));
        plan.budget().unwrap().configure(capacity);
        let runs = Rc::new(Cell::new(0));
        let tasks = tokio::task::LocalSet::new();
        for _ in 0..CALLS {
            let all = Rc::clone(&runs);
            tasks.spawn_local(async move {
                let (value, runs) = run(plan, &[Does::Fail; 4]).await;
                assert_eq!(value, Err(Failed::Busy(0)));
                all.set(all.get() + runs);
            });
        }
        tasks.await;
        assert_eq!((runs.get(), plan.budget().unwrap().balance()), (CALLS + capacity / 5, 0));
    }
}

fn any_backoff() -> Backoff {
    let base = millis(u64::from(1 + below(300)));
    let backoff = match below(3) {
        0 => Backoff::exponential(base),
        1 => Backoff::linear(base),
        _ => Backoff::fixed(base),
    };
    let jitters = [Jitter::Full, Jitter::Equal, Jitter::Decorrelated, Jitter::None];
    backoff.with_jitter(jitters[below(4) as usize]).with_max_delay(millis(2000))
}

/// How far tokio's clock of milliseconds may be behind at each wait.
const TICK: f64 = 1.0;

/// What adding milliseconds up in doubles may lose.
const ROUNDING: f64 = 1e-6;

#[tokio::test(start_paused = true)]
async fn the_waits_between_attempts_are_within_the_total_and_none_is_begun_in_vain() {
    let mut cut_short = 0;
    for _ in 0..200 {
        let (backoff, total) = (any_backoff(), 20 + below(3000));
        let retry = retry(2 + below(8), backoff);
        let plan = leaked(plan().retry(retry).budget_off().total_timeout(millis(u64::from(total))));
        let shown = format!("{retry:?} within {total} ms");
        let begun = tokio::time::Instant::now();
        let spans = capture(run(plan, &[Does::Fail; 9])).await;
        let elapsed = begun.elapsed().as_secs_f64() * 1e3;
        let attempts = named(&spans, "answer attempt");
        let waited: f64 =
            attempts.iter().filter_map(|attempt| number(attempt, "retry.delay_ms")).sum();
        let ticks = TICK * attempts.len() as f64;
        let total = f64::from(total);
        assert!(elapsed <= total + TICK, "{elapsed} ms: {shown}");
        assert!(waited < total, "waited {waited} ms: {shown}");
        let stopped = named(&spans, "answer")[0].attribute("retry.stopped");
        let expected = if spans.output().1 == retry.max.get() { "exhausted" } else { "deadline" };
        cut_short += u32::from(expected == "deadline");
        // OK where a wait that fitted ended on the tick of the deadline.
        if elapsed < total - TICK {
            let slept = waited - ROUNDING..=waited + ticks + ROUNDING;
            assert!(slept.contains(&elapsed), "{elapsed} and {waited}: {shown}");
            assert_eq!(spans.output().0, Err(Failed::Busy(0)), "{shown}");
            assert_eq!(stopped, Some(&Value::from(expected)), "{shown}");
        }
    }
    assert!((10..190).contains(&cut_short), "only one of the two ends was met: {cut_short}");
}
