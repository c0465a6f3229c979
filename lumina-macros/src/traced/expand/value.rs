//! What a plan records, as an `Arg`.

use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::Expr;
use syn::spanned::Spanned;

use crate::grammar::{argument, at, generated, relocated};
use crate::traced::plan::Recorded;

/// The value, with rustc's complaints about its type at the user's expression.
pub(super) fn recorded(recorded: &Recorded, private: &TokenStream) -> TokenStream {
    match recorded {
        Recorded::Nothing => generated!(#private::Arg::Empty),
        Recorded::Value { mode, expr, span } => argument(*mode, expr, *span, private),
        Recorded::Redacted(class) => generated!(#private::redacted(#class)),
        Recorded::RedactedBy { with, parameter } => {
            let with = callee(with);
            let private = relocated(private, parameter.span());
            quote_spanned! {at(parameter.span())=>
                #private::ToArg::to_arg(&#private::Redacted::by(|| #with(&#parameter)))
            }
        }
    }
}

/// A call of one of our functions, reported at its argument.
pub(super) fn spanned_call(function: &TokenStream, argument: &Expr) -> TokenStream {
    let function = relocated(function, argument.span());
    quote_spanned!(at(argument.span())=> #function(#argument))
}

fn callee(expr: &Expr) -> TokenStream {
    match expr {
        Expr::Path(_) | Expr::Paren(_) => generated!(#expr),
        _ => generated!((#expr)),
    }
}
