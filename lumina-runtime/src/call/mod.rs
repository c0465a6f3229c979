//! The engine of the policies: what happens between a call of a traced function and its body.
//!
//! ```text
//! operation span -> cache -> fallbacks -> total deadline -> retry -> hedge -> breaker -> limits
//!                -> attempt timeout -> attempt span -> body
//! ```
//!
//! The loop and the order of the fallbacks are in the generated code; here is what one turn of it
//! does. Everything is decided while a future is polled, and there the error is consumed, so that
//! no error lives across an `.await` and the function's future stays `Send` whatever its error.
//! What each policy decides is in `policy`, pure; here it meets clock, spans and randomness.

mod args;
mod attempt;
mod attempt_sync;
#[cfg(feature = "cache")]
pub mod cache;
#[cfg(any(feature = "config", test))]
#[cfg_attr(not(feature = "config"), allow(dead_code, reason = "tests need a part of it"))]
mod declared;
mod described;
mod fallback;
mod fallible;
mod hedged;
mod judgement;
mod leg;
mod limit;
mod operation;
mod plan;
mod report;
mod resolve;
mod running;
mod settings;
mod state;
mod stream;
#[cfg(test)]
mod tests;
mod written;

pub use args::AttemptArg;
#[cfg(feature = "config")]
pub(crate) use declared::{Declared, Numbers};
pub use fallible::{Fallible, Step};
pub use judgement::Judgement;
pub use limit::{settle_tokens, tokens, tokens_a_minute, used_tokens, using};
pub use operation::Call;
pub use plan::{ATTEMPT_KEYS, FALLBACK_KEYS, FallbackPlan, HEDGED_ATTEMPT_KEYS, Plan};
pub use resolve::Resolve;
#[cfg(feature = "config")]
pub(crate) use settings::Settings;
pub use stream::{Making, StreamClock, TimeBoxed, TimedItem, TimedStream};
pub use written::{
    Anything, CannotTake, FromInterrupted, IntoErr, Takes, calls, hedged_calls, holds,
    interrupted_by, judge, resolve_now, unreachable, until,
};
