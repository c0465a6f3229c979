//! Runnable examples: `cargo run --example support_assistant`.
