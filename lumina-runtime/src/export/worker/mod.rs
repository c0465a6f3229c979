//! The worker: one named thread and one bounded queue for each exporter.
//!
//! Owns queueing, retrying, backing off, bisecting, counting and giving up, the same for every
//! exporter; an exporter makes one attempt a call. Knows nothing of how spans are collected:
//! whoever has a batch [`offer`](Worker::offer)s it and is never blocked.
//!
//! ```text
//! offer -> queue -> turn -> Exporter::export -> exported
//!            |        ^           |
//!            |        |           +-- retryable -> wait (backoff or the receiver's wish) -+
//!            |        +------------------------------------------------------------------+
//!            |                    +-- too large -> halves, down to one span
//!            +-- full, closed     +-- permanent, panic, given up, shutdown deadline -> dropped
//! ```
//!
//! With a spool there is a second thread, which writes batches down while the first one is busy or
//! its receiver unavailable (or always, "write-ahead"); the first one then delivers from there,
//! the oldest first. Nothing is given up for want of time then.

mod counts;
mod drain;
mod notice;
mod poison;
mod queue;
mod retry;
mod run;
mod shelf;
mod spooler;
#[cfg(test)]
mod tests;

pub(crate) use counts::Counts;
pub use counts::LastError;
pub(crate) use notice::Notify;
pub(crate) use queue::{Flushed, Ticket};
pub(crate) use retry::RetryPolicy;
pub(crate) use shelf::Shelf;
#[cfg(feature = "spool")]
pub(crate) use shelf::{News, Position, Record, RecordId};

use super::{Exporter, SpoolEncoder};
use crate::model::Batch;
use drain::SenderSpool;
use notice::Notices;
use poison::Poison;
use queue::Queue;
use std::io;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

/// Bounds and patience of one exporter's worker.
#[derive(Clone, Debug)]
pub(crate) struct WorkerConfig {
    /// Spans that may wait, those being exported included.
    pub(crate) queue_spans: usize,
    /// Bytes that may wait. Batches that several exporters share count for each of them.
    pub(crate) queue_bytes: usize,
    /// How long one attempt may take.
    pub(crate) attempt_timeout: Duration,
    pub(crate) retry: RetryPolicy,
    pub(crate) notify: Notify,
}

/// A spool that a worker is given.
pub(crate) struct NewSpool {
    pub(crate) shelf: Box<dyn Shelf>,
    /// Every batch goes through it, not only those that the receiver does not take.
    pub(crate) write_ahead: bool,
}

fn both<T>(mut make: impl FnMut() -> Option<T>) -> Option<[T; 2]> {
    Some([make()?, make()?])
}

/// Starts the thread `lumina-<label>-spool`.
fn spool_thread(
    label: &str,
    queue: &Arc<Queue>,
    new: NewSpool,
    [encoder, of_thread]: [Box<dyn SpoolEncoder>; 2],
) -> io::Result<SenderSpool> {
    let spool = Arc::new(spooler::Spool::new(new.shelf));
    let spooler = spooler::Spooler {
        spool: Arc::clone(&spool),
        queue: Arc::clone(queue),
        encoder: of_thread,
    };
    let name = format!("lumina-{label}-spool");
    let thread = thread::Builder::new().name(name).spawn(move || {
        crate::record::suppress_this_thread();
        spooler.run();
    })?;
    let (retry, poison, interrupted) = (None, Poison::default(), None);
    Ok(SenderSpool { spool, encoder, thread, retry, poison, interrupted })
}

/// An exporter on its own thread.
///
/// The thread ends after [`request_close`](Self::request_close), never by dropping the handle.
#[derive(Debug)]
pub(crate) struct Worker {
    label: Arc<str>,
    queue: Arc<Queue>,
}

impl Worker {
    /// A worker without a spool.
    #[cfg(test)]
    pub(crate) fn start(
        label: &str,
        exporter: Box<dyn Exporter>,
        config: &WorkerConfig,
    ) -> io::Result<Worker> {
        Self::start_with(label, exporter, config, None)
    }

    /// Starts the thread `lumina-<label>`, and another one where there is a spool for what cannot
    /// be delivered. An exporter whose batches cannot wait on disk does without.
    ///
    /// # Errors
    ///
    /// If the operating system refuses a thread.
    pub(crate) fn start_with(
        label: &str,
        exporter: Box<dyn Exporter>,
        config: &WorkerConfig,
        spool: Option<NewSpool>,
    ) -> io::Result<Worker> {
        let spool = spool.and_then(|new| Some((new, both(|| exporter.spool_encoder())?)));
        let write_ahead = spool.as_ref().map(|(new, _)| new.write_ahead);
        let queue = Arc::new(Queue::new(config, write_ahead));
        let label: Arc<str> = label.into();
        let spool = spool.map(|(new, encoders)| spool_thread(&label, &queue, new, encoders));
        let runner = run::Runner {
            spool: spool.transpose()?,
            label: Arc::clone(&label),
            queue: Arc::clone(&queue),
            policy: config.retry,
            notices: Notices::new(config.notify.clone()),
            jitter: retry::Jitter::new(),
            wait: None,
        };
        let started = thread::Builder::new().name(format!("lumina-{label}")).spawn(move || {
            crate::record::suppress_this_thread();
            runner.run(exporter);
        });
        if started.is_err() {
            queue.sender_is_done();
        }
        started?;
        Ok(Worker { label, queue })
    }

    /// The exporter's name, made unique among the exporters of its pipeline.
    pub(crate) fn label(&self) -> &str {
        &self.label
    }

    /// Queues `batch`, or drops and counts it; never blocks on the exporter.
    pub(crate) fn offer(&self, batch: Arc<Batch>) {
        self.queue.offer(batch);
    }

    /// Asks for everything queued so far to be delivered and flushed.
    pub(crate) fn request_flush(&self) -> Ticket {
        self.queue.request_flush()
    }

    /// Waits for what [`request_flush`](Self::request_flush) asked for.
    pub(crate) fn wait(&self, ticket: Ticket, deadline: Instant) -> Flushed {
        self.queue.wait(ticket, deadline)
    }

    /// Takes no batch any more, and grants what is queued until `deadline`.
    ///
    /// An attempt that is under way is not interrupted, but none starts after `deadline`.
    pub(crate) fn request_close(&self, deadline: Instant) -> Ticket {
        self.queue.request_close(deadline)
    }

    /// Waits until the exporter has been dropped; whether it was before `deadline`.
    pub(crate) fn wait_closed(&self, deadline: Instant) -> bool {
        self.queue.wait_closed(deadline)
    }

    /// What became of the spans so far.
    pub(crate) fn counts(&self) -> Counts {
        self.queue.counts()
    }
}
