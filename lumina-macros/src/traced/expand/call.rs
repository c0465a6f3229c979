//! The call itself: the body in its future or closure, and what is read from its value.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Pat;

use super::{start, stream, value};
use crate::grammar::attribute::Mode;
use crate::grammar::{at, generated, relocated};
use crate::traced::plan::{Call, EventPlan, EventSource, Hint, Reading};

/// An `async` body:
///
/// ```text
/// let __lumina_span = <start>;
/// Traced::new(__lumina_span, async move { <hint> <body> }, |value, end| { <reads> }).await
/// ```
///
/// Two coroutines, this one and the block: each more makes rustc's proof that a chain of such
/// futures is `Send` reach its recursion limit sooner.
pub(super) fn asynchronous(call: &Call, capture: &TokenStream, block: &TokenStream) -> TokenStream {
    let hint = hint(call);
    let body = shadowed(call, block);
    let future = boxed(call, generated!(async #capture { #hint #body }));
    if let Some(stream) = &call.stream {
        return stream::asynchronous(call, stream, &future);
    }
    let start = start::asynchronous(call);
    let traced = traced(call, &future);
    let wait = match &call.hint {
        Hint::Never => never(call, &traced),
        // OK: what an `async fn` returns may well be a future, and only in a block of ours does
        // clippy take it for a forgotten `.await`.
        _ => generated!(#[allow(clippy::async_yields_async)] { #traced.await }),
    };
    generated! {
        #start
        #wait
    }
}

/// `!` has no value to wait for; the future is given `()` instead.
fn never(call: &Call, traced: &TokenStream) -> TokenStream {
    let private = &call.private;
    generated! {
        #[allow(unreachable_code)]
        {
            #traced.await;
            #private::core::unreachable!()
        }
    }
}

/// `Traced::new(span, future, done)`.
pub(super) fn traced(call: &Call, future: &TokenStream) -> TokenStream {
    let private = &call.private;
    let value = generated!(__lumina_value);
    let future = tapped(call, future);
    let done = match call.end.reads_nothing() {
        true => generated!(#private::ignore),
        false => {
            let reads = reads(call, &value);
            generated!(move |#value, __lumina_end| { #reads })
        }
    };
    generated!(#private::Traced::new(__lumina_span, #future, #done))
}

/// The future, with the events of `err` and `ret` on its way out: they are for every subscriber, so
/// they do not depend on the span being recorded.
pub(super) fn tapped(call: &Call, future: &TokenStream) -> TokenStream {
    let private = &call.private;
    if call.events.is_empty() {
        return future.clone();
    }
    let value = generated!(__lumina_value);
    let events = events(call, &value);
    generated!(#private::Tap::new(#future, |#value| { #events }))
}

pub(super) fn boxed(call: &Call, future: TokenStream) -> TokenStream {
    let private = &call.private;
    if !call.boxed {
        return future;
    }
    generated! {{
        let __lumina_future: #private::core::pin::Pin<#private::std::boxed::Box<
            dyn #private::core::future::Future<Output = _> + #private::core::marker::Send + '_,
        >> = #private::std::boxed::Box::pin(#future);
        __lumina_future
    }}
}

/// `-> R` for the closure around a body.
pub(super) fn closure_return(call: &Call) -> TokenStream {
    match &call.hint {
        Hint::Type(ty, _) => generated!(-> #ty),
        Hint::Never | Hint::Unknown => TokenStream::new(),
    }
}

/// Tells rustc the type of an async block, for which there is no syntax: without it `?` and
/// `return` in the body would not know their type.
pub(super) fn hint(call: &Call) -> TokenStream {
    let (ty, span) = match &call.hint {
        Hint::Unknown => return TokenStream::new(),
        Hint::Never => (generated!(()), Span::mixed_site()),
        Hint::Type(ty, span) => (ty.to_token_stream(), at(*span)),
    };
    quote_spanned! {span=>
        #[allow(unreachable_code)]
        if false {
            let __lumina_return: #ty = loop {};
            return __lumina_return;
        }
    }
}

/// The body behind what it sees: its span and its `mut` parameters.
pub(super) fn shadowed(call: &Call, block: &TokenStream) -> TokenStream {
    let binding = binding(call);
    let shadows = call.shadows.iter().map(|shadow| {
        let conditions = shadow.conditions.iter();
        let (mutability, ident) = (&shadow.mutability, &shadow.ident);
        generated!(#(#[cfg(#conditions)])* let #mutability #ident = #ident;)
    });
    generated!(#binding #(#shadows)* #block)
}

/// `let s = Context::current();` for `span = s`.
pub(super) fn binding(call: &Call) -> Option<TokenStream> {
    let private = &call.private;
    call.binding.as_ref().map(|name| generated!(let #name = #private::Context::current();))
}

/// Everything that is written from the value of the call, a reference to which is `value`.
pub(super) fn reads(call: &Call, value: &TokenStream) -> TokenStream {
    let private = &call.private;
    let outcome =
        call.end.probe.then(|| generated!(#private::probe_outcome!(#value, __lumina_end);));
    let ok = call.end.ok.as_ref().map(|reading| {
        let sets = sets(reading, private);
        if !call.end.probe {
            return generated!({ let __lumina_seen = #value; #sets });
        }
        quote_spanned! {at(reading.key)=>
            if let #private::core::option::Option::Some(__lumina_seen) = {
                #[allow(unused_imports)]
                use #private::probe::PlainValue as _;
                #private::Probe(#value).ok_value()
            } {
                #sets
            }
        }
    });
    let err = call.end.err.as_ref().map(|reading| {
        let sets = sets(reading, private);
        let private = relocated(private, reading.key);
        quote_spanned! {at(reading.key)=>
            if let #private::core::result::Result::Err(__lumina_seen) = #value {
                #sets
            }
        }
    });
    generated!(#outcome #ok #err)
}

/// A `match`, because a `let` of an unused `_name` would be reported as one without effect.
fn sets(reading: &Reading, private: &TokenStream) -> TokenStream {
    let pattern = &reading.pattern;
    let sets = reading.sets.iter().map(|(index, recorded)| {
        let value = value::recorded(recorded, private);
        generated!(__lumina_end.set(#index, #value);)
    });
    let span = at(reading.key);
    match pattern {
        Pat::Type(_) => quote_spanned!(span=> let #pattern = __lumina_seen; #(#sets)*),
        _ => quote_spanned!(span=> match __lumina_seen { #pattern => { #(#sets)* } }),
    }
}

pub(super) fn events(call: &Call, value: &TokenStream) -> TokenStream {
    call.events.iter().map(|event| self::event(call, event, value)).collect()
}

/// tracing's `err` and `ret`, word for word what `#[tracing::instrument]` emits.
fn event(call: &Call, event: &EventPlan, value: &TokenStream) -> TokenStream {
    let EventPlan { key, source, level, mode } = event;
    let private = relocated(&call.private, *key);
    let target = &call.site.target;
    let field = match source {
        EventSource::Error => generated!(error),
        EventSource::Success | EventSource::Returned => generated!(return),
    };
    let sigil = match mode {
        Mode::Display => generated!(%),
        _ => generated!(?),
    };
    let emit = |shown: TokenStream| {
        quote_spanned! {at(*key)=>
            #private::tracing::event!(target: #target, #level, #field = #sigil #shown);
        }
    };
    let variant = match source {
        EventSource::Returned => return emit(generated!(*#value)),
        EventSource::Error => generated!(Err),
        EventSource::Success => generated!(Ok),
    };
    let emit = emit(generated!(__lumina_shown));
    quote_spanned! {at(*key)=>
        if let #private::core::result::Result::#variant(__lumina_shown) = #value {
            #emit
        }
    }
}
