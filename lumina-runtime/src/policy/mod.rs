//! Policies: what may happen around a call besides the call.
//!
//! Each file is one policy's rules or shared state. Nothing in here runs a user's code, makes a span
//! or decides on its own when to wait: time and randomness are handed in, and who drives the parts
//! is the engine's business. The exceptions are [`timer`], which is the clock and the waiting, and
//! [`block`], which waits in synchronous functions.
//!
//! ```text
//! per call:  retry (backoff, budget)   hedge   deadline   timer   fault
//! shared:    budget   breaker   limit/{concurrency, rate}   cache     by site, or by name: registry
//! errors:    classify: what an error says of itself   error: what a policy adds
//! ```
//!
//! Shared state never stays locked or half-changed when a call panics or is dropped: what a call
//! takes, it takes as a guard whose `Drop` gives it back.

pub(crate) mod backoff;
pub(crate) mod block;
pub(crate) mod breaker;
pub(crate) mod budget;
#[cfg(feature = "cache")]
pub(crate) mod cache;
pub(crate) mod classify;
pub(crate) mod deadline;
pub(crate) mod error;
pub(crate) mod fault;
pub(crate) mod hedge;
pub(crate) mod instant;
pub(crate) mod limit;
pub(crate) mod random;
pub(crate) mod registry;
pub(crate) mod retry;
mod sync;
pub(crate) mod timer;

pub use backoff::{Backoff, Jitter};
pub use classify::{Classify, ErrorKind, retry_after};
pub use deadline::{Deadline, WithDeadline};
pub use error::Interrupted;
