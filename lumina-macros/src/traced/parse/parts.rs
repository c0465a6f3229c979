//! What stands in the parentheses of an argument.

use proc_macro2::{Span, TokenStream};
use syn::parse::ParseStream;
use syn::{Expr, Ident, Pat, Token, token};

use super::value;
use crate::errors::Errors;
use crate::grammar::attribute::{Attribute, Bare, Mode, Value};
use crate::grammar::{Keyed, list, set_once};
use crate::suggest;
use crate::traced::args::{Capture, Event, Outcome};

/// The comma-separated elements of `key(..)`, without the bad ones.
pub(super) fn elements<T>(
    input: ParseStream<'_>,
    key: &Ident,
    errors: &mut Errors,
    element: impl Fn(ParseStream<'_>) -> syn::Result<T>,
) -> syn::Result<Vec<T>> {
    if !input.peek(token::Paren) {
        let message = format!("`{key}` takes a list: `{key}(..)`");
        return Err(syn::Error::new(key.span(), message));
    }
    let content;
    syn::parenthesized!(content in input);
    let mut elements = Vec::new();
    list(&content, errors, |input, _| {
        elements.push(element(input)?);
        Ok(())
    });
    Ok(elements)
}

/// The attributes of `key(..)`.
pub(super) fn attributes(
    input: ParseStream<'_>,
    key: &Ident,
    errors: &mut Errors,
    bare: Bare,
) -> syn::Result<Vec<Attribute>> {
    elements(input, key, errors, |input| Attribute::parse(input, bare))
}

pub(super) fn capture(input: ParseStream<'_>) -> syn::Result<Capture> {
    let attribute = Attribute::parse(input, Bare::Records)?;
    let span = attribute.key.span();
    let Value::Given(given) = attribute.value else {
        return Err(not_a_parameter(span));
    };
    if !given.shorthand {
        return Err(not_a_parameter(span));
    }
    let Expr::Path(path) = &given.expr else { return Err(not_a_parameter(span)) };
    let Some(ident) = path.path.get_ident() else { return Err(not_a_parameter(span)) };
    let plain = given.mode == Mode::Value && !given.raw;
    Ok(match ident.to_string().as_str() {
        "all" if plain => Capture::All,
        "none" if plain => Capture::None(span),
        _ => Capture::Parameter { ident: ident.clone(), mode: given.mode, raw: given.raw },
    })
}

fn not_a_parameter(span: Span) -> syn::Error {
    let message = "`capture` takes `all`, `none` or parameters; \
                   for an expression write `attrs(key = expression)`";
    syn::Error::new(span, message)
}

/// Whether `(|` follows.
pub(super) fn opens_closure(input: ParseStream<'_>) -> bool {
    let fork = input.fork();
    let open = |input: ParseStream<'_>| {
        let content;
        syn::parenthesized!(content in input);
        let closure = content.peek(Token![|]) || content.peek(Token![||]);
        content.parse::<TokenStream>()?;
        Ok::<_, syn::Error>(closure)
    };
    open(&fork).unwrap_or(false)
}

pub(super) fn outcome(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Outcome> {
    let content;
    syn::parenthesized!(content in input);
    let pattern = closure_pattern(&content);
    if pattern.is_err() {
        content.parse::<TokenStream>()?;
    }
    let pattern = pattern?;
    let mut attributes = Vec::new();
    list(&content, errors, |input, _| {
        attributes.push(Attribute::parse(input, Bare::Records)?);
        Ok(())
    });
    Ok(Outcome { pattern, attributes })
}

fn closure_pattern(input: ParseStream<'_>) -> syn::Result<Pat> {
    if input.peek(Token![||]) {
        return Err(input.error("name the value between the bars: `|value| ..`"));
    }
    input.parse::<Token![|]>()?;
    let pattern = Pat::parse_single(input)?;
    let pattern = match input.parse::<Token![:]>() {
        Err(_) => pattern,
        Ok(colon_token) => Pat::Type(syn::PatType {
            attrs: Vec::new(),
            pat: Box::new(pattern),
            colon_token,
            ty: Box::new(input.parse()?),
        }),
    };
    input.parse::<Token![|]>()?;
    Ok(pattern)
}

/// What follows `err` or `ret`: nothing, or `(level = .., Debug)` in any order.
pub(super) fn event(
    input: ParseStream<'_>,
    owner: &Ident,
    errors: &mut Errors,
) -> syn::Result<Event> {
    let mut event = Event::default();
    if !input.peek(token::Paren) {
        return Ok(event);
    }
    let content;
    syn::parenthesized!(content in input);
    list(&content, errors, |input, _| {
        let key: Ident = input.parse()?;
        let mode = match key.to_string().as_str() {
            "level" => return set_once(&mut event.level, &key, value(input, &key, "\"warn\"")?),
            "Debug" => Mode::Debug,
            "Display" => Mode::Display,
            word => {
                let accepted = ["Debug", "Display", "level"];
                let message = suggest::unknown("argument", word, &owner.to_string(), &accepted);
                return Err(syn::Error::new(key.span(), message));
            }
        };
        match event.mode.replace(Keyed { key: key.span(), value: mode }) {
            None => Ok(()),
            Some(_) => {
                Err(syn::Error::new(key.span(), "a value has one form: `Debug` or `Display`"))
            }
        }
    });
    Ok(event)
}
