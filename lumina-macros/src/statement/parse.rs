//! The grammar of the three, and the one rule that is judged here: no secrets.

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::parse::ParseStream;
use syn::spanned::Spanned;
use syn::{Expr, Token};

use crate::errors::Errors;
use crate::grammar::attribute::{Attribute, Bare, Given, Key, Value};
use crate::grammar::secrets::{self, Whole, looks_secret, whole_value};
use crate::grammar::{list, peel};

/// `$crate; key = value, ..`
pub(super) struct Record {
    pub(super) private: TokenStream,
    pub(super) attributes: Vec<(Key, Given)>,
}

/// `$crate; name, key = value, ..`
pub(super) struct Event {
    pub(super) private: TokenStream,
    pub(super) name: Expr,
    pub(super) attributes: Vec<(Key, Given)>,
}

/// `$crate; name, key = value, ..; body`
pub(super) struct SpanBlock {
    pub(super) private: TokenStream,
    pub(super) name: Expr,
    pub(super) attributes: Vec<(Key, Value)>,
    pub(super) body: TokenStream,
}

pub(super) fn record(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Record> {
    let private = private(input)?;
    if input.is_empty() {
        return Err(syn::Error::new(
            Span::call_site(),
            "nothing to record: `record!(key = value, ..)`",
        ));
    }
    Ok(Record { private, attributes: given(attributes(input, errors), errors) })
}

pub(super) fn event(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Event> {
    let private = private(input)?;
    let name = name(input, "event!(\"name\", key = value, ..)")?;
    Ok(Event { private, name, attributes: given(attributes(input, errors), errors) })
}

pub(super) fn span(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<SpanBlock> {
    const USAGE: &str = "span!(\"name\", key = value, ..; body)";
    let private = private(input)?;
    let mut head = TokenStream::new();
    while !input.is_empty() && !input.peek(Token![;]) {
        head.extend([input.parse::<TokenTree>()?]);
    }
    if input.parse::<Token![;]>().is_err() {
        let message = format!("a `;` divides the attributes from the body: `{USAGE}`");
        return Err(syn::Error::new(Span::call_site(), message));
    }
    let body = input.parse()?;
    let read = |input: ParseStream<'_>| {
        let name = name(input, USAGE)?;
        Ok((name, attributes(input, errors)))
    };
    let (name, attributes) = syn::parse::Parser::parse2(read, head)?;
    Ok(SpanBlock { private, name, attributes, body })
}

/// The path of `__private`, from the tokens before the first `;`.
fn private(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut path = TokenStream::new();
    while !input.peek(Token![;]) {
        path.extend([input.parse::<TokenTree>()?]);
    }
    input.parse::<Token![;]>()?;
    Ok(quote::quote!(#path::__private))
}

fn name(input: ParseStream<'_>, usage: &str) -> syn::Result<Expr> {
    let named = !input.is_empty() && !input.peek(Token![,]);
    let name = named.then(|| input.parse().map(peel)).transpose()?;
    // `event!(key = value)` reads as an assignment.
    match name {
        Some(name) if !matches!(name, Expr::Assign(_)) => {
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
            Ok(name)
        }
        other => {
            let span = other.map_or_else(Span::call_site, |other| other.span());
            Err(syn::Error::new(span, format!("the name comes first: `{usage}`")))
        }
    }
}

fn attributes(input: ParseStream<'_>, errors: &mut Errors) -> Vec<(Key, Value)> {
    let mut attributes: Vec<(Key, Value)> = Vec::new();
    list(input, errors, |input, errors| {
        let Attribute { key, value } = Attribute::parse(input, Bare::Records)?;
        if let Value::Given(given) = &value {
            refuse_secret(given, errors);
        }
        if let Key::Known(name, span) = &key
            && attributes
                .iter()
                .any(|(known, _)| matches!(known, Key::Known(known, _) if known == name))
        {
            errors.at(*span, format!("the attribute \"{name}\" is set twice; keep one"));
        }
        attributes.push((key, value));
        Ok(())
    });
    attributes
}

/// The attributes of a span that already exists: there is nothing to declare.
fn given(attributes: Vec<(Key, Value)>, errors: &mut Errors) -> Vec<(Key, Given)> {
    let given = attributes.into_iter().filter_map(|(key, value)| match value {
        Value::Given(given) => Some((key, given)),
        Value::Declared => {
            errors.at(key.span(), "this records no value; names are declared in `#[traced]`");
            None
        }
    });
    given.collect()
}

fn refuse_secret(given: &Given, errors: &mut Errors) {
    if given.raw {
        return;
    }
    if let Some(Whole::Variable(name) | Whole::Field(name)) = whole_value(&given.expr)
        && looks_secret(&name.to_string())
    {
        errors.push(secrets::refusal(&name, &given.expr));
    }
}
