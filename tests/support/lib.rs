//! What the test rooms share.

pub mod otlp;
