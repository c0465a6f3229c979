//! Tokens to [`Args`]: reads, and judges nothing but the grammar.

use proc_macro2::{Span, TokenStream};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Expr, Ident, LitStr, Pat, Path, Token, token};

use super::args::{Args, Capture, Event, Outcome};
use crate::errors::Errors;
use crate::grammar::attribute::{Attribute, Bare, Mode, Value};
use crate::grammar::{expect_equals, list, set_once, value};
use crate::policy::Kind;
use crate::suggest;

/// Every argument, in the order of the documentation.
const ACCEPTED: &[&str] = &[
    "name",
    "level",
    "target",
    "parent",
    "follows_from",
    "skip",
    "skip_all",
    "fields",
    "err",
    "ret",
    "capture",
    "attrs",
    "ok",
    "llm",
    "tool",
    "retriever",
    "embedding",
    "agent",
    "chain",
    "stream",
    "kind",
    "span",
    "boxed",
    "crate",
    "retry",
    "timeout",
    "fallback",
    "breaker",
    "limit",
];

const OPERATIONS: &[(&str, &str)] = &[
    ("llm", "Llm"),
    ("tool", "Tool"),
    ("retriever", "Retriever"),
    ("embedding", "Embedding"),
    ("agent", "Agent"),
    ("chain", "Chain"),
];

pub(super) fn parse(tokens: TokenStream, errors: &mut Errors) -> Args {
    let mut args = Args::default();
    let read = |input: ParseStream<'_>| {
        list(input, errors, |input, errors| argument(input, &mut args, errors));
        Ok(())
    };
    // OK to ignore: the list consumes all of its input and keeps its errors.
    let _ = read.parse2(tokens);
    args
}

fn argument(input: ParseStream<'_>, args: &mut Args, errors: &mut Errors) -> syn::Result<()> {
    if input.peek(LitStr) {
        let literal: LitStr = input.parse()?;
        let span = literal.span();
        let name = Expr::Lit(syn::ExprLit { attrs: Vec::new(), lit: syn::Lit::Str(literal) });
        return set_once(&mut args.name, "name", span, name);
    }
    let key = input.call(Ident::parse_any).map_err(|error| {
        let message = format!("expected a span name or an argument: {}", ACCEPTED.join(", "));
        syn::Error::new(error.span(), message)
    })?;
    let word = key.unraw().to_string();
    let span = key.span();
    match word.as_str() {
        "name" => set_once(&mut args.name, "name", span, value(input, &key, "\"span name\"")?),
        "target" => {
            set_once(&mut args.target, "target", span, value(input, &key, "\"my::target\"")?)
        }
        "level" => set_once(&mut args.level, "level", span, value(input, &key, "\"info\"")?),
        "parent" => set_once(&mut args.parent, "parent", span, value(input, &key, "span")?),
        "follows_from" => {
            set_once(&mut args.follows_from, "follows_from", span, value(input, &key, "[span_id]")?)
        }
        "skip" => {
            let skipped =
                in_parentheses(input, &key, errors, |input| input.call(Ident::parse_any))?;
            set_once(&mut args.skip, "skip", span, skipped)
        }
        "skip_all" => set_once(&mut args.skip_all, "skip_all", span, ()),
        "capture" => {
            let captured = in_parentheses(input, &key, errors, capture)?;
            set_once(&mut args.capture, "capture", span, captured)
        }
        "fields" => {
            let fields = in_parentheses(input, &key, errors, |input| {
                Attribute::parse(input, Bare::Declares)
            })?;
            set_once(&mut args.fields, "fields", span, fields)
        }
        "attrs" => {
            let attrs = in_parentheses(input, &key, errors, |input| {
                Attribute::parse(input, Bare::Records)
            })?;
            set_once(&mut args.attrs, "attrs", span, attrs)
        }
        "err" if opens_closure(input) => {
            let outcome = outcome(input, errors)?;
            set_once(&mut args.err, "err(|e| ..)", span, outcome)
        }
        "err" => set_once(&mut args.err_event, "err", span, event(input, "err", errors)?),
        "ret" => set_once(&mut args.ret_event, "ret", span, event(input, "ret", errors)?),
        "ok" if opens_closure(input) => {
            let outcome = outcome(input, errors)?;
            set_once(&mut args.ok, "ok", span, outcome)
        }
        "ok" => {
            let message = "`ok` reads the returned value: `ok(|value| \"key\" = value.field)`";
            Err(skip_group(input, syn::Error::new(span, message)))
        }
        "kind" => set_once(&mut args.kind, "kind", span, value(input, &key, "client")?),
        "span" => {
            set_once(&mut args.binding, "span", span, value(input, &key, "name_for_the_body")?)
        }
        "boxed" => set_once(&mut args.boxed, "boxed", span, ()),
        "stream" => set_once(&mut args.stream, "stream", span, ()),
        "crate" => {
            expect_equals(input, &key, "::lumina")?;
            set_once(&mut args.krate, "crate", span, input.call(Path::parse_mod_style)?)
        }
        word if Kind::of(word).is_some() => policy(input, &key, args, errors),
        word => match OPERATIONS.iter().find(|(name, _)| *name == word) {
            Some((_, variant)) => operation(args, key, variant),
            None => {
                let message = suggest::unknown("argument", word, "traced", ACCEPTED);
                Err(syn::Error::new(span, message))
            }
        },
    }
}

