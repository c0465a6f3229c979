//! The file of the process: read at set-up, and again whenever it has changed.
//!
//! On a thread of its own, which looks once a second: a file system that hangs must hold up neither
//! the collector nor the program.

use super::document::{self, Document};
use super::error::ConfigError;
use super::file::{self, Stamp};
use super::resolve::{self, Resolved};
use super::{apply, fault};
use crate::export::worker::Notify;
use crate::inventory::inventory;
use crate::record::suppress_this_thread;
use std::fmt;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

const LOOK_EVERY: Duration = Duration::from_secs(1);
/// What goes wrong is said once in so long.
const SAY_EVERY: Duration = Duration::from_secs(60);

/// Which file, and what it may ask for.
#[derive(Clone, Debug)]
pub(crate) struct ConfigSource {
    pub(crate) path: PathBuf,
    pub(crate) allow_faults: bool,
}

/// A file that was read and found right, not yet in force.
pub(crate) struct Loaded {
    content: Vec<u8>,
    stamp: Stamp,
    read_at: SystemTime,
    resolved: Resolved,
}

/// The file of the process.
pub(crate) struct Watch {
    source: ConfigSource,
    notify: Notify,
    state: Mutex<State>,
    stopped: Condvar,
}

struct State {
    /// What was looked at last, and whether it was taken or refused.
    content: Vec<u8>,
    stamp: Option<Stamp>,
    read_at: SystemTime,
    /// Times that settings were taken.
    generation: u64,
    /// Why the file, as it is now, is not in force.
    refused: Option<ConfigError>,
    warnings: Vec<String>,
    said_at: Option<Instant>,
    /// What is to be said, when it is time.
    unsaid: Option<String>,
    stop: bool,
}

/// How the file of settings is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConfigHealth {
    /// The file.
    pub path: PathBuf,
    /// How many times its settings were taken, the first at set-up.
    pub generation: u64,
    /// Why the file, as it is now, was refused or could not be read; the settings taken last stay
    /// in force.
    pub error: Option<ConfigError>,
    /// What in the file has no effect, each with its line and column.
    pub warnings: Vec<String>,
    /// Attempts of this process with which something went wrong on purpose.
    pub injected_faults: u64,
}

/// A line, and one for each warning.
impl fmt::Display for ConfigHealth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ConfigHealth { path, generation, error, warnings, injected_faults } = self;
        write!(f, "{}: settings taken {generation} times", path.display())?;
        if *injected_faults > 0 {
            write!(f, ", {injected_faults} faults injected")?;
        }
        match error {
            Some(error) => write!(f, ", refused as it is now: {error}")?,
            None => warnings.iter().try_for_each(|warning| write!(f, "\n{warning}"))?,
        }
        Ok(())
    }
}

impl ConfigSource {
    /// Reads the file and judges it.
    ///
    /// # Errors
    ///
    /// [`ConfigError`], with every mistake. Nothing has changed then.
    pub(crate) fn load(&self) -> Result<Loaded, ConfigError> {
        let read = file::read(&self.path).map_err(|error| self.unreadable(&error))?;
        self.judge(read)
    }

    fn judge(&self, (content, stamp): (Vec<u8>, Stamp)) -> Result<Loaded, ConfigError> {
        let read_at = SystemTime::now();
        let invalid = |mistakes| ConfigError::Invalid { path: self.path.clone(), mistakes };
        let text = std::str::from_utf8(&content).map_err(|error| ConfigError::Unreadable {
            path: self.path.clone(),
            reason: format!("byte {} is no UTF-8", error.valid_up_to()),
        })?;
        let document = document::parse(text).map_err(invalid)?;
        self.permit(&document)?;
        let entries = inventory();
        let traced: Vec<&str> = entries.iter().map(|entry| entry.name).collect();
        let resolved = resolve::resolve(&document, apply::functions(), &traced).map_err(invalid)?;
        Ok(Loaded { content, stamp, read_at, resolved })
    }

    fn permit(&self, document: &Document) -> Result<(), ConfigError> {
        if self.allow_faults || document.faults.is_empty() {
            return Ok(());
        }
        let mistakes = fault::forbidden(&document.faults);
        Err(ConfigError::Invalid { path: self.path.clone(), mistakes })
    }

    fn unreadable(&self, error: &io::Error) -> ConfigError {
        ConfigError::Unreadable { path: self.path.clone(), reason: error.to_string() }
    }
}

