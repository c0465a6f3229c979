//! `stream`: the span lasts as long as the stream that the function returns.

use proc_macro2::TokenStream;

use super::{call, start::reused};
use crate::function::{Boxing, Function};
use crate::grammar::generated;
use crate::traced::plan::{Call, StreamPlan};

/// ```text
/// <start>
/// let __lumina_value = __lumina_span.in_scope(move || -> R { <body> });
/// <follow>
/// ```
pub(super) fn sync(call: &Call, stream: &StreamPlan, function: &Function) -> TokenStream {
    let start = start(call);
    let returns = call::closure_return(call);
    let body = call::shadowed(call, &function.body.block());
    let events = call::events(call, &generated!(&__lumina_value));
    let follow = follow(call, stream);
    generated! {
        #start
        let __lumina_value = __lumina_span.in_scope(move || #returns { #body });
        #events
        #follow
    }
}

/// ```text
/// <start>
/// let __lumina_value = InSpan::new(&mut __lumina_span, async move { <hint> <body> }).await;
/// <follow>
/// ```
pub(super) fn asynchronous(call: &Call, stream: &StreamPlan, future: &TokenStream) -> TokenStream {
    let start = start(call);
    let wait = wait(call, stream, future);
    generated!(#start #wait)
}

/// ```text
/// <start>
/// let __lumina_future = __lumina_span.prepare(move || -> R { <body> });
/// async move { <wait for __lumina_future and follow> }
/// ```
pub(super) fn future(
    call: &Call,
    stream: &StreamPlan,
    boxing: Boxing,
    hint: &TokenStream,
    function: &Function,
) -> TokenStream {
    let private = &call.private;
    let start = start(call);
    let body = call::shadowed(call, &function.body.block());
    let wait = wait(call, stream, &generated!(__lumina_future));
    let future = generated!(async move { #wait });
    let future = match boxing {
        Boxing::Opaque => future,
        Boxing::Boxed => generated!(#private::std::boxed::Box::pin(#future)),
    };
    generated! {
        #start
        let __lumina_future = __lumina_span.prepare(move || -> #hint { #body });
        #future
    }
}

/// ```text
/// let mut __lumina_span = <start>;
/// let __lumina_asked = __lumina_span.asked();
/// ```
///
/// The first item is waited for from the call on, and not from when there is a stream.
fn start(call: &Call) -> TokenStream {
    let start = reused(call);
    generated! {
        #start
        let __lumina_asked = __lumina_span.asked();
    }
}

fn wait(call: &Call, stream: &StreamPlan, future: &TokenStream) -> TokenStream {
    let private = &call.private;
    let future = call::tapped(call, future);
    let follow = follow(call, stream);
    generated! {
        let __lumina_value = #private::InSpan::new(&mut __lumina_span, #future).await;
        #follow
    }
}

/// Gives the span to the stream, or ends it with the error that came in its place.
fn follow(call: &Call, stream: &StreamPlan) -> TokenStream {
    let private = &call.private;
    if !stream.result {
        return trace(stream, &generated!(__lumina_value), private);
    }
    let traced = trace(stream, &generated!(__lumina_stream), private);
    let reads = call::reads(call, &generated!(&__lumina_failed));
    // OK: `Infallible` leaves nothing but `Err`, so the pattern cannot fail.
    generated! {
        match __lumina_value {
            #private::core::result::Result::Ok(__lumina_stream) => {
                #private::core::result::Result::Ok(#traced)
            }
            #private::core::result::Result::Err(__lumina_error) => {
                let __lumina_failed =
                    #private::core::result::Result::<#private::core::convert::Infallible, _>::Err(
                        __lumina_error,
                    );
                __lumina_span.end(|__lumina_end| { #reads });
                let #private::core::result::Result::Err(__lumina_error) = __lumina_failed;
                #private::core::result::Result::Err(__lumina_error)
            }
        }
    }
}

fn trace(stream: &StreamPlan, value: &TokenStream, private: &TokenStream) -> TokenStream {
    let item = &stream.item;
    let look = generated! {
        |__lumina_item: &#item, __lumina_end| {
            #private::probe_outcome!(__lumina_item, __lumina_end);
        }
    };
    match stream.opaque {
        true => {
            generated!(#private::TracedStream::new(__lumina_span, __lumina_asked, #value, #look))
        }
        false => {
            generated!(#private::TraceBoxed::trace(#value, __lumina_span, __lumina_asked, #look))
        }
    }
}
