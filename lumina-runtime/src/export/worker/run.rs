//! The exporter's thread: takes batches, makes attempts, settles what became of each span.

use super::super::{Delivery, DropReason, ExportError, Exporter};
use super::notice::Notices;
use super::queue::{Queue, Task, Turn};
use super::retry::{Jitter, Retry, RetryPolicy, Wait};
use crate::model::Batch;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

pub(super) struct Runner {
    pub(super) label: Arc<str>,
    pub(super) queue: Arc<Queue>,
    pub(super) policy: RetryPolicy,
    pub(super) notices: Notices,
    pub(super) jitter: Jitter,
    /// Nothing is sent before: what the latest failure asked for.
    pub(super) wait: Option<Wait>,
}

/// What one attempt came to; a panic is the exporter's own kind of failure.
enum Attempt {
    Delivered(Delivery),
    Failed(ExportError),
    Panicked(String),
}

/// Runs `f` with nobody listening: what the exporter's own libraries trace is neither exported
/// again nor logged.
///
/// Not for the thread's life: while any thread has a dispatcher of its own, `tracing` looks for one
/// on every thread at every span and event.
fn silently<R>(f: impl FnOnce() -> R) -> R {
    tracing::dispatcher::with_default(&tracing::Dispatch::none(), f)
}

impl Runner {
    /// Runs until the queue is closed and empty, then drops the exporter.
    pub(super) fn run(mut self, mut exporter: Box<dyn Exporter>) {
        loop {
            match self.queue.next() {
                Task::Deliver(batch) => self.deliver(exporter.as_mut(), batch),
                Task::Flush { through, deadline } => {
                    let succeeded = self.flush(exporter.as_mut(), deadline);
                    self.queue.flush_over(through, succeeded);
                }
                Task::Stop => break,
            }
            self.notices.look(&self.label, &self.queue.counts(), Instant::now());
        }
        // Before `closed`, so that files are closed when a shutdown returns.
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| drop(exporter))) {
            self.note_panic(&panic_message(panic.as_ref()));
        }
        self.queue.closed();
    }

    /// Delivers `batch`, in pieces where the receiver finds it too large.
    fn deliver(&mut self, exporter: &mut dyn Exporter, batch: Arc<Batch>) {
        let bytes = batch.size_bytes();
        let mut parts = vec![batch];
        while let Some(part) = parts.pop() {
            if let Some([first, second]) = self.deliver_part(exporter, &part) {
                parts.extend([Arc::new(second), Arc::new(first)]);
            }
        }
        self.queue.batch_settled(bytes);
    }

    /// Settles every span of `part`, or returns its halves, of which none is settled.
    fn deliver_part(&mut self, exporter: &mut dyn Exporter, part: &Batch) -> Option<[Batch; 2]> {
        let spans = part.len() as u64;
        let mut retry = Retry::new(self.policy, Instant::now());
        let dropped = loop {
            let Turn::Go { deadline } = self.queue.turn(self.wait) else {
                break DropReason::ShutdownDeadline;
            };
            self.wait = None;
            match self.attempt(exporter, part, deadline) {
                Attempt::Delivered(delivery) => {
                    self.settle_delivered(spans, &delivery);
                    return None;
                }
                Attempt::Failed(ExportError::Retryable { retry_after, .. }) => {
                    let verdict = retry.after(retry_after, Instant::now(), self.jitter.next());
                    self.wait = Some(verdict.wait);
                    if verdict.give_up {
                        break DropReason::RetriesExhausted;
                    }
                    self.notices.look(&self.label, &self.queue.counts(), Instant::now());
                }
                Attempt::Failed(ExportError::TooLarge { .. }) => match part.halves() {
                    Some(halves) => return Some(halves),
                    None => break DropReason::TooLarge,
                },
                Attempt::Failed(ExportError::Permanent { .. }) => break DropReason::Rejected,
                Attempt::Panicked(_) => break DropReason::ExporterPanicked,
            }
        };
        self.queue.settle(0, spans, dropped);
        None
    }

    fn settle_delivered(&self, spans: u64, delivery: &Delivery) {
        // A receiver may not claim to have refused more than it was sent.
        let rejected = delivery.rejected_spans.min(spans);
        self.queue.settle(spans - rejected, rejected, DropReason::PartiallyRejected);
        if rejected > 0 {
            let words = delivery.message.as_deref().unwrap_or("no reason given");
            self.queue.note_error(&format!("{rejected} of {spans} spans refused: {words}"));
        } else if let Some(words) = &delivery.message {
            self.queue.note_error(&format!("accepted with a warning: {words}"));
        }
    }

    /// Makes one attempt and counts it.
    fn attempt(&self, exporter: &mut dyn Exporter, part: &Batch, deadline: Instant) -> Attempt {
        let result =
            catch_unwind(AssertUnwindSafe(|| silently(|| exporter.export(part, deadline))));
        let attempt = match result {
            Ok(Ok(delivery)) => Attempt::Delivered(delivery),
            Ok(Err(error)) => Attempt::Failed(error),
            Err(panic) => Attempt::Panicked(panic_message(panic.as_ref())),
        };
        let failed = !matches!(attempt, Attempt::Delivered(_));
        self.queue.count(|counts| {
            counts.attempts += 1;
            counts.failed_attempts += u64::from(failed);
            counts.failures_in_a_row = if failed { counts.failures_in_a_row + 1 } else { 0 };
        });
        match &attempt {
            Attempt::Delivered(_) => {}
            Attempt::Failed(error) => self.queue.note_error(&error.to_string()),
            Attempt::Panicked(message) => self.note_panic(message),
        }
        attempt
    }

    fn flush(&self, exporter: &mut dyn Exporter, deadline: Instant) -> bool {
        match catch_unwind(AssertUnwindSafe(|| silently(|| exporter.flush(deadline)))) {
            Ok(Ok(())) => true,
            Ok(Err(error)) => {
                self.queue.note_error(&format!("flush: {error}"));
                false
            }
            Err(panic) => {
                self.note_panic(&panic_message(panic.as_ref()));
                false
            }
        }
    }

    fn note_panic(&self, message: &str) {
        self.queue.count(|counts| counts.panics += 1);
        self.queue.note_error(&format!("panicked: {message}"));
    }
}

fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("without a message").to_owned()
}
