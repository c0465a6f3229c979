//! The policies of a function: `#[retry]`, `#[timeout]`, `#[fallback]`, `#[breaker]`, `#[limit]`,
//! `#[hedge]`, `#[cache]`.
//!
//! ```text
//! tokens -> parse: PolicyArgs -> lower: PolicyPlan
//! ```
//!
//! What a plan becomes is written by `traced`, which owns the function; an attribute that stands
//! alone only finds its way to a `traced` ([`attribute`]).

mod args;
mod attribute;
mod lower;
mod parse;
mod plan;
mod siblings;

pub(crate) use args::{Kind, PolicyArgs};
pub(crate) use attribute::{alone, disabled, needs_enable};
pub(crate) use lower::{Form, Subject, lower, lower_stream, take_mut};
pub(crate) use parse::parse;
pub(crate) use plan::{
    Argument, Backoff, BreakerPlan, Budget, CachePlan, Count, FallbackPlan, HedgePlan, Invocation,
    KeyPart, LimitPlan, Pass, PolicyPlan, Raised, RetryPlan, Start, StreamTimes,
};
pub(crate) use siblings::{helper_name, take};
