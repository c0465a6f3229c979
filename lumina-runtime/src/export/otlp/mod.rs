//! OTLP.
mod encode;
mod wire;
