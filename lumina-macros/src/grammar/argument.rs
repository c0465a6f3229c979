//! One attribute value as an `Arg`.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Expr;

use super::attribute::Mode;
use super::{at, relocated};

/// `ToArg::to_arg(&expr)`, or what `%`, `?` and `json(..)` stand for; rustc reports a value that
/// cannot be recorded at `span`.
pub(crate) fn argument(mode: Mode, expr: &Expr, span: Span, private: &TokenStream) -> TokenStream {
    let private = relocated(private, span);
    let span = at(span);
    let record = match mode {
        Mode::Value => quote_spanned!(span=> #private::ToArg::to_arg),
        Mode::Display => quote_spanned!(span=> #private::display),
        Mode::Debug => quote_spanned!(span=> #private::debug),
        Mode::Json => quote_spanned!(span=> #private::json),
    };
    let expr = operand(expr);
    quote_spanned!(span=> #record(&#expr))
}

/// `expr` so that a `&` before it takes all of it.
pub(crate) fn operand(expr: &Expr) -> TokenStream {
    match expr {
        Expr::Array(_)
        | Expr::Block(_)
        | Expr::Call(_)
        | Expr::Field(_)
        | Expr::Index(_)
        | Expr::Lit(_)
        | Expr::Macro(_)
        | Expr::MethodCall(_)
        | Expr::Paren(_)
        | Expr::Path(_)
        | Expr::Reference(_)
        | Expr::Tuple(_) => expr.to_token_stream(),
        _ => quote_spanned!(Span::mixed_site()=> (#expr)),
    }
}
