//! Pipelines of a scope: nobody's default, for tests that run side by side in one process.

use super::error::{InvalidSetting, SetupError};
use super::health::Health;
use super::install::EXIT_TIMEOUT;
use super::report::Report;
use super::running::Pipeline;
use super::{Builder, plan, start};
use crate::bridge;
use crate::record::context::{Context, InContext};
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task;
use std::time::Duration;
use tracing_core::Dispatch;
use tracing_core::dispatcher::{self, DefaultGuard};
use tracing_core::subscriber::NoSubscriber;

/// A pipeline that gets the spans of its scope only.
///
/// Made by [`Builder::build_scoped`]. Whatever is called within the scope, and carries its context
/// to other threads and tasks, is recorded here; the installed pipeline gets nothing of it.
///
/// Spans of `tracing` are recorded too, on the thread that runs the scope, if `tracing` has no
/// subscriber there, or one with [`layer`](crate::layer).
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
    /// Ours, for where there is no other; `None` where it shall not be.
    subscriber: Option<Dispatch>,
    exit_timeout: Duration,
}

pub(super) fn build(builder: Builder) -> Result<ScopedPipeline, SetupError> {
    let exit_timeout = builder.exit_timeout.unwrap_or(EXIT_TIMEOUT);
    if let Some(path) = &builder.config_file {
        let accepted = "a file for `install`: policies belong to the process, not to a scope";
        let path = path.to_string_lossy();
        return Err(InvalidSetting::new("Builder::config_file", path, accepted).into());
    }
    let plan = plan::lower(builder).map_err(|settings| SetupError::Invalid { settings })?;
    // Switched off, the scope still must keep its spans from the installed pipeline.
    let plan = plan.unwrap_or_else(plan::silent);
    let subscriber = plan.max_level.map(|level| Dispatch::new(bridge::subscriber(level)));
    let (pipeline, source) = start::start(plan)?;
    Ok(ScopedPipeline { pipeline, context: source.context(), subscriber, exit_timeout })
}

impl ScopedPipeline {
    /// Runs `f` with its spans going to this pipeline, each outermost one a new trace.
    pub fn in_scope<R>(&self, f: impl FnOnce() -> R) -> R {
        let _subscriber = subscribe(self.subscriber.as_ref());
        self.context.in_scope(f)
    }

    /// A future whose spans go to this pipeline, wherever it is polled.
    pub fn scope_future<F: Future>(&self, future: F) -> Scoped<F> {
        let future = Some(self.context.wrap(future));
        Scoped { future, subscriber: self.subscriber.clone() }
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

/// Makes `ours` the thread's subscriber while the guard lives, unless there is another one.
fn subscribe(ours: Option<&Dispatch>) -> Option<DefaultGuard> {
    let is_free = dispatcher::get_default(|current| current.is::<NoSubscriber>());
    ours.filter(|_| is_free).map(dispatcher::set_default)
}

pin_project_lite::pin_project! {
    /// A future whose spans go to a [`ScopedPipeline`].
    #[must_use = "futures do nothing unless polled"]
    pub struct Scoped<F> {
        #[pin]
        future: Option<InContext<F>>,
        subscriber: Option<Dispatch>,
    }

    impl<F> PinnedDrop for Scoped<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            let _subscriber = subscribe(this.subscriber.as_ref());
            this.future.set(None);
        }
    }
}

impl<F: Future> Future for Scoped<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> task::Poll<F::Output> {
        let this = self.project();
        let _subscriber = subscribe(this.subscriber.as_ref());
        match this.future.as_pin_mut() {
            Some(future) => future.poll(cx),
            // Only `drop` takes the future out.
            None => task::Poll::Pending,
        }
    }
}

impl<F> fmt::Debug for Scoped<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Scoped")
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
