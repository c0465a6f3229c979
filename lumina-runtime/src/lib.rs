//! Records, collects and ships spans.

mod bridge;
mod collect;
pub mod export;
pub mod model;
pub mod names;
mod record;
mod span;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use record::context::{Context, ContextGuard, FutureExt, InContext};
