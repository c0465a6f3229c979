//! A pipeline at work: a source of batches, one worker for each exporter, and their common end.
//!
//! Knows nothing of the process-wide one; [`install`](super::install) does.

use super::health::{ExporterHealth, Health, State};
use super::report::{ExporterReport, Report};
use crate::export::Drops;
use crate::export::worker::{Counts, Flushed, Ticket, Worker};
use crate::model::Batch;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Where the batches of a pipeline come from: the collector, or a test.
pub(crate) trait Source: Send + Sync {
    /// Hands everything recorded before the call to the exporters' queues; whether it could before
    /// `deadline`.
    fn flush(&self, deadline: Instant) -> bool;

    /// Flushes, hands over open spans as incomplete, and hands over nothing afterwards.
    fn close(&self, deadline: Instant) -> bool;

    /// What was recorded so far. Each number only grows.
    fn counts(&self) -> SourceCounts;
}

/// What a source has seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct SourceCounts {
    pub(crate) emitted: u64,
    /// Dropped before any exporter could get them.
    pub(crate) dropped: Drops,
    /// Attributes, events and links that found no room or no span, in the whole process.
    pub(crate) lost_details: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Running,
    /// One caller is closing the source.
    Closing,
    /// The source is closed: what is queued is all there will be.
    Draining,
}

/// A pipeline that was set up.
pub(crate) struct Pipeline {
    source: Box<dyn Source>,
    workers: Arc<[Worker]>,
    phase: Mutex<Phase>,
    source_closed: Condvar,
    /// A child of `fork` has none of the threads, and must not wait for them.
    process: u32,
}

/// Hands each batch to each exporter.
pub(crate) fn fan_out(workers: &[Worker], batch: &Arc<Batch>) {
    for worker in workers {
        worker.offer(Arc::clone(batch));
    }
}

/// `timeout` from now; one too long for the clock is as good as a year.
pub(crate) fn deadline_in(timeout: Duration) -> Instant {
    const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);
    let now = Instant::now();
    now.checked_add(timeout).unwrap_or_else(|| now + YEAR)
}

impl Pipeline {
    pub(crate) fn new(source: Box<dyn Source>, workers: Arc<[Worker]>) -> Self {
        Pipeline {
            source,
            workers,
            phase: Mutex::new(Phase::Running),
            source_closed: Condvar::new(),
            process: std::process::id(),
        }
    }

    /// Waits until everything recorded so far is delivered or dropped, at most `timeout`.
    pub(crate) fn flush(&self, timeout: Duration) -> Report {
        let begun = Instant::now();
        if self.is_forked_child() {
            return Report::default();
        }
        let deadline = deadline_in(timeout);
        let collected = self.source.flush(deadline);
        // All are asked before the first is waited for: they work side by side.
        let tickets: Vec<Ticket> = self.workers.iter().map(Worker::request_flush).collect();
        let flushed = self.wait_flushed(&tickets, deadline);
        self.report(begun, collected && flushed)
    }

    /// Delivers what there is until `timeout`, then ends every thread. The first call does it, any
    /// other waits for it.
    pub(crate) fn shutdown(&self, timeout: Duration) -> Report {
        let begun = Instant::now();
        if self.is_forked_child() {
            return Report::default();
        }
        let deadline = deadline_in(timeout);
        let collected = self.close_source(deadline);
        let tickets: Vec<Ticket> =
            self.workers.iter().map(|worker| worker.request_close(deadline)).collect();
        let mut complete = collected;
        for worker in self.workers.iter() {
            complete &= worker.wait_closed(deadline);
        }
        complete = complete && self.wait_flushed(&tickets, deadline);
        self.report(begun, complete)
    }

    fn wait_flushed(&self, tickets: &[Ticket], deadline: Instant) -> bool {
        let mut flushed = true;
        for (worker, ticket) in self.workers.iter().zip(tickets) {
            flushed &= worker.wait(*ticket, deadline) == Flushed::Done;
        }
        flushed
    }

    fn close_source(&self, deadline: Instant) -> bool {
        let mut phase = self.phase();
        match *phase {
            Phase::Running => {
                *phase = Phase::Closing;
                drop(phase);
                let closed = self.source.close(deadline);
                *self.phase() = Phase::Draining;
                self.source_closed.notify_all();
                closed
            }
            Phase::Draining => true,
            Phase::Closing => self.wait_source_closed(phase, deadline),
        }
    }

    fn wait_source_closed(&self, phase: MutexGuard<'_, Phase>, deadline: Instant) -> bool {
        let left = deadline.saturating_duration_since(Instant::now());
        let wait =
            self.source_closed.wait_timeout_while(phase, left, |phase| *phase == Phase::Closing);
        !wait.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }

    fn phase(&self) -> MutexGuard<'_, Phase> {
        self.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn is_shut_down(&self) -> bool {
        *self.phase() != Phase::Running
    }

    /// Whether nothing will be recorded by it any more.
    pub(crate) fn is_drained(&self) -> bool {
        *self.phase() == Phase::Draining
    }

    fn is_forked_child(&self) -> bool {
        self.process != std::process::id()
    }

    /// The workers first, the source afterwards: numbers only grow, so that nothing seems to have
    /// been exported that was not emitted.
    fn counts(&self) -> (Vec<Counts>, SourceCounts) {
        let workers = self.workers.iter().map(Worker::counts).collect();
        (workers, self.source.counts())
    }

    fn report(&self, begun: Instant, complete: bool) -> Report {
        let (workers, source) = self.counts();
        let not_handed_over = |counts: &Counts| {
            source.emitted.saturating_sub(source.dropped.total() + counts.received)
        };
        let exporters = self.workers.iter().zip(workers).map(|(worker, counts)| {
            let mut dropped = source.dropped;
            dropped += counts.dropped;
            ExporterReport {
                name: worker.label().to_owned(),
                exported: counts.exported,
                spooled: counts.spooled,
                recovered: counts.recovered,
                dropped,
                pending: counts.pending_spans + not_handed_over(&counts),
                last_error: counts.last_error,
            }
        });
        Report {
            emitted: source.emitted,
            exporters: exporters.collect(),
            complete,
            elapsed: begun.elapsed(),
        }
    }

    pub(crate) fn health(&self) -> Health {
        if self.is_forked_child() {
            return Health::default();
        }
        let (workers, source) = self.counts();
        let exporters = self.workers.iter().zip(workers).map(|(worker, counts)| ExporterHealth {
            name: worker.label().to_owned(),
            exported: counts.exported,
            dropped: counts.dropped,
            queued_spans: counts.pending_spans,
            queued_bytes: counts.pending_bytes,
            spooled: counts.spooled,
            spooled_bytes: counts.spooled_bytes,
            recovered: counts.recovered,
            damaged_records: counts.damaged_records,
            attempts: counts.attempts,
            failed_attempts: counts.failed_attempts,
            failures_in_a_row: counts.failures_in_a_row,
            failed_flushes: counts.failed_flushes,
            panics: counts.panics,
            last_error: counts.last_error,
        });
        Health {
            state: if self.is_shut_down() { State::ShutDown } else { State::Running },
            emitted: source.emitted,
            dropped: source.dropped,
            lost_details: source.lost_details,
            exporters: exporters.collect(),
            ..Health::default()
        }
    }
}

#[cfg(test)]
mod tests;
