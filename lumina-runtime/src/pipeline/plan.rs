//! From what was asked for to what is done: one value for each setting, checked.
//!
//! Pure but for what the resource finds out about the process. Precedence, the same for every
//! setting: builder call, `LUMINA_*`, `OTEL_*`, default.

use super::Builder;
use super::env::{EnvSettings, ExporterName, Sampler, Variables, read_lumina, read_otel};
use super::error::InvalidSetting;
use super::resource::{self, Described};
use crate::export::worker::{Notify, RetryPolicy, WorkerConfig};
use crate::export::{Exporter, SpoolConfig};
use crate::model::{Limits, Resource, Value};
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;
use tracing_core::metadata::LevelFilter;

/// A checked set-up: every value present and in range.
pub(super) struct Plan {
    pub(super) resource: Resource,
    pub(super) exporters: Exporters,
    pub(super) sampler: Sampler,
    /// For our own subscriber; `None` where there shall be none.
    pub(super) max_level: Option<LevelFilter>,
    pub(super) limits: Limits,
    pub(super) max_value_bytes: Option<usize>,
    pub(super) buffer_bytes: Option<usize>,
    pub(super) batch: BatchConfig,
    pub(super) worker: WorkerConfig,
    pub(super) spool: Option<SpoolConfig>,
    /// For exporters that read variables of their own.
    pub(super) variables: Variables,
}

/// When the collector hands a batch over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BatchConfig {
    pub(crate) max_spans: usize,
    pub(crate) max_bytes: usize,
    pub(crate) max_delay: Duration,
}

/// Where batches go.
pub(super) struct Exporters {
    /// As handed to the builder.
    pub(super) given: Vec<Box<dyn Exporter>>,
    /// By name, to be made.
    pub(super) named: Vec<Named>,
}

/// An exporter that is yet to be made, and the setting that asked for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Named {
    Console,
    Jsonl(PathBuf),
    Otlp(OtlpChoice),
}

/// OTLP as the builder and the environment want it; the exporter judges both.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct OtlpChoice {
    /// The variable or the builder's method.
    pub(super) asked_by: &'static str,
    pub(super) endpoint: Option<String>,
    /// A secret.
    pub(super) api_key: Option<String>,
}

/// Shows who asked for it: the rest may be secret.
impl fmt::Debug for OtlpChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OtlpChoice").field(&self.asked_by).finish()
    }
}

const BATCH: BatchConfig =
    BatchConfig { max_spans: 512, max_bytes: 1 << 20, max_delay: Duration::from_secs(1) };
const QUEUE_SPANS: usize = 65_536;
const QUEUE_BYTES: usize = 8 << 20;
const EXPORT_TIMEOUT: Duration = Duration::from_secs(30);

/// Decides. `None`: lumina is switched off, and nothing else was looked at, so that the switch
/// works whatever the other variables say.
///
/// # Errors
///
/// Every wrong value.
pub(super) fn lower(builder: Builder) -> Result<Option<Plan>, Vec<InvalidSetting>> {
    let mut errors = builder.wrong_values();
    let lumina = read_lumina(&builder.variables, &mut errors);
    let otel = read_otel(&builder.variables, &mut errors);
    if builder.enabled.or(lumina.enabled).or(otel.enabled) == Some(false) {
        return Ok(None);
    }
    let named = named_exporters(&builder, &lumina, &otel).unwrap_or_else(|error| {
        errors.push(error);
        Vec::new()
    });
    if !errors.is_empty() {
        return Err(errors);
    }
    let worker = worker_config(&builder, &otel);
    let mut batch = BatchConfig {
        max_spans: builder.batch_spans.or(otel.batch_spans).unwrap_or(BATCH.max_spans),
        max_delay: builder.batch_delay.or(otel.batch_delay).unwrap_or(BATCH.max_delay),
        ..BATCH
    };
    // A batch above the queue's bounds would find room in an empty queue only.
    batch.max_spans = batch.max_spans.min(worker.queue_spans);
    batch.max_bytes = batch.max_bytes.min(worker.queue_bytes);
    let sampler = builder.sample_ratio.map(Sampler::ParentOrRatio);
    Ok(Some(Plan {
        sampler: sampler.or(lumina.sampler).or(otel.sampler).unwrap_or(Sampler::ParentOrRatio(1.0)),
        max_level: match builder.without_subscriber {
            true => None,
            false => Some(builder.max_level.or(lumina.max_level).unwrap_or(LevelFilter::INFO)),
        },
        limits: limits(&builder, &otel),
        max_value_bytes: builder.max_value_bytes.or(otel.value_length),
        buffer_bytes: builder.buffer_bytes,
        spool: builder.spool.clone().or_else(|| lumina.spool.clone()),
        resource: resource(&builder, lumina, otel),
        exporters: Exporters { given: builder.exporters, named },
        variables: builder.variables,
        batch,
        worker,
    }))
}

