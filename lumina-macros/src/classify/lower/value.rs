//! The values of the words: words of ours, fields, literals, expressions.

use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, Ident, Lit, LitStr};

use crate::classify::plan::{Code, Field, Kind, RetryAfter, Retryable};
use crate::errors::Errors;
use crate::grammar::Keyed;
use crate::grammar::duration::Time;
use crate::suggest;

/// The words for the variants of `ErrorKind`.
const KINDS: &[(&str, &str)] = &[
    ("timeout", "Timeout"),
    ("connection", "Connection"),
    ("rate_limited", "RateLimited"),
    ("overloaded", "Overloaded"),
    ("server", "Server"),
    ("circuit_open", "CircuitOpen"),
    ("invalid_response", "InvalidResponse"),
    ("quota_exceeded", "QuotaExceeded"),
    ("unauthorized", "Unauthorized"),
    ("not_found", "NotFound"),
    ("invalid_request", "InvalidRequest"),
    ("context_length", "ContextLength"),
    ("content_filtered", "ContentFiltered"),
    ("cancelled", "Cancelled"),
    ("other", "Other"),
];

/// What an expression may name.
pub(super) struct Scope<'a> {
    /// Whose attribute it is.
    pub(super) holder: &'a Ident,
    pub(super) variant: Option<&'a Ident>,
    pub(super) fields: Vec<Field>,
}

impl Scope<'_> {
    /// Refuses a lone word that is no field: there is nothing else that it could be.
    fn refuse_unknown(&self, expr: &Expr, errors: &mut Errors) {
        let Some(word) = word(expr) else { return };
        let names: Vec<_> = self.fields.iter().map(|field| field.name.as_str()).collect();
        if names.contains(&word.as_str()) {
            return;
        }
        let holder = self.holder;
        let message = match names.as_slice() {
            [] => format!("`{holder}` has no field `{word}`"),
            names => suggest::unknown("field", &word, &holder.to_string(), names)
                .replace(" accepts: ", " has: "),
        };
        errors.at(expr.span(), message);
    }
}

/// A lone lower-case word.
fn word(expr: &Expr) -> Option<String> {
    let Expr::Path(path) = expr else { return None };
    let word = path.path.get_ident()?.to_string();
    let is_lower = !word.contains(char::is_uppercase) && word != "self";
    is_lower.then(|| word.trim_start_matches("r#").to_owned())
}

fn literal(expr: &Expr) -> Option<&Lit> {
    match expr {
        Expr::Lit(ExprLit { lit, .. }) => Some(lit),
        _ => None,
    }
}

pub(super) fn kind(expr: &Expr, scope: &Scope<'_>, errors: &mut Errors) -> Kind {
    if let Some(Lit::Str(text)) = literal(expr) {
        let shown = text.value();
        errors.at(text.span(), format!("a kind is a word without quotes: `kind = {shown}`"));
        return Kind::Other;
    }
    let Some(word) = word(expr) else { return Kind::Value(expr.clone()) };
    if let Some((_, variant)) = KINDS.iter().find(|(name, _)| *name == word) {
        return Kind::Word(Ident::new(variant, expr.span()));
    }
    if !scope.fields.iter().any(|field| field.name == word) {
        let names: Vec<_> = KINDS.iter().map(|(name, _)| *name).collect();
        errors.at(expr.span(), suggest::unknown("kind", &word, "kind", &names));
        return Kind::Other;
    }
    Kind::Value(expr.clone())
}

pub(super) fn condition(expr: &Expr, scope: &Scope<'_>, errors: &mut Errors) -> Retryable {
    match literal(expr) {
        Some(Lit::Bool(known)) => {
            let instead = if known.value { "retryable" } else { "permanent" };
            errors.at(known.span(), format!("write `{instead}`; a value depends on the error"));
            Retryable::Known(known.value)
        }
        _ => {
            scope.refuse_unknown(expr, errors);
            Retryable::Value(expr.clone())
        }
    }
}

pub(super) fn retry_after(
    given: &Keyed<Expr>,
    scope: &Scope<'_>,
    errors: &mut Errors,
) -> RetryAfter {
    let expr = &given.value;
    match literal(expr) {
        Some(Lit::Int(index)) if names_field(index, scope) => {
            errors.at(
                index.span(),
                format!("the fields of a tuple are called `_0`, `_1`: `_{index}`"),
            );
            RetryAfter::Never
        }
        Some(_) => Time::lower(Some(given), errors).map_or(RetryAfter::Never, RetryAfter::Known),
        None => {
            scope.refuse_unknown(expr, errors);
            RetryAfter::Value(expr.clone())
        }
    }
}

/// Whether a number was meant to be the index of a field.
fn names_field(number: &syn::LitInt, scope: &Scope<'_>) -> bool {
    let name = format!("_{}", number.base10_digits());
    number.suffix().is_empty() && scope.fields.iter().any(|field| field.name == name)
}

pub(super) fn code(expr: &Expr, scope: &Scope<'_>, errors: &mut Errors) -> Code {
    match literal(expr) {
        Some(Lit::Str(text)) if text.value().trim().is_empty() => {
            errors.at(text.span(), "an empty `code` names nothing");
            Code::Nothing
        }
        Some(Lit::Str(text)) => Code::Known(text.clone()),
        Some(Lit::Int(number)) => Code::Known(LitStr::new(number.base10_digits(), number.span())),
        Some(other) => {
            let shown = other.to_token_stream();
            errors.at(other.span(), format!("`{shown}` is no code; write a text or a number"));
            Code::Nothing
        }
        None => {
            scope.refuse_unknown(expr, errors);
            Code::Value(expr.clone())
        }
    }
}
