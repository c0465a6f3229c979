//! Functions of every shape, recorded by lumina itself.

mod attributes;
mod cancelled;
mod depth;
mod errors;
mod functions;
mod futures;
mod keys;
mod made;
mod panics;
mod redaction;
mod reentrancy;
mod statements;
mod streams;
mod traits;

use lumina::model::{Outcome, SpanData};
use lumina::testing::{capture, capture_sync};
use std::future::Future;

/// Runs `f`, which makes one span, a root called `name`.
#[track_caller]
fn record<R>(name: &str, f: impl FnOnce() -> R) -> (R, SpanData) {
    let captured = capture_sync(f);
    captured.has_spans(&[name]);
    let span = captured.root().data().clone();
    (captured.into_output(), span)
}

/// The same for a future, which is to be `Send`.
async fn record_future<R>(name: &str, future: impl Future<Output = R> + Send) -> (R, SpanData) {
    let captured = capture(future).await;
    captured.has_spans(&[name]);
    let span = captured.root().data().clone();
    (captured.into_output(), span)
}

/// The value and the outcome of one call.
#[track_caller]
fn outcome<R>(name: &str, f: impl FnOnce() -> R) -> (R, Outcome) {
    let (output, span) = record(name, f);
    (output, span.outcome)
}

async fn outcome_of<R>(name: &str, future: impl Future<Output = R> + Send) -> (R, Outcome) {
    let (output, span) = record_future(name, future).await;
    (output, span.outcome)
}
