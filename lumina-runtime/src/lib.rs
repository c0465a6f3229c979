//! Records, collects and ships spans.

mod bridge;
mod collect;
pub mod export;
pub mod model;
pub mod names;
pub mod pipeline;
mod record;
mod span;
pub mod testing;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use bridge::{TracingLayer, layer};
pub use pipeline::{
    Builder, ExporterHealth, ExporterReport, Guard, Health, InvalidSetting, Report, Scoped,
    ScopedPipeline, SetupError, State, builder, flush, health, init, shutdown,
};
pub use record::context::{Context, ContextGuard, FutureExt, InContext};
