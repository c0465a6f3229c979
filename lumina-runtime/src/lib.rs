//! Records, collects and ships spans.
pub mod export;
pub mod model;
