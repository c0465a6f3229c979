//! `testing::capture` as a user's test has it: with `#[traced]` functions.

use lumina::FutureExt;
use lumina::model::Outcome;
use lumina::testing::{capture, capture_sync};
use std::future::Future;

#[lumina::traced(name = "llm", attrs(retry.attempt = attempt))]
async fn llm(attempt: u32) -> Result<String, std::fmt::Error> {
    tokio::task::yield_now().await;
    if attempt < 2 { Err(std::fmt::Error) } else { Ok("42".to_owned()) }
}

#[lumina::traced(name = "answer")]
async fn answer() -> String {
    let _ = llm(1).await;
    tokio::spawn(llm(2).in_current_context()).await.unwrap().unwrap()
}

#[lumina::traced(name = "halve", attrs(n = n))]
fn halve(n: i64) -> i64 {
    if n % 2 == 0 { n / 2 } else { panic!("odd") }
}

fn run<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

#[test]
fn attempts_are_told_apart_by_their_attributes() {
    let captured = run(capture(answer()));
    assert_eq!(captured.output(), "42");
    let answer = captured.root().has_children(&["llm", "llm"]);
    let attempts = answer.children_named("llm");
    attempts[0].has_attribute("retry.attempt", 1).outcome(Outcome::Error);
    attempts[1].has_attribute("retry.attempt", 2).outcome(Outcome::Ok);
}

#[test]
fn captures_at_once_in_one_runtime_are_apart() {
    let (first, second) = run(async { tokio::join!(capture(answer()), capture(llm(5))) });
    first.has_spans(&["answer", "llm", "llm"]);
    second.has_spans(&["llm"]).span("llm").has_attribute("retry.attempt", 5);
}

#[test]
fn a_panic_within_is_caught_by_the_test_and_seen_in_the_span() {
    let captured = capture_sync(|| std::panic::catch_unwind(|| halve(3)).is_err());
    assert!(*captured.output());
    let span = captured.span("halve").outcome(Outcome::Panic).has_attribute("n", 3);
    span.attribute_contains("error.message", "odd");
}

#[test]
fn what_runs_outside_is_not_captured() {
    halve(2);
    let captured = capture_sync(|| halve(4));
    halve(6);
    captured.has_spans(&["halve"]).span("halve").has_attribute("n", 4);
}
