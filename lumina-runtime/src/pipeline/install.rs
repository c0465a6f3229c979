//! The pipeline of the process: set up once, reachable from everywhere, ended once.

use super::error::SetupError;
use super::health::{Health, State};
use super::report::Report;
use super::running::{Pipeline, deadline_in};
use super::settings::{Settings, Watching};
use super::{Builder, Guard, exit, plan, start};
use crate::bridge::subscriber;
#[cfg(feature = "config")]
use crate::config::ConfigError;
use crate::export::worker::Notify;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};
use tracing_core::metadata::LevelFilter;

pub(super) const EXIT_TIMEOUT: Duration = Duration::from_secs(5);

static INSTALLED: Mutex<Option<Arc<Installed>>> = Mutex::new(None);
/// The process that installed: a child of `fork` must not even take the lock, which another thread
/// may have held at that moment.
static PROCESS: AtomicU32 = AtomicU32::new(0);

/// What [`Guard`] and the functions of this module share.
pub(super) struct Installed {
    /// `None`: switched off.
    pipeline: Option<Pipeline>,
    exit_timeout: Duration,
    notify: Notify,
    #[cfg_attr(not(feature = "config"), allow(dead_code, reason = "without files, nothing"))]
    settings: Watching,
    /// Until when the process waits for its end; set by whatever ends it first.
    ends_at: OnceLock<Instant>,
}

impl Installed {
    pub(super) fn flush(&self, timeout: Duration) -> Report {
        self.pipeline.as_ref().map_or_else(nothing, |pipeline| pipeline.flush(timeout))
    }

    pub(super) fn shutdown(&self, timeout: Duration) -> Report {
        self.ends_at.get_or_init(|| deadline_in(timeout));
        self.stop_watching();
        self.pipeline.as_ref().map_or_else(nothing, |pipeline| pipeline.shutdown(timeout))
    }

    /// Shuts down where nobody looks at the report: says what was lost instead.
    ///
    /// The end of the process waits once, however many ways lead here: whoever comes second waits
    /// for what is left of the first one's time, and not at all after an explicit shutdown.
    pub(super) fn end(&self) {
        let first = self.ends_at.get().is_none();
        let ends_at = *self.ends_at.get_or_init(|| deadline_in(self.exit_timeout));
        let report = self.shutdown(ends_at.saturating_duration_since(Instant::now()));
        if first && report.at_risk() > 0 {
            self.notify.say(&format!("not every span was delivered: {report}"));
        }
    }

    pub(super) fn health(&self) -> Health {
        let health = match &self.pipeline {
            Some(pipeline) => pipeline.health(),
            None => Health { state: State::Disabled, ..Health::default() },
        };
        #[cfg(feature = "config")]
        let health =
            Health { config: self.settings.as_ref().map(|watch| watch.health()), ..health };
        health
    }

    /// The settings stay in force, but are not read again.
    fn stop_watching(&self) {
        #[cfg(feature = "config")]
        if let Some(watch) = &self.settings {
            watch.stop();
        }
    }

    #[cfg(feature = "config")]
    pub(super) fn reload_config(&self) -> Result<bool, ConfigError> {
        self.settings.as_ref().map_or(Ok(false), |watch| watch.look(Instant::now()))
    }

    /// Whether another pipeline may take the place.
    fn is_over(&self) -> bool {
        match &self.pipeline {
            Some(pipeline) => pipeline.is_drained(),
            None => self.ends_at.get().is_some(),
        }
    }
}

/// The report on a pipeline without spans.
fn nothing() -> Report {
    Report { complete: true, ..Report::default() }
}

/// Installs what `builder` asks for.
pub(super) fn install(builder: Builder) -> Result<Guard, SetupError> {
    let exit_timeout = builder.exit_timeout.unwrap_or(EXIT_TIMEOUT);
    let notify = builder.notify.clone().unwrap_or_else(Notify::stderr);
    // Held until the end: of two threads that install, one finds the other's pipeline.
    let mut slot = INSTALLED.lock().unwrap_or_else(PoisonError::into_inner);
    if slot.as_ref().is_some_and(|installed| !installed.is_over()) {
        return Err(SetupError::AlreadyInstalled);
    }
    let prepared = Settings::prepare(&builder);
    let plan = plan::lower(builder).map_err(|settings| SetupError::Invalid { settings })?;
    let prepared = prepared?;
    let mut pipeline = None;
    let mut opened = None;
    if let Some(plan) = plan {
        let max_level = plan.max_level;
        let (running, source) = start::start(plan)?;
        pipeline = Some(running);
        opened = Some((source, max_level));
    }
    let settings = prepared.start(notify.clone()).inspect_err(|_| {
        let _ = pipeline.as_ref().map(|pipeline| pipeline.shutdown(Duration::ZERO));
    })?;
    if let Some((source, max_level)) = opened {
        source.install();
        max_level.into_iter().for_each(set_default_subscriber);
    }
    let ends_at = OnceLock::new();
    let installed = Arc::new(Installed { pipeline, exit_timeout, notify, settings, ends_at });
    *slot = Some(Arc::clone(&installed));
    PROCESS.store(std::process::id(), Ordering::Release);
    exit::hook_once();
    Ok(Guard::new(installed))
}

/// Makes ours the default subscriber where `tracing` has none.
fn set_default_subscriber(max_level: LevelFilter) {
    // Refused where there is one already: it was there first, and may have our layer.
    let _ = tracing::subscriber::set_global_default(subscriber(max_level));
}

/// The installed pipeline, in the process that installed it.
pub(super) fn installed() -> Option<Arc<Installed>> {
    if PROCESS.load(Ordering::Acquire) != std::process::id() {
        return None;
    }
    INSTALLED.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Waits until every span recorded so far is delivered or dropped, at most `timeout`.
///
/// From any thread, inside or outside of any runtime; it blocks the thread. Not needed for each
/// request: spans leave by themselves within about a second. Without a pipeline there is nothing
/// to wait for.
///
/// ```
/// let report = lumina_runtime::flush(std::time::Duration::from_secs(5));
/// assert!(report.complete);
/// ```
pub fn flush(timeout: Duration) -> Report {
    installed().map_or_else(nothing, |installed| installed.flush(timeout))
}

/// Delivers what there is, waiting at most `timeout`, and ends the pipeline.
///
/// Spans that are still open are exported with the outcome
/// [`Incomplete`](crate::model::Outcome::Incomplete); what begins later is counted and not
/// recorded. A second call waits for the first and reports the same. Another pipeline may then be
/// installed.
pub fn shutdown(timeout: Duration) -> Report {
    installed().map_or_else(nothing, |installed| installed.shutdown(timeout))
}

/// How the installed pipeline is doing.
///
/// ```
/// use lumina_runtime::State;
/// assert_eq!(lumina_runtime::health().state, State::NotInstalled);
/// ```
pub fn health() -> Health {
    installed().map_or_else(Health::default, |installed| installed.health())
}

/// Looks at the file of settings now, instead of within a second: whether it held new settings, which
/// then are in force.
///
/// The file is that of [`Builder::config_file`] or of the variable `LUMINA_CONFIG`; without one
/// nothing happens. Calls that are under way keep what they began with.
///
/// # Errors
///
/// [`ConfigError`]: the file as it is now cannot be read or is wrong. It is refused as a whole, and
/// the settings taken last stay in force.
///
/// ```
/// // No file: nothing new.
/// assert_eq!(lumina_runtime::reload_config(), Ok(false));
/// ```
#[cfg(feature = "config")]
pub fn reload_config() -> Result<bool, ConfigError> {
    installed().map_or(Ok(false), |installed| installed.reload_config())
}
