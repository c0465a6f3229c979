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

mod counts;
mod notice;
mod queue;
mod retry;
mod run;
#[cfg(test)]
mod tests;

pub(crate) use counts::Counts;
pub use counts::LastError;
pub(crate) use notice::Notify;
pub(crate) use queue::{Flushed, Ticket};
pub(crate) use retry::RetryPolicy;

use super::Exporter;
use crate::model::Batch;
use notice::Notices;
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

/// An exporter on its own thread.
///
/// The thread ends after [`request_close`](Self::request_close), never by dropping the handle.
#[derive(Debug)]
pub(crate) struct Worker {
    label: Arc<str>,
    queue: Arc<Queue>,
}

impl Worker {
    /// Starts the thread `lumina-<label>`.
    ///
    /// # Errors
    ///
    /// If the operating system refuses a thread.
    pub(crate) fn start(
        label: &str,
        exporter: Box<dyn Exporter>,
        config: &WorkerConfig,
    ) -> io::Result<Worker> {
        let queue = Arc::new(Queue::new(config));
        let label: Arc<str> = label.into();
        let runner = run::Runner {
            label: Arc::clone(&label),
            queue: Arc::clone(&queue),
            policy: config.retry,
            notices: Notices::new(config.notify.clone()),
            jitter: retry::Jitter::new(),
            wait: None,
        };
        thread::Builder::new().name(format!("lumina-{label}")).spawn(move || {
            crate::record::suppress_this_thread();
            runner.run(exporter);
        })?;
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
