//! Appending: segments that grow, are sealed, and go when the bound is reached.

use super::super::format::{RECORD_HEADER_BYTES, SEGMENT_HEADER_BYTES};
use super::super::segment::Segment;
use super::super::{owner, random};
use super::Store;
use crate::export::worker::{RecordId, Shelf};
use crate::export::{SpoolRecord, SpoolSync};
use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

impl Store {
    /// Appends the records of one batch, all or none, and makes them as durable as configured.
    ///
    /// # Errors
    ///
    /// Those of the disk; or the batch is larger than the whole spool may be.
    pub(super) fn append_batch(
        &mut self,
        records: &[SpoolRecord],
        now: Instant,
    ) -> io::Result<Vec<RecordId>> {
        let mut ids = Vec::with_capacity(records.len());
        let mut appended = Ok(());
        for record in records {
            match self.append_record(&record.payload, record.spans) {
                Ok(id) => ids.push(id),
                Err(error) => appended = Err(error),
            }
            if appended.is_err() {
                break;
            }
        }
        let durable = appended.and_then(|()| match self.config.sync {
            SpoolSync::EachBatch => self.sync_active(now),
            SpoolSync::Never | SpoolSync::Interval(_) => Ok(()),
        });
        match durable {
            Ok(()) => Ok(ids),
            Err(error) => {
                for id in ids {
                    self.take_off(id);
                }
                Err(error)
            }
        }
    }

    fn append_record(&mut self, payload: &[u8], spans: u32) -> io::Result<RecordId> {
        let bytes = (RECORD_HEADER_BYTES + payload.len()) as u64;
        if bytes + SEGMENT_HEADER_BYTES as u64 > self.config.max_bytes
            || u32::try_from(payload.len()).is_err()
        {
            return Err(io::Error::new(
                ErrorKind::InvalidInput,
                "the batch is larger than the spool",
            ));
        }
        self.make_room(bytes + SEGMENT_HEADER_BYTES as u64);
        let limit = self.segment_bytes();
        if self.active().is_some_and(|segment| segment.is_torn() || segment.len + bytes > limit) {
            self.seal()?;
        }
        if self.active.is_none() {
            self.new_segment()?;
        }
        let disk = Arc::clone(&self.disk);
        let Some((number, segment)) = self.segments.back_mut() else {
            return Err(io::Error::other("no segment to append to"));
        };
        let index = segment.append(disk.as_ref(), payload, spans)?;
        Ok(RecordId { segment: *number, index })
    }

    pub(super) fn active(&mut self) -> Option<&mut Segment> {
        let active = self.active?;
        self.segments.back_mut().filter(|(number, _)| *number == active).map(|(_, s)| s)
    }

    /// Ends the active segment.
    pub(super) fn seal(&mut self) -> io::Result<()> {
        let (disk, is_durable) = (Arc::clone(&self.disk), self.config.sync != SpoolSync::Never);
        if let Some(segment) = self.active() {
            if is_durable && !segment.is_torn() {
                segment.sync(disk.as_ref())?;
            }
            segment.close_file();
        }
        self.active = None;
        self.remove_settled();
        Ok(())
    }

    fn new_segment(&mut self) -> io::Result<()> {
        let made = self.try_new_segment();
        if made.as_ref().is_err_and(|error| error.kind() == ErrorKind::NotFound) {
            // Somebody removed our directory: make another one.
            self.own_dir = None;
            return self.try_new_segment();
        }
        made
    }

    fn try_new_segment(&mut self) -> io::Result<()> {
        let dir = self.own_dir()?;
        let path = self.dirs[&dir].path.join(format!("{:010}.seg", self.next_file));
        self.next_file += 1;
        let mark = random().to_le_bytes();
        let segment = Segment::create(self.disk.as_ref(), dir, path, self.config.format, mark)?;
        if self.config.sync != SpoolSync::Never {
            self.disk.sync_dir(&self.dirs[&dir].path)?;
        }
        let number = self.number();
        self.segments.push_back((number, segment));
        self.active = Some(number);
        Ok(())
    }

    fn own_dir(&mut self) -> io::Result<u64> {
        if let Some(dir) = self.own_dir {
            return Ok(dir);
        }
        let nanos = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
        let (root, label) = (&self.config.root, &self.config.label);
        // OK to cast: nanoseconds need 64 bits until the year 2554.
        let owned = owner::claim(self.disk.as_ref(), root, label, nanos as u64, random())?;
        if self.config.sync != SpoolSync::Never {
            self.disk.sync_dir(root)?;
        }
        let number = self.number();
        self.dirs.insert(number, owned);
        self.own_dir = Some(number);
        Ok(number)
    }

    /// Removes the oldest segments until `bytes` more fit the bound.
    pub(super) fn make_room(&mut self, bytes: u64) {
        while self.bytes() + bytes > self.config.max_bytes {
            let Some((number, segment)) = self.segments.pop_front() else { return };
            if self.active == Some(number) {
                self.active = None;
            }
            self.news.evicted_spans += segment.pending_spans;
            self.remove_file(&segment);
        }
    }

    pub(super) fn remove_file(&mut self, segment: &Segment) {
        // OK to ignore: what stays is delivered again or found to be settled by the next process.
        let _ = self.disk.remove_file(&segment.path);
        let is_last = !self.segments.iter().any(|(_, other)| other.dir == segment.dir);
        if is_last
            && self.own_dir != Some(segment.dir)
            && let Some(dir) = self.dirs.remove(&segment.dir)
        {
            dir.remove(self.disk.as_ref());
        }
    }

    pub(super) fn remove_settled(&mut self) {
        let active = self.active;
        let is_over = |(number, segment): &(u64, Segment)| {
            segment.pending_records == 0 && Some(*number) != active
        };
        while let Some(at) = self.segments.iter().position(is_over) {
            if let Some((_, segment)) = self.segments.remove(at) {
                self.remove_file(&segment);
            }
        }
    }

    /// Makes everything appended durable.
    pub(super) fn sync_active(&mut self, now: Instant) -> io::Result<()> {
        self.synced_at = now;
        let disk = Arc::clone(&self.disk);
        match self.active() {
            Some(segment) if !segment.is_torn() => segment.sync(disk.as_ref()),
            _ => Ok(()),
        }
    }
}
