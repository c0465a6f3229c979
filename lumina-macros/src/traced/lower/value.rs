//! Whether a value may become an attribute, and in which form.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Expr, Ident};

use crate::errors::Errors;
use crate::function::{Param, Params, Redact};
use crate::grammar::attribute::{Given, Mode, Value};
use crate::grammar::secrets::{self, Whole, looks_secret, mention, whole_value};
use crate::suggest;
use crate::traced::plan::Recorded;

/// Names that are not what a parameter of the same name is: bound by the pattern of `ok` or `err`.
pub(super) type Bound = Vec<String>;

/// Judges one value; a refused one is recorded as nothing.
pub(super) fn lower(
    value: &Value,
    params: &Params,
    bound: &Bound,
    errors: &mut Errors,
) -> Recorded {
    let Value::Given(given) = value else { return Recorded::Nothing };
    if given.shorthand {
        refuse_unknown(given, params, bound, errors);
    }
    let tokens = given.expr.to_token_stream();
    let recorded =
        Recorded::Value { mode: given.mode, expr: given.expr.clone(), span: given.expr.span() };
    match whole_value(&given.expr) {
        Some(Whole::Variable(ident)) if !bound.contains(&ident.to_string()) => {
            match params.get(&ident) {
                Some(param) => parameter(param, given, recorded, errors),
                None => recorded,
            }
        }
        Some(Whole::Field(field)) if looks_secret(&field.to_string()) && !given.raw => {
            errors.push(secrets::refusal(&field, &given.expr));
            Recorded::Nothing
        }
        _ => {
            if !given.raw {
                refuse_derived(&tokens, params, bound, errors);
            }
            recorded
        }
    }
}

/// A parameter captured as it is: redacted where it is marked, refused where it looks secret.
pub(super) fn parameter(
    param: &Param,
    given: &Given,
    recorded: Recorded,
    errors: &mut Errors,
) -> Recorded {
    match &param.redact {
        Some(_) if given.raw => {
            let message = format!("`{}` is both `#[redact]` and `raw(..)`; keep one", param.name);
            errors.at(given.expr.span(), message);
            Recorded::Nothing
        }
        Some(redact) => redacted(redact, param),
        None if looks_secret(&param.name) && !param.numeric && !given.raw => {
            errors.push(secrets::refusal(&param.ident, &given.expr));
            Recorded::Nothing
        }
        None => recorded,
    }
}

pub(super) fn redacted(redact: &Redact, param: &Param) -> Recorded {
    match redact {
        Redact::Class(class) => Recorded::Redacted(class),
        Redact::With(with) => {
            Recorded::RedactedBy { with: (**with).clone(), parameter: param.ident.clone() }
        }
    }
}

/// An expression over a redacted parameter would record what `#[redact]` hides.
fn refuse_derived(tokens: &TokenStream, params: &Params, bound: &Bound, errors: &mut Errors) {
    let redacted = params.iter().filter(|param| param.redact.is_some());
    for param in redacted.filter(|param| !bound.contains(&param.name)) {
        if let Some(span) = mention(tokens.clone(), &param.name) {
            let message = format!(
                "`{0}` is under `#[redact]`: record it by `#[redact(with = function)]`, or write \
                 `raw(..)` around this expression if it tells nothing of `{0}`",
                param.name
            );
            errors.at(span, message);
        }
    }
}

/// `%usr.tier` where the parameter is called `user`.
fn refuse_unknown(given: &Given, params: &Params, bound: &Bound, errors: &mut Errors) {
    let Some(root) = root(&given.expr) else { return };
    let word = root.to_string();
    let constant = word.starts_with(char::is_uppercase);
    if constant || bound.contains(&word) || params.get(root).is_some() {
        return;
    }
    let mut names = params.names();
    names.extend(bound.iter().cloned());
    errors.at(root.span(), no_parameter(&word, &names));
}

pub(super) fn no_parameter(word: &str, names: &[String]) -> String {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    match (suggest::nearest(word, &names), names.is_empty()) {
        (Some(near), _) => format!("no parameter is called `{word}`; did you mean `{near}`?"),
        (None, true) => format!("no parameter is called `{word}`: there are none"),
        (None, false) => {
            format!("no parameter is called `{word}`; there are: {}", names.join(", "))
        }
    }
}

/// `user` of `user.address.city`.
fn root(expr: &Expr) -> Option<&Ident> {
    match expr {
        Expr::Path(path) => path.path.get_ident(),
        Expr::Field(field) => root(&field.base),
        _ => None,
    }
}

/// The `cfg`s of the parameters that a value uses: it exists only where they do.
pub(super) fn conditions(value: &Value, params: &Params) -> Vec<TokenStream> {
    let Value::Given(given) = value else { return Vec::new() };
    let tokens = given.expr.to_token_stream();
    let used = params.iter().filter(|param| {
        !param.conditions.is_empty() && mention(tokens.clone(), &param.name).is_some()
    });
    used.flat_map(|param| param.conditions.clone()).collect()
}

/// A parameter as if it had been written.
pub(super) fn given(param: &Param, mode: Mode, raw: bool) -> Given {
    let ident = &param.ident;
    Given { mode, expr: syn::parse_quote!(#ident), raw, shorthand: true }
}
