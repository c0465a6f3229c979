//! What the worker asks of a spool: a shelf that batches are put on and taken from.
//!
//! `export::spool` has the one that is a directory; the worker knows no files.

use super::super::SpoolRecord;
use std::io;
use std::time::Instant;

/// Names a record for as long as the shelf lives. Those of later segments are greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RecordId {
    pub(crate) segment: u64,
    pub(crate) index: usize,
}

/// A record on its way to a receiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) id: RecordId,
    pub(crate) spans: u32,
    pub(crate) payload: Vec<u8>,
}

/// What happened to spans without the worker's doing, since it was asked last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct News {
    /// Left behind by a process that is gone, and taken over.
    pub(crate) recovered_spans: u64,
    /// Made room for newer ones.
    pub(crate) evicted_spans: u64,
    /// In damaged records, where it is known how many they were.
    pub(crate) damaged_spans: u64,
    /// Records, or stretches of bytes that were records once.
    pub(crate) damaged_records: u64,
}

/// Where the records end that were there at some moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Position(pub(crate) Option<RecordId>);

/// Records in order, on a disk as a rule.
pub(crate) trait Shelf: Send {
    /// Appends the records of a batch, all or none; returns their names.
    ///
    /// # Errors
    ///
    /// What the disk said; it may do better later.
    fn append(&mut self, records: &[SpoolRecord], now: Instant) -> io::Result<Vec<RecordId>>;

    /// The oldest record, or the one that follows `after`.
    ///
    /// # Errors
    ///
    /// What the disk said; the same record is tried again.
    fn next(&mut self, after: Option<RecordId>) -> io::Result<Option<Record>>;

    /// Takes a record off, and returns its spans: zero if it was off before, and counted.
    fn settle(&mut self, id: RecordId) -> u64;

    /// As [`settle`](Self::settle), keeping a copy aside for people to look at.
    fn quarantine(&mut self, record: &Record) -> u64;

    fn position(&self) -> Position;

    /// Whether every record up to `position` is off.
    fn is_settled_through(&mut self, position: Position) -> bool;

    fn is_empty(&self) -> bool;

    fn bytes(&self) -> u64;

    fn take_news(&mut self) -> News;

    /// Makes everything appended durable.
    fn sync(&mut self, now: Instant) -> io::Result<()>;

    /// Does what is due by itself.
    fn tick(&mut self, now: Instant) -> io::Result<()>;

    /// When something is due, if anything.
    fn next_tick(&mut self) -> Option<Instant>;

    /// Leaves what is left to the next process.
    fn close(&mut self);
}
