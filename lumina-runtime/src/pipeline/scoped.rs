//! Pipelines of a scope: nobody's default, for tests that run side by side in one process.

use super::error::SetupError;
use super::health::Health;
use super::install::EXIT_TIMEOUT;
use super::report::Report;
use super::running::Pipeline;
use super::{Builder, plan, start};
use crate::record::context::{Context, InContext};
use std::fmt;
use std::future::Future;
use std::time::Duration;

/// A pipeline that gets the spans of its scope only.
///
/// Made by [`Builder::build_scoped`]. Whatever is called within the scope, and carries its context
/// to other threads and tasks, is recorded here; the installed pipeline gets nothing of it.
///
/// ```
/// use lumina_runtime::{builder, export::Memory};
/// use std::time::Duration;
/// let memory = Memory::new();
/// let pipeline = builder().exporter(memory.clone()).build_scoped()?;
/// let answer = pipeline.in_scope(|| 6 * 7);
/// assert_eq!(answer, 42);
/// assert_eq!(pipeline.shutdown(Duration::from_secs(5)).emitted, 0);
/// # Ok::<(), lumina_runtime::SetupError>(())
/// ```
///
/// Dropping it shuts it down, waiting for
/// [`exit_timeout`](Builder::exit_timeout) at most.
#[must_use = "dropping the pipeline shuts it down"]
pub struct ScopedPipeline {
    pipeline: Pipeline,
    context: Context,
    exit_timeout: Duration,
}

pub(super) fn build(builder: Builder) -> Result<ScopedPipeline, SetupError> {
    let exit_timeout = builder.exit_timeout.unwrap_or(EXIT_TIMEOUT);
    let plan = plan::lower(builder).map_err(|settings| SetupError::Invalid { settings })?;
    // Switched off, the scope still must keep its spans from the installed pipeline.
    let (pipeline, source) = start::start(plan.unwrap_or_else(plan::silent))?;
    Ok(ScopedPipeline { pipeline, context: source.context(), exit_timeout })
}

impl ScopedPipeline {
    /// Runs `f` with its spans going to this pipeline, each outermost one a new trace.
    pub fn in_scope<R>(&self, f: impl FnOnce() -> R) -> R {
        self.context.in_scope(f)
    }

    /// A future whose spans go to this pipeline, wherever it is polled.
    pub fn scope_future<F: Future>(&self, future: F) -> InContext<F> {
        self.context.wrap(future)
    }

    /// As [`flush`](crate::flush), for this pipeline.
    pub fn flush(&self, timeout: Duration) -> Report {
        self.pipeline.flush(timeout)
    }

    /// As [`shutdown`](crate::shutdown), for this pipeline.
    pub fn shutdown(&self, timeout: Duration) -> Report {
        self.pipeline.shutdown(timeout)
    }

    /// As [`health`](crate::health), for this pipeline.
    pub fn health(&self) -> Health {
        self.pipeline.health()
    }
}

impl Drop for ScopedPipeline {
    fn drop(&mut self) {
        if !self.pipeline.is_shut_down() {
            self.pipeline.shutdown(self.exit_timeout);
        }
    }
}

impl fmt::Debug for ScopedPipeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScopedPipeline").field("health", &self.health()).finish_non_exhaustive()
    }
}
