//! The spool's thread: writes batches down while the sender is busy, or before it is asked.

use super::super::{SpoolEncoder, SpoolRecord};
use super::queue::{Delta, Queue, SpoolTask};
use super::shelf::Shelf;
use crate::model::Batch;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// The shelf that the sender and the spool's thread share.
pub(super) struct Spool {
    shelf: Mutex<Box<dyn Shelf>>,
}

impl Spool {
    pub(super) fn new(shelf: Box<dyn Shelf>) -> Self {
        Spool { shelf: Mutex::new(shelf) }
    }

    /// Uses the shelf, and counts what came of it before anybody else can use it.
    pub(super) fn with<R>(
        &self,
        queue: &Queue,
        f: impl FnOnce(&mut dyn Shelf, &mut Delta) -> R,
    ) -> R {
        // OK to go on after a panic: it was an encoder's, or left a record unsettled, which is
        // delivered again.
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        let mut delta = Delta::default();
        let result = f(shelf.as_mut(), &mut delta);
        delta.news = shelf.take_news();
        delta.backlog = !shelf.is_empty();
        delta.bytes = shelf.bytes();
        queue.apply(delta);
        result
    }

    fn next_tick(&self) -> Option<Instant> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner).next_tick()
    }
}

/// What the spool's thread works with.
pub(super) struct Spooler {
    pub(super) spool: Arc<Spool>,
    pub(super) queue: Arc<Queue>,
    pub(super) encoder: Box<dyn SpoolEncoder>,
}

impl Spooler {
    pub(super) fn run(mut self) {
        loop {
            match self.queue.next_to_spool(self.spool.next_tick()) {
                SpoolTask::Write(batch) => self.write(batch),
                SpoolTask::Rescue(parts) => self.rescue(&parts),
                SpoolTask::Tick => {
                    let ticked =
                        self.spool.with(&self.queue, |shelf, _| shelf.tick(Instant::now()));
                    self.note(ticked);
                }
                SpoolTask::Stop => break,
            }
        }
    }

    fn write(&mut self, batch: Arc<Batch>) {
        let written = encode(self.encoder.as_mut(), &batch).and_then(|records| {
            self.spool.with(&self.queue, |shelf, delta| {
                shelf.append(&records, Instant::now())?;
                delta.spooled = batch.len() as u64;
                delta.written_bytes = Some(batch.size_bytes());
                Ok(())
            })
        });
        if written.is_err() {
            self.note(written);
            self.queue.not_written(batch);
        }
    }

    fn rescue(&mut self, parts: &[Arc<Batch>]) {
        let rescued = self.try_rescue(parts);
        if rescued.is_err() {
            self.note(rescued);
            self.queue.not_rescued();
        }
    }

    fn try_rescue(&mut self, parts: &[Arc<Batch>]) -> io::Result<()> {
        let mut records = Vec::with_capacity(parts.len());
        for part in parts {
            records.push(encode(self.encoder.as_mut(), part)?);
        }
        self.spool.with(&self.queue, |shelf, delta| {
            let all = records.concat();
            let mut names = shelf.append(&all, Instant::now())?.into_iter();
            let of_part = |records: &Vec<SpoolRecord>| names.by_ref().take(records.len()).collect();
            delta.rescued = Some(records.iter().map(of_part).collect());
            delta.spooled = parts.iter().map(|part| part.len() as u64).sum();
            Ok(())
        })
    }

    fn note(&self, result: io::Result<()>) {
        if let Err(error) = result {
            self.queue.note_error(&format!("spool: {error}"));
        }
    }
}

/// Encodes with a foreign encoder: a panic is an error, and spans that it forgets are none.
pub(super) fn encode(
    encoder: &mut dyn SpoolEncoder,
    batch: &Batch,
) -> io::Result<Vec<SpoolRecord>> {
    let records = catch_unwind(AssertUnwindSafe(|| encoder.encode(batch)))
        .map_err(|_| io::Error::other("the encoder panicked"))?;
    let spans: u64 = records.iter().map(|record| u64::from(record.spans)).sum();
    if spans == batch.len() as u64 {
        Ok(records)
    } else {
        Err(io::Error::other(format!("encoded {spans} of {} spans", batch.len())))
    }
}
