//! Comma-separated lists that survive a bad element.

use proc_macro2::TokenTree;
use syn::Token;
use syn::parse::ParseStream;

use crate::errors::Errors;

/// Reads elements up to the end of `input`; a bad one is recorded and skipped.
pub(crate) fn list(
    input: ParseStream<'_>,
    errors: &mut Errors,
    mut element: impl FnMut(ParseStream<'_>, &mut Errors) -> syn::Result<()>,
) {
    while !input.is_empty() {
        if let Err(error) = element(input, errors) {
            errors.push(error);
            skip_to_comma(input);
        } else if !input.is_empty() && !input.peek(Token![,]) {
            errors.push(input.error("expected `,`"));
            skip_to_comma(input);
        }
        // OK to ignore: the input is at a comma or at its end.
        let _ = input.parse::<Token![,]>();
    }
}

fn skip_to_comma(input: ParseStream<'_>) {
    while !input.is_empty() && !input.peek(Token![,]) {
        // OK to ignore: any token will do, and there is one.
        let _ = input.parse::<TokenTree>();
    }
}
