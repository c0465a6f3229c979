//! Records, collects and ships spans.

#[cfg(all(feature = "bench", not(lumina_loom)))]
#[doc(hidden)]
pub mod bench;
mod bridge;
// The engine's plans are statics, which loom's types cannot be: loom models what it is built from.
#[cfg(not(lumina_loom))]
mod call;
mod collect;
#[cfg(feature = "config")]
mod config;
pub mod export;
#[cfg(not(lumina_loom))]
pub mod inventory;
pub mod model;
pub mod names;
pub mod pipeline;
#[allow(dead_code, reason = "tests look into the state that policies share")]
mod policy;
mod record;
mod span;
pub mod testing;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use bridge::{TracingLayer, layer};
#[cfg(not(lumina_loom))]
pub use call::settle_tokens;
#[cfg(feature = "config")]
pub use config::{ConfigError, ConfigHealth, ConfigMistake};
#[cfg(not(lumina_loom))]
pub use inventory::inventory;
#[cfg(feature = "config")]
pub use pipeline::reload_config;
pub use pipeline::{
    Builder, ExporterHealth, ExporterReport, Guard, Health, InvalidSetting, Report, Scoped,
    ScopedPipeline, SetupError, State, builder, flush, health, init, shutdown,
};
pub use policy::{
    Backoff, Classify, Deadline, ErrorKind, Interrupted, Jitter, WithDeadline, retry_after,
};
pub use record::context::{Context, ContextGuard, FutureExt, InContext};
