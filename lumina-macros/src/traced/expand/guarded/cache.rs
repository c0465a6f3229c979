//! The cache around the rest of a call.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::spanned::Spanned;

use super::{Guarded, attempt};
use crate::function::Body;
use crate::grammar::{at, generated, relocated};
use crate::policy::{CachePlan, KeyPart};
use crate::traced::expand::call;
use crate::traced::plan::Hint;

/// `made`, unless the value is kept:
///
/// ```text
/// {
///     let __lumina_keeps = Keeping::<R>::returned().how();
///     let __lumina_key = __lumina_call.within(|| <key>);
///     match __lumina_call.cached(__lumina_keeps, scope(&|| {}), __lumina_key).await {
///         Found::Hit(value) => __lumina_keeps.give(value),
///         Found::Miss(ticket) => {
///             let made: R = <made>;
///             __lumina_call.keep(ticket, made)
///         }
///     }
/// }
/// ```
///
/// The closure has the function's type parameters, and so tells its instances apart.
pub(super) fn around(guarded: &Guarded<'_>, plan: &CachePlan, made: &TokenStream) -> TokenStream {
    let Guarded { call, private, returns, asynchronous, .. } = guarded;
    let span = match &call.hint {
        Hint::Type(_, span) => *span,
        // OK: refused.
        Hint::Never | Hint::Unknown => Span::mixed_site(),
    };
    let at_return = relocated(private, span);
    let keeps = quote_spanned! {at(span)=> {
        #[allow(unused_imports)]
        use #at_return::cache::{KeepsNothing as _, KeepsWhole as _};
        #at_return::cache::Keeping::<#returns>::returned().how()
    }};
    let key = key(&plan.key, private);
    let scope = generated!(#private::cache::scope(&|| {}));
    let found = match asynchronous {
        true => {
            generated!(__lumina_call.cached(__lumina_keeps, #scope, __lumina_key).await)
        }
        false => generated!(__lumina_call.cached_sync(__lumina_keeps, #scope, __lumina_key)),
    };
    generated! {{
        let __lumina_keeps = #keeps;
        let __lumina_key = __lumina_call.within(|| #key);
        match #found {
            #private::cache::Found::Hit(__lumina_hit) => {
                #private::cache::Keeps::give(__lumina_keeps, __lumina_hit)
            }
            #private::cache::Found::Miss(__lumina_ticket) => {
                let __lumina_made: #returns = #made;
                __lumina_call.keep(__lumina_ticket, __lumina_made)
            }
        }
    }}
}

/// The body without attempts, where the cache is the only policy.
pub(super) fn run(guarded: &Guarded<'_>, body: &Body) -> TokenStream {
    let Guarded { call, returns, asynchronous, .. } = guarded;
    let inner = attempt::inner(guarded, body);
    match asynchronous {
        false => generated!(__lumina_call.run_sync(|| -> #returns { #inner })),
        true => {
            let hint = call::hint(call);
            let future = call::boxed(call, generated!(async { #hint #inner }));
            generated!(__lumina_call.run(#future).await)
        }
    }
}

/// The key, owned: a place is only looked at, so that the body has it still.
fn key(part: &KeyPart, private: &TokenStream) -> TokenStream {
    match part {
        KeyPart::Tuple(parts) => {
            let parts = parts.iter().map(|part| key(part, private));
            generated!((#(#parts,)*))
        }
        KeyPart::Place(expr) => {
            let traits = generated!(NoKeyOfPlace as _, OwnKeyOfPlace as _);
            owned(expr, &traits, &generated!(KeyOfPlace(&#expr)), private)
        }
        KeyPart::Value(expr) => {
            let traits = generated!(NoKeyOf as _, OwnKey as _);
            owned(expr, &traits, &generated!(KeyOf(#expr)), private)
        }
    }
}

fn owned(
    expr: &syn::Expr,
    traits: &TokenStream,
    made: &TokenStream,
    private: &TokenStream,
) -> TokenStream {
    let private = relocated(private, expr.span());
    quote_spanned! {at(expr.span())=> {
        #[allow(unused_imports)]
        use #private::cache::{#traits};
        #private::cache::#made.key()
    }}
}
