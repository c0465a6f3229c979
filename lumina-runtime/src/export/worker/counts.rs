//! What became of the spans that one exporter was given.

use super::super::Drops;
use std::time::SystemTime;

/// Totals since the worker was started, taken at one moment.
///
/// At any moment `received + recovered == exported + spooled + dropped.total() + pending_spans`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) received: u64,
    pub(crate) exported: u64,
    pub(crate) dropped: Drops,
    /// Taken over from processes that are gone.
    pub(crate) recovered: u64,
    /// On disk.
    pub(crate) spooled: u64,
    pub(crate) spooled_bytes: u64,
    /// Records that could not be read, and whose spans may not be known.
    pub(crate) damaged_records: u64,
    /// Queued or being exported.
    pub(crate) pending_spans: u64,
    pub(crate) pending_bytes: usize,
    /// Calls of the exporter.
    pub(crate) attempts: u64,
    pub(crate) failed_attempts: u64,
    pub(crate) failed_flushes: u64,
    pub(crate) panics: u64,
    /// Failed attempts since the last one that did not fail.
    pub(crate) failures_in_a_row: u64,
    pub(crate) last_error: Option<LastError>,
}

/// The latest thing that went wrong with an exporter.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LastError {
    /// What happened, without secrets, at most 300 characters on one line.
    pub message: String,
    /// When it happened.
    pub at: SystemTime,
}

impl LastError {
    const MAX_CHARS: usize = 300;

    /// Cuts `message` and removes what would break a line or steer a terminal: receivers write
    /// part of it.
    pub(super) fn new(message: &str) -> Self {
        let plain = message.chars().map(|c| if c.is_control() { ' ' } else { c });
        LastError { message: plain.take(Self::MAX_CHARS).collect(), at: SystemTime::now() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receivers_words_cannot_break_the_line_or_fill_the_memory() {
        let error = LastError::new(&format!("\x1b[31mno\n{}", "é".repeat(1000)));
        assert!(error.message.starts_with(" [31mno é"));
        assert_eq!(error.message.chars().count(), 300);
    }
}
