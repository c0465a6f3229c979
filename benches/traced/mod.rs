//! The same functions, traced in each of the ways that are compared.

pub mod fastrace;
pub mod lumina;
pub mod tracing;
