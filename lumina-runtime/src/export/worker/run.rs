//! The exporter's thread: takes batches, makes attempts, settles what became of each span.

use super::super::{Delivery, DropReason, ExportError, Exporter};
use super::drain::SenderSpool;
use super::notice::Notices;
use super::queue::{Kept, Queue, Task, Turn};
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
    pub(super) spool: Option<SenderSpool>,
}

/// What one attempt came to; a panic is the exporter's own kind of failure.
pub(super) enum Attempt {
    Delivered(Delivery),
    Failed(ExportError),
    Panicked(String),
}

/// What became of a part of a batch.
enum Part {
    Settled,
    /// Its halves, of which none is settled.
    TooLarge(Box<[Batch; 2]>),
    /// It is on disk, and so is the rest.
    AllSpooled,
}

/// Runs `f` with nobody listening: what the exporter's own libraries trace is neither exported
/// again nor logged.
///
/// Not for the thread's life: while any thread has a dispatcher of its own, `tracing` looks for one
/// on every thread at every span and event.
pub(super) fn silently<R>(f: impl FnOnce() -> R) -> R {
    tracing::dispatcher::with_default(&tracing::Dispatch::none(), f)
}

impl Runner {
    /// Runs until the queue is closed and empty, then drops the exporter.
    pub(super) fn run(mut self, mut exporter: Box<dyn Exporter>) {
        loop {
            match self.queue.next(self.wait) {
                Task::Deliver(batch) => self.deliver(exporter.as_mut(), batch),
                Task::Drain => {
                    self.drain_one(exporter.as_mut());
                }
                Task::Flush { through, deadline } => {
                    self.flush_spool(exporter.as_mut());
                    let succeeded = self.flush(exporter.as_mut(), deadline);
                    self.queue.flush_over(through, succeeded);
                }
                Task::Stop => break,
            }
            self.notices.look(&self.label, &self.queue.counts(), Instant::now());
        }
        self.close_spool();
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
            match self.deliver_part(exporter, &part, &parts) {
                Part::Settled => {}
                Part::TooLarge(halves) => {
                    let [first, second] = *halves;
                    parts.extend([Arc::new(second), Arc::new(first)]);
                }
                Part::AllSpooled => parts.clear(),
            }
        }
        self.queue.batch_settled(bytes);
    }

    /// Settles every span of `part`, which `rest` comes after, the next one last.
    fn deliver_part(
        &mut self,
        exporter: &mut dyn Exporter,
        part: &Arc<Batch>,
        rest: &[Arc<Batch>],
    ) -> Part {
        let in_order = || std::iter::once(part).chain(rest.iter().rev()).cloned().collect();
        let spans = part.len() as u64;
        let mut retry = Retry::new(self.policy, Instant::now());
        let dropped = loop {
            let Turn::Go { deadline } = self.queue.turn(self.wait) else {
                if self.spool_parts(in_order()) {
                    return Part::AllSpooled;
                }
                break DropReason::ShutdownDeadline;
            };
            self.wait = None;
            self.queue.begin_attempt(in_order);
            let attempt = self.attempt(|| exporter.export(part, deadline));
            if let Kept::OnDisk(records) = self.queue.end_attempt() {
                self.settle_rescued(records, spans, attempt);
                return Part::AllSpooled;
            }
            match attempt {
                Attempt::Delivered(delivery) => {
                    self.settle_delivered(spans, &delivery);
                    return Part::Settled;
                }
                Attempt::Failed(ExportError::Retryable { retry_after, .. }) => {
                    let verdict = retry.after(retry_after, Instant::now(), self.jitter.next());
                    self.wait = Some(verdict.wait);
                    if self.spool_parts(in_order()) {
                        return Part::AllSpooled;
                    }
                    if verdict.give_up {
                        break DropReason::RetriesExhausted;
                    }
                    self.notices.look(&self.label, &self.queue.counts(), Instant::now());
                }
                Attempt::Failed(ExportError::TooLarge { .. }) => match part.halves() {
                    Some(halves) => return Part::TooLarge(Box::new(halves)),
                    None => break DropReason::TooLarge,
                },
                Attempt::Failed(ExportError::Permanent { .. }) => break DropReason::Rejected,
                Attempt::Panicked(_) => break DropReason::ExporterPanicked,
            }
        };
        self.queue.settle(0, spans, dropped);
        Part::Settled
    }

    fn settle_delivered(&self, spans: u64, delivery: &Delivery) {
        let rejected = self.note_delivered(spans, delivery);
        self.queue.settle(spans - rejected, rejected, DropReason::PartiallyRejected);
    }

    /// Keeps a receiver's words, and returns how many spans it refused.
    pub(super) fn note_delivered(&self, spans: u64, delivery: &Delivery) -> u64 {
        // It may not claim to have refused more than it was sent.
        let rejected = delivery.rejected_spans.min(spans);
        if rejected > 0 {
            let words = delivery.message.as_deref().unwrap_or("no reason given");
            self.queue.note_error(&format!("{rejected} of {spans} spans refused: {words}"));
        } else if let Some(words) = &delivery.message {
            self.queue.note_error(&format!("accepted with a warning: {words}"));
        }
        rejected
    }

    /// Makes one attempt and counts it.
    pub(super) fn attempt(
        &self,
        export: impl FnOnce() -> Result<Delivery, ExportError>,
    ) -> Attempt {
        let result = catch_unwind(AssertUnwindSafe(|| silently(export)));
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
        let may_pass = matches!(attempt, Attempt::Failed(ExportError::Retryable { .. }));
        self.queue.set_failing(may_pass);
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
