//! The collector: one thread that reads what all threads recorded and makes batches of it.
//!
//! ```text
//! pool (blocks), stages -> stream -> join -> assemble -> batch of a pipeline -> its sink
//! ```
//!
//! It runs in cycles. A *full* cycle reads every block and every stage, so whatever was recorded
//! before it began has been read when it ends; under pressure, cycles in between read blocks only.
//! It never waits for a sink: a sink that is full drops and counts.

mod assemble;
mod join;
mod keys;
mod pipelines;
mod stream;
mod thread;

#[cfg(test)]
mod tests;

use crate::model::{Batch, Limits, Resource};
use crate::record::{pool, route};
use crate::span::{note_panics, site};
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Takes over finished batches.
pub(crate) trait Sink: Send + Sync {
    /// Takes `batch`. Runs on the collector: it must not block, and counts what it drops.
    fn accept(&self, batch: Arc<Batch>);
}

/// What the collector needs to know of a pipeline.
pub(crate) struct PipelineConfig {
    pub(crate) sink: Arc<dyn Sink>,
    pub(crate) resource: Arc<Resource>,
    pub(crate) limits: Limits,
    /// A batch is handed over when it has this many spans, ...
    pub(crate) batch_spans: usize,
    /// ... uses this many bytes, ...
    pub(crate) batch_bytes: usize,
    /// ... or its oldest span ended this long ago.
    pub(crate) batch_delay: Duration,
    pub(crate) counters: Arc<CollectCounters>,
}

/// What became of a pipeline's spans up to the batches.
#[derive(Debug, Default)]
pub(crate) struct CollectCounters {
    /// Spans whose start was read.
    pub(crate) started: AtomicU64,
    /// Spans handed to the sink.
    pub(crate) handed_over: AtomicU64,
    /// Spans that found no room in the buffers of the threads.
    pub(crate) dropped_buffer_full: AtomicU64,
    /// Spans given up because too many were open.
    pub(crate) dropped_too_many_open: AtomicU64,
}

impl CollectCounters {
    /// Spans that the program began.
    pub(crate) fn emitted(&self) -> u64 {
        self.started.load(Ordering::Acquire) + self.dropped_buffer_full.load(Ordering::Acquire)
    }
}

/// Names a pipeline to the collector and in contexts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct PipelineId(pub(crate) u16);

/// The collector's thread could not be started.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StartError {
    #[error("could not start the collector thread")]
    Spawn(#[from] std::io::Error),
    /// After a fork, for one: the child has no collector.
    #[error("the collector thread does not answer")]
    NoAnswer,
}

/// How long the collector may take to answer before it is taken for dead.
const ANSWER: Duration = Duration::from_secs(10);

/// Opens a pipeline; starts the collector if it is the first.
pub(crate) fn register(config: PipelineConfig) -> Result<PipelineId, StartError> {
    static NEXT: AtomicU16 = AtomicU16::new(1);
    thread::start_once()?;
    let id = PipelineId(match NEXT.fetch_add(1, Ordering::Relaxed) {
        // After 65,535 pipelines the numbers begin again; 0 means none.
        0 => NEXT.fetch_add(1, Ordering::Relaxed),
        id => id,
    });
    route::set_sampling(id.0, 1.0, true);
    let lost_before = pool::lost_spans(id.0);
    // Waits: a span that is read before its pipeline is known has nowhere to go.
    let open = |done| thread::Request::Open { id, config, lost_before, done };
    if !thread::request_and_wait(Instant::now() + ANSWER, open) {
        return Err(StartError::NoAnswer);
    }
    note_panics();
    site::enable();
    Ok(id)
}

/// Hands over everything recorded before the call; false when `deadline` came first.
pub(crate) fn flush(id: PipelineId, deadline: Instant) -> bool {
    thread::request_and_wait(deadline, |done| thread::Request::Flush { id, done })
}

/// As [`flush`], then hands over the spans that are still open, as incomplete, and forgets the
/// pipeline: spans of its contexts are no longer recorded anywhere.
pub(crate) fn close(id: PipelineId, deadline: Instant) -> bool {
    thread::request_and_wait(deadline, |done| thread::Request::Close { id, done })
}

/// Spans that ended when their pipeline was closed already, plus traces begun after shutdown.
pub(crate) fn after_shutdown() -> u64 {
    route::after_shutdown() + pipelines::ended_after_close()
}

/// Events, attributes and links that came when their span was gone, or found no room.
pub(crate) fn lost_records() -> u64 {
    pool::lost_records() + join::late_records()
}
