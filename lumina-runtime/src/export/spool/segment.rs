//! One segment: a file that records are appended to, and what is left to deliver of it.

use super::disk::{Disk, DiskFile, Open};
use super::format::{
    Entry, Mark, RECORD_HEADER_BYTES, SEGMENT_HEADER_BYTES, SETTLED, STATE_AT, WalkError, Walked,
    record_header, segment_header, walk,
};
use std::io;
use std::ops::Range;
use std::path::PathBuf;

#[derive(Debug)]
pub(super) struct Segment {
    /// Of the directory that it is in.
    pub(super) dir: u64,
    pub(super) path: PathBuf,
    pub(super) format: u8,
    pub(super) mark: Mark,
    pub(super) entries: Vec<Entry>,
    pub(super) len: u64,
    pub(super) pending_spans: u64,
    pub(super) pending_records: usize,
    /// No entry before this one is pending.
    first_pending: usize,
    /// Open while records are appended to it or read from it.
    file: Option<Box<dyn DiskFile>>,
    pub(super) is_synced: bool,
}

impl Segment {
    /// Makes an empty segment.
    pub(super) fn create(
        disk: &dyn Disk,
        dir: u64,
        path: PathBuf,
        format: u8,
        mark: Mark,
    ) -> io::Result<Segment> {
        let mut file = disk.open(&path, Open::New)?;
        if let Err(error) = file.write_at(0, &segment_header(format, mark)) {
            // OK to ignore: a file without records is removed by whoever finds it.
            let _ = disk.remove_file(&path);
            return Err(error);
        }
        let walked = Walked { format, mark, ..Walked::default() };
        Ok(Segment::of(dir, path, SEGMENT_HEADER_BYTES as u64, walked, Some(file)))
    }

    /// Reads a segment that somebody else wrote; also what is damaged in it.
    pub(super) fn open(
        disk: &dyn Disk,
        dir: u64,
        path: PathBuf,
        default_format: u8,
    ) -> Result<(Segment, Vec<Range<u64>>), WalkError> {
        let mut file = disk.open(&path, Open::Existing)?;
        let len = file.len()?;
        let mut walked = walk(file.as_mut(), len, default_format)?;
        let damaged = std::mem::take(&mut walked.damaged);
        // Closed: there may be more segments than files that may be open.
        Ok((Segment::of(dir, path, len, walked, None), damaged))
    }

    fn of(
        dir: u64,
        path: PathBuf,
        len: u64,
        walked: Walked,
        file: Option<Box<dyn DiskFile>>,
    ) -> Segment {
        let pending = walked.entries.iter().filter(|entry| !entry.settled);
        let (records, spans) = pending
            .fold((0, 0), |(records, spans), entry| (records + 1, spans + u64::from(entry.spans)));
        Segment {
            dir,
            path,
            format: walked.format,
            mark: walked.mark,
            entries: walked.entries,
            len,
            pending_spans: spans,
            pending_records: records,
            first_pending: 0,
            file,
            is_synced: false,
        }
    }

    fn file(&mut self, disk: &dyn Disk) -> io::Result<&mut Box<dyn DiskFile>> {
        let file = match self.file.take() {
            Some(file) => file,
            None => disk.open(&self.path, Open::Existing)?,
        };
        Ok(self.file.insert(file))
    }

    /// Gives the file's handle back.
    pub(super) fn close_file(&mut self) {
        self.file = None;
    }

    /// Appends a record, all of it or nothing.
    ///
    /// # Errors
    ///
    /// Those of the disk. `Err(_)` with [`is_torn`](Self::is_torn) forbids further appends.
    pub(super) fn append(
        &mut self,
        disk: &dyn Disk,
        payload: &[u8],
        spans: u32,
    ) -> io::Result<usize> {
        let (header, at) = (record_header(self.mark, payload, spans), self.len);
        let file = self.file(disk)?;
        let written = file
            .write_at(at, &header)
            .and_then(|()| file.write_at(at + RECORD_HEADER_BYTES as u64, payload));
        if let Err(error) = written {
            if file.truncate(at).is_err() {
                // The torn end is skipped by readers, but nothing may follow it.
                self.file = None;
            }
            return Err(error);
        }
        let entry = Entry {
            offset: at,
            payload_bytes: payload.len() as u32,
            spans,
            payload_crc: crc32fast::hash(payload),
            settled: false,
        };
        self.len = entry.end();
        self.entries.push(entry);
        self.pending_records += 1;
        self.pending_spans += u64::from(spans);
        self.is_synced = false;
        Ok(self.entries.len() - 1)
    }

    /// Whether an append left half a record that could not be taken back.
    pub(super) fn is_torn(&self) -> bool {
        self.file.is_none()
    }

    pub(super) fn sync(&mut self, disk: &dyn Disk) -> io::Result<()> {
        if !self.is_synced {
            self.file(disk)?.sync()?;
            self.is_synced = true;
        }
        Ok(())
    }

    /// The first record from `from` on that is still to be delivered.
    pub(super) fn next_pending(&mut self, from: usize) -> Option<usize> {
        let is_pending = |index: &usize| !self.entries[*index].settled;
        let found = (self.first_pending.max(from)..self.entries.len()).find(is_pending);
        if from <= self.first_pending {
            self.first_pending = found.unwrap_or(self.entries.len());
        }
        found
    }

    /// Whether a record before `end` is still to be delivered.
    pub(super) fn is_pending_before(&mut self, end: usize) -> bool {
        self.next_pending(0).is_some_and(|index| index < end)
    }

    /// Reads a payload; `None` if it is not the one that was written.
    pub(super) fn payload(&mut self, disk: &dyn Disk, index: usize) -> io::Result<Option<Vec<u8>>> {
        let entry = self.entries[index];
        let mut payload = vec![0; entry.payload_bytes as usize];
        self.file(disk)?.read_at(entry.payload_at(), &mut payload)?;
        Ok((crc32fast::hash(&payload) == entry.payload_crc).then_some(payload))
    }

    pub(super) fn bytes(&mut self, disk: &dyn Disk, range: Range<u64>) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; (range.end - range.start) as usize];
        self.file(disk)?.read_at(range.start, &mut bytes)?;
        Ok(bytes)
    }

    /// Takes a record off the list, and returns its spans; zero if it was off before.
    pub(super) fn settle(&mut self, disk: &dyn Disk, index: usize) -> u64 {
        let entry = &mut self.entries[index];
        if std::mem::replace(&mut entry.settled, true) {
            return 0;
        }
        let (offset, spans) = (entry.offset, u64::from(entry.spans));
        self.pending_records -= 1;
        self.pending_spans -= spans;
        // OK to ignore: where it cannot be noted, the next process sends the record again, and its
        // ids let the receiver drop it.
        if let Ok(file) = self.file(disk) {
            let _ = file.write_at(offset + STATE_AT, &[SETTLED]);
        }
        spans
    }
}
