//! `#[redact]` on a parameter: reading it, and taking it away.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
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

/// Takes each `#[redact]` out of the head of an item that need not parse.
///
/// Works on tokens: it also serves items whose attribute or signature is wrong, which are handed
/// back as they are, and builds in which tracing is compiled out.
pub(crate) fn strip_redact(item: TokenStream) -> TokenStream {
    let mut in_signature = false;
    let mut kept = TokenStream::new();
    let mut tokens = without_redact(item).into_iter().peekable();
    while let Some(token) = tokens.next() {
        in_signature |= is_ident(&token, "fn");
        let token = match token {
            TokenTree::Group(group) => match group.delimiter() {
                Delimiter::Parenthesis if in_signature => {
                    regroup(&group, without_redact(group.stream())).into()
                }
                Delimiter::None => regroup(&group, strip_redact(group.stream())).into(),
                // The body.
                Delimiter::Brace => {
                    kept.extend([TokenTree::Group(group)]);
                    kept.extend(tokens);
                    return kept;
                }
                _ => group.into(),
            },
            other => other,
        };
        kept.extend([token]);
    }
    kept
}

fn without_redact(tokens: TokenStream) -> TokenStream {
    let mut kept = TokenStream::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let hash = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '#');
        if hash && tokens.next_if(is_redact_brackets).is_some() {
            continue;
        }
        kept.extend([token]);
    }
    kept
}

fn is_redact_brackets(token: &TokenTree) -> bool {
    let TokenTree::Group(group) = token else { return false };
    if group.delimiter() != Delimiter::Bracket {
        return false;
    }
    let mut words = group.stream().into_iter().filter(|token| matches!(token, TokenTree::Ident(_)));
    match words.next() {
        Some(first) if is_ident(&first, "lumina") => {
            words.next().is_some_and(|second| is_ident(&second, "redact"))
        }
        Some(first) => is_ident(&first, "redact"),
        None => false,
    }
}

fn regroup(old: &Group, stream: TokenStream) -> Group {
    let mut group = Group::new(old.delimiter(), stream);
    group.set_span(old.span());
    group
}

fn is_ident(token: &TokenTree, name: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;

    fn stripped(item: TokenStream) -> String {
        strip_redact(item).to_string()
    }

    #[test]
    fn every_form_leaves_the_signature() {
        let item = quote! {
            fn f(#[redact] a: A, #[redact(pii)] #[cfg(x)] b: B, #[lumina::redact(with = f)] c: C) {}
        };
        assert_eq!(
            stripped(item),
            quote!(
                fn f(a: A, #[cfg(x)] b: B, c: C) {}
            )
            .to_string()
        );
    }

    #[test]
    fn bodies_and_foreign_attributes_stay() {
        let item = quote! {
            #[redact_all] fn f(#[redactor] a: A) { fn g(#[redact] b: B) {} }
        };
        assert_eq!(stripped(item.clone()), item.to_string());
    }
}
