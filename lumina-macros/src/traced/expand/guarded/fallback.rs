//! One fallback.

use proc_macro2::TokenStream;
use quote::{format_ident, quote_spanned};
use syn::spanned::Spanned;

use super::{Guarded, handed, outcome};
use crate::grammar::{at, generated, relocated};
use crate::policy::{FallbackPlan, Invocation};

/// ```text
/// if __lumina_call.wants(0) {
///     <arguments>
///     if let Step::Done(value) =
///         __lumina_call.fallback(0, PhantomData::<R>, || <step>, <judge>, <interrupted>).await
///     {
///         break 'lumina value;
///     }
/// }
/// ```
///
/// Where this step or a later one names the error, the block gives it on to the next.
pub(super) fn step(guarded: &Guarded<'_>, index: usize) -> TokenStream {
    let private = guarded.private;
    let plan = &guarded.policies.fallbacks[index];
    let copies = plan.copies.iter().map(|it| handed(it, &it.ident, private));
    let (arguments, make) = make(guarded, plan);
    let tried = tried(guarded, index, &make);
    let done = generated!(#private::Step::Done(__lumina_done) => break 'lumina __lumina_done,);
    let error = match &plan.error {
        Some(error) => generated!(let #error = __lumina_error;),
        // Dropped before the `.await`, so that it need not be `Send`.
        None => generated! {
            #[allow(clippy::drop_non_drop)]
            #private::core::mem::drop(__lumina_error);
        },
    };
    let error = guarded.names_error(index).then_some(error);
    if !guarded.names_error(index + 1) {
        return generated! {
            if __lumina_call.wants(#index) {
                #error
                #(#copies)*
                #arguments
                if let #private::Step::Done(__lumina_done) = #tried {
                    break 'lumina __lumina_done;
                }
            }
        };
    }
    generated! {
        let __lumina_error = if __lumina_call.wants(#index) {
            #error
            #(#copies)*
            #arguments
            let __lumina_next = match #tried {
                #done
                #private::Step::Next(__lumina_next) => __lumina_next,
                #private::Step::Again => #private::unreachable(),
            };
            __lumina_next
        } else {
            __lumina_error
        };
    }
}

/// `let`s of the arguments, and a closure that begins the step.
fn make(guarded: &Guarded<'_>, plan: &FallbackPlan) -> (TokenStream, TokenStream) {
    let Guarded { private, returns, asynchronous, .. } = guarded;
    let now = |step: TokenStream, span| match asynchronous {
        true => generated!(|| #step),
        false => {
            let private = relocated(private, span);
            let step = quote_spanned!(at(span)=> #private::resolve_now(#step));
            generated!(|| -> #returns { #step })
        }
    };
    match &plan.invocation {
        Invocation::Function { callee, span, arguments } => {
            let names: Vec<_> = (0..arguments.len())
                .map(|index| format_ident!("__lumina_a{index}", span = at(*span)))
                .collect();
            let lets = arguments.iter().zip(&names).map(|(it, to)| handed(it, to, private));
            let passed = arguments.iter().zip(&names).map(|(it, name)| {
                let conditions = &it.conditions;
                generated!(#(#[cfg(#conditions)])* #name)
            });
            let step = quote_spanned!(at(*span)=> #callee(#(#passed),*));
            (generated!(#(#lets)*), now(step, *span))
        }
        Invocation::Expression(expr) => (TokenStream::new(), now(generated!(#expr), expr.span())),
        Invocation::Value(expr) => {
            let step = quote_spanned! {at(expr.span())=>
                <#returns as #private::Fallible>::from_ok(#expr)
            };
            (TokenStream::new(), generated!(|| -> #returns { #step }))
        }
    }
}

/// The call of the engine.
fn tried(guarded: &Guarded<'_>, index: usize, make: &TokenStream) -> TokenStream {
    let Guarded { private, returns, .. } = guarded;
    let judge = outcome::judge(guarded, index + 1);
    // A value takes no time: no future holds the result, which need not be `Send` then.
    let value = matches!(guarded.policies.fallbacks[index].invocation, Invocation::Value(_));
    if value || !guarded.asynchronous {
        return generated!(__lumina_call.fallback_sync(#index, #make, #judge));
    }
    let interrupted = outcome::interrupted(guarded);
    let hint = generated!(#private::core::marker::PhantomData::<#returns>);
    let span = at(guarded.policies.fallbacks[index].invocation.span());
    quote_spanned! {span=>
        __lumina_call.fallback(#index, #hint, #make, #judge, #interrupted).await
    }
}
