//! Tokens to [`Args`]: reads, and judges nothing but the grammar.

mod parts;

use proc_macro2::{TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, Ident, LitStr, Token, token};

use super::args::Args;
use crate::errors::Errors;
use crate::grammar::attribute::Bare;
use crate::grammar::{list, set_once, value};
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
    "hedge",
    "cache",
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
        let key = Ident::new("name", literal.span());
        let name = Expr::Lit(syn::ExprLit { attrs: Vec::new(), lit: syn::Lit::Str(literal) });
        return set_once(&mut args.name, &key, name);
    }
    let key = &input.call(Ident::parse_any).map_err(|error| {
        let message = format!("expected a span name or an argument: {}", ACCEPTED.join(", "));
        syn::Error::new(error.span(), message)
    })?;
    match key.unraw().to_string().as_str() {
        "name" => set_once(&mut args.name, key, value(input, key, "\"span name\"")?),
        "target" => set_once(&mut args.target, key, value(input, key, "\"my::target\"")?),
        "level" => set_once(&mut args.level, key, value(input, key, "\"info\"")?),
        "parent" => set_once(&mut args.parent, key, value(input, key, "span")?),
        "follows_from" => set_once(&mut args.follows_from, key, value(input, key, "[span]")?),
        "kind" => set_once(&mut args.kind, key, value(input, key, "client")?),
        "span" => set_once(&mut args.binding, key, value(input, key, "name_for_the_body")?),
        "crate" => set_once(&mut args.krate, key, value(input, key, "::lumina")?),
        "skip_all" => set_once(&mut args.skip_all, key, ()),
        "boxed" => set_once(&mut args.boxed, key, ()),
        "stream" => set_once(&mut args.stream, key, ()),
        "skip" => {
            let skipped =
                parts::elements(input, key, errors, |input| input.call(Ident::parse_any))?;
            set_once(&mut args.skip, key, skipped)
        }
        "capture" => {
            set_once(&mut args.capture, key, parts::elements(input, key, errors, parts::capture)?)
        }
        "fields" => {
            set_once(&mut args.fields, key, parts::attributes(input, key, errors, Bare::Declares)?)
        }
        "attrs" => {
            set_once(&mut args.attrs, key, parts::attributes(input, key, errors, Bare::Records)?)
        }
        "ok" | "err" | "ret" => outcome(input, key, args, errors),
        word => match Kind::of(word) {
            Some(kind) => policy(kind, input, key, args, errors),
            None => operation(word, key, args),
        },
    }
}

/// What reads the result: as attributes where a closure follows, as an event else.
fn outcome(
    input: ParseStream<'_>,
    key: &Ident,
    args: &mut Args,
    errors: &mut Errors,
) -> syn::Result<()> {
    match (key.to_string().as_str(), parts::opens_closure(input)) {
        ("ok", true) => set_once(&mut args.ok, key, parts::outcome(input, errors)?),
        ("err", true) => set_once(&mut args.err, key, parts::outcome(input, errors)?),
        ("err", false) => set_once(&mut args.err_event, key, parts::event(input, key, errors)?),
        ("ret", false) => set_once(&mut args.ret_event, key, parts::event(input, key, errors)?),
        (word, closure) => {
            // OK to ignore: whatever stands in the parentheses is refused with the word.
            let _ = input.peek(token::Paren) && input.parse::<TokenTree>().is_ok();
            let message = match closure {
                true => "`ret` is an event; attributes are `ok(|value| \"key\" = value.field)`"
                    .to_owned(),
                false => {
                    format!(
                        "`{word}` reads the returned value: `{word}(|value| \"key\" = value.field)`"
                    )
                }
            };
            Err(syn::Error::new(key.span(), message))
        }
    }
}

/// `retry` or `retry(..)`: the long form of an attribute beside `traced`.
fn policy(
    kind: Kind,
    input: ParseStream<'_>,
    key: &Ident,
    args: &mut Args,
    errors: &mut Errors,
) -> syn::Result<()> {
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

fn operation(word: &str, key: &Ident, args: &mut Args) -> syn::Result<()> {
    let Some((_, variant)) = OPERATIONS.iter().find(|(name, _)| *name == word) else {
        return Err(syn::Error::new(
            key.span(),
            suggest::unknown("argument", word, "traced", ACCEPTED),
        ));
    };
    if let Some((first, _)) = &args.operation {
        let message =
            format!("`{key}` and `{first}`: a function is one kind of operation; keep one");
        return Err(syn::Error::new(key.span(), message));
    }
    args.operation = Some((key.clone(), variant));
    Ok(())
}
