//! Exporters: where ended spans go, one file each.
//!
//! An exporter makes one attempt to deliver one batch, on a thread of its own, and says what came
//! of it. Queueing, retrying, backing off, counting and giving up are the worker's business
//! (`worker`), the same for every exporter.

mod console;
mod drops;
pub mod jsonl;
mod memory;
#[cfg(feature = "otlp")]
mod otlp;
#[cfg(feature = "spool")]
pub(crate) mod spool;
mod spooling;
pub(crate) mod worker;

pub use console::Console;
pub use drops::{DropReason, Drops};
pub use jsonl::Jsonl;
pub use memory::Memory;
#[cfg(feature = "otlp")]
pub use otlp::{Otlp, OtlpBuilder, OtlpCompression, OtlpConfigError, OtlpProtocol};
pub(crate) use spooling::MIN_MAX_BYTES;
pub use spooling::{SpoolConfig, SpoolEncoder, SpoolMode, SpoolRecord, SpoolSync};
pub use worker::LastError;

use crate::model::Batch;
use std::time::{Duration, Instant};

/// Delivers batches of ended spans.
///
/// Called on a thread that belongs to this exporter alone: it may block, up to `deadline`. A panic
/// is caught, counted, and costs the batch.
pub trait Exporter: Send + 'static {
    /// A short name for health and logs: `otlp`, `jsonl`, ...
    fn name(&self) -> &'static str;

    /// Makes one attempt to deliver `batch`, giving up at `deadline`.
    ///
    /// # Errors
    ///
    /// [`ExportError`] says whether the same batch may be tried again, and when.
    fn export(&mut self, batch: &Batch, deadline: Instant) -> Result<Delivery, ExportError>;

    /// Makes what was accepted durable: flushes buffers, syncs files.
    ///
    /// # Errors
    ///
    /// As for [`export`](Self::export); nothing is tried again.
    fn flush(&mut self, deadline: Instant) -> Result<(), ExportError> {
        let _ = deadline;
        Ok(())
    }

    /// What makes records of batches, for exporters whose batches can wait on disk; `None` by
    /// default. See [`SpoolConfig`].
    fn spool_encoder(&self) -> Option<Box<dyn SpoolEncoder>> {
        None
    }

    /// Makes one attempt to deliver a record of the spool, perhaps of an earlier process, giving up
    /// at `deadline`.
    ///
    /// # Errors
    ///
    /// As for [`export`](Self::export). By default, every record is refused.
    fn export_record(
        &mut self,
        record: &[u8],
        spans: u32,
        deadline: Instant,
    ) -> Result<Delivery, ExportError> {
        let _ = (record, spans, deadline);
        Err(ExportError::Permanent { reason: "this exporter has no spool".to_owned() })
    }
}

/// What a receiver said of a batch that it took.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delivery {
    /// Spans of the batch that the receiver refused for good ("partial success").
    pub rejected_spans: u64,
    /// The receiver's words, shown by health.
    pub message: Option<String>,
}

/// Why a batch was not delivered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// The attempt failed in a way that may pass: no connection, time-out, overload.
    #[error("{reason}")]
    Retryable {
        /// What happened, without secrets.
        reason: String,
        /// How long the receiver asked to wait.
        retry_after: Option<Duration>,
    },
    /// The receiver finds the batch too large; halves of it may pass.
    #[error("{reason}")]
    TooLarge {
        /// What happened, without secrets.
        reason: String,
    },
    /// The same batch would fail again.
    #[error("{reason}")]
    Permanent {
        /// What happened, without secrets.
        reason: String,
    },
}
