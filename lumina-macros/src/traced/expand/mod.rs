//! A [`Plan`] to tokens. Cannot fail.
//!
//! Locals are called `__lumina_*` and have the macro's hygiene, paths begin at `__private`, and
//! what the user wrote keeps the user's spans: rustc reports a value that cannot be recorded where
//! it stands, and a wrong body in the body.

mod call;
mod guarded;
mod start;
mod stream;
mod value;

use proc_macro2::TokenStream;

use super::plan::{Call, Hint, Plan, Shape};
use crate::function::{Body, Boxing, Function};
use crate::grammar::generated;

pub(super) fn expand(plan: Plan) -> TokenStream {
    let Plan { function, shape } = plan;
    let body = match &shape {
        Shape::Sync(call @ Call { policies: Some(policies), .. }) => {
            guarded::sync(call, policies, &function.body)
        }
        Shape::Async(call @ Call { policies: Some(policies), .. }) => {
            guarded::asynchronous(call, policies, &function.body)
        }
        Shape::Block(call @ Call { policies: Some(policies), .. }, tail) => {
            tail.with_block(&guarded::asynchronous(call, policies, &tail.body))
        }
        Shape::Sync(call @ Call { stream: Some(stream), .. }) => {
            stream::sync(call, stream, &function)
        }
        Shape::Future(call @ Call { stream: Some(stream), .. }, boxing, hint) => {
            stream::future(call, stream, *boxing, hint, &function)
        }
        Shape::Sync(call) if call.needs_value() => sync_read(call, &function),
        Shape::Sync(call) => sync_guarded(call, &function),
        Shape::Async(call) => call::asynchronous(call, &generated!(move), &function.body.block()),
        Shape::Block(call, tail) => {
            let capture = &tail.capture;
            let block = Body::block(&tail.body);
            tail.with_block(&call::asynchronous(call, &generated!(#capture), &block))
        }
        Shape::Future(call, boxing, hint) => future(call, *boxing, hint, &function),
    };
    function.with_body(&body)
}

/// Nothing is read from the value, so the guard alone ends the span, on every way out:
///
/// ```text
/// let __lumina_span = <start>;
/// { <body> }
/// ```
fn sync_guarded(call: &Call, function: &Function) -> TokenStream {
    let start = start::sync(call);
    let binding = call::binding(call);
    let body = function.body.block();
    generated! {
        #start
        #binding
        #body
    }
}

/// The value is looked at before it is returned:
///
/// ```text
/// let __lumina_span = <start>;
/// let __lumina_value = once(move || -> R { <body> });
/// <events>
/// __lumina_span.end(|__lumina_end| { <reads> });
/// __lumina_value
/// ```
///
/// A closure, because the body may `return` and `?`; given to `once`, because only a closure that
/// is known to be called once may return what borrows from a `&mut self` it captured.
fn sync_read(call: &Call, function: &Function) -> TokenStream {
    let private = &call.private;
    let start = start::sync(call);
    let returns = call::closure_return(call);
    let body = call::shadowed(call, &function.body.block());
    let value = generated!(&__lumina_value);
    let events = call::events(call, &value);
    let end = (!call.end.reads_nothing()).then(|| {
        let reads = call::reads(call, &value);
        generated!(__lumina_span.end(|__lumina_end| { #reads });)
    });
    generated! {
        #start
        let __lumina_value = #private::once(move || #returns { #body });
        #events
        #end
        __lumina_value
    }
}

/// The span begins at the call and is given to the future that the body returns:
///
/// ```text
/// let mut __lumina_span = <start>;
/// let __lumina_future = __lumina_span.prepare(move || -> R { <body> });
/// Traced::new(__lumina_span, outputs::<T, _>(__lumina_future), <done>)
/// ```
///
/// `outputs` says what the future gives where its type is `impl Future<Output = T>`: the compiler
/// would learn that only from the end of the function, too late for `done`.
fn future(call: &Call, boxing: Boxing, hint: &TokenStream, function: &Function) -> TokenStream {
    let private = &call.private;
    let start = start::reused(call);
    let body = call::shadowed(call, &function.body.block());
    let made = match (boxing, &call.hint) {
        (Boxing::Opaque, Hint::Type(ty, _)) => {
            generated!(#private::outputs::<#ty, _>(__lumina_future))
        }
        _ => generated!(__lumina_future),
    };
    let traced = call::traced(call, &made);
    let traced = match boxing {
        Boxing::Opaque => traced,
        Boxing::Boxed => generated!(#private::std::boxed::Box::pin(#traced)),
    };
    generated! {
        #start
        let __lumina_future = __lumina_span.prepare(move || -> #hint { #body });
        #traced
    }
}