impl Watch {
    /// Puts the settings in force and looks after the file from now on.
    ///
    /// # Errors
    ///
    /// If there is no thread to be had; nothing is in force then.
    pub(crate) fn start(
        source: ConfigSource,
        loaded: Loaded,
        notify: Notify,
    ) -> io::Result<Arc<Watch>> {
        let Loaded { content, stamp, read_at, resolved } = loaded;
        let warnings = warned(&source, &resolved);
        let state = State {
            content,
            stamp: Some(stamp),
            read_at,
            generation: 1,
            refused: None,
            unsaid: summary(&warnings),
            warnings,
            said_at: None,
            stop: false,
        };
        let (state, stopped) = (Mutex::new(state), Condvar::new());
        let watch = Arc::new(Watch { source, notify, state, stopped });
        let own = Arc::clone(&watch);
        std::thread::Builder::new().name("lumina-config".to_owned()).spawn(move || own.run())?;
        apply::apply(Some(resolved));
        watch.speak(Instant::now());
        Ok(watch)
    }

    fn run(&self) {
        suppress_this_thread();
        loop {
            let state = self.state();
            if state.stop {
                return;
            }
            let waited = self.stopped.wait_timeout_while(state, LOOK_EVERY, |state| !state.stop);
            drop(waited.unwrap_or_else(PoisonError::into_inner));
            // A refusal is kept and said. A panic is a defect of ours, or of the program's own
            // `on_warning`; the next look may do without.
            let _ = catch_unwind(AssertUnwindSafe(|| self.look(Instant::now())));
        }
    }

    /// Ends the thread; the settings stay in force.
    pub(crate) fn stop(&self) {
        self.state().stop = true;
        self.stopped.notify_all();
    }

    /// Takes the file's settings if it has changed; whether it did.
    ///
    /// # Errors
    ///
    /// Why the file, as it is now, is not in force, also if that was found before.
    pub(crate) fn look(&self, now: Instant) -> Result<bool, ConfigError> {
        let looked = {
            let mut state = self.state();
            match state.stop {
                true => Ok(false),
                false => self.look_at_file(&mut state),
            }
        };
        self.speak(now);
        looked
    }

    fn look_at_file(&self, state: &mut State) -> Result<bool, ConfigError> {
        let unchanged = match Stamp::of(&self.source.path) {
            Ok(stamp) => state.stamp == Some(stamp) && stamp.is_settled(state.read_at),
            // To be found again below, with its reason.
            Err(_) => false,
        };
        if unchanged {
            return state.refused.clone().map_or(Ok(false), Err);
        }
        let (content, stamp) = match file::read(&self.source.path) {
            Ok(read) => read,
            Err(error) => {
                state.stamp = None;
                return Err(state.refuse(self.source.unreadable(&error)));
            }
        };
        (state.stamp, state.read_at) = (Some(stamp), SystemTime::now());
        let was_unreadable = matches!(state.refused, Some(ConfigError::Unreadable { .. }));
        if content == state.content && !was_unreadable {
            return state.refused.clone().map_or(Ok(false), Err);
        }
        let is_back = content == state.content;
        state.content.clone_from(&content);
        match self.source.judge((content, stamp)) {
            Err(error) => Err(state.refuse(error)),
            Ok(loaded) => {
                state.refused = None;
                state.warnings = warned(&self.source, &loaded.resolved);
                state.unsaid = summary(&state.warnings);
                apply::apply(Some(loaded.resolved));
                state.generation += u64::from(!is_back);
                Ok(!is_back)
            }
        }
    }

    /// Says what is to be said, unless something was said within the last minute.
    fn speak(&self, now: Instant) {
        let line = {
            let mut state = self.state();
            let quiet = state.said_at.is_some_and(|at| now.duration_since(at) < SAY_EVERY);
            if quiet || state.unsaid.is_none() {
                return;
            }
            state.said_at = Some(now);
            state.unsaid.take()
        };
        // Without the lock: it runs the user's code.
        if let Some(line) = line {
            self.notify.say(&line);
        }
    }

    pub(crate) fn health(&self) -> ConfigHealth {
        let state = self.state();
        ConfigHealth {
            path: self.source.path.clone(),
            generation: state.generation,
            error: state.refused.clone(),
            warnings: state.warnings.iter().cloned().chain(apply::impossible_faults()).collect(),
            injected_faults: crate::policy::fault::injected(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn refuse(&mut self, error: ConfigError) -> ConfigError {
        if self.refused.as_ref() != Some(&error) {
            self.unsaid =
                Some(format!("the settings in force stay, for the file is refused:\n{error}"));
            self.refused = Some(error.clone());
        }
        error
    }
}

fn warned(source: &ConfigSource, resolved: &Resolved) -> Vec<String> {
    let path = source.path.display();
    resolved.warnings.iter().map(|warning| format!("{path}:{warning}")).collect()
}

fn summary(warnings: &[String]) -> Option<String> {
    (!warnings.is_empty()).then(|| warnings.join("\n"))
}
