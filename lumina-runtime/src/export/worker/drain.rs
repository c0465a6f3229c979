//! The sender's side of the spool: puts on it what it cannot deliver, and takes from it what it can.

use super::super::{DropReason, ExportError, Exporter, SpoolEncoder, SpoolRecord};
use super::poison::Poison;
use super::queue::{Delta, Turn};
use super::retry::{Retry, Wait};
use super::run::{Attempt, Runner};
use super::shelf::{Record, RecordId};
use super::spooler::{Spool, encode};
use crate::model::Batch;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Before a disk that cannot be read is asked again.
const READ_PAUSE: Duration = Duration::from_secs(1);

/// What the sender needs for the spool.
pub(super) struct SenderSpool {
    pub(super) spool: Arc<Spool>,
    pub(super) encoder: Box<dyn SpoolEncoder>,
    pub(super) thread: JoinHandle<()>,
    /// The failures since something was delivered: delays grow from record to record.
    pub(super) retry: Option<Retry>,
    pub(super) poison: Poison,
    /// The record whose delivery a failure interrupted between its pieces.
    pub(super) interrupted: Option<Pieces>,
}

/// A record on its way, in pieces where the receiver finds it too large.
pub(super) struct Pieces {
    record: RecordId,
    /// Not delivered yet, the next one last.
    left: Vec<SpoolRecord>,
    rejected: u64,
    /// Why a piece was refused as a whole, if one was.
    refused: Option<DropReason>,
}

impl Pieces {
    fn new(record: &Record) -> Self {
        let whole = SpoolRecord { payload: record.payload.clone(), spans: record.spans };
        Pieces { record: record.id, left: vec![whole], rejected: 0, refused: None }
    }
}

/// What becomes of a record after an attempt.
enum Fate {
    Delivered { rejected: u64 },
    Dropped(DropReason),
    Stays,
}

impl Runner {
    /// Puts parts that are in memory only on disk; whether it could.
    pub(super) fn spool_parts(&mut self, parts: Vec<Arc<Batch>>) -> bool {
        let Some(SenderSpool { spool, encoder, .. }) = &mut self.spool else { return false };
        if !self.queue.may_spool() {
            return false;
        }
        let mut records = Vec::new();
        let encoded = parts.iter().try_for_each(|part| {
            records.extend(encode(encoder.as_mut(), part)?);
            Ok(())
        });
        let written = encoded.and_then(|()| {
            spool.with(&self.queue, |shelf, delta| {
                shelf.append(&records, Instant::now())?;
                delta.spooled = parts.iter().map(|part| part.len() as u64).sum();
                Ok(())
            })
        });
        match written {
            Ok(()) => true,
            Err(error) => {
                let error: std::io::Error = error;
                self.queue.note_error(&format!("spool: {error}"));
                self.queue.not_rescued();
                false
            }
        }
    }

    /// An attempt is over whose batch was spooled meanwhile: `records` has the names for each part,
    /// the attempted one first.
    pub(super) fn settle_rescued(
        &mut self,
        records: Vec<Vec<RecordId>>,
        spans: u64,
        attempt: Attempt,
    ) {
        let attempted = records.into_iter().next().unwrap_or_default();
        let fate = match attempt {
            Attempt::Delivered(delivery) => {
                Fate::Delivered { rejected: self.note_delivered(spans, &delivery) }
            }
            Attempt::Failed(ExportError::Retryable { retry_after, .. }) => {
                self.wait_after(retry_after);
                Fate::Stays
            }
            // The drain will halve it.
            Attempt::Failed(ExportError::TooLarge { .. }) => Fate::Stays,
            Attempt::Failed(ExportError::Permanent { .. }) => Fate::Dropped(DropReason::Rejected),
            Attempt::Panicked(_) => Fate::Dropped(DropReason::ExporterPanicked),
        };
        let Some(SenderSpool { spool, .. }) = &self.spool else { return };
        spool.with(&self.queue, |shelf, delta| {
            if matches!(fate, Fate::Stays) {
                return;
            }
            // Less where some were evicted, and counted, meanwhile.
            let settled = attempted.into_iter().map(|id| shelf.settle(id)).sum();
            count(delta, settled, &fate);
        });
    }

    /// Backs off, from one failed record to the next.
    fn wait_after(&mut self, retry_after: Option<Duration>) {
        let (policy, now, random) = (self.policy, Instant::now(), self.jitter.next());
        let Some(SenderSpool { retry, .. }) = &mut self.spool else { return };
        let retry = retry.get_or_insert_with(|| Retry::new(policy, now));
        // OK to ignore that it is to be given up: on disk there is time.
        self.wait = Some(retry.after(retry_after, now, random).wait);
    }

    /// Makes one attempt with the next record; whether it is off the shelf now.
    pub(super) fn drain_one(&mut self, exporter: &mut dyn Exporter) -> bool {
        self.wait = None;
        let Some(SenderSpool { spool, poison, .. }) = &mut self.spool else { return false };
        let after = poison.after();
        let record = spool.with(&self.queue, |shelf, _| shelf.next(after));
        let record = match record {
            Ok(Some(record)) => record,
            Ok(None) => {
                poison.none_behind();
                return false;
            }
            Err(error) => {
                self.queue.note_error(&format!("spool: {error}"));
                let until = Instant::now() + READ_PAUSE;
                self.wait = Some(Wait { until, asked_for: false });
                return false;
            }
        };
        let fate = self.deliver_record(exporter, &record);
        let is_settled = !matches!(fate, Fate::Stays);
        let Some(SenderSpool { spool, poison, retry, .. }) = &mut self.spool else { return false };
        if is_settled {
            poison.settled(record.id);
            (*retry, self.wait) = (None, None);
        }
        spool.with(&self.queue, |shelf, delta| {
            let settled = match fate {
                Fate::Stays => return,
                Fate::Delivered { .. } => shelf.settle(record.id),
                Fate::Dropped(_) => shelf.quarantine(&record),
            };
            count(delta, settled, &fate);
        });
        is_settled
    }

