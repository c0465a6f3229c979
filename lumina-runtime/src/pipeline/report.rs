//! What flush and shutdown say: how many spans were delivered, and what became of the others.

use crate::export::{Drops, LastError};
use std::fmt;
use std::time::Duration;

/// What became of the spans of a pipeline, since it was set up.
///
/// For each exporter, `emitted + recovered == exported + spooled + dropped.total() + pending`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// Spans that were to be recorded, those that found no room included. Traces that were not
    /// sampled are not counted.
    pub emitted: u64,
    /// One entry for each exporter, in the order in which they were set up.
    pub exporters: Vec<ExporterReport>,
    /// Whether the call did all of its work within its time: everything recorded before it was
    /// delivered, spooled or dropped, and every exporter flushed without an error.
    ///
    /// It does not say that nothing was dropped; see [`is_lossless`](Self::is_lossless).
    pub complete: bool,
    /// How long the call took.
    pub elapsed: Duration,
}

/// What became of the spans at one exporter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExporterReport {
    /// The exporter's name; a second one of the same name is `name#2`.
    pub name: String,
    /// Spans that the exporter delivered.
    pub exported: u64,
    /// Spans that will not be delivered, by reason; those that never reached any exporter included.
    pub dropped: Drops,
    /// Spans on disk, for later or for the next process: see [`SpoolConfig`](crate::export::SpoolConfig).
    pub spooled: u64,
    /// Spans that processes that are gone had left on disk, and that this one took over.
    pub recovered: u64,
    /// Spans on their way: open, being collected, queued, or being exported.
    pub pending: u64,
    /// The latest thing that went wrong, even if it passed.
    pub last_error: Option<LastError>,
}

impl Report {
    /// Whether every exporter delivered every span, those it took over included.
    pub fn is_lossless(&self) -> bool {
        self.exporters.iter().all(|exporter| self.missing(exporter) == 0)
    }

    /// Spans that the exporter with the greatest loss did not deliver, those that are pending or
    /// spooled included.
    pub fn undelivered(&self) -> u64 {
        self.exporters.iter().map(|exporter| self.missing(exporter)).max().unwrap_or(0)
    }

    /// Spans that the exporter with the greatest loss neither delivered nor spooled: what is gone
    /// if the process ends now.
    pub fn at_risk(&self) -> u64 {
        let lost =
            |exporter: &ExporterReport| self.missing(exporter).saturating_sub(exporter.spooled);
        self.exporters.iter().map(lost).max().unwrap_or(0)
    }

    fn missing(&self, exporter: &ExporterReport) -> u64 {
        (self.emitted + exporter.recovered).saturating_sub(exporter.exported)
    }
}

/// One line for people: `100 spans: otlp delivered 98, dropped 2 (queue_full 2), pending 0`.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} spans", self.emitted)?;
        for (i, exporter) in self.exporters.iter().enumerate() {
            f.write_str(if i == 0 { ": " } else { "; " })?;
            exporter.fmt(f)?;
        }
        if self.complete { Ok(()) } else { f.write_str(" (incomplete)") }
    }
}

impl fmt::Display for ExporterReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} delivered {}, dropped {}", self.name, self.exported, self.dropped.total())?;
        if self.dropped.total() > 0 {
            write!(f, " ({})", self.dropped)?;
        }
        if self.spooled > 0 {
            write!(f, ", spooled {}", self.spooled)?;
        }
        if self.recovered > 0 {
            write!(f, ", recovered {}", self.recovered)?;
        }
        write!(f, ", pending {}", self.pending)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::DropReason;

    fn report() -> Report {
        let mut dropped = Drops::default();
        dropped.add(DropReason::QueueFull, 2);
        let otlp = ExporterReport {
            name: "otlp".to_owned(),
            exported: 97,
            dropped,
            pending: 1,
            ..ExporterReport::default()
        };
        let jsonl =
            ExporterReport { name: "jsonl".to_owned(), exported: 100, ..Default::default() };
        Report { emitted: 100, exporters: vec![otlp, jsonl], complete: true, ..Report::default() }
    }

    #[test]
    fn the_line_says_what_became_of_each_span() {
        assert_eq!(
            report().to_string(),
            "100 spans: otlp delivered 97, dropped 2 (queue_full 2), pending 1; \
             jsonl delivered 100, dropped 0, pending 0"
        );
        let late = Report { complete: false, ..Report::default() };
        assert_eq!(late.to_string(), "0 spans (incomplete)");
    }

    #[test]
    fn what_is_on_disk_is_undelivered_and_not_at_risk() {
        let mut report = report();
        report.exporters[0].spooled = 1;
        report.exporters[0].pending = 0;
        report.exporters[1] = ExporterReport {
            exported: 110,
            recovered: 20,
            spooled: 10,
            ..report.exporters[1].clone()
        };
        assert_eq!((report.undelivered(), report.at_risk()), (10, 2));
        assert_eq!(
            report.exporters[1].to_string(),
            "jsonl delivered 110, dropped 0, spooled 10, recovered 20, pending 0"
        );
    }

    #[test]
    fn the_loss_is_that_of_the_worst_exporter() {
        let mut report = report();
        assert_eq!((report.undelivered(), report.is_lossless()), (3, false));
        report.exporters.remove(0);
        assert_eq!((report.undelivered(), report.is_lossless()), (0, true));
    }
}
