//! A panic in what the user gave to a policy: the spans say so, it goes on, and the next call finds
//! the breaker, the budget, the places and the cache as if that call had not been.

use lumina::FutureExt as _;
use lumina::model::Outcome;
use lumina::prelude::*;
use lumina::testing::{capture, capture_sync};
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Where a call is to panic; errors and values carry it, as predicates see nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum At {
    Key,
    Cost,
    When,
    Until,
    FallbackWhen,
    Fallback,
    Nowhere,
}

#[derive(Clone, Debug, PartialEq)]
struct Error(At, Option<lumina::Interrupted>);

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for Error {}

impl From<lumina::Interrupted> for Error {
    fn from(why: lumina::Interrupted) -> Self {
        Error(At::Nowhere, Some(why))
    }
}

/// What is asked for here, unless it is here that the call is to panic.
fn asked<T>(here: At, at: At, value: T) -> T {
    assert!(here != at, "at {here:?}");
    value
}

fn body(at: At) -> Result<At, Error> {
    match at {
        At::When | At::FallbackWhen | At::Fallback => Err(Error(at, None)),
        At::Key | At::Cost | At::Until | At::Nowhere => Ok(at),
    }
}

async fn instead(at: At, _: u32) -> At {
    tokio::task::yield_now().await;
    asked(At::Fallback, at, at)
}

/// One failure would open the breaker for an hour; a place that is not given back, or a key whose
/// first call never ends, would keep the next call out.
#[traced]
#[cache(key = asked(At::Key, at, round), single_flight)]
#[retry(max = 2, base = "1ms", when = |error: &Error| asked(At::When, error.0, false),
    until = |value: &At| asked(At::Until, *value, true))]
#[breaker(rate = 1.0, min_calls = 1, open = "1h")]
#[limit(concurrency = 1, queue = 0, tokens_per_minute = 600, max_wait = "1ms",
    cost = asked(At::Cost, at, 1))]
#[fallback(value = at, when = |error: &Error| asked(At::FallbackWhen, error.0, true))]
async fn guarded(at: At, round: u32) -> Result<At, Error> {
    tokio::task::yield_now().await;
    body(at)
}

#[traced]
#[cache(key = round, single_flight)]
#[limit(concurrency = 1, queue = 0)]
#[fallback(instead)]
async fn replaced(at: At, round: u32) -> Result<At, Error> {
    body(at)
}

/// What a panicked task says.
fn message(error: tokio::task::JoinError) -> String {
    error.into_panic().downcast_ref::<String>().cloned().unwrap_or_default()
}

/// What the call panicked with; each of its spans ended as a panic.
async fn panics(
    names: &[&str],
    call: impl Future<Output = Result<At, Error>> + Send + 'static,
) -> String {
    let spans = capture(async { tokio::spawn(call.in_current_context()).await }).await;
    spans.has_spans(names);
    for name in names {
        spans.span(name).outcome(Outcome::Panic);
    }
    message(spans.into_output().expect_err("a panic"))
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_a_policys_expression_is_the_calls_and_nobody_elses() {
    let places = [
        (At::Key, &["guarded"][..]),
        (At::Cost, &["guarded"]),
        (At::When, &["guarded", "guarded.attempt"]),
        (At::Until, &["guarded", "guarded.attempt"]),
        (At::FallbackWhen, &["guarded", "guarded.attempt"]),
    ];
    for (round, (at, names)) in (0..).zip(places) {
        assert_eq!(panics(names, guarded(at, round)).await, format!("at {at:?}"));
        let next = capture(guarded(At::Nowhere, round)).await;
        assert_eq!(*next.output(), Ok(At::Nowhere), "after one at {at:?}");
        next.root().outcome(Outcome::Ok).has_children(&["guarded.attempt"]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_fallback_that_panics_ends_its_own_span_and_the_calls() {
    let spans =
        capture(async { tokio::spawn(replaced(At::Fallback, 0).in_current_context()).await }).await;
    spans.span("replaced").outcome(Outcome::Panic);
    spans.span("replaced.attempt").outcome(Outcome::Error);
    spans.span("replaced.fallback").outcome(Outcome::Panic);
    assert_eq!(message(spans.into_output().expect_err("a panic")), "at Fallback");
    assert_eq!(replaced(At::Nowhere, 0).await, Ok(At::Nowhere));
}

#[traced]
#[retry(max = 2, base = "1ms", when = |error: &Error| asked(At::When, error.0, false),
    until = |value: &At| asked(At::Until, *value, true))]
#[fallback(value = asked(At::Fallback, at, at))]
fn blocking(at: At) -> Result<At, Error> {
    body(at)
}

#[test]
fn a_panic_on_a_thread_does_the_same() {
    for (at, attempt) in
        [(At::When, Outcome::Panic), (At::Until, Outcome::Panic), (At::Fallback, Outcome::Error)]
    {
        let spans = capture_sync(|| catch_unwind(AssertUnwindSafe(|| blocking(at))));
        spans.root().outcome(Outcome::Panic);
        spans.span("blocking.attempt").outcome(attempt);
        let payload = spans.into_output().expect_err("a panic");
        assert_eq!(payload.downcast_ref::<String>(), Some(&format!("at {at:?}")));
        assert_eq!(blocking(At::Nowhere), Ok(At::Nowhere));
    }
}
