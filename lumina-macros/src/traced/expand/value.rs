//! One attribute value as an `Arg`.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::Expr;
use syn::spanned::Spanned;

use crate::grammar::attribute::Mode;
use crate::grammar::{at, generated};
use crate::traced::plan::Recorded;

/// The value, with rustc's complaints about its type at the user's expression.
pub(super) fn recorded(recorded: &Recorded, private: &TokenStream) -> TokenStream {
    match recorded {
        Recorded::Nothing => generated!(#private::Arg::Empty),
        Recorded::Value { mode, expr, span } => value(*mode, expr, *span, private),
        Recorded::Redacted(class) => generated!(#private::redacted(#class)),
        Recorded::RedactedBy { with, parameter } => {
            let with = callee(with);
            quote_spanned! {at(parameter.span())=>
                #private::ToArg::to_arg(&#with(&#parameter))
            }
        }
    }
}

pub(crate) fn value(mode: Mode, expr: &Expr, span: Span, private: &TokenStream) -> TokenStream {
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

/// A call of one of our functions, reported at its argument.
pub(super) fn spanned_call(function: &TokenStream, argument: &Expr) -> TokenStream {
    quote_spanned!(at(argument.span())=> #function(#argument))
}

/// `expr` so that a `&` before it takes all of it.
fn operand(expr: &Expr) -> TokenStream {
    match expr {
        Expr::Path(_)
        | Expr::Field(_)
        | Expr::Lit(_)
        | Expr::Call(_)
        | Expr::MethodCall(_)
        | Expr::Macro(_)
        | Expr::Index(_)
        | Expr::Paren(_)
        | Expr::Array(_)
        | Expr::Tuple(_)
        | Expr::Block(_)
        | Expr::Reference(_) => generated!(#expr),
        _ => generated!((#expr)),
    }
}

fn callee(expr: &Expr) -> TokenStream {
    match expr {
        Expr::Path(_) | Expr::Paren(_) => generated!(#expr),
        _ => generated!((#expr)),
    }
}
