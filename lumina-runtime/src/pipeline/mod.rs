//! Setting up: from a builder and the environment to a pipeline at work, and to its end.
//!
//! ```text
//! Builder, variables -> plan -> start -> Pipeline (source, one worker an exporter)
//!                                            |-- install: the process's own, behind a `Guard`
//!                                            +-- scoped:  of one scope, for tests
//! ```
//!
//! What one exporter's worker does is told in `export::worker`, how spans become batches in
//! `collect`.
//!
//! # Environment variables
//!
//! The builder beats `LUMINA_*`, which beats `OTEL_*`, which beats the default. An empty variable
//! counts as not set. A value that makes no sense is a [`SetupError`] that names the variable, the
//! value and what is accepted, all of them at once; nothing is installed then.
//!
//! | variable | meaning | default |
//! |---|---|---|
//! | `LUMINA_ENABLED`, `OTEL_SDK_DISABLED` | `LUMINA_ENABLED=0` or `OTEL_SDK_DISABLED=true` switches everything off; the other variables are not looked at then | on |
//! | `LUMINA_SERVICE_NAME`, `OTEL_SERVICE_NAME` | `service.name` | `unknown_service:<executable>` |
//! | `LUMINA_ENVIRONMENT` | `deployment.environment.name` | not set |
//! | `OTEL_RESOURCE_ATTRIBUTES` | attributes of the process: `key=value` with commas between, percent-encoded; weaker than the two above | none |
//! | `LUMINA_EXPORTERS`, `OTEL_TRACES_EXPORTER` | where spans go: `console`, `otlp`, and `jsonl` (`LUMINA_EXPORTERS` only), several with commas, or `none` | `otlp` if an endpoint is set, `jsonl` if a file is set, both if both are; else `console`, a tree on standard error |
//! | `LUMINA_ENDPOINT`, `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`, `OTEL_EXPORTER_OTLP_ENDPOINT` | the OTLP receiver; see the exporter for these and the other `OTEL_EXPORTER_OTLP_*` | `http://localhost:4318` |
//! | `LUMINA_API_KEY` | sent to the OTLP receiver as a bearer token, shown nowhere | none |
//! | `LUMINA_FILE` | the file that `jsonl` writes | none |
//! | `LUMINA_SPOOL_DIR` | where spans wait on disk that cannot be delivered; needs the feature `spool` | none |
//! | `LUMINA_SPOOL_MAX_BYTES` | what each exporter keeps there at most | 268435456 |
//! | `LUMINA_SPOOL_SYNC` | when the disk is made to write: `never`, with each `batch`, or after so many milliseconds | 1000 |
//! | `LUMINA_SPOOL_MODE` | what is spooled: `on_failure`, what the receiver does not take at once, or `write_ahead`, everything before it is sent | `on_failure` |
//! | `LUMINA_SAMPLE_RATIO` | share of the traces begun here that are recorded, 0 to 1; a trace begun elsewhere is recorded if it was there | 1 |
//! | `OTEL_TRACES_SAMPLER`, `OTEL_TRACES_SAMPLER_ARG` | `always_on`, `always_off`, `traceidratio`, and each with `parentbased_` before it; the argument is the ratio | `parentbased_always_on` |
//! | `LUMINA_CONFIG` | a file of values for policies and of faults, with the feature `config`: see `docs/configuration.md`. It holds also where `LUMINA_ENABLED=0`: policies act without spans | none |
//! | `LUMINA_LEVEL` | spans and events of `tracing` that are recorded: `off`, `error`, `warn`, `info`, `debug`, `trace`; `#[traced]` functions always are | `info` |
//! | `OTEL_BSP_SCHEDULE_DELAY` | longest wait of an ended span for its batch, in milliseconds | 1000 |
//! | `OTEL_BSP_MAX_EXPORT_BATCH_SIZE` | spans of a batch | 512 |
//! | `OTEL_BSP_MAX_QUEUE_SIZE` | spans that may wait for each exporter | 65536 |
//! | `OTEL_BSP_EXPORT_TIMEOUT` | longest attempt at a batch, in milliseconds | 30000 |
//! | `OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT`, `OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT` | longest text of a value, in bytes, cut at a character | 32768 |
//! | `OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT`, `OTEL_ATTRIBUTE_COUNT_LIMIT` | attributes of a span | 128 |
//! | `OTEL_SPAN_EVENT_COUNT_LIMIT` | events of a span | 128 |
//! | `OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT`, `OTEL_ATTRIBUTE_COUNT_LIMIT` | attributes of an event | 128 |
//! | `OTEL_SPAN_LINK_COUNT_LIMIT` | links of a span | 128 |
//!
//! Where a row names several variables, the first that is set counts.

mod builder;
mod env;
mod error;
mod exit;
mod guard;
mod health;
mod install;
mod plan;
mod report;
mod resource;
mod running;
mod scoped;
mod settings;
#[cfg(all(unix, feature = "signals"))]
mod signals;
mod source;
mod start;

pub use builder::Builder;
pub use error::{InvalidSetting, SetupError};
pub use guard::Guard;
pub use health::{ExporterHealth, Health, State};
#[cfg(feature = "config")]
pub use install::reload_config;
pub use install::{flush, health, shutdown};
pub use report::{ExporterReport, Report};
pub use scoped::{Scoped, ScopedPipeline};

/// Sets up a pipeline from the environment: see the table of the [`pipeline`](crate::pipeline)
/// module. With nothing set, spans are shown as trees on standard error.
///
/// The same as `builder().install()`.
///
/// # Errors
///
/// As [`Builder::install`].
///
/// ```no_run
/// fn main() -> Result<(), lumina_runtime::SetupError> {
///     let _lumina = lumina_runtime::init()?;
///     // The program.
///     Ok(())
/// }
/// ```
pub fn init() -> Result<Guard, SetupError> {
    builder().install()
}

/// Sets up a pipeline step by step.
pub fn builder() -> Builder {
    Builder::new()
}
