//! How spans wait on disk: what the user sets up, and what an exporter must know for it.

use crate::model::Batch;
use std::path::{Path, PathBuf};
use std::time::Duration;

const DEFAULT_MAX_BYTES: u64 = 256 << 20;
const DEFAULT_SYNC: SpoolSync = SpoolSync::Interval(Duration::from_secs(1));
/// Less would not hold a batch of the default size.
pub(crate) const MIN_MAX_BYTES: u64 = 1 << 20;

/// When the spool makes the operating system write to the disk what it was given.
///
/// Whatever is set here, what is in the spool outlives the process, however it dies: the operating
/// system has it then. This is about the end of the machine: loss of power, a crash of the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpoolSync {
    /// Never asks. After a loss of power, whatever the system had not written is gone: as a rule
    /// the last half minute.
    Never,
    /// With every batch, before it counts as spooled. What is spooled outlives a loss of power; a
    /// batch costs a write to the disk.
    EachBatch,
    /// At most this long after a batch was spooled (1 s), and at each flush. A loss of power costs
    /// what was spooled within this time.
    Interval(Duration),
}

/// Which batches go through the spool.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SpoolMode {
    /// Those that the receiver does not take at once, and those that come while others wait. With
    /// a healthy receiver nothing is written. A process that is killed loses what it had in its
    /// queue.
    #[default]
    OnFailure,
    /// All of them, before they are sent. A process that is killed loses what the collector had
    /// not handed over yet: a second's worth, see [`Builder::batch`](crate::Builder::batch).
    WriteAhead,
}

/// A directory in which spans wait that could not be delivered, for this process or the next one.
///
/// At least once: a span that is in the spool is sent until the receiver takes it, and may be sent
/// twice where the answer was lost or the process died before it noted the answer. Trace and span
/// ids let the receiver drop the second one. The oldest are sent first.
///
/// Any number of processes may share a directory on a local disk: each has a part of its own, and
/// those of processes that are gone are taken over. Needs lumina's feature `spool`.
///
/// ```
/// use lumina_runtime::export::{SpoolConfig, SpoolSync};
/// let spool = SpoolConfig::new("/var/spool/support").max_bytes(1 << 30).sync(SpoolSync::EachBatch);
/// assert_eq!(spool.dir(), std::path::Path::new("/var/spool/support"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpoolConfig {
    pub(crate) dir: PathBuf,
    pub(crate) max_bytes: u64,
    pub(crate) sync: SpoolSync,
    pub(crate) mode: SpoolMode,
}

impl SpoolConfig {
    /// 256 MiB in `dir`, which is made if it does not exist, synced every second, for batches that
    /// cannot be delivered at once.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        SpoolConfig {
            dir: dir.into(),
            max_bytes: DEFAULT_MAX_BYTES,
            sync: DEFAULT_SYNC,
            mode: SpoolMode::default(),
        }
    }

    /// Bounds what each exporter of this process keeps on disk: at least 1 MiB (256 MiB). Beyond
    /// it the oldest spans go, a sixteenth at a time, counted as
    /// [`SpoolFull`](super::DropReason::SpoolFull). An eighth more may be in quarantine.
    pub fn max_bytes(mut self, bytes: u64) -> Self {
        self.max_bytes = bytes;
        self
    }

    /// Sets when the disk is made to write.
    pub fn sync(mut self, sync: SpoolSync) -> Self {
        self.sync = sync;
        self
    }

    /// Sets which batches are spooled.
    pub fn mode(mut self, mode: SpoolMode) -> Self {
        self.mode = mode;
        self
    }

    /// The directory.
    pub fn dir(&self) -> &Path {
        &self.dir
    }
}

impl<P: Into<PathBuf>> From<P> for SpoolConfig {
    fn from(dir: P) -> Self {
        SpoolConfig::new(dir)
    }
}

/// A batch, or a part of it, as it waits on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpoolRecord {
    /// Whatever the exporter's [`export_record`](super::Exporter::export_record) understands, also
    /// that of its next version.
    pub payload: Vec<u8>,
    /// The spans in it.
    pub spans: u32,
}

/// Turns batches into records, for exporters whose batches can wait on disk.
///
/// Apart from the exporter, since batches are spooled while it waits for its receiver.
pub trait SpoolEncoder: Send {
    /// The number of the payloads' format, kept with them: 1 is an OTLP
    /// `ExportTraceServiceRequest` in Protocol Buffers.
    fn format(&self) -> u8;

    /// Encodes `batch`; every span is in one of the records.
    fn encode(&mut self, batch: &Batch) -> Vec<SpoolRecord>;

    /// Both halves of a record that a receiver finds too large; `None` if it has one span only.
    fn halves(&self, record: &[u8]) -> Option<[SpoolRecord; 2]>;
}
