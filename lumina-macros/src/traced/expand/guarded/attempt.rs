//! The attempts: one, or a loop of them.

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::Ident;
use syn::spanned::Spanned;

use super::{Guarded, handed, outcome};
use crate::function::Body;
use crate::grammar::{at, generated, relocated};
use crate::traced::expand::call;

/// Where nothing follows the attempts:
///
/// ```text
/// loop {
///     match <attempt> {
///         Step::Done(value) => break value,
///         Step::Again => {}
///         Step::Next(_) => unreachable(),
///     }
/// }
/// ```
pub(super) fn last(guarded: &Guarded<'_>, body: &Body) -> TokenStream {
    let private = guarded.private;
    let attempt = attempt(guarded, body);
    let cost = cost(guarded);
    if !guarded.policies.repeats() {
        let once = generated! {
            match #attempt {
                #private::Step::Done(__lumina_done) => __lumina_done,
                _ => #private::unreachable(),
            }
        };
        return match cost {
            None => once,
            Some(cost) => generated!({ #cost #once }),
        };
    }
    generated! {
        loop {
            #cost
            match #attempt {
                #private::Step::Done(__lumina_done) => break __lumina_done,
                #private::Step::Again => {}
                #private::Step::Next(_) => #private::unreachable(),
            }
        }
    }
}

/// Where fallbacks follow; `break 'lumina` leaves with a value. The error is kept only for a
/// fallback that names it: it would live across an `.await`.
pub(super) fn before_fallbacks(guarded: &Guarded<'_>, body: &Body) -> TokenStream {
    let private = guarded.private;
    let attempt = attempt(guarded, body);
    let cost = cost(guarded);
    let done = generated!(#private::Step::Done(__lumina_done) => break 'lumina __lumina_done,);
    match (guarded.policies.repeats(), guarded.names_error(0)) {
        (true, false) => generated! {
            loop {
                #cost
                match #attempt {
                    #done
                    #private::Step::Again => {}
                    #private::Step::Next(_) => break,
                }
            }
        },
        (true, true) => generated! {
            let __lumina_error = loop {
                #cost
                match #attempt {
                    #done
                    #private::Step::Again => {}
                    #private::Step::Next(__lumina_error) => break __lumina_error,
                }
            };
        },
        (false, false) => generated! {
            #cost
            if let #private::Step::Done(__lumina_done) = #attempt {
                break 'lumina __lumina_done;
            }
        },
        (false, true) => generated! {
            #cost
            let __lumina_error = match #attempt {
                #done
                #private::Step::Next(__lumina_error) => __lumina_error,
                #private::Step::Again => #private::unreachable(),
            };
        },
    }
}

/// `__lumina_call.cost(|| tokens(<cost>));`, before each attempt.
fn cost(guarded: &Guarded<'_>) -> Option<TokenStream> {
    let Guarded { policies, private, .. } = guarded;
    let cost = &policies.limit.tokens.as_ref()?.cost;
    let private = relocated(private, cost.span());
    let cost = quote_spanned!(at(cost.span())=> #private::tokens(#cost));
    Some(generated!(__lumina_call.cost(|| #cost);))
}

/// `__lumina_call.attempt(async { <hint> <arguments> <body> }, <judge>, <interrupted>).await`
///
/// The block does not `move`: it borrows what the next attempt needs, and the arguments that are
/// its own it takes by a `let`.
///
/// A hedged attempt gets the block in a closure, of which each call gets a future of its own. Not an
/// `async` closure, with which the function's future would not be `Send`.
fn attempt(guarded: &Guarded<'_>, body: &Body) -> TokenStream {
    let Guarded { call, policies, returns, asynchronous, .. } = guarded;
    let inner = inner(guarded, body);
    let judge = outcome::judge(guarded, 0);
    let interrupted = outcome::interrupted(guarded);
    let until = outcome::look(guarded);
    let (method, body) = if *asynchronous {
        let hint = call::hint(call);
        let future = call::boxed(call, generated!(async { #hint #inner }));
        match (policies.hedge.is_some(), until.is_some()) {
            (false, false) => ("attempt", future),
            (false, true) => ("attempt_until", future),
            (true, false) => ("hedged", generated!(|| #future)),
            (true, true) => ("hedged_until", generated!(|| #future)),
        }
    } else {
        let method = if until.is_some() { "attempt_until_sync" } else { "attempt_sync" };
        (method, generated!(|| -> #returns { #inner }))
    };
    let method = Ident::new(method, Span::mixed_site());
    let wait = asynchronous.then(|| generated!(.await));
    let until = until.map(|until| generated!(#until,));
    generated!(__lumina_call.#method(#body, #judge, #interrupted, #until) #wait)
}

/// The body behind what it sees: its span and its arguments.
pub(super) fn inner(guarded: &Guarded<'_>, body: &Body) -> TokenStream {
    let Guarded { call, policies, private, .. } = guarded;
    let binding = call::binding(call);
    let own_self = Ident::new("__lumina_self", Span::mixed_site());
    let block = match &policies.receiver {
        None => body.block(),
        Some(_) => Body { tokens: rename(body.tokens.clone(), &own_self), ..body.clone() }.block(),
    };
    let receiver = policies.receiver.as_ref().map(|it| handed(it, &own_self, private));
    let arguments = policies.body.iter().map(|it| handed(it, &it.ident, private));
    generated!(#binding #receiver #(#arguments)* #block)
}

/// `tokens` with another name for `self`.
///
/// Leaves the items inside the body alone: their `self` is another.
fn rename(tokens: TokenStream, to: &Ident) -> TokenStream {
    let mut renamed = TokenStream::new();
    let mut tokens = tokens.into_iter().peekable();
    let mut in_item = false;
    while let Some(token) = tokens.next() {
        let next_is_name = matches!(tokens.peek(), Some(TokenTree::Ident(_)));
        match token {
            TokenTree::Ident(ident) if ident == "self" && !in_item => {
                // `self::path` is a module.
                let path = matches!(tokens.peek(), Some(TokenTree::Punct(p)) if p.as_char() == ':');
                if path {
                    ident.to_tokens(&mut renamed)
                } else {
                    Ident::new(&to.to_string(), to.span().located_at(ident.span()))
                        .to_tokens(&mut renamed);
                }
            }
            TokenTree::Ident(ident) => {
                in_item |= (ident == "fn" && next_is_name) || ident == "impl" || ident == "trait";
                ident.to_tokens(&mut renamed);
            }
            TokenTree::Group(group) if !in_item => {
                let mut inner = Group::new(group.delimiter(), rename(group.stream(), to));
                inner.set_span(group.span());
                inner.to_tokens(&mut renamed);
            }
            other => {
                let ends = match &other {
                    TokenTree::Group(group) => group.delimiter() == proc_macro2::Delimiter::Brace,
                    TokenTree::Punct(punct) => punct.as_char() == ';',
                    _ => false,
                };
                in_item &= !ends;
                other.to_tokens(&mut renamed);
            }
        }
    }
    renamed
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;

    #[test]
    fn only_the_methods_own_self_is_renamed() {
        let body = quote! {
            let a = self;
            fn g(self: u8) { self }
            impl T for U { fn f(&self) { self.x } }
            f(self.b, || { self.c }, self::path());
        };
        let expected = quote! {
            let a = this;
            fn g(self: u8) { self }
            impl T for U { fn f(&self) { self.x } }
            f(this.b, || { this.c }, self::path());
        };
        let renamed = rename(body, &Ident::new("this", Span::call_site()));
        assert_eq!(renamed.to_string(), expected.to_string());
    }
}
