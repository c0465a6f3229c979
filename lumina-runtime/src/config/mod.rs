//! Policies at run time: `lumina.toml`, from its text to what each function does.
//!
//! ```text
//! file -> text -> Document (parse) -> Target of each function (resolve) -> its plan (apply)
//!   ^-- watch: again when it has changed
//! ```
//!
//! A file is taken as a whole or refused as a whole, with every mistake at its place. What the
//! settings do is the engine's business; here is how they are written, and when they hold.

mod apply;
mod document;
mod duration;
mod error;
mod fault;
mod file;
mod pattern;
mod place;
mod reader;
mod resolve;
mod schema;
mod suggest;
mod values;
mod watch;

pub use error::{ConfigError, ConfigMistake};
pub use watch::ConfigHealth;
pub(crate) use watch::{ConfigSource, Loaded, Watch};

/// Lets every function do what its attributes say.
pub(crate) fn clear() {
    apply::apply(None);
}
