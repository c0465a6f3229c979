//! Why spans were not delivered, and how many: the vocabulary of reports and health.

use std::fmt;
use std::ops::AddAssign;

/// Why a span was not delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DropReason {
    /// The recording buffers were full: spans were made faster than they could be collected.
    BufferFull,
    /// More spans were open at once than the collector keeps.
    TooManyOpen,
    /// The span ended after the pipeline had been shut down.
    AfterShutdown,
    /// The exporter's queue was full: the receiver is slower than the spans come.
    QueueFull,
    /// The receiver found the span too large even on its own.
    TooLarge,
    /// The receiver refused the batch for good.
    Rejected,
    /// The receiver took the batch and refused some of its spans ("partial success").
    PartiallyRejected,
    /// The receiver stayed unavailable for longer than a batch is kept.
    RetriesExhausted,
    /// The exporter panicked.
    ExporterPanicked,
    /// The time granted for the shutdown was over.
    ShutdownDeadline,
    /// The spool was full: newer spans took the place of the oldest.
    SpoolFull,
    /// The spool could not read back what it had written.
    SpoolDamaged,
    /// The receiver failed on the spans again and again while it took others.
    Poisoned,
}

impl DropReason {
    /// Every reason, in the order in which reports show them.
    pub const ALL: [DropReason; 13] = [
        DropReason::BufferFull,
        DropReason::TooManyOpen,
        DropReason::AfterShutdown,
        DropReason::QueueFull,
        DropReason::TooLarge,
        DropReason::Rejected,
        DropReason::PartiallyRejected,
        DropReason::RetriesExhausted,
        DropReason::ExporterPanicked,
        DropReason::ShutdownDeadline,
        DropReason::SpoolFull,
        DropReason::SpoolDamaged,
        DropReason::Poisoned,
    ];

    /// The name used in reports: `buffer_full`, `queue_full`, ...
    pub const fn as_str(self) -> &'static str {
        match self {
            DropReason::BufferFull => "buffer_full",
            DropReason::TooManyOpen => "too_many_open",
            DropReason::AfterShutdown => "after_shutdown",
            DropReason::QueueFull => "queue_full",
            DropReason::TooLarge => "too_large",
            DropReason::Rejected => "rejected",
            DropReason::PartiallyRejected => "partially_rejected",
            DropReason::RetriesExhausted => "retries_exhausted",
            DropReason::ExporterPanicked => "exporter_panicked",
            DropReason::ShutdownDeadline => "shutdown_deadline",
            DropReason::SpoolFull => "spool_full",
            DropReason::SpoolDamaged => "spool_damaged",
            DropReason::Poisoned => "poisoned",
        }
    }
}

impl fmt::Display for DropReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Numbers of dropped spans, by reason.
///
/// ```
/// use lumina_runtime::export::{DropReason, Drops};
/// let mut drops = Drops::default();
/// drops.add(DropReason::QueueFull, 3);
/// drops.add(DropReason::TooLarge, 1);
/// assert_eq!(drops.total(), 4);
/// assert_eq!(drops.get(DropReason::QueueFull), 3);
/// assert_eq!(drops.to_string(), "queue_full 3, too_large 1");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Drops([u64; DropReason::ALL.len()]);

impl Drops {
    /// Counts `spans` more for `reason`.
    pub fn add(&mut self, reason: DropReason, spans: u64) {
        let count = &mut self.0[reason as usize];
        *count = count.saturating_add(spans);
    }

    /// Spans dropped for `reason`.
    pub fn get(&self, reason: DropReason) -> u64 {
        self.0[reason as usize]
    }

    /// Spans dropped for any reason.
    pub fn total(&self) -> u64 {
        self.0.iter().fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// The reasons that dropped at least one span, with their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (DropReason, u64)> {
        DropReason::ALL.into_iter().map(|reason| (reason, self.get(reason))).filter(|(_, n)| *n > 0)
    }
}

impl AddAssign for Drops {
    fn add_assign(&mut self, other: Drops) {
        for (reason, spans) in other.iter() {
            self.add(reason, spans);
        }
    }
}

/// Shows `reason number` for each reason that dropped spans, or `none`.
impl fmt::Display for Drops {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut first = true;
        for (reason, spans) in self.iter() {
            if !first {
                f.write_str(", ")?;
            }
            first = false;
            write!(f, "{reason} {spans}")?;
        }
        if first { f.write_str("none") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_lists_each_reason_at_its_own_index() {
        for (index, reason) in DropReason::ALL.into_iter().enumerate() {
            assert_eq!(reason as usize, index);
        }
    }

    #[test]
    fn sums_add_reason_by_reason() {
        let mut sum = Drops::default();
        assert_eq!(sum.to_string(), "none");
        let mut other = Drops::default();
        other.add(DropReason::Rejected, 2);
        sum += other;
        sum += other;
        assert_eq!(sum.get(DropReason::Rejected), 4);
        assert_eq!(sum.total(), 4);
    }
}
