//! How a pipeline is doing: every counter there is.

use crate::export::{Drops, LastError};
use std::fmt;

/// Whether spans are being recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum State {
    /// No pipeline has been installed.
    #[default]
    NotInstalled,
    /// Switched off by the builder or the environment.
    Disabled,
    /// Spans are recorded and exported.
    Running,
    /// The pipeline is being, or was, shut down.
    ShutDown,
}

impl State {
    /// The name used in output: `not_installed`, `disabled`, `running`, `shut_down`.
    pub const fn as_str(self) -> &'static str {
        match self {
            State::NotInstalled => "not_installed",
            State::Disabled => "disabled",
            State::Running => "running",
            State::ShutDown => "shut_down",
        }
    }
}

/// How a pipeline is doing. Counters run since it was set up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Health {
    /// Whether spans are being recorded.
    pub state: State,
    /// Spans that were to be recorded, those that found no room included.
    pub emitted: u64,
    /// Spans dropped before any exporter could get them, by reason.
    pub dropped: Drops,
    /// Attributes, events and links that found no room, or came when their span had been handed
    /// over; of the whole process. Those over the limits of a span are counted in the span.
    pub lost_details: u64,
    /// One entry for each exporter, in the order in which they were set up.
    pub exporters: Vec<ExporterHealth>,
    /// How the file of settings is doing, if there is one.
    #[cfg(feature = "config")]
    pub config: Option<crate::config::ConfigHealth>,
}

/// How one exporter is doing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExporterHealth {
    /// The exporter's name; a second one of the same name is `name#2`.
    pub name: String,
    /// Spans delivered.
    pub exported: u64,
    /// Spans that will not be delivered, by reason; those of [`Health::dropped`] are not included.
    pub dropped: Drops,
    /// Spans that are queued or being exported.
    pub queued_spans: u64,
    /// What they take, in bytes.
    pub queued_bytes: usize,
    /// Spans on disk, for later or for the next process.
    pub spooled: u64,
    /// What their files take, in bytes; files go when all of their spans are settled.
    pub spooled_bytes: u64,
    /// Spans that processes that are gone had left on disk, and that this one took over.
    pub recovered: u64,
    /// Records of the spool that could not be read. Where it is known how many spans they held,
    /// these are in `dropped`.
    pub damaged_records: u64,
    /// Calls of the exporter.
    pub attempts: u64,
    /// Calls that failed.
    pub failed_attempts: u64,
    /// Failed calls since the last one that did not fail.
    pub failures_in_a_row: u64,
    /// Flushes that failed.
    pub failed_flushes: u64,
    /// Panics of the exporter.
    pub panics: u64,
    /// The latest thing that went wrong, even if it passed.
    pub last_error: Option<LastError>,
}

impl Health {
    /// Whether spans are recorded, and the latest attempt of every exporter succeeded.
    pub fn is_healthy(&self) -> bool {
        self.state == State::Running
            && self.exporters.iter().all(|exporter| exporter.failures_in_a_row == 0)
    }
}

/// A line for the pipeline and one for each exporter.
impl fmt::Display for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Health { state, emitted, dropped, lost_details, exporters, .. } = self;
        write!(f, "{}: {emitted} spans, dropped before export: {dropped}", state.as_str())?;
        if *lost_details > 0 {
            write!(f, ", {lost_details} attributes, events and links lost")?;
        }
        for exporter in exporters {
            write!(f, "\n{exporter}")?;
        }
        #[cfg(feature = "config")]
        if let Some(config) = &self.config {
            write!(f, "\n{config}")?;
        }
        Ok(())
    }
}

impl fmt::Display for ExporterHealth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: delivered {}, dropped: {}, queued {} ({} bytes), attempts {} ({} failed, {} in a \
             row), panics {}",
            self.name,
            self.exported,
            self.dropped,
            self.queued_spans,
            self.queued_bytes,
            self.attempts,
            self.failed_attempts,
            self.failures_in_a_row,
            self.panics
        )?;
        if self.spooled > 0 || self.recovered > 0 || self.damaged_records > 0 {
            write!(
                f,
                ", spooled {} ({} bytes), recovered {}, damaged records {}",
                self.spooled, self.spooled_bytes, self.recovered, self.damaged_records
            )?;
        }
        match &self.last_error {
            Some(error) => write!(f, ", last error: {}", error.message),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_failing_exporter_is_enough_to_be_unhealthy() {
        let mut health = Health { state: State::Running, ..Health::default() };
        health.exporters = vec![ExporterHealth::default(), ExporterHealth::default()];
        assert!(health.is_healthy());
        health.exporters[1].failures_in_a_row = 1;
        assert!(!health.is_healthy());
        assert!(!Health::default().is_healthy());
    }
}
