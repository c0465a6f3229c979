//! The macros of lumina; use them by way of the crate `lumina`.
//!
//! Each attribute is three steps: `parse` reads the tokens into what was written, `lower` judges
//! that and reports every mistake, `expand` writes tokens and cannot fail.
#![forbid(unsafe_code)]

mod classify;
mod errors;
mod function;
#[cfg(test)]
mod golden;
mod grammar;
mod policy;
mod statement;
mod suggest;
mod traced;

use policy::Kind;
use proc_macro::TokenStream;
use statement::Recording;

const RECORDING: Recording =
    if cfg!(feature = "enable") { Recording::Enabled } else { Recording::Disabled };

#[doc = include_str!("../docs/traced.md")]
#[proc_macro_attribute]
pub fn traced(args: TokenStream, item: TokenStream) -> TokenStream {
    match RECORDING {
        Recording::Enabled => traced::traced(args.into(), item.into()).into(),
        Recording::Disabled => traced::disabled(args.into(), item.into()).into(),
    }
}

/// Calls a function again when it fails.
#[doc = include_str!("../docs/policies.md")]
#[proc_macro_attribute]
pub fn retry(args: TokenStream, item: TokenStream) -> TokenStream {
    policy(Kind::Retry, args, item)
}

/// Bounds how long a function may take.
#[doc = include_str!("../docs/policies.md")]
#[proc_macro_attribute]
pub fn timeout(args: TokenStream, item: TokenStream) -> TokenStream {
    policy(Kind::Timeout, args, item)
}

/// Says what to do when a function has failed for good.
#[doc = include_str!("../docs/policies.md")]
#[proc_macro_attribute]
pub fn fallback(args: TokenStream, item: TokenStream) -> TokenStream {
    policy(Kind::Fallback, args, item)
}

/// Stops calling what keeps failing.
#[doc = include_str!("../docs/policies.md")]
#[proc_macro_attribute]
pub fn breaker(args: TokenStream, item: TokenStream) -> TokenStream {
    policy(Kind::Breaker, args, item)
}

/// Limits how many calls run at once, or begin in a minute.
#[doc = include_str!("../docs/policies.md")]
#[proc_macro_attribute]
pub fn limit(args: TokenStream, item: TokenStream) -> TokenStream {
    policy(Kind::Limit, args, item)
}

/// Makes a second call when the first one is slow, and takes the first success.
#[doc = include_str!("../docs/policies.md")]
#[proc_macro_attribute]
pub fn hedge(args: TokenStream, item: TokenStream) -> TokenStream {
    policy(Kind::Hedge, args, item)
}

/// Keeps the values of a function, and makes calls for the same value one.
#[doc = include_str!("../docs/policies.md")]
#[proc_macro_attribute]
pub fn cache(args: TokenStream, item: TokenStream) -> TokenStream {
    policy(Kind::Cache, args, item)
}

/// Says what the errors of a type mean to policies.
#[doc = include_str!("../docs/classify.md")]
#[proc_macro_derive(Classify, attributes(classify))]
pub fn classify(input: TokenStream) -> TokenStream {
    classify::derive(input.into(), RECORDING).into()
}

fn policy(kind: Kind, args: TokenStream, item: TokenStream) -> TokenStream {
    match RECORDING {
        Recording::Enabled => policy::alone(kind, args.into(), item.into()).into(),
        Recording::Disabled => policy::disabled(kind, args.into(), item.into()).into(),
    }
}

/// The part of `lumina::record!` that a `macro_rules!` cannot do.
#[doc(hidden)]
#[proc_macro]
pub fn __record(tokens: TokenStream) -> TokenStream {
    statement::record(tokens.into(), RECORDING).into()
}

/// The part of `lumina::event!` that a `macro_rules!` cannot do.
#[doc(hidden)]
#[proc_macro]
pub fn __event(tokens: TokenStream) -> TokenStream {
    statement::event(tokens.into(), RECORDING).into()
}

/// The part of `lumina::span!` that a `macro_rules!` cannot do.
#[doc(hidden)]
#[proc_macro]
pub fn __span(tokens: TokenStream) -> TokenStream {
    statement::span(tokens.into(), RECORDING).into()
}
