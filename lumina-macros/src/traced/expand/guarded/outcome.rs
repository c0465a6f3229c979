//! What is said of an error, and the errors that policies add.

use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::Expr;
use syn::spanned::Spanned;

use super::Guarded;
use crate::grammar::{at, generated, relocated};

/// Describes an error, classifies it, and asks each `when`; fallbacks before `from` have been tried.
///
/// ```text
/// judge::<R, _>(|error, judgement| {
///     judge_error!(error, judgement);
///     judgement.retry_if(holds(error, <when>));
///     judgement.accept_fallback(0, holds(error, <when>));
/// })
/// ```
pub(super) fn judge(guarded: &Guarded<'_>, from: usize) -> TokenStream {
    let Guarded { policies, private, returns, .. } = guarded;
    let retry = policies.retry.as_ref().filter(|_| from == 0);
    let retry = retry.and_then(|retry| retry.when.as_ref()).map(|when| {
        let holds = holds(when, &generated!(__lumina_error), private);
        generated!(__lumina_judgement.retry_if(#holds);)
    });
    let fallbacks = policies.fallbacks.iter().enumerate().skip(from).filter_map(|(index, step)| {
        let holds = holds(step.when.as_ref()?, &generated!(__lumina_error), private);
        Some(generated!(__lumina_judgement.accept_fallback(#index, #holds);))
    });
    generated! {
        #private::judge::<#returns, _>(|__lumina_error, __lumina_judgement| {
            #private::judge_error!(__lumina_error, __lumina_judgement);
            #retry
            #(#fallbacks)*
        })
    }
}

/// Whether a returned value is the one awaited.
pub(super) fn until(guarded: &Guarded<'_>, until: &Expr) -> TokenStream {
    let Guarded { private, returns, .. } = guarded;
    let holds = holds(until, &generated!(__lumina_ok), private);
    generated!(#private::until::<#returns, _>(|__lumina_ok| #holds))
}

fn holds(predicate: &Expr, value: &TokenStream, private: &TokenStream) -> TokenStream {
    let private = relocated(private, predicate.span());
    quote_spanned!(at(predicate.span())=> #private::holds(#value, #predicate))
}

/// A function that makes the error of an interruption.
pub(super) fn interrupted(guarded: &Guarded<'_>) -> TokenStream {
    let Guarded { policies, private, .. } = guarded;
    let Some(key) = policies.interrupts else {
        return generated!(#private::uninterrupted);
    };
    let at_key = relocated(private, key);
    let from = quote_spanned!(at(key)=> #at_key::FromInterrupted::from_interrupted);
    let Some(error) = &policies.timeout_error else {
        // A closure: as a value, the function would be part of the future's type, and rustc would
        // complain of it twice.
        return generated!(|__lumina_why| #from(__lumina_why));
    };
    let at_error = relocated(private, error.span());
    let late = match error {
        Expr::Closure(_) => {
            quote_spanned!(at(error.span())=> #at_error::interrupted_by(__lumina_why, #error))
        }
        _ => quote_spanned! {at(error.span())=>
            #at_error::IntoErr::into_err(#error, __lumina_why)
        },
    };
    let other = match policies.breaker.is_some() || policies.limit.is_some() {
        true => from,
        // Nothing else interrupts.
        false => generated!(#private::uninterrupted),
    };
    generated! {
        |__lumina_why| match __lumina_why {
            #private::Interrupted::Timeout { .. } | #private::Interrupted::Deadline { .. } => #late,
            _ => #other(__lumina_why),
        }
    }
}
