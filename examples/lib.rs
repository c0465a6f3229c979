//! The parts of the examples that are worth calling from a test, too.
//!
//! The programs are beside this file: `cargo run --example quickstart`,
//! `cargo run --example support_assistant`.
#![forbid(unsafe_code)]

pub mod assistant;
