//! The builder: what the user asks for, as it was asked. Judged in [`plan`](super::plan).

use super::env::Variables;
use super::error::{InvalidSetting, SetupError};
use super::{Guard, ScopedPipeline, install, scoped};
use crate::export::worker::Notify;
use crate::export::{Exporter, MIN_MAX_BYTES, SpoolConfig};
use crate::model::Value;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;
use tracing_core::metadata::LevelFilter;

/// Sets up a pipeline: what the process is called, where its spans go, and within which bounds.
///
/// Made by [`builder`](crate::builder). Whatever is not set here is taken from the environment,
/// and then from the defaults: see the table of the [`pipeline`](crate::pipeline) module.
///
/// ```
/// use lumina_runtime::{builder, export::Memory};
/// use std::time::Duration;
/// let memory = Memory::new();
/// let lumina = builder()
///     .service("support")
///     .environment("staging")
///     .attribute("team", "search")
///     .exporter(memory.clone())
///     .install()?;
/// let report = lumina.shutdown(Duration::from_secs(5));
/// assert!(report.complete);
/// # Ok::<(), lumina_runtime::SetupError>(())
/// ```
#[must_use = "a builder does nothing until `install` or `build_scoped`"]
#[derive(Default)]
pub struct Builder {
    pub(super) enabled: Option<bool>,
    pub(super) service: Option<String>,
    pub(super) service_version: Option<String>,
    pub(super) environment: Option<String>,
    pub(super) attributes: Vec<(String, Value)>,
    pub(super) exporters: Vec<Box<dyn Exporter>>,
    pub(super) endpoint: Option<String>,
    /// A secret.
    pub(super) api_key: Option<String>,
    pub(super) sample_ratio: Option<f64>,
    pub(super) batch_spans: Option<usize>,
    pub(super) batch_delay: Option<Duration>,
    pub(super) queue_spans: Option<usize>,
    pub(super) queue_bytes: Option<usize>,
    pub(super) buffer_bytes: Option<usize>,
    pub(super) export_timeout: Option<Duration>,
    pub(super) max_retry_time: Option<Duration>,
    pub(super) max_value_bytes: Option<usize>,
    pub(super) max_attributes: Option<usize>,
    pub(super) max_events: Option<usize>,
    pub(super) max_links: Option<usize>,
    pub(super) exit_timeout: Option<Duration>,
    pub(super) spool: Option<SpoolConfig>,
    pub(super) without_subscriber: bool,
    pub(super) max_level: Option<LevelFilter>,
    pub(super) notify: Option<Notify>,
    pub(super) config_file: Option<PathBuf>,
    #[cfg_attr(not(feature = "config"), allow(dead_code, reason = "a file asks for faults"))]
    pub(super) allow_faults: bool,
    pub(super) variables: Variables,
}

impl Builder {
    pub(super) fn new() -> Self {
        Builder::default()
    }

    /// Names the service: `service.name`.
    pub fn service(mut self, name: impl Into<String>) -> Self {
        self.service = Some(name.into());
        self
    }

    /// Sets `service.version`; as a rule `env!("CARGO_PKG_VERSION")`.
    pub fn service_version(mut self, version: impl Into<String>) -> Self {
        self.service_version = Some(version.into());
        self
    }

    /// Sets `deployment.environment.name`: `production`, `staging`, ...
    pub fn environment(mut self, name: impl Into<String>) -> Self {
        self.environment = Some(name.into());
        self
    }

    /// Describes the process with one attribute more; the last value of a key wins.
    pub fn attribute(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.attributes.push((key.into(), value.into()));
        self
    }

    /// Sends spans to `exporter`, on a thread of its own.
    ///
    /// May be called several times: each exporter gets every span. Exporters given here replace
    /// those that the environment asks for.
    pub fn exporter(mut self, exporter: impl Exporter) -> Self {
        self.exporters.push(Box::new(exporter));
        self
    }

    /// Ships spans to the OTLP receiver at this base URL, beside other exporters given here.
    ///
    /// Key, headers and the rest come from the environment; for full control, give an
    /// [`Otlp`](crate::export::Otlp) to [`exporter`](Self::exporter).
    #[cfg(feature = "otlp")]
    pub fn endpoint(mut self, url: impl Into<String>) -> Self {
        self.endpoint = Some(url.into());
        self
    }