/// A plan that records nothing.
pub(super) fn silent() -> Plan {
    Plan {
        resource: Resource::new(),
        exporters: Exporters { given: Vec::new(), named: Vec::new() },
        variables: Variables::default(),
        sampler: Sampler::Ratio(0.0),
        max_level: None,
        limits: Limits::default(),
        max_value_bytes: None,
        buffer_bytes: None,
        batch: BATCH,
        worker: worker_config(&Builder::new(), &EnvSettings::default()),
        spool: None,
    }
}

/// The exporters to be made: the one of the builder's endpoint, or, where the builder names none
/// at all, those of the environment.
fn named_exporters(
    builder: &Builder,
    lumina: &EnvSettings,
    otel: &EnvSettings,
) -> Result<Vec<Named>, InvalidSetting> {
    let (endpoint, api_key) = (builder.endpoint.clone(), builder.api_key.clone());
    let otlp = |asked_by| {
        let (endpoint, api_key) = (endpoint.clone(), api_key.clone());
        Named::Otlp(OtlpChoice { asked_by, endpoint, api_key })
    };
    if endpoint.is_some() {
        return Ok(vec![otlp("Builder::endpoint")]);
    }
    if !builder.exporters.is_empty() {
        return Ok(Vec::new());
    }
    let list = [lumina, otel].into_iter().find_map(|settings| {
        settings.exporters.as_deref().map(|names| (names, settings.exporters_by))
    });
    if let Some((names, by)) = list {
        let with_file = |name: &ExporterName| match name {
            ExporterName::Console => Ok(Named::Console),
            ExporterName::Otlp => Ok(otlp(by)),
            ExporterName::Jsonl => jsonl(lumina.file.clone()),
        };
        return names.iter().map(with_file).collect();
    }
    let otlp = lumina.endpoint.or(otel.endpoint).map(otlp);
    let named: Vec<Named> = otlp.into_iter().chain(lumina.file.clone().map(Named::Jsonl)).collect();
    Ok(if named.is_empty() { vec![Named::Console] } else { named })
}

fn jsonl(file: Option<PathBuf>) -> Result<Named, InvalidSetting> {
    let accepted = "the path of a file, since LUMINA_EXPORTERS names `jsonl`";
    let missing = || InvalidSetting::without_value("LUMINA_FILE", accepted);
    file.map(Named::Jsonl).ok_or_else(missing)
}

fn worker_config(builder: &Builder, otel: &EnvSettings) -> WorkerConfig {
    let default = RetryPolicy::default();
    WorkerConfig {
        queue_spans: builder.queue_spans.or(otel.queue_spans).unwrap_or(QUEUE_SPANS),
        queue_bytes: builder.queue_bytes.unwrap_or(QUEUE_BYTES),
        attempt_timeout: builder.export_timeout.or(otel.export_timeout).unwrap_or(EXPORT_TIMEOUT),
        retry: RetryPolicy {
            max_elapsed: builder.max_retry_time.unwrap_or(default.max_elapsed),
            ..default
        },
        notify: builder.notify.clone().unwrap_or_else(Notify::stderr),
    }
}

fn limits(builder: &Builder, otel: &EnvSettings) -> Limits {
    let default = Limits::default();
    Limits {
        attributes: builder.max_attributes.or(otel.attributes).unwrap_or(default.attributes),
        events: builder.max_events.or(otel.events).unwrap_or(default.events),
        links: builder.max_links.or(otel.links).unwrap_or(default.links),
        event_attributes: otel.event_attributes.unwrap_or(default.event_attributes),
    }
}

fn resource(builder: &Builder, lumina: EnvSettings, otel: EnvSettings) -> Resource {
    let of_otel = otel.resource.into_iter().map(|(key, value)| (key, Value::from(value)));
    let attributes = of_otel.chain(builder.attributes.iter().cloned()).collect();
    // What the builder's attributes say of the service is a builder call, and beats variables.
    let said = |key: &str| builder.attributes.iter().any(|(known, _)| known == key);
    let variable = |key: &str, value: Option<String>| value.filter(|_| !said(key));
    let described = Described {
        attributes,
        service: builder
            .service
            .clone()
            .or_else(|| variable("service.name", lumina.service.or(otel.service))),
        service_version: builder.service_version.clone(),
        environment: builder
            .environment
            .clone()
            .or_else(|| variable("deployment.environment.name", lumina.environment)),
    };
    resource::describe(described, &builder.variables)
}

#[cfg(test)]
mod tests;
