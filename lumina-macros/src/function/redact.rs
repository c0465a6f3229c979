//! `#[redact]` on a parameter.

use proc_macro2::TokenTree;
use syn::{Attribute, Expr, Ident, Meta, Token};

use crate::errors::Errors;
use crate::suggest;

/// What is recorded of a redacted parameter, should it be captured.
#[derive(Clone)]
pub(crate) enum Redact {
    /// The name of a class of secrets, in place of the value.
    Class(&'static str),
    /// What this function makes of the value.
    With(Box<Expr>),
}

const ACCEPTED: &[&str] = &["pii", "with = function"];

/// Takes the `#[redact]` out of a parameter's attributes.
pub(super) fn take(attrs: &mut Vec<Attribute>, errors: &mut Errors) -> Option<Redact> {
    let mut redact = None;
    attrs.retain(|attr| {
        refuse_conditional(attr, errors);
        if !is_redact(attr) {
            return true;
        }
        if redact.is_some() {
            let span = attr.path().segments[0].ident.span();
            errors.at(span, "`redact` is set twice; keep one");
        }
        redact = errors.catch(parse(attr)).or(Some(Redact::Class("REDACTED")));
        false
    });
    redact
}

pub(crate) fn is_redact(attr: &Attribute) -> bool {
    let segments = &attr.path().segments;
    let is = |index: usize, name: &str| segments[index].ident == name;
    match segments.len() {
        1 => is(0, "redact"),
        2 => is(0, "lumina") && is(1, "redact"),
        _ => false,
    }
}

fn parse(attr: &Attribute) -> syn::Result<Redact> {
    match &attr.meta {
        Meta::Path(_) => Ok(Redact::Class("REDACTED")),
        Meta::NameValue(meta) => Err(syn::Error::new_spanned(
            meta,
            "`redact` takes its argument in parentheses: `#[redact(pii)]`, `#[redact(with = f)]`",
        )),
        Meta::List(list) => list.parse_args_with(|input: syn::parse::ParseStream<'_>| {
            let key: Ident = input.parse()?;
            match key.to_string().as_str() {
                "pii" => Ok(Redact::Class("PII")),
                "with" => {
                    input.parse::<Token![=]>()?;
                    Ok(Redact::With(Box::new(input.parse()?)))
                }
                "hash" => Err(syn::Error::new(
                    key.span(),
                    "`redact(hash)` is not part of this version; \
                     accepted are `#[redact]`, `#[redact(pii)]` and `#[redact(with = function)]`",
                )),
                word => {
                    let message = suggest::unknown("argument", word, "redact", ACCEPTED);
                    Err(syn::Error::new(key.span(), message))
                }
            }
        }),
    }
}

/// A condition on `#[redact]` is not resolved yet when the macro runs, so it cannot be honoured.
fn refuse_conditional(attr: &Attribute, errors: &mut Errors) {
    let Meta::List(list) = &attr.meta else { return };
    let conditional = list.path.is_ident("cfg_attr")
        && list.tokens.clone().into_iter().any(|token| is_ident(&token, "redact"));
    if conditional {
        let message = "`redact` cannot depend on a `cfg`: write `#[redact]` on the parameter";
        errors.push(syn::Error::new_spanned(attr, message));
    }
}

pub(super) fn is_ident(token: &TokenTree, name: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == name)
}
