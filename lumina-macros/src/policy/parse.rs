//! Tokens to [`PolicyArgs`]: reads, and judges nothing but the grammar.

use proc_macro2::{Span, TokenStream};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{Expr, Ident, LitInt, LitStr, Token};

use super::args::{
    BreakerArgs, CacheArgs, FallbackArgs, HedgeArgs, Kind, LimitArgs, PolicyArgs, RetryArgs,
    TimeoutArgs,
};
use crate::errors::Errors;
use crate::grammar::{Keyed, list, peel, set_once, value};
use crate::suggest;

/// Reads the arguments of one policy, `key` being where its name stands.
pub(crate) fn parse(
    kind: Kind,
    key: Span,
    tokens: TokenStream,
    into: &mut PolicyArgs,
    errors: &mut Errors,
) {
    let before = errors.count();
    let twice = match kind {
        Kind::Retry => store(&mut into.retry, kind, key, elements(tokens, errors, retry)),
        Kind::Timeout => {
            let args: TimeoutArgs = elements(tokens, errors, timeout);
            let spoiled = errors.count() > before;
            store(&mut into.timeout, kind, key, TimeoutArgs { spoiled, ..args })
        }
        Kind::Breaker => store(&mut into.breaker, kind, key, elements(tokens, errors, breaker)),
        Kind::Limit => {
            let args: LimitArgs = elements(tokens, errors, limit);
            let spoiled = errors.count() > before;
            store(&mut into.limit, kind, key, LimitArgs { spoiled, ..args })
        }
        Kind::Fallback => {
            let args: FallbackArgs = elements(tokens, errors, fallback);
            let value = FallbackArgs { spoiled: errors.count() > before, ..args };
            into.fallbacks.push(Keyed { key, value });
            Ok(())
        }
        Kind::Hedge => {
            let args: HedgeArgs = elements(tokens, errors, hedge);
            let spoiled = errors.count() > before;
            store(&mut into.hedge, kind, key, HedgeArgs { spoiled, ..args })
        }
        Kind::Cache => {
            let args: CacheArgs = elements(tokens, errors, cache);
            let spoiled = errors.count() > before;
            store(&mut into.cache, kind, key, CacheArgs { spoiled, ..args })
        }
    };
    errors.catch(twice);
}

fn store<T>(slot: &mut Option<Keyed<T>>, kind: Kind, key: Span, value: T) -> syn::Result<()> {
    if slot.is_some() {
        let message =
            format!("`{0}` is given twice; write one `{0}` with all its arguments", kind.name());
        return Err(syn::Error::new(key, message));
    }
    *slot = Some(Keyed { key, value });
    Ok(())
}

/// A comma-separated list, without its bad elements.
fn elements<T: Default>(
    tokens: TokenStream,
    errors: &mut Errors,
    element: fn(ParseStream<'_>, &mut T) -> syn::Result<()>,
) -> T {
    let mut args = T::default();
    let read = |input: ParseStream<'_>| {
        list(input, errors, |input, _| element(input, &mut args));
        Ok(())
    };
    // OK to ignore: the list consumes all of its input and keeps its errors.
    let _ = read.parse2(tokens);
    args
}

/// The name before `=`; `example` is an argument of `owner`.
fn key(input: ParseStream<'_>, owner: &str, example: &str) -> syn::Result<Ident> {
    input.call(Ident::parse_any).map_err(|error| {
        let message = format!("`{owner}` takes named arguments, such as `{example}`");
        syn::Error::new(error.span(), message)
    })
}

fn set(
    slot: &mut Option<Keyed<Expr>>,
    input: ParseStream<'_>,
    key: &Ident,
    example: &str,
) -> syn::Result<()> {
    let given = value(input, key, example)?;
    set_once(slot, key, given)
}

fn unknown<T>(key: &Ident, owner: &str, accepted: &[&str]) -> syn::Result<T> {
    let message = suggest::unknown("argument", &key.unraw().to_string(), owner, accepted);
    Err(syn::Error::new(key.span(), message))
}

/// What may be written after `err =`.
const ERR: &str = "|interrupted| MyError::from(interrupted)";

const RETRY: &[&str] = &[
    "max",
    "backoff",
    "base",
    "factor",
    "max_delay",
    "jitter",
    "total",
    "when",
    "until",
    "budget",
    "retry_after",
    "span",
    "err",
];

fn retry(input: ParseStream<'_>, args: &mut RetryArgs) -> syn::Result<()> {
    if input.peek(LitInt) {
        let literal: LitInt = input.parse()?;
        let message = format!("write `max = {literal}`: `max` counts the first call");
        return Err(syn::Error::new(literal.span(), message));
    }
    let key = key(input, "retry", "max = 3")?;
    let key = &key;
    match key.to_string().as_str() {
        "max" => set(&mut args.max, input, key, "3"),
        "backoff" => set(&mut args.backoff, input, key, "exponential"),
        "base" => set(&mut args.base, input, key, "\"500ms\""),
        "factor" => set(&mut args.factor, input, key, "2"),
        "max_delay" => set(&mut args.max_delay, input, key, "\"20s\""),
        "jitter" => set(&mut args.jitter, input, key, "full"),
        "total" => set(&mut args.total, input, key, "\"60s\""),
        "when" => set(&mut args.when, input, key, "|error| error.is_temporary()"),
        "until" => set(&mut args.until, input, key, "|value| value.is_complete()"),
        "budget" => set(&mut args.budget, input, key, "\"name\""),
        "retry_after" => set(&mut args.retry_after, input, key, "off"),
        "span" => set(&mut args.span, input, key, "\"span name\""),
        "err" => set(&mut args.err, input, key, ERR),
        _ => unknown(key, "retry", RETRY),
    }
}

