//! The guard: keeps the installed pipeline until the end of `main`.

use super::health::Health;
use super::install::Installed;
use super::report::Report;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Keeps the installed pipeline; dropping it delivers the last spans and ends the pipeline.
///
/// Keep it in `main`, under a name: `let _lumina = lumina::init()?;`. (`let _ = ..` would end the
/// pipeline at once.) The drop waits for
/// [`exit_timeout`](super::Builder::exit_timeout) at most, 5 seconds by default, and says on
/// standard error what was not delivered. It works the same at `std::process::exit` (on Unix), and
/// when `main` returns early or panics. `abort` and `SIGKILL` cannot be seen: what an exporter has
/// not got by then is lost. For `SIGTERM` and `SIGINT` see the feature `signals`.
#[must_use = "dropping the guard ends the pipeline: keep it until the end of `main`"]
pub struct Guard {
    installed: Arc<Installed>,
}

impl Guard {
    pub(super) fn new(installed: Arc<Installed>) -> Self {
        Guard { installed }
    }

    /// As [`flush`](crate::flush).
    pub fn flush(&self, timeout: Duration) -> Report {
        self.installed.flush(timeout)
    }

    /// As [`shutdown`](crate::shutdown); the drop has nothing left to do.
    pub fn shutdown(&self, timeout: Duration) -> Report {
        self.installed.shutdown(timeout)
    }

    /// As [`health`](crate::health).
    pub fn health(&self) -> Health {
        self.installed.health()
    }

    /// Shuts down when the process gets `SIGTERM` or `SIGINT` (ctrl-c), waiting
    /// [`exit_timeout`](super::Builder::exit_timeout) at most, then lets the signal do what it does
    /// by default: end the process, with the exit status that says so.
    ///
    /// For programs that do not handle these signals themselves; those that do call
    /// [`shutdown`](Self::shutdown) when they are through. The second signal ends the process at
    /// once.
    ///
    /// # Errors
    ///
    /// If the operating system refuses the handler or its thread.
    #[cfg(all(unix, feature = "signals"))]
    pub fn handle_signals(&self) -> std::io::Result<()> {
        super::signals::handle(Arc::clone(&self.installed))
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.installed.end();
    }
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard").field("state", &self.health().state).finish_non_exhaustive()
    }
}
