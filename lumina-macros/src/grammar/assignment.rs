//! `key = value`.

use syn::parse::ParseStream;
use syn::{Expr, Ident, Path, Token};

use super::peel;

/// `= value`, where `example` shows what a value looks like.
pub(crate) fn value<T: Value>(
    input: ParseStream<'_>,
    key: &Ident,
    example: &str,
) -> syn::Result<T> {
    let equals = input.parse::<Token![=]>().is_ok();
    if !equals || input.is_empty() || input.peek(Token![,]) {
        let message = format!("`{key}` needs a value: `{key} = {example}`");
        return Err(syn::Error::new(key.span(), message));
    }
    T::read(input)
}

/// What may stand after `key =`.
pub(crate) trait Value: Sized {
    fn read(input: ParseStream<'_>) -> syn::Result<Self>;
}

impl Value for Expr {
    fn read(input: ParseStream<'_>) -> syn::Result<Expr> {
        input.parse().map(peel)
    }
}

impl Value for Ident {
    fn read(input: ParseStream<'_>) -> syn::Result<Ident> {
        input.parse()
    }
}

impl Value for Path {
    fn read(input: ParseStream<'_>) -> syn::Result<Path> {
        input.call(Path::parse_mod_style)
    }
}
