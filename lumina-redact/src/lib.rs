//! Finds personal data and secrets in text and replaces them: one pass, linear time.
//!
//! ```
//! use lumina_redact::Redactor;
//!
//! let redactor = Redactor::default();
//! assert_eq!(redactor.redact("pay with 4111 1111 1111 1111"), "pay with [CARD ****1111]");
//! assert_eq!(redactor.redact("order 4711 shipped"), "order 4711 shipped");
//! ```
//!
//! What the engine knows of spans, attributes and configuration files: nothing. It is handed text
//! and gives text back.

mod check;
mod class;
mod detect;
mod engine;
mod fields;
mod finding;
mod keys;
mod own;
mod placeholder;
mod redactor;
mod rules;
mod scan;
mod shape;
mod table;

pub use class::{Action, Class};
pub use finding::{Finding, Reason, Summary};
pub use keys::is_secret_key;
pub use own::{OwnRule, RuleError};
pub use redactor::Redactor;
pub use rules::{RuleInfo, Rules};
