//! `#[derive(Classify)]`: what the errors of a type mean to policies.
//!
//! ```text
//! tokens -> parse: Args of the type and of each variant -> lower: Plan -> expand: tokens
//! ```

mod args;
mod expand;
mod lower;
mod parse;
mod plan;

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::errors::Errors;
use crate::statement::Recording;

/// The implementation, or the mistakes and one that says nothing, so that no second error follows.
pub(crate) fn derive(input: TokenStream, recording: Recording) -> TokenStream {
    let input: DeriveInput = match syn::parse2(input) {
        Ok(input) => input,
        Err(error) => return error.to_compile_error(),
    };
    let mut errors = Errors::default();
    let declared = parse::parse(&input, &mut errors);
    let plan = lower::lower(&input, declared, &mut errors);
    match (errors.into_result(), recording) {
        (Ok(()), Recording::Enabled) => expand::expand(&plan),
        (Ok(()), Recording::Disabled) => expand::unasked(&plan),
        (Err(error), _) => {
            let errors = error.to_compile_error();
            let silent = expand::silent(&plan);
            quote!(#errors #silent)
        }
    }
}
