//! Instrumentation for AI pipelines, declared where the function is declared.
#![forbid(unsafe_code)]

pub use lumina_macros::traced;

#[cfg(feature = "enable")]
pub use lumina_runtime::*;
