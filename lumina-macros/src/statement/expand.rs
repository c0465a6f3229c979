//! The three statements as tokens.

use proc_macro2::{TokenStream, TokenTree};
use syn::Expr;

use super::Recording;
use super::parse::{Event, Record, SpanBlock};
use crate::grammar::attribute::{Given, Key, Value};
use crate::grammar::{argument, generated, operand};

/// ```text
/// if is_recording() { record_attributes(&[("key", value)]) }
/// ```
pub(super) fn record(record: &Record, recording: Recording) -> TokenStream {
    let Record { private, attributes } = record;
    if recording == Recording::Disabled {
        return unused(None, attributes.iter().map(|(_, given)| given));
    }
    let pairs = pairs(attributes, private);
    generated! {
        if #private::is_recording() {
            #private::record_attributes(&[#(#pairs),*]);
        }
    }
}

/// ```text
/// if is_recording() { add_event("name", &[("key", value)]) }
/// ```
pub(super) fn event(event: &Event, recording: Recording) -> TokenStream {
    let Event { private, name, attributes } = event;
    if recording == Recording::Disabled {
        return unused(Some(name), attributes.iter().map(|(_, given)| given));
    }
    let pairs = pairs(attributes, private);
    generated! {
        if #private::is_recording() {
            #private::add_event(#name, &[#(#pairs),*]);
        }
    }
}

/// ```text
/// {
///     let __lumina_span = <start>;
///     SyncSpan::finish(__lumina_span, { <body> }, |value, end| probe_outcome!(value, end))
/// }
/// ```
///
/// The body is in place, so that `?`, `return` and `break` do what they say. That cannot be had
/// where the body waits: the span must not stay behind on the thread, so such a body is a future
/// of its own, and `?` in it ends the body alone.
pub(super) fn span(span: &SpanBlock, recording: Recording) -> TokenStream {
    let SpanBlock { private, attributes, body, name } = span;
    let waits = waits(body.clone());
    if recording == Recording::Disabled {
        let given = attributes.iter().filter_map(|(_, value)| match value {
            Value::Given(given) => Some(given),
            Value::Declared => None,
        });
        let unused = unused(Some(name), given);
        return match waits {
            true => generated!({ #unused async { #body }.await }),
            false => generated!({ #unused { #body } }),
        };
    }
    if waits {
        let start = start(span, &generated!(AsyncSpan), &generated!(start));
        return generated! {{
            let __lumina_span = #start;
            #private::Traced::new(__lumina_span, async { #body }, |__lumina_value, __lumina_end| {
                #private::probe_outcome!(__lumina_value, __lumina_end);
            })
            .await
        }};
    }
    let start = start(span, &generated!(SyncSpan), &generated!(enter));
    generated! {{
        let __lumina_span = #start;
        #private::SyncSpan::finish(__lumina_span, { #body }, |__lumina_value, __lumina_end| {
            #private::probe_outcome!(__lumina_value, __lumina_end);
        })
    }}
}

fn start(span: &SpanBlock, ty: &TokenStream, start: &TokenStream) -> TokenStream {
    let SpanBlock { private, name, attributes, .. } = span;
    let keys = attributes.iter().map(|(key, _)| key.tokens());
    let values = attributes.iter().map(|(_, value)| match value {
        Value::Given(given) => value_of(given, private),
        Value::Declared => generated!(#private::Arg::Empty),
    });
    generated! {{
        static __LUMINA_SITE: #private::Site = #private::Site::new(
            &__LUMINA_SITE,
            #name,
            #private::core::module_path!(),
            #private::Level::INFO,
            #private::core::file!(),
            #private::core::line!(),
            #private::core::module_path!(),
            &[#(#keys),*],
            #private::SpanKind::Internal,
            #private::Operation::Unspecified,
        );
        #private::listed!(#private::Listed::block(&__LUMINA_SITE));
        if __LUMINA_SITE.is_off() {
            #private::#ty::off()
        } else {
            #private::#ty::#start(&__LUMINA_SITE, &[#(#values),*])
        }
    }}
}

fn pairs<'a>(
    attributes: &'a [(Key, Given)],
    private: &'a TokenStream,
) -> impl Iterator<Item = TokenStream> + 'a {
    attributes.iter().map(move |(key, given)| {
        let key = key.tokens();
        let value = value_of(given, private);
        generated!((#key, #value))
    })
}

fn value_of(given: &Given, private: &TokenStream) -> TokenStream {
    argument(given.mode, &given.expr, syn::spanned::Spanned::span(&given.expr), private)
}

/// Type-checks and uses the values, and never evaluates them.
fn unused<'a>(name: Option<&Expr>, values: impl Iterator<Item = &'a Given>) -> TokenStream {
    let name = name.map(|name| generated!(let _: &str = #name;));
    let values = values.map(|given| operand(&given.expr));
    generated! {
        if false {
            #name
            #(let _ = &#values;)*
        }
    }
}

/// Whether there is an `.await` that belongs to the enclosing function.
fn waits(body: TokenStream) -> bool {
    let mut after_dot = false;
    let mut after_async = false;
    for token in body {
        let waits = match &token {
            TokenTree::Ident(ident) => after_dot && ident == "await",
            TokenTree::Group(group) => !after_async && self::waits(group.stream()),
            _ => false,
        };
        if waits {
            return true;
        }
        after_dot = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '.');
        // `async move {`, `async |x| {`, `async fn f() {`: up to the braces.
        let opens = matches!(&token, TokenTree::Ident(ident) if ident == "async");
        let closes = matches!(&token, TokenTree::Group(group)
            if group.delimiter() == proc_macro2::Delimiter::Brace);
        after_async = opens || (after_async && !closes);
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;

    #[test]
    fn a_body_waits_where_the_function_does() {
        assert!(waits(quote!(client.get(url).await)));
        assert!(waits(quote!({
            let a = f(g().await);
            a
        })));
        assert!(waits(quote!(async { 1 }.await)));
        assert!(!waits(quote!(spawn(async move { f().await }))));
        assert!(!waits(quote!(async |x| { x.await })));
        assert!(!waits(quote!(f(await_all))));
    }
}
