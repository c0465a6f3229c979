//! One attribute of a span, as written: `"order.id" = order.id`, `%user.tier`, `cache.hit = _`.
//!
//! The same words serve `attrs(..)`, `fields(..)`, `capture(..)`, `ok(..)`, `err(..)`, `record!`,
//! `event!` and `span!`. Whether a value may be recorded is not decided here.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{ParseBuffer, ParseStream};
use syn::spanned::Spanned;
use syn::{Expr, Ident, LitStr, Member, Token, token};

use super::peel;

/// What a name without a value means: tracing's `fields(x)` declares, lumina's `attrs(x)` records.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bare {
    Declares,
    Records,
}

#[derive(Clone)]
pub(crate) struct Attribute {
    pub(crate) key: Key,
    pub(crate) value: Value,
}

/// The name of an attribute.
#[derive(Clone)]
pub(crate) enum Key {
    /// Known to the macro: `order.id` or `"order.id"`.
    Known(String, Span),
    /// Known to the compiler: `{CONSTANT}`.
    Constant(Box<Expr>),
}

#[derive(Clone)]
pub(crate) enum Value {
    /// Declared without a value, which `record!` may give later.
    Declared,
    Given(Given),
}

#[derive(Clone)]
pub(crate) struct Given {
    pub(crate) mode: Mode,
    pub(crate) expr: Expr,
    /// Whether `raw(..)` allows what would be refused as a secret.
    pub(crate) raw: bool,
    /// Whether the value is also the name, as in `%user.tier`.
    pub(crate) shorthand: bool,
}

/// How a value becomes an attribute.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Mode {
    Value,
    Display,
    Debug,
    Json,
}

impl Key {
    pub(crate) fn span(&self) -> Span {
        match self {
            Key::Known(_, span) => *span,
            Key::Constant(expr) => expr.span(),
        }
    }

    /// The name as an expression.
    pub(crate) fn tokens(&self) -> TokenStream {
        match self {
            Key::Known(name, span) => LitStr::new(name, *span).into_token_stream(),
            Key::Constant(expr) => expr.to_token_stream(),
        }
    }
}

impl Attribute {
    pub(crate) fn parse(input: ParseStream<'_>, bare: Bare) -> syn::Result<Attribute> {
        if let Some(wrapper) = Wrapper::peek(input) {
            let content = wrapper.open(input)?;
            let mut inner = Attribute::parse(&content, Bare::Records)?;
            wrapper.apply(&mut inner.value);
            expect_end(&content)?;
            return Ok(inner);
        }
        let sigil = parse_sigil(input);
        let (key, expr) = parse_name(input)?;
        if input.parse::<Token![=]>().is_ok() {
            let mut value = Value::parse(input)?;
            // OK: tracing reads `%key = value` as `key = %value`, unless the value has its own.
            if let (Some(sigil), Value::Given(given)) = (sigil, &mut value)
                && given.mode == Mode::Value
            {
                given.mode = sigil;
            }
            return Ok(Attribute { key, value });
        }
        let value = match (expr, sigil) {
            (_, None) if bare == Bare::Declares => Value::Declared,
            (Some(expr), sigil) => Value::Given(Given {
                mode: sigil.unwrap_or(Mode::Value),
                expr,
                raw: false,
                shorthand: true,
            }),
            (None, _) => {
                let message =
                    "this name needs a value: `name = value`, or `name = _` to declare it";
                return Err(syn::Error::new(key.span(), message));
            }
        };
        Ok(Attribute { key, value })
    }
}

impl Value {
    /// What follows `key =`.
    pub(crate) fn parse(input: ParseStream<'_>) -> syn::Result<Value> {
        if input.is_empty() || input.peek(Token![,]) {
            return Err(input.error("expected a value, or `_` to declare the name without one"));
        }
        if input.parse::<Token![_]>().is_ok() {
            return Ok(Value::Declared);
        }
        if let Some(wrapper) = Wrapper::peek(input) {
            let content = wrapper.open(input)?;
            let mut inner = Value::parse(&content)?;
            wrapper.apply(&mut inner);
            expect_end(&content)?;
            return Ok(inner);
        }
        let mode = parse_sigil(input).unwrap_or(Mode::Value);
        let expr = peel(input.parse()?);
        Ok(Value::Given(Given { mode, expr, raw: false, shorthand: false }))
    }
}

/// The words that look like a call around a value.
#[derive(Clone, Copy)]
enum Wrapper {
    Json,
    Raw,
}

impl Wrapper {
    /// `json(..)` or `raw(..)`, if it is the whole value: `json(x).len()` calls the user's `json`.
    fn peek(input: ParseStream<'_>) -> Option<Wrapper> {
        let fork = input.fork();
        let wrapper = match fork.parse::<Ident>().ok()?.to_string().as_str() {
            "json" => Wrapper::Json,
            "raw" => Wrapper::Raw,
            _ => return None,
        };
        let whole = fork.peek(token::Paren)
            && fork.parse::<proc_macro2::TokenTree>().is_ok()
            && (fork.is_empty() || fork.peek(Token![,]));
        whole.then_some(wrapper)
    }

    fn open<'a>(self, input: ParseStream<'a>) -> syn::Result<ParseBuffer<'a>> {
        input.parse::<Ident>()?;
        let content;
        syn::parenthesized!(content in input);
        Ok(content)
    }

    fn apply(self, value: &mut Value) {
        if let Value::Given(given) = value {
            match self {
                Wrapper::Json => given.mode = Mode::Json,
                Wrapper::Raw => given.raw = true,
            }
        }
    }
}

fn parse_sigil(input: ParseStream<'_>) -> Option<Mode> {
    if input.parse::<Token![%]>().is_ok() {
        return Some(Mode::Display);
    }
    input.parse::<Token![?]>().is_ok().then_some(Mode::Debug)
}

/// A name, and the value it stands for where it can stand alone.
fn parse_name(input: ParseStream<'_>) -> syn::Result<(Key, Option<Expr>)> {
    if input.peek(token::Brace) {
        let content;
        syn::braced!(content in input);
        let expr = content.parse()?;
        expect_end(&content)?;
        return Ok((Key::Constant(Box::new(expr)), None));
    }
    if input.peek(LitStr) {
        let literal: LitStr = input.parse()?;
        return Ok((Key::Known(literal.value(), literal.span()), None));
    }
    let mut tokens = TokenStream::new();
    let mut name = String::new();
    let first = input.call(Ident::parse_any).map_err(|error| {
        let message =
            "expected the name of an attribute: `order.id`, `\"order.id\"` or `{CONSTANT}`";
        syn::Error::new(error.span(), message)
    })?;
    name.push_str(&first.unraw().to_string());
    first.to_tokens(&mut tokens);
    while input.peek(Token![.]) {
        input.parse::<Token![.]>()?.to_tokens(&mut tokens);
        let member: Member = match input.peek(syn::LitInt) {
            true => input.parse()?,
            // Keywords are names too: `error.type`.
            false => Member::Named(input.call(Ident::parse_any)?),
        };
        name.push('.');
        match &member {
            Member::Named(ident) => name.push_str(&ident.unraw().to_string()),
            Member::Unnamed(index) => name.push_str(&index.index.to_string()),
        }
        member.to_tokens(&mut tokens);
    }
    let span = first.span().join(tokens.span()).unwrap_or_else(|| first.span());
    Ok((Key::Known(name, span), syn::parse2(tokens).ok()))
}

fn expect_end(input: ParseStream<'_>) -> syn::Result<()> {
    if input.is_empty() { Ok(()) } else { Err(input.error("unexpected token")) }
}
