//! `stream`: the span lasts as long as the stream that the function returns.

use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::spanned::Spanned;

use super::guarded::made;
use super::{call, start::reused};
use crate::function::{Boxing, Function};
use crate::grammar::{at, generated, relocated};
use crate::policy::StreamTimes;
use crate::traced::plan::{Call, StreamPlan};

/// ```text
/// <start>
/// let __lumina_value = __lumina_span.in_scope(move || -> R { <body> });
/// <follow>
/// ```
pub(super) fn sync(call: &Call, stream: &StreamPlan, function: &Function) -> TokenStream {
    let start = start(call, stream);
    let returns = call::closure_return(call);
    let body = call::shadowed(call, &function.body.block());
    let events = call::events(call, &generated!(&__lumina_value));
    let follow = follow(call, stream);
    let private = &call.private;
    let made = generated!(__lumina_span.in_scope(move || #returns { #body }));
    let (made, wrapped) = match stream.times {
        None => (made, None),
        Some(_) => (
            generated!(__lumina_clock.in_scope(|| #made)),
            Some(generated! {
                let __lumina_value = #private::core::option::Option::Some(__lumina_value);
            }),
        ),
    };
    generated! {
        #start
        let __lumina_value = #made;
        #events
        #wrapped
        #follow
    }
}

/// ```text
/// <start>
/// let __lumina_value = InSpan::new(&mut __lumina_span, async move { <hint> <body> }).await;
/// <follow>
/// ```
pub(super) fn asynchronous(call: &Call, stream: &StreamPlan, future: &TokenStream) -> TokenStream {
    let start = start(call, stream);
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
    let start = start(call, stream);
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
/// let mut __lumina_clock = StreamClock::new(<first>, <idle>, <total>);
/// ```
///
/// The first item is waited for from the call on, and not from when there is a stream. The clock is
/// there only for a `timeout`.
fn start(call: &Call, stream: &StreamPlan) -> TokenStream {
    let private = &call.private;
    let start = reused(call);
    let clock = stream.times.as_ref().map(|times| {
        let [first, idle, total] =
            [&times.first, &times.idle, &times.total].map(|time| match time {
                None => generated!(#private::core::option::Option::None),
                Some(time) => {
                    let time = time.tokens(private);
                    generated!(#private::core::option::Option::Some(#time))
                }
            });
        // OK: only a future takes the clock by reference.
        generated! {
            #[allow(unused_mut)]
            let mut __lumina_clock = #private::StreamClock::new(#first, #idle, #total);
        }
    });
    generated! {
        #start
        let __lumina_asked = __lumina_span.asked();
        #clock
    }
}

fn wait(call: &Call, stream: &StreamPlan, future: &TokenStream) -> TokenStream {
    let private = &call.private;
    let future = call::tapped(call, future);
    let future = match stream.times {
        None => future,
        Some(_) => generated!(#private::Making::new(&mut __lumina_clock, #future)),
    };
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
    // With a clock there may be no value at all.
    let transposed = stream.times.is_some().then(|| {
        generated! {
            let __lumina_value = #private::core::option::Option::transpose(__lumina_value);
        }
    });
    // OK: `Infallible` leaves nothing but `Err`, so the pattern cannot fail.
    generated! {
        #transposed
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
    let timed = stream.times.as_ref().map(|times| timed(stream, times, value, private));
    let value = timed.as_ref().unwrap_or(value);
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

/// The stream on its clock, where `value` is an `Option` of it.
fn timed(
    stream: &StreamPlan,
    times: &StreamTimes,
    value: &TokenStream,
    private: &TokenStream,
) -> TokenStream {
    let key = times.raised.key;
    let err = match &times.raised.err {
        Some(err) => made(err, private),
        None => {
            let private = relocated(private, key);
            quote_spanned!(at(key)=> #private::FromInterrupted::from_interrupted(__lumina_why))
        }
    };
    // A wrong error is reported where it is made.
    let by = times.raised.err.as_ref().map_or(key, Spanned::span);
    let at_err = relocated(private, by);
    let err = quote_spanned!(at(by)=> #at_err::TimedItem::from_err(#err));
    let private = relocated(private, key);
    match stream.opaque {
        true => quote_spanned! {at(key)=>
            #private::TimedStream::new(#value, __lumina_clock, |__lumina_why| #err)
        },
        false => quote_spanned! {at(key)=>
            #private::TimeBoxed::timed(#value, __lumina_clock, |__lumina_why| #err)
        },
    }
}
