//! For tests of instrumented code: runs it with a pipeline of its own and gives the spans back.
//!
//! [`capture`] and [`capture_sync`] leave no trace in the process, so that tests may run side by
//! side. The assertions on what was captured ([`SpanCheck`]) chain, and show the whole tree when
//! one fails.

mod captured;
mod check;
mod show;
#[cfg(test)]
mod tests;

pub use captured::Captured;
pub use check::{EventCheck, SpanCheck};

use crate::export::Memory;
use crate::pipeline::{ScopedPipeline, builder};
use std::future::Future;
use std::time::Duration;

/// Spans of one capture; a test that makes more should say what it counts.
const MAX_SPANS: usize = 100_000;
const MAX_BYTES: usize = 256 << 20;
/// For handing over what was recorded: nothing but the own process is waited for.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Runs `future` and gives back every span that was recorded in it, with its output.
///
/// Spans of tasks and threads are captured if the context was carried there (see
/// [`FutureExt::in_current_context`](crate::FutureExt::in_current_context)); for spans of `tracing`
/// see [`ScopedPipeline`]. A span that is still
/// open when `future` is ready is captured as
/// [`Incomplete`](crate::model::Outcome::Incomplete). The environment is not looked at.
///
/// # Panics
///
/// If not every span could be captured.
pub async fn capture<F: Future>(future: F) -> Captured<F::Output> {
    let (pipeline, memory) = pipeline();
    let output = pipeline.scope_future(future).await;
    captured(&pipeline, &memory, output)
}

/// Runs `f` and gives back every span that was recorded in it, with its output.
///
/// As [`capture`], for code that is not asynchronous.
///
/// # Panics
///
/// If not every span could be captured.
pub fn capture_sync<R>(f: impl FnOnce() -> R) -> Captured<R> {
    let (pipeline, memory) = pipeline();
    let output = pipeline.in_scope(f);
    captured(&pipeline, &memory, output)
}

fn pipeline() -> (ScopedPipeline, Memory) {
    let memory = Memory::with_max_spans(MAX_SPANS);
    let builder = builder()
        .variables(std::iter::empty::<(String, String)>())
        .exporter(memory.clone())
        .queue(MAX_SPANS, MAX_BYTES)
        .on_warning(|_| {});
    match builder.build_scoped() {
        Ok(pipeline) => (pipeline, memory),
        Err(error) => panic!("cannot capture spans: {error}"),
    }
}

fn captured<T>(pipeline: &ScopedPipeline, memory: &Memory, output: T) -> Captured<T> {
    let report = pipeline.shutdown(TIMEOUT);
    assert!(report.complete && report.is_lossless(), "not every span was captured: {report}");
    Captured::new(memory.take(), output)
}

/// Polls a future that is ready at once.
#[cfg(test)]
fn block_on<F: Future>(future: F) -> F::Output {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).poll(&mut context) {
        std::task::Poll::Ready(output) => output,
        std::task::Poll::Pending => panic!("the future waits for something"),
    }
}
