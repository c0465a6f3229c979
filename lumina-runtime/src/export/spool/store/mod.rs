//! The records of one exporter on disk: appended at one end, delivered from the other.
//!
//! Owns which segments there are, the bound, what is made durable when, and what was lost. Never
//! decides what becomes of a record: the worker does.

mod adopt;
mod read;
mod write;

use super::disk::Disk;
use super::owner::Owned;
use super::quarantine::Quarantine;
use super::random;
use super::segment::Segment;
use crate::export::worker::{News, Position, Record, RecordId, Shelf};
use crate::export::{SpoolRecord, SpoolSync};
use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// How often abandoned directories are looked for.
const ADOPT_INTERVAL: Duration = Duration::from_secs(60);
/// A record that cannot be read this often, for errors of the disk, is given up.
const MAX_READ_FAILURES: u32 = 5;

#[derive(Clone, Debug)]
pub(super) struct StoreConfig {
    pub(super) root: PathBuf,
    pub(super) label: String,
    /// Of the payloads: another one is not ours to deliver.
    pub(super) format: u8,
    pub(super) max_bytes: u64,
    pub(super) sync: SpoolSync,
}

#[derive(Debug)]
pub(super) struct Store {
    disk: Arc<dyn Disk>,
    config: StoreConfig,
    quarantine: Quarantine,
    dirs: BTreeMap<u64, Owned>,
    own_dir: Option<u64>,
    /// The oldest first; numbers never repeat.
    segments: VecDeque<(u64, Segment)>,
    /// The segment that is appended to: the last one.
    active: Option<u64>,
    next_number: u64,
    next_file: u64,
    news: News,
    synced_at: Instant,
    adopted_at: Option<Instant>,
    read_failures: u32,
}

impl Store {
    /// A store that touches no file yet: a directory that cannot be used is no reason not to start.
    pub(super) fn new(disk: Arc<dyn Disk>, config: StoreConfig, now: Instant) -> Self {
        Store {
            disk,
            quarantine: Quarantine::new(&config.root, config.max_bytes / 8),
            config,
            dirs: BTreeMap::new(),
            own_dir: None,
            segments: VecDeque::new(),
            active: None,
            next_number: 1,
            next_file: 1,
            news: News::default(),
            synced_at: now,
            adopted_at: None,
            read_failures: 0,
        }
    }

    fn number(&mut self) -> u64 {
        self.next_number += 1;
        self.next_number - 1
    }

    /// Sixteen of them make the bound, so that the loss of one is small.
    fn segment_bytes(&self) -> u64 {
        (self.config.max_bytes / 16).clamp(4 * 1024, 16 << 20)
    }
}

impl Shelf for Store {
    fn append(&mut self, records: &[SpoolRecord], now: Instant) -> io::Result<Vec<RecordId>> {
        self.append_batch(records, now)
    }

    fn next(&mut self, after: Option<RecordId>) -> io::Result<Option<Record>> {
        self.read_next(after)
    }

    fn settle(&mut self, id: RecordId) -> u64 {
        self.take_off(id)
    }

    fn quarantine(&mut self, record: &Record) -> u64 {
        self.move_aside(record)
    }

    fn is_empty(&self) -> bool {
        self.segments.iter().all(|(_, segment)| segment.pending_records == 0)
    }

    /// What is settled but not removed yet is included.
    fn bytes(&self) -> u64 {
        self.segments.iter().map(|(_, segment)| segment.len).sum()
    }

    fn take_news(&mut self) -> News {
        std::mem::take(&mut self.news)
    }

    fn sync(&mut self, now: Instant) -> io::Result<()> {
        self.sync_active(now)
    }

    fn next_tick(&mut self) -> Option<Instant> {
        let adopt =
            self.adopted_at.map_or(Some(self.synced_at), |at| at.checked_add(ADOPT_INTERVAL));
        let SpoolSync::Interval(interval) = self.config.sync else { return adopt };
        let unsynced = self.active().is_some_and(|segment| !segment.is_synced);
        let sync = unsynced.then(|| self.synced_at.checked_add(interval)).flatten();
        [adopt, sync].into_iter().flatten().min()
    }

    /// Syncs, and takes over what others have left.
    fn tick(&mut self, now: Instant) -> io::Result<()> {
        if self.adopted_at.is_none_or(|at| now.saturating_duration_since(at) >= ADOPT_INTERVAL) {
            self.adopt(now);
        }
        match self.config.sync {
            SpoolSync::Interval(interval)
                if now.saturating_duration_since(self.synced_at) >= interval =>
            {
                self.sync(now)
            }
            _ => Ok(()),
        }
    }

    fn position(&self) -> Position {
        Position(
            self.segments.back().map(|(number, segment)| RecordId {
                segment: *number,
                index: segment.entries.len(),
            }),
        )
    }

    fn is_settled_through(&mut self, position: Position) -> bool {
        let Some(end) = position.0 else { return true };
        // Numbers grow with time; what was taken over later does not count.
        self.segments.iter_mut().all(|(number, segment)| {
            let before = if *number == end.segment { end.index } else { usize::MAX };
            *number > end.segment || !segment.is_pending_before(before)
        })
    }

    /// Syncs, and frees the directories.
    fn close(&mut self) {
        // OK to ignore: there is nobody left to tell, and the data is in the kernel's hands.
        let _ = self.seal();
        self.active = None;
        self.remove_settled();
        self.own_dir = None;
        for (number, dir) in std::mem::take(&mut self.dirs) {
            if !self.segments.iter().any(|(_, segment)| segment.dir == number) {
                dir.remove(self.disk.as_ref());
            }
        }
    }
}

/// Names sort by age.
fn quarantine_name() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("{:014x}-{:016x}", now.as_millis(), random())
}
