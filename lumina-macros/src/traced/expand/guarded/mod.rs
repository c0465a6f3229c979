//! A call with policies: attempts, then fallbacks, then the end of the operation's span.
//!
//! ```text
//! let mut __lumina_call = { <statics> Call::new(&PLAN, <start>) };
//! let __lumina_value: R = 'lumina: {          // within the cache, if there is one
//!     <attempts>
//!     <fallbacks>
//! };
//! __lumina_call.finish(__lumina_value, |value, end| { <reads> })
//! ```
//!
//! The loop is inline, not a closure handed to the run-time: an `async` closure would make the
//! function's future lose `Send`, and a plain one could not lend `&mut self`. The decision is taken
//! while the attempt is polled, where the error is consumed: none lives across an `.await`.

mod attempt;
mod cache;
mod fallback;
mod outcome;
mod statics;

pub(super) use outcome::made;

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote_spanned};

use super::{call, start};
use crate::grammar::{at, generated};
use crate::policy::{Argument, Pass, PolicyPlan};
use crate::traced::plan::{Call, Hint};

/// What the pieces of one expansion share.
struct Guarded<'a> {
    call: &'a Call,
    policies: &'a PolicyPlan,
    private: &'a TokenStream,
    /// The type that an attempt returns, as far as it can be named.
    returns: TokenStream,
    asynchronous: bool,
}

/// The statements of an async function or block.
pub(super) fn asynchronous(
    call: &Call,
    policies: &PolicyPlan,
    body: &crate::function::Body,
) -> TokenStream {
    Guarded::new(call, policies, true).statements(body)
}

/// The statements of a synchronous function.
pub(super) fn sync(
    call: &Call,
    policies: &PolicyPlan,
    body: &crate::function::Body,
) -> TokenStream {
    Guarded::new(call, policies, false).statements(body)
}

impl<'a> Guarded<'a> {
    fn new(call: &'a Call, policies: &'a PolicyPlan, asynchronous: bool) -> Self {
        let returns = match &call.hint {
            Hint::Type(ty, _) => ty.clone(),
            // OK: refused, or rustc's to infer.
            Hint::Never | Hint::Unknown => generated!(_),
        };
        let private = &call.private;
        Guarded { call, policies, private, returns, asynchronous }
    }

    fn statements(&self, body: &crate::function::Body) -> TokenStream {
        let (private, returns) = (self.private, &self.returns);
        let allow = start::allow(self.call);
        let statics = statics::statics(self);
        let span = start::operation(self.call);
        let value = self.value(body);
        let events = self.events();
        let takes = outcome::on_purpose(self)
            .map(|(takes, _)| generated!(__lumina_call.takes_errors(#takes);));
        let seen = generated!(__lumina_seen);
        let reads = call::reads(self.call, &seen);
        generated! {
            #allow
            let mut __lumina_call = {
                #statics
                #private::Call::new(&__LUMINA_PLAN, #span)
            };
            #takes
            let __lumina_value: #returns = #value;
            #events
            __lumina_call.finish(__lumina_value, |#seen, __lumina_end| { #reads })
        }
    }

    /// The value of the call.
    fn value(&self, body: &crate::function::Body) -> TokenStream {
        let made = match self.policies.only_cached {
            true => cache::run(self, body),
            false => self.made(body),
        };
        match &self.policies.cache {
            None => made,
            Some(plan) => cache::around(self, plan, &made),
        }
    }

    /// The value of a call that is made.
    fn made(&self, body: &crate::function::Body) -> TokenStream {
        let private = self.private;
        let fallbacks = &self.policies.fallbacks;
        if fallbacks.is_empty() {
            return attempt::last(self, body);
        }
        let attempts = attempt::before_fallbacks(self, body);
        let steps = (0..fallbacks.len()).map(|index| fallback::step(self, index));
        generated! {
            'lumina: {
                #attempts
                #(#steps)*
                #private::unreachable()
            }
        }
    }

    fn events(&self) -> Option<TokenStream> {
        if self.call.events.is_empty() {
            return None;
        }
        let events = call::events(self.call, &generated!(&__lumina_value));
        Some(generated!(__lumina_call.within(|| { #events });))
    }

    /// Whether fallback `index` or a later one names the error.
    fn names_error(&self, index: usize) -> bool {
        self.policies.fallbacks[index..].iter().any(|step| step.error.is_some())
    }
}

/// `let x = x;`, or a copy of it, with rustc's complaint about the copy at the parameter.
fn handed(argument: &Argument, to: &Ident, private: &TokenStream) -> TokenStream {
    let Argument { ident, conditions, mutability, pass } = argument;
    let value = match pass {
        Pass::Move => ident.to_token_stream(),
        Pass::Reborrow => generated!(&mut *#ident),
        Pass::Clone => quote_spanned! {at(ident.span())=>
            #private::AttemptArg::attempt_arg(&#ident)
        },
    };
    generated!(#(#[cfg(#conditions)])* let #mutability #to = #value;)
}
