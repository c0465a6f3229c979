//! Policies at run time: `lumina.toml`, from its text to what each function does.
//!
//! ```text
//! text -> Document (parse) -> Settings of each function (resolve) -> its plan (apply)
//!    ^ watch: the file, when it changes
//! ```
//!
//! A file is taken as a whole or refused as a whole, with every mistake at its place. What the
//! settings do is the engine's business; here is only how they are written.

mod document;
mod duration;
mod error;
mod fault;
mod pattern;
mod place;
mod reader;
mod schema;
mod suggest;
mod values;

pub use error::{ConfigError, ConfigMistake};