/// `retry` or `retry(..)`: the long form of an attribute beside `traced`.
fn policy(
    input: ParseStream<'_>,
    key: &Ident,
    args: &mut Args,
    errors: &mut Errors,
) -> syn::Result<()> {
    let Some(kind) = Kind::of(&key.to_string()) else { return Ok(()) };
    let mut tokens = TokenStream::new();
    if input.peek(token::Paren) {
        let content;
        syn::parenthesized!(content in input);
        tokens = content.parse()?;
    } else if input.peek(Token![=]) {
        let message = format!("`{key}` takes its arguments in parentheses: `{key}(..)`");
        return Err(syn::Error::new(key.span(), message));
    }
    crate::policy::parse(kind, key.span(), tokens, &mut args.policies, errors);
    Ok(())
}

fn operation(args: &mut Args, key: Ident, variant: &'static str) -> syn::Result<()> {
    if let Some((first, _)) = &args.operation {
        let message =
            format!("`{key}` and `{first}`: a function is one kind of operation; keep one");
        return Err(syn::Error::new(key.span(), message));
    }
    args.operation = Some((key, variant));
    Ok(())
}

/// The comma-separated elements of `key(..)`, without the bad ones.
fn in_parentheses<T>(
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

fn capture(input: ParseStream<'_>) -> syn::Result<Capture> {
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
fn opens_closure(input: ParseStream<'_>) -> bool {
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

fn outcome(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Outcome> {
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
fn event(input: ParseStream<'_>, owner: &str, errors: &mut Errors) -> syn::Result<Event> {
    let mut event = Event::default();
    if !input.peek(token::Paren) {
        return Ok(event);
    }
    let content;
    syn::parenthesized!(content in input);
    list(&content, errors, |input, _| {
        let key: Ident = input.parse()?;
        let span = key.span();
        match key.to_string().as_str() {
            "level" => set_once(&mut event.level, "level", span, value(input, &key, "\"warn\"")?),
            "Debug" => set_once(&mut event.mode, "the format", span, Mode::Debug),
            "Display" => set_once(&mut event.mode, "the format", span, Mode::Display),
            word => {
                let message =
                    suggest::unknown("argument", word, owner, &["Debug", "Display", "level"]);
                Err(syn::Error::new(span, message))
            }
        }
    });
    Ok(event)
}

/// Reads over a group that belongs to a key which is refused anyway.
fn skip_group(input: ParseStream<'_>, error: syn::Error) -> syn::Error {
    if input.peek(token::Paren) {
        // OK to ignore: a parenthesis is one token tree.
        let _ = proc_macro2::TokenTree::parse(input);
    }
    error
}
