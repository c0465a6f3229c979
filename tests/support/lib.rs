//! What the test rooms share.

pub mod emit;
pub mod otlp;
pub mod scratch;
pub mod unused;
