//! The attribute macros of lumina.
#![forbid(unsafe_code)]

mod errors;
mod function;
mod grammar;
mod suggest;
mod traced;

use proc_macro::TokenStream;

/// Records each call of a function as a span.
#[proc_macro_attribute]
pub fn traced(args: TokenStream, item: TokenStream) -> TokenStream {
    match cfg!(feature = "enable") {
        true => traced::traced(args.into(), item.into()).into(),
        false => traced::disabled(args.into(), item.into()).into(),
    }
}
