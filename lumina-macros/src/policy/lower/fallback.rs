//! `#[fallback]`: the steps, in the order in which they are tried.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Expr, Ident};

use super::value::text;
use super::{Form, Subject, arguments};
use crate::errors::Errors;
use crate::grammar::Keyed;
use crate::grammar::duration::Time;
use crate::grammar::secrets::mention;
use crate::policy::args::FallbackArgs;
use crate::policy::plan::{FallbackPlan, Invocation};

pub(super) fn lower(
    given: &[Keyed<FallbackArgs>],
    subject: &Subject<'_>,
    errors: &mut Errors,
) -> Vec<FallbackPlan> {
    refuse_unreachable(given, errors);
    let mut plans: Vec<_> =
        given.iter().filter_map(|fallback| step(fallback, subject, errors)).collect();
    arguments::share(&mut plans, subject);
    plans
}

fn step(
    given: &Keyed<FallbackArgs>,
    subject: &Subject<'_>,
    errors: &mut Errors,
) -> Option<FallbackPlan> {
    let Keyed { key, value: args } = given;
    if let Some(timeout) = &args.timeout {
        if args.value.is_some() {
            errors.at(timeout.key, "a `value` takes no time; leave `timeout` out");
        } else if subject.form == Form::Sync {
            let message = "a blocking call cannot be cancelled by `timeout`: make the function \
                           `async`, or leave `timeout` out";
            errors.at(timeout.key, message);
        }
    }
    let timeout = Time::lower(args.timeout.as_ref(), errors);
    let named = text("name", args.name.as_ref(), errors);
    let level = text("level", args.level.as_ref(), errors);
    let (invocation, name) = match (&args.call, &args.value) {
        (Some(call), None) => invocation(&call.value, subject, errors)?,
        (None, Some(value)) => {
            (Invocation::Value(Box::new(value.value.clone())), "value".to_owned())
        }
        (Some(_), Some(value)) => {
            errors.at(value.key, "one `fallback` is one step: a function or a `value`; keep one");
            return None;
        }
        (None, None) if args.spoiled => return None,
        (None, None) => {
            let message = "`fallback` needs a step: `fallback(function)`, \
                           `fallback(function(&input, error))` or `fallback(value = ..)`";
            errors.at(*key, message);
            return None;
        }
    };
    let name = named.unwrap_or(name).to_token_stream();
    let error = error(&invocation, subject);
    let when = args.when.as_ref().map(|when| when.value.clone());
    Some(FallbackPlan { name, level, timeout, when, invocation, error, copies: vec![] })
}

/// What is called, and what it is called in spans.
fn invocation(
    expr: &Expr,
    subject: &Subject<'_>,
    errors: &mut Errors,
) -> Option<(Invocation, String)> {
    let last = |ident: Option<&Ident>| ident.map(|ident| ident.unraw().to_string());
    let (callee, name) = match expr {
        Expr::Path(path) => {
            let name = last(path.path.segments.last().map(|segment| &segment.ident));
            (expr.to_token_stream(), name.unwrap_or_default())
        }
        // `self.backup` is the method: called with the function's arguments, like a path.
        Expr::Field(field) => (expr.to_token_stream(), field.member.to_token_stream().to_string()),
        Expr::Call(call) => {
            let name = match &*call.func {
                Expr::Path(path) => last(path.path.segments.last().map(|it| &it.ident)),
                _ => None,
            };
            let name = name.unwrap_or_else(|| "call".to_owned());
            return Some((Invocation::Expression(Box::new(expr.clone())), name));
        }
        Expr::MethodCall(call) => {
            let name = call.method.unraw().to_string();
            return Some((Invocation::Expression(Box::new(expr.clone())), name));
        }
        other => {
            let message = "a fallback is a function, a call of one, or `value = ..`";
            errors.at(other.span(), message);
            return None;
        }
    };
    match arguments::all(subject) {
        Ok(arguments) => {
            Some((Invocation::Function { callee, span: expr.span(), arguments }, name))
        }
        Err(pattern) => {
            let pattern = pattern.to_token_stream();
            let message = format!(
                "a path is called with the function's own arguments, but `{pattern}` is a pattern \
                 without a name: write the call, `{callee}(..)`, or name the parameter"
            );
            errors.at(expr.span(), message);
            None
        }
    }
}

/// `error` where the step names it, unless that is a parameter.
fn error(invocation: &Invocation, subject: &Subject<'_>) -> Option<Ident> {
    let tokens: TokenStream = match invocation {
        Invocation::Function { .. } => return None,
        Invocation::Expression(expr) | Invocation::Value(expr) => expr.to_token_stream(),
    };
    let span: Span = mention(tokens, "error")?;
    let ident = Ident::new("error", span);
    subject.params.get(&ident).is_none().then_some(ident)
}

/// A step that always succeeds is the last one.
fn refuse_unreachable(given: &[Keyed<FallbackArgs>], errors: &mut Errors) {
    let certain = |fallback: &Keyed<FallbackArgs>| {
        fallback.value.value.is_some() && fallback.value.when.is_none()
    };
    let Some(last) = given.iter().position(certain) else { return };
    for unreachable in &given[last + 1..] {
        let message = "this fallback is never tried: the `value` before it cannot fail; \
                       put it first, or give the `value` a `when`";
        errors.at(unreachable.key, message);
    }
}
