//! What is said of an error, and the errors that policies add.

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::quote_spanned;
use syn::spanned::Spanned;
use syn::{Expr, Ident};

use super::Guarded;
use crate::grammar::{at, generated, relocated};
use crate::policy::Raised;

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
    let judged = filled(returns.clone());
    generated! {
        #private::judge::<#judged, _>(|__lumina_error, __lumina_judgement| {
            #private::judge_error!(__lumina_error, __lumina_judgement);
            #retry
            #(#fallbacks)*
        })
    }
}

/// Whether a returned value is the one awaited.
fn until(guarded: &Guarded<'_>, until: &Expr) -> TokenStream {
    let Guarded { private, returns, .. } = guarded;
    let holds = holds(until, &generated!(__lumina_ok), private);
    generated!(#private::until::<#returns, _>(|__lumina_ok| #holds))
}

fn holds(predicate: &Expr, value: &TokenStream, private: &TokenStream) -> TokenStream {
    let private = relocated(private, predicate.span());
    quote_spanned!(at(predicate.span())=> #private::holds(#value, #predicate))
}

/// What looks at an attempt's value: `until` and the limit's `used`, where there is either.
pub(super) fn look(guarded: &Guarded<'_>) -> Option<TokenStream> {
    let Guarded { policies, private, returns, .. } = guarded;
    let until = policies.retry.as_ref().and_then(|retry| retry.until.as_ref());
    let until = until.map(|until| self::until(guarded, until));
    let Some(used) = policies.limit.tokens.as_ref().and_then(|tokens| tokens.used.as_ref()) else {
        return until;
    };
    let until = until.unwrap_or_else(|| generated!(#private::Anything));
    let at_used = relocated(private, used.span());
    let tokens = quote_spanned!(at(used.span())=> #at_used::used_tokens(__lumina_ok, #used));
    Some(generated!(#private::using::<#returns, _, _>(|__lumina_ok| #tokens, #until)))
}

/// A function that makes the error of an interruption.
///
/// ```text
/// |why| match why {
///     Interrupted::Timeout { .. } | Interrupted::Deadline { .. } => <err of `timeout`>,
///     Interrupted::CircuitOpen { .. } => <err of `breaker`>,
///     _ => FromInterrupted::from_interrupted(why),
/// }
/// ```
pub(super) fn interrupted(guarded: &Guarded<'_>) -> TokenStream {
    let Guarded { policies, private, .. } = guarded;
    let by = &policies.interruptions;
    let all = [
        (&by.late, &["Timeout"][..]),
        (&by.deadline, &["Deadline"]),
        (&by.breaker, &["CircuitOpen"]),
        (&by.limit, &["QueueFull", "QueueTimeout", "RateLimited", "TooLarge"]),
    ];
    let mut from_key = None;
    let mut arms: Vec<(&Raised, Vec<TokenStream>)> = Vec::new();
    for (raised, variants) in all.iter().filter_map(|(it, variants)| Some((it.as_ref()?, variants)))
    {
        if raised.err.is_none() {
            from_key = from_key.or(Some(raised.key));
            continue;
        }
        let variants = variants.iter().map(|name| {
            let name = Ident::new(name, Span::mixed_site());
            generated!(#private::Interrupted::#name { .. })
        });
        // One arm a policy: written twice, a wrong `err` would be reported twice.
        match arms.iter_mut().find(|(other, _)| other.policy == raised.policy) {
            Some((_, known)) => known.extend(variants),
            None => arms.push((raised, variants.collect())),
        }
    }
    let from = from_key.map(|key| {
        let private = relocated(private, key);
        quote_spanned!(at(key)=> #private::FromInterrupted::from_interrupted)
    });
    let other = from.unwrap_or_else(|| generated!(#private::uninterrupted));
    if arms.is_empty() {
        return match by.is_some() {
            // A closure: as a value, the function would be part of the future's type, and rustc
            // would complain of it twice.
            true => generated!(|__lumina_why| #other(__lumina_why)),
            false => on_purpose(guarded).map_or(other, |(_, error)| error),
        };
    }
    if from_key.is_none() {
        // Whatever else there may be becomes the error of the last.
        arms.last_mut().into_iter().for_each(|(_, variants)| *variants = vec![generated!(_)]);
    }
    let arms = arms.into_iter().filter_map(|(raised, variants)| {
        let made = made(raised.err.as_ref()?, private);
        Some(generated!(#(#variants)|* => #made,))
    });
    let other = from_key.map(|_| generated!(_ => #other(__lumina_why),));
    generated! {
        |__lumina_why| match __lumina_why {
            #(#arms)*
            #other
        }
    }
}

/// Where no policy interrupts: whether an error can be made of an interruption all the same, and
/// what makes it, so that attempts can be made to fail on purpose. Nothing where the type of the
/// error cannot be named.
pub(super) fn on_purpose(guarded: &Guarded<'_>) -> Option<(TokenStream, TokenStream)> {
    let Guarded { policies, private, returns, .. } = guarded;
    // A cache alone makes no attempts.
    let none = policies.only_cached || policies.interruptions.is_some();
    if none || is_inferred(returns.clone()) {
        return None;
    }
    let takes = generated!(#private::takes_errors!(#returns));
    Some((takes, generated!(|__lumina_why| #private::taken_error!(#returns, __lumina_why))))
}

/// The type with `()` for what is left to rustc: where the type of the error is all that is asked
/// for, nothing else would tell what the rest is.
fn filled(ty: TokenStream) -> TokenStream {
    let mut is_lifetime = false;
    let fill = |token| {
        let after_tick = std::mem::replace(
            &mut is_lifetime,
            matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '\''),
        );
        match token {
            TokenTree::Ident(ident) if ident == "_" && !after_tick => {
                quote_spanned!(ident.span()=> ())
            }
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), filled(group.stream()));
                inner.set_span(group.span());
                TokenTree::Group(inner).into()
            }
            other => other.into(),
        }
    };
    ty.into_iter().map(fill).collect()
}

/// Whether a part of a type is left to rustc.
fn is_inferred(ty: TokenStream) -> bool {
    ty.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == "_" || ident == "impl",
        TokenTree::Punct(punct) => punct.as_char() == '_',
        TokenTree::Group(group) => is_inferred(group.stream()),
        TokenTree::Literal(_) => false,
    })
}

/// The error that an `err` makes.
pub(in crate::traced::expand) fn made(err: &Expr, private: &TokenStream) -> TokenStream {
    let private = relocated(private, err.span());
    match err {
        Expr::Closure(_) => {
            quote_spanned!(at(err.span())=> #private::interrupted_by(__lumina_why, #err))
        }
        _ => quote_spanned!(at(err.span())=> #private::IntoErr::into_err(#err, __lumina_why)),
    }
}