fn timeout(input: ParseStream<'_>, args: &mut TimeoutArgs) -> syn::Result<()> {
    if !input.peek(Ident::peek_any) {
        let expr: Expr = input.parse().map(peel)?;
        return set_once(&mut args.attempt, &Ident::new("attempt", expr.span()), expr);
    }
    let key = key(input, "timeout", "\"10s\"` or `total = \"30s\"")?;
    let key = &key;
    match key.to_string().as_str() {
        "attempt" => set(&mut args.attempt, input, key, "\"10s\""),
        "total" => set(&mut args.total, input, key, "\"30s\""),
        "err" => set(&mut args.err, input, key, ERR),
        "first" => set(&mut args.first, input, key, "\"3s\""),
        "idle" => set(&mut args.idle, input, key, "\"5s\""),
        _ => unknown(key, "timeout", &["\"10s\"", "attempt", "total", "first", "idle", "err"]),
    }
}

fn fallback(input: ParseStream<'_>, args: &mut FallbackArgs) -> syn::Result<()> {
    let named = input.peek2(Token![=]) && !input.peek2(Token![==]) && !input.peek(LitStr);
    if !named {
        let expr: Expr = input.parse().map(peel)?;
        if args.call.is_some() {
            let message = "one `fallback` is one step; write a second `fallback` for the next";
            return Err(syn::Error::new(expr.span(), message));
        }
        args.call = Some(Keyed { key: expr.span(), value: expr });
        return Ok(());
    }
    let key = key(input, "fallback", "name = \"secondary\"")?;
    let key = &key;
    match key.to_string().as_str() {
        "value" => set(&mut args.value, input, key, "String::new()"),
        "name" => set(&mut args.name, input, key, "\"secondary\""),
        "when" => set(&mut args.when, input, key, "|error| error.is_outage()"),
        "level" => set(&mut args.level, input, key, "\"emergency\""),
        "timeout" => set(&mut args.timeout, input, key, "\"2s\""),
        _ => unknown(key, "fallback", &["function", "value", "name", "when", "level", "timeout"]),
    }
}

const BREAKER: &[&str] = &["name", "rate", "min_calls", "window", "open", "half_open", "err"];

fn breaker(input: ParseStream<'_>, args: &mut BreakerArgs) -> syn::Result<()> {
    let key = key(input, "breaker", "rate = 0.5")?;
    let key = &key;
    match key.to_string().as_str() {
        "name" => set(&mut args.name, input, key, "\"provider\""),
        "rate" => set(&mut args.rate, input, key, "0.5"),
        "min_calls" => set(&mut args.min_calls, input, key, "20"),
        "window" => set(&mut args.window, input, key, "\"10s\""),
        "open" => set(&mut args.open, input, key, "\"30s\""),
        "half_open" => set(&mut args.half_open, input, key, "3"),
        "err" => set(&mut args.err, input, key, ERR),
        _ => unknown(key, "breaker", BREAKER),
    }
}

const LIMIT: &[&str] = &[
    "concurrency",
    "queue",
    "requests_per_minute",
    "tokens_per_minute",
    "cost",
    "used",
    "name",
    "max_wait",
    "err",
];

fn limit(input: ParseStream<'_>, args: &mut LimitArgs) -> syn::Result<()> {
    let key = key(input, "limit", "concurrency = 8")?;
    let key = &key;
    match key.to_string().as_str() {
        "concurrency" => set(&mut args.concurrency, input, key, "8"),
        "queue" => set(&mut args.queue, input, key, "100"),
        "requests_per_minute" => set(&mut args.requests_per_minute, input, key, "600"),
        "tokens_per_minute" => set(&mut args.tokens_per_minute, input, key, "90_000"),
        "cost" => set(&mut args.cost, input, key, "estimate(prompt) + max_tokens"),
        "used" => set(&mut args.used, input, key, "|value| value.usage.total_tokens"),
        "name" => set(&mut args.name, input, key, "\"provider\""),
        "max_wait" => set(&mut args.max_wait, input, key, "\"60s\""),
        "err" => set(&mut args.err, input, key, ERR),
        _ => unknown(key, "limit", LIMIT),
    }
}

fn hedge(input: ParseStream<'_>, args: &mut HedgeArgs) -> syn::Result<()> {
    let key = key(input, "hedge", "after = \"2s\"")?;
    let key = &key;
    match key.to_string().as_str() {
        "after" => set(&mut args.after, input, key, "\"2s\""),
        "max" => set(&mut args.max, input, key, "2"),
        _ => unknown(key, "hedge", &["after", "max"]),
    }
}

fn cache(input: ParseStream<'_>, args: &mut CacheArgs) -> syn::Result<()> {
    let key = key(input, "cache", "key = prompt")?;
    let key = &key;
    match key.to_string().as_str() {
        "key" => set(&mut args.key, input, key, "prompt"),
        "ttl" => set(&mut args.ttl, input, key, "\"1h\""),
        "capacity" => set(&mut args.capacity, input, key, "10_000"),
        "single_flight" if input.peek(Token![=]) => {
            let message = "`single_flight` is on where it is named, and takes no value";
            Err(syn::Error::new(key.span(), message))
        }
        "single_flight" => set_once(&mut args.single_flight, key, ()),
        _ => unknown(key, "cache", &["key", "ttl", "capacity", "single_flight"]),
    }
}
