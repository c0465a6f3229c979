//! The environment: which variables there are, and what they may say.
//!
//! Reads and parses; which of two variables wins is decided in [`plan`](super::plan). The table is
//! in the documentation of [`pipeline`](super).

mod parse;
mod sampler;
mod spool;
mod variables;

pub(crate) use sampler::Sampler;
pub(crate) use variables::Variables;

use super::error::InvalidSetting;
use crate::export::SpoolConfig;
use parse::Reader;
use std::path::PathBuf;
use std::time::Duration;
use tracing_core::metadata::LevelFilter;

/// An exporter that the environment can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExporterName {
    Console,
    Jsonl,
    Otlp,
}

/// What one family of variables says. `None` means: not set.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct EnvSettings {
    pub(crate) enabled: Option<bool>,
    pub(crate) service: Option<String>,
    pub(crate) environment: Option<String>,
    /// In the order in which they are written.
    pub(crate) resource: Vec<(String, String)>,
    /// `Some` and empty: no exporter is wanted.
    pub(crate) exporters: Option<Vec<ExporterName>>,
    /// The variable that sets an endpoint for OTLP; its value is the exporter's business.
    pub(crate) endpoint: Option<&'static str>,
    /// The variable that [`exporters`](Self::exporters) comes from.
    pub(crate) exporters_by: &'static str,
    pub(crate) file: Option<PathBuf>,
    pub(crate) spool: Option<SpoolConfig>,
    pub(crate) sampler: Option<Sampler>,
    pub(crate) max_level: Option<LevelFilter>,
    pub(crate) batch_delay: Option<Duration>,
    pub(crate) batch_spans: Option<usize>,
    pub(crate) queue_spans: Option<usize>,
    pub(crate) export_timeout: Option<Duration>,
    pub(crate) value_length: Option<usize>,
    pub(crate) attributes: Option<usize>,
    pub(crate) events: Option<usize>,
    pub(crate) links: Option<usize>,
    pub(crate) event_attributes: Option<usize>,
}

/// Names the file of settings.
pub(crate) const CONFIG_FILE: &str = "LUMINA_CONFIG";

/// The file of settings, which is read also where everything else is switched off.
pub(crate) fn config_file(variables: &Variables) -> Result<Option<PathBuf>, InvalidSetting> {
    let wrong = |lossy: String| InvalidSetting::new(CONFIG_FILE, lossy, "a path in Unicode");
    Ok(variables.get(CONFIG_FILE).map_err(wrong)?.map(PathBuf::from))
}

/// Reads the `LUMINA_*` variables.
pub(crate) fn read_lumina(variables: &Variables, errors: &mut Vec<InvalidSetting>) -> EnvSettings {
    let mut read = Reader::new(variables, errors);
    EnvSettings {
        enabled: read.parsed("LUMINA_ENABLED", "1, 0, true, false, on, off", parse::switch),
        service: read.text("LUMINA_SERVICE_NAME"),
        environment: read.text("LUMINA_ENVIRONMENT"),
        exporters: read.parsed(
            "LUMINA_EXPORTERS",
            "console, jsonl, otlp (several with commas), or none",
            |value| parse::exporters(value, parse::lumina_exporter),
        ),
        exporters_by: "LUMINA_EXPORTERS",
        endpoint: read.first_set(&["LUMINA_ENDPOINT"]),
        file: read.text("LUMINA_FILE").map(PathBuf::from),
        spool: spool::read(&mut read),
        sampler: read
            .parsed("LUMINA_SAMPLE_RATIO", "a number from 0 to 1", parse::ratio)
            .map(Sampler::ParentOrRatio),
        max_level: read.parsed(
            "LUMINA_LEVEL",
            "off, error, warn, info, debug, trace",
            parse::level,
        ),
        ..EnvSettings::default()
    }
}

/// Reads the `OTEL_*` variables.
///
/// # Source
///
/// OpenTelemetry specification, "Environment Variable Specification". Unlike there, a value that
/// makes no sense is an error and not a warning.
pub(crate) fn read_otel(variables: &Variables, errors: &mut Vec<InvalidSetting>) -> EnvSettings {
    let mut read = Reader::new(variables, errors);
    let resource = read.parsed(
        "OTEL_RESOURCE_ATTRIBUTES",
        "key=value pairs with commas between, `%`, `,` and `=` inside them percent-encoded",
        parse::pairs,
    );
    EnvSettings {
        enabled: read.parsed("OTEL_SDK_DISABLED", "true, false", parse::boolean).map(|off| !off),
        service: read.text("OTEL_SERVICE_NAME"),
        resource: resource.unwrap_or_default(),
        exporters: read.parsed(
            "OTEL_TRACES_EXPORTER",
            "otlp, console (several with commas), or none",
            |value| parse::exporters(value, parse::otel_exporter),
        ),
        exporters_by: "OTEL_TRACES_EXPORTER",
        endpoint: read
            .first_set(&["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"]),
        sampler: sampler::read(&mut read),
        batch_delay: read.millis("OTEL_BSP_SCHEDULE_DELAY"),
        batch_spans: read.positive("OTEL_BSP_MAX_EXPORT_BATCH_SIZE"),
        queue_spans: read.positive("OTEL_BSP_MAX_QUEUE_SIZE"),
        export_timeout: read.positive_millis("OTEL_BSP_EXPORT_TIMEOUT"),
        value_length: read
            .count("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT")
            .or(read.count("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT")),
        attributes: read
            .count("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT")
            .or(read.count("OTEL_ATTRIBUTE_COUNT_LIMIT")),
        events: read.count("OTEL_SPAN_EVENT_COUNT_LIMIT"),
        links: read.count("OTEL_SPAN_LINK_COUNT_LIMIT"),
        event_attributes: read
            .count("OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT")
            .or(read.count("OTEL_ATTRIBUTE_COUNT_LIMIT")),
        ..EnvSettings::default()
    }
}

#[cfg(test)]
mod tests;
