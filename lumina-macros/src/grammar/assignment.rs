//! `key = value`.

use syn::parse::ParseStream;
use syn::{Expr, Ident, Token};

use super::peel;

/// `= value`, where `example` shows what a value looks like.
pub(crate) fn value<T: FromInput>(
    input: ParseStream<'_>,
    key: &Ident,
    example: &str,
) -> syn::Result<T> {
    expect_equals(input, key, example)?;
    if input.is_empty() || input.peek(Token![,]) {
        return Err(syn::Error::new(
            key.span(),
            format!("`{key}` needs a value: `{key} = {example}`"),
        ));
    }
    T::from_input(input)
}

pub(crate) fn expect_equals(input: ParseStream<'_>, key: &Ident, example: &str) -> syn::Result<()> {
    input.parse::<Token![=]>().map(drop).map_err(|_| {
        syn::Error::new(key.span(), format!("`{key}` needs a value: `{key} = {example}`"))
    })
}

/// What may stand after `key =`.
pub(crate) trait FromInput: Sized {
    fn from_input(input: ParseStream<'_>) -> syn::Result<Self>;
}

impl FromInput for Expr {
    fn from_input(input: ParseStream<'_>) -> syn::Result<Expr> {
        input.parse().map(peel)
    }
}

impl FromInput for Ident {
    fn from_input(input: ParseStream<'_>) -> syn::Result<Ident> {
        input.parse()
    }
}
