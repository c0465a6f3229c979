//! `record!`, `event!` and `span!`: what a body says of its own span.
//!
//! The facade's `macro_rules!` of these names put `$crate;` before the user's tokens, so that the
//! paths are right under any name of the crate.

mod expand;
mod parse;

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::Parser;

use crate::errors::Errors;

/// Whether spans are compiled in; without them the values are only type-checked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Recording {
    Enabled,
    Disabled,
}

pub(crate) fn record(tokens: TokenStream, recording: Recording) -> TokenStream {
    statement(tokens, parse::record, |record| expand::record(record, recording))
}

pub(crate) fn event(tokens: TokenStream, recording: Recording) -> TokenStream {
    statement(tokens, parse::event, |event| expand::event(event, recording))
}

pub(crate) fn span(tokens: TokenStream, recording: Recording) -> TokenStream {
    statement(tokens, parse::span, |span| expand::span(span, recording))
}

fn statement<T>(
    tokens: TokenStream,
    parse: fn(syn::parse::ParseStream<'_>, &mut Errors) -> syn::Result<T>,
    expand: impl FnOnce(&T) -> TokenStream,
) -> TokenStream {
    let mut errors = Errors::default();
    let parsed = (|input: syn::parse::ParseStream<'_>| parse(input, &mut errors)).parse2(tokens);
    let parsed = errors.catch(parsed);
    match (parsed, errors.into_result()) {
        (Some(parsed), Ok(())) => expand(&parsed),
        (_, Err(error)) => {
            let error = error.to_compile_error();
            quote!({ #error })
        }
        // OK: without a value there was an error.
        (None, Ok(())) => TokenStream::new(),
    }
}