    /// Sends `key` to the OTLP receiver as a bearer token. It is shown nowhere.
    #[cfg(feature = "otlp")]
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.api_key = Some(key.into());
        self
    }

    /// Records this share of the traces that begin in this process, from 0.0 to 1.0.
    ///
    /// A trace that another process began is recorded if that process recorded it.
    pub fn sample_ratio(mut self, ratio: f64) -> Self {
        self.sample_ratio = Some(ratio);
        self
    }

    /// Switches lumina on or off, whatever the environment says.
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = Some(enabled);
        self
    }

    /// Hands a batch to the exporters when it has this many spans (512), or after `delay` (1 s).
    ///
    /// A batch is also handed over at 1 MiB, and never has more spans than the queue may hold.
    pub fn batch(mut self, spans: usize, delay: Duration) -> Self {
        self.batch_spans = Some(spans);
        self.batch_delay = Some(delay);
        self
    }

    /// Lets this many spans (65,536) and bytes (8 MiB) wait for each exporter.
    ///
    /// What finds no room is dropped and counted as
    /// [`QueueFull`](crate::export::DropReason::QueueFull).
    pub fn queue(mut self, spans: usize, bytes: usize) -> Self {
        self.queue_spans = Some(spans);
        self.queue_bytes = Some(bytes);
        self
    }

    /// Lets this many bytes (8 MiB) of the threads' buffers wait for the collector.
    ///
    /// What finds no room is dropped and counted as
    /// [`BufferFull`](crate::export::DropReason::BufferFull). One bound for the process: it applies
    /// to every pipeline.
    pub fn buffer_bytes(mut self, bytes: usize) -> Self {
        self.buffer_bytes = Some(bytes);
        self
    }

    /// Lets one attempt at a batch take this long (30 s).
    pub fn export_timeout(mut self, timeout: Duration) -> Self {
        self.export_timeout = Some(timeout);
        self
    }

    /// Tries a batch for this long (5 minutes) while its receiver is unavailable; zero never tries
    /// again.
    pub fn max_retry_time(mut self, time: Duration) -> Self {
        self.max_retry_time = Some(time);
        self
    }

    /// Keeps this many bytes (32 KiB) of a text, cut at a character; the rest is noted as cut.
    ///
    /// One limit for the process: it applies to every pipeline.
    pub fn max_value_bytes(mut self, bytes: usize) -> Self {
        self.max_value_bytes = Some(bytes);
        self
    }

    /// Keeps this many attributes (128) of a span; the others are counted.
    pub fn max_attributes(mut self, count: usize) -> Self {
        self.max_attributes = Some(count);
        self
    }

    /// Keeps this many events (128) of a span; the others are counted.
    pub fn max_events(mut self, count: usize) -> Self {
        self.max_events = Some(count);
        self
    }

    /// Keeps this many links (128) of a span; the others are counted.
    pub fn max_links(mut self, count: usize) -> Self {
        self.max_links = Some(count);
        self
    }

    /// Lets the end of the process wait this long (5 s) for the last spans to be delivered: when
    /// the guard is dropped, at `std::process::exit`, and on a signal.
    pub fn exit_timeout(mut self, timeout: Duration) -> Self {
        self.exit_timeout = Some(timeout);
        self
    }

    /// Keeps what cannot be delivered in a directory, for later or for the next process: the one
    /// thing to say so that no outage of the receiver loses spans.
    ///
    /// For exporters whose batches can wait on disk: OTLP, and those that say so
    /// ([`spool_encoder`](Exporter::spool_encoder)). A directory that cannot be used is reported
    /// by [`health`](crate::health) and tried again; until then, all is as without it.
    ///
    /// ```no_run
    /// let _lumina = lumina_runtime::builder().spool("/var/spool/support").install()?;
    /// # Ok::<(), lumina_runtime::SetupError>(())
    /// ```
    #[cfg(feature = "spool")]
    pub fn spool(mut self, spool: impl Into<SpoolConfig>) -> Self {
        self.spool = Some(spool.into());
        self
    }

    /// Leaves `tracing` alone: no default subscriber is set, even if there is none.
    ///
    /// Spans of `#[traced]` functions are recorded all the same; those of `tracing` itself only
    /// through [`layer`](crate::layer).
    pub fn without_subscriber(mut self) -> Self {
        self.without_subscriber = true;
        self
    }

    /// Records spans and events of `tracing` up to this level (`INFO`).
    ///
    /// For lumina's own subscriber only: other subscribers have filters of their own. Spans of
    /// `#[traced]` functions are recorded whatever their level.
    pub fn max_level(mut self, level: LevelFilter) -> Self {
        self.max_level = Some(level);
        self
    }

    /// Calls `show` with one line, once a minute and exporter at most, when spans are held up or
    /// lost, and when some were lost at the end. Without this, the line goes to standard error.
    pub fn on_warning(mut self, show: impl Fn(&str) + Send + Sync + 'static) -> Self {
        self.notify = Some(Notify::new(show));
        self
    }

    /// Takes values of policies from this file, `lumina.toml` as a rule, and again whenever it
    /// changes: see [`reload_config`](crate::reload_config). Stronger than `LUMINA_CONFIG`.
    ///
    /// For the installed pipeline only: policies belong to the process.
    #[cfg(feature = "config")]
    pub fn config_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.config_file = Some(path.into());
        self
    }

    /// Lets the file of settings make attempts fail, hang and wait on purpose, by `[[fault]]`.
    ///
    /// Without this call a file with a fault is refused, so a production program that does not make
    /// it cannot be hurt by a file. As a rule: `if cfg!(debug_assertions) { builder =
    /// builder.allow_faults() }`, or by a switch of the program's own.
    #[cfg(feature = "config")]
    pub fn allow_faults(mut self) -> Self {
        self.allow_faults = true;
        self
    }

    /// Reads these variables instead of the environment of the process.
    ///
    /// ```
    /// use lumina_runtime::builder;
    /// let wrong = builder().variables([("LUMINA_SAMPLE_RATIO", "half")]).build_scoped();
    /// let message = wrong.unwrap_err().to_string();
    /// assert_eq!(message, "LUMINA_SAMPLE_RATIO is \"half\"; accepted: a number from 0 to 1");
    /// ```
    pub fn variables<K: Into<String>, V: Into<String>>(
        mut self,
        variables: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        self.variables = Variables::given(variables);
        self
    }

    /// Starts the pipeline and makes it the one of the process.
    ///
    /// Where `tracing` has no default subscriber, lumina's own becomes it, so that spans of
    /// `tracing` are recorded too; see [`without_subscriber`](Self::without_subscriber).
    ///
    /// # Errors
    ///
    /// [`SetupError`]: a wrong value here or in the environment, a pipeline installed already, no
    /// thread to be had. Nothing is left half-installed.
    pub fn install(self) -> Result<Guard, SetupError> {
        install::install(self)
    }

    /// Starts a pipeline that gets the spans of one scope only and is nobody's default: for tests
    /// that run side by side in one process.
    ///
    /// Where `tracing` has no subscriber, lumina's own is in place within the scope.
    ///
    /// # Errors
    ///
    /// As for [`install`](Self::install), but for other pipelines.
    pub fn build_scoped(self) -> Result<ScopedPipeline, SetupError> {
        scoped::build(self)
    }

    /// What this builder was given and cannot use.
    pub(super) fn wrong_values(&self) -> Vec<InvalidSetting> {
        let mut wrong = Vec::new();
        let mut check = |name: &str, is_wrong: bool, value: String, accepted: &str| {
            if is_wrong {
                wrong.push(InvalidSetting::new(format!("Builder::{name}"), value, accepted));
            }
        };
        if let Some(name) = &self.service {
            check("service", name.trim().is_empty(), name.clone(), "a name");
        }
        if let Some(ratio) = self.sample_ratio {
            let is_wrong = !(0.0..=1.0).contains(&ratio);
            check("sample_ratio", is_wrong, ratio.to_string(), "a number from 0 to 1");
        }
        let counts =
            [("batch", self.batch_spans), ("queue", self.queue_spans), ("queue", self.queue_bytes)];
        for (name, count) in counts {
            check(name, count == Some(0), "0".to_owned(), "1 or more");
        }
        if let Some(spool) = &self.spool {
            let bytes = spool.max_bytes;
            let accepted = "bytes, 1048576 or more";
            check("spool", bytes < MIN_MAX_BYTES, bytes.to_string(), accepted);
        }
        let no_time = self.export_timeout.is_some_and(|timeout| timeout.is_zero());
        check("export_timeout", no_time, "0".to_owned(), "more than zero");
        wrong
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let exporters: Vec<&str> = self.exporters.iter().map(|exporter| exporter.name()).collect();
        f.debug_struct("Builder")
            .field("service", &self.service)
            .field("environment", &self.environment)
            .field("exporters", &exporters)
            .finish_non_exhaustive()
    }
}
