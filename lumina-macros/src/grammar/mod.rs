//! The pieces of grammar that every macro shares: lists, keys set once, attributes and values.

mod argument;
mod assignment;
pub(crate) mod attribute;
pub(crate) mod duration;
mod keyed;
mod list;
pub(crate) mod secrets;

pub(crate) use argument::{argument, operand};
pub(crate) use assignment::value;
pub(crate) use keyed::{Keyed, set_once};
pub(crate) use list::list;

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::{Expr, LitStr};

/// `expr` without the invisible groups in which `macro_rules!` hands over its fragments.
pub(crate) fn peel(expr: Expr) -> Expr {
    match expr {
        Expr::Group(group) => peel(*group.expr),
        other => other,
    }
}

/// The literal, if `expr` is one string literal.
pub(crate) fn string_literal(expr: &Expr) -> Option<&LitStr> {
    match expr {
        Expr::Group(group) => string_literal(&group.expr),
        Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(literal), .. }) => Some(literal),
        _ => None,
    }
}

/// A span for generated tokens that rustc reports at `user`.
///
/// The place is the user's, the hygiene is the macro's: locals do not collide, and lints know that
/// nobody wrote this by hand.
pub(crate) fn at(user: Span) -> Span {
    Span::mixed_site().located_at(user)
}

/// `path` as if it had been written at `user`: it resolves as before, and is reported there.
pub(crate) fn relocated(path: &TokenStream, user: Span) -> TokenStream {
    let relocate = |mut token: TokenTree| {
        token.set_span(token.span().located_at(user));
        token
    };
    path.clone().into_iter().map(relocate).collect()
}

/// `quote!` with the hygiene of the macro: a local cannot meet one of the user's.
macro_rules! generated {
    ($($tokens:tt)*) => {
        ::quote::quote_spanned!(::proc_macro2::Span::mixed_site()=> $($tokens)*)
    };
}
pub(crate) use generated;
