//! Reading: the next record to deliver, past what is damaged, and taking records off.

use super::super::segment::Segment;
use super::{MAX_READ_FAILURES, Store, quarantine_name};
use crate::export::worker::{Record, RecordId};
use std::io::{self, ErrorKind};
use std::sync::Arc;

impl Store {
    /// The oldest record, or the one that follows `after`; `None` if there is none.
    ///
    /// Records that turn out to be damaged are skipped, moved aside and counted.
    ///
    /// # Errors
    ///
    /// The disk's, which may pass; a record that cannot be read again and again is given up.
    pub(super) fn read_next(&mut self, after: Option<RecordId>) -> io::Result<Option<Record>> {
        let disk = Arc::clone(&self.disk);
        while let Some(id) = self.next_pending(after) {
            let Some(segment) = self.segment(id) else { return Ok(None) };
            match segment.payload(disk.as_ref(), id.index) {
                Ok(Some(payload)) => {
                    let spans = segment.entries[id.index].spans;
                    self.read_failures = 0;
                    return Ok(Some(Record { id, spans, payload }));
                }
                Ok(None) => self.give_up(id),
                Err(error) => {
                    self.read_failures += 1;
                    let is_gone =
                        matches!(error.kind(), ErrorKind::NotFound | ErrorKind::UnexpectedEof);
                    if !is_gone && self.read_failures < MAX_READ_FAILURES {
                        return Err(error);
                    }
                    self.read_failures = 0;
                    self.give_up(id);
                }
            }
        }
        Ok(None)
    }

    fn next_pending(&mut self, after: Option<RecordId>) -> Option<RecordId> {
        let start = match after {
            Some(after) => self.segments.iter().position(|(n, _)| *n == after.segment)?,
            None => 0,
        };
        for (number, segment) in self.segments.iter_mut().skip(start) {
            let from = match after {
                Some(after) if after.segment == *number => after.index + 1,
                _ => 0,
            };
            if let Some(index) = segment.next_pending(from) {
                return Some(RecordId { segment: *number, index });
            }
        }
        None
    }

    fn segment(&mut self, id: RecordId) -> Option<&mut Segment> {
        self.segments.iter_mut().find(|(number, _)| *number == id.segment).map(|(_, s)| s)
    }

    /// A damaged record: moved aside, counted, settled.
    fn give_up(&mut self, id: RecordId) {
        let disk = Arc::clone(&self.disk);
        if let Some(segment) = self.segment(id) {
            let entry = segment.entries[id.index];
            if let Ok(bytes) = segment.bytes(disk.as_ref(), entry.offset..entry.end()) {
                self.quarantine.put_damaged(disk.as_ref(), &quarantine_name(), &bytes);
            }
        }
        self.news.damaged_records += 1;
        self.news.damaged_spans += self.take_off(id);
    }

    /// Takes a record off the list: delivered, or dropped by the worker. Returns its spans; zero if
    /// it is off already, and counted.
    pub(super) fn take_off(&mut self, id: RecordId) -> u64 {
        let (disk, active) = (Arc::clone(&self.disk), self.active);
        let Some(segment) = self.segment(id) else { return 0 };
        let spans = segment.settle(disk.as_ref(), id.index);
        if segment.pending_records == 0 && active != Some(id.segment) {
            self.remove_settled();
        }
        spans
    }

    /// Moves a record aside that a receiver does not take, and settles it.
    pub(super) fn move_aside(&mut self, record: &Record) -> u64 {
        let disk = Arc::clone(&self.disk);
        if let Some(segment) = self.segment(record.id) {
            let of = (segment.format, segment.mark);
            self.quarantine.put_record(
                disk.as_ref(),
                &quarantine_name(),
                of,
                &record.payload,
                record.spans,
            );
        }
        self.take_off(record.id)
    }
}