    /// Delivers a record, in pieces where the receiver finds it too large. A piece that is refused
    /// for good costs its own spans only; one that fails otherwise is where the next call goes on.
    fn deliver_record(&mut self, exporter: &mut dyn Exporter, record: &Record) -> Fate {
        let interrupted = self.spool.as_mut().and_then(|spool| spool.interrupted.take());
        let known = interrupted.filter(|pieces| pieces.record == record.id);
        let mut pieces = known.unwrap_or_else(|| Pieces::new(record));
        while let Some(part) = pieces.left.pop() {
            let Turn::Go { deadline } = self.queue.turn(None) else { return Fate::Stays };
            let attempt =
                self.attempt(|| exporter.export_record(&part.payload, part.spans, deadline));
            let spans = u64::from(part.spans);
            let reason = match attempt {
                Attempt::Delivered(delivery) => {
                    pieces.rejected += self.note_delivered(spans, &delivery);
                    continue;
                }
                Attempt::Failed(ExportError::Retryable { retry_after, .. }) => {
                    self.wait_after(retry_after);
                    pieces.left.push(part);
                    return self.interrupted(pieces);
                }
                Attempt::Failed(ExportError::TooLarge { .. }) => match self.halves(&part) {
                    Some([first, second]) => {
                        pieces.left.extend([second, first]);
                        continue;
                    }
                    None => DropReason::TooLarge,
                },
                Attempt::Failed(ExportError::Permanent { .. }) => DropReason::Rejected,
                Attempt::Panicked(_) => DropReason::ExporterPanicked,
            };
            pieces.rejected += spans;
            pieces.refused = Some(reason);
        }
        match pieces.refused {
            Some(reason) if pieces.rejected >= u64::from(record.spans) => Fate::Dropped(reason),
            _ => Fate::Delivered { rejected: pieces.rejected },
        }
    }

    /// A piece failed in a way that may pass: what was delivered before it is not sent again.
    fn interrupted(&mut self, pieces: Pieces) -> Fate {
        let Some(SenderSpool { poison, interrupted, .. }) = &mut self.spool else {
            return Fate::Stays;
        };
        if poison.failed(pieces.record) {
            return Fate::Dropped(DropReason::Poisoned);
        }
        *interrupted = Some(pieces);
        Fate::Stays
    }

    fn halves(&self, record: &SpoolRecord) -> Option<[SpoolRecord; 2]> {
        let halves = self.spool.as_ref()?.encoder.halves(&record.payload)?;
        // Otherwise they would not get smaller, or spans would get lost.
        let whole = halves[0].spans.checked_add(halves[1].spans) == Some(record.spans);
        (whole && halves.iter().all(|half| half.spans > 0)).then_some(halves)
    }

    /// Delivers what the spool holds now, as long as the receiver takes it, and makes the rest
    /// durable.
    pub(super) fn flush_spool(&mut self, exporter: &mut dyn Exporter) {
        let Some(spool) = self.spool.as_ref().map(|sender| Arc::clone(&sender.spool)) else {
            return;
        };
        let queue = Arc::clone(&self.queue);
        let position = spool.with(&queue, |shelf, _| shelf.position());
        while !spool.with(&queue, |shelf, _| shelf.is_settled_through(position)) {
            if !queue.may_drain(self.wait) || !self.drain_one(exporter) {
                break;
            }
        }
        if let Err(error) = spool.with(&queue, |shelf, _| shelf.sync(Instant::now())) {
            queue.note_error(&format!("spool: {error}"));
        }
    }

    /// Ends the spool's thread, and leaves what is left to the next process.
    pub(super) fn close_spool(&mut self) {
        let Some(SenderSpool { spool, thread, .. }) = self.spool.take() else { return };
        self.queue.sender_is_done();
        // OK to ignore: a panic there has been shown, and its batches are still on the list.
        let _ = thread.join();
        spool.with(&self.queue, |shelf, _| shelf.close());
    }
}

/// Counts spans that were spooled until now.
fn count(delta: &mut Delta, settled: u64, fate: &Fate) {
    match *fate {
        Fate::Delivered { rejected } => {
            let rejected = rejected.min(settled);
            delta.exported = settled - rejected;
            delta.dropped = Some((DropReason::PartiallyRejected, rejected));
        }
        Fate::Dropped(reason) => delta.dropped = Some((reason, settled)),
        Fate::Stays => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::shelf::News;
    use super::*;

    #[test]
    fn a_record_that_was_evicted_meanwhile_is_not_counted_twice() {
        let mut delta = Delta { news: News::default(), ..Delta::default() };
        count(&mut delta, 0, &Fate::Delivered { rejected: 3 });
        assert_eq!((delta.exported, delta.dropped), (0, Some((DropReason::PartiallyRejected, 0))));
    }
}
