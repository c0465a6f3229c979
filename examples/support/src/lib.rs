//! What the examples need and do not teach.
//!
//! * [`provider`]: a local server that speaks the wire of OpenAI, with faults on demand.
//! * [`retrieval`]: a document index over a directory of Markdown files.
//!
//! Not published, and not a place to copy from: a pipeline of your own talks to a real provider
//! and has an index already. The two halves share one convention, [`document`]: how a passage
//! is written into a prompt.

pub mod document;
pub mod provider;
pub mod retrieval;
mod text;

pub use provider::{Endpoint, MockProvider};
pub use retrieval::Index;
