//! Policies that stand beside `#[traced]`, as attributes of their own.

use proc_macro2::TokenStream;
use syn::{Attribute, Meta, Path};

use super::args::{Kind, PolicyArgs};
use super::parse::parse;
use crate::errors::Errors;

/// Takes the policies out of a function's attributes.
///
/// Only bare names and those in `lumina::` are ours: `rstest::timeout` is somebody else's.
pub(crate) fn take(attrs: &mut Vec<Attribute>, policies: &mut PolicyArgs, errors: &mut Errors) {
    attrs.retain(|attr| {
        let Some((kind, key)) = policy(attr.path()) else { return true };
        match &attr.meta {
            Meta::Path(_) => parse(kind, key, TokenStream::new(), policies, errors),
            Meta::List(list) => parse(kind, key, list.tokens.clone(), policies, errors),
            Meta::NameValue(_) => {
                let name = kind.name();
                errors.at(
                    key,
                    format!("`{name}` takes its arguments in parentheses: `#[{name}(..)]`"),
                );
            }
        }
        false
    });
}

fn policy(path: &Path) -> Option<(Kind, proc_macro2::Span)> {
    let segments = &path.segments;
    let ours = match segments.len() {
        1 => path.leading_colon.is_none(),
        2 => segments[0].ident == "lumina",
        _ => false,
    };
    let name = &segments.last().filter(|_| ours)?.ident;
    Some((Kind::of(&name.to_string())?, name.span()))
}

/// The name of an attribute of lumina's in the tokens between `#[` and `]`, which need not parse.
pub(crate) fn helper_name(attribute: TokenStream) -> Option<String> {
    use proc_macro2::TokenTree;
    let mut words = Vec::new();
    for token in attribute {
        match token {
            TokenTree::Ident(ident) => words.push(ident.to_string()),
            TokenTree::Punct(punct) if punct.as_char() == ':' => {}
            _ => break,
        }
    }
    match words.as_mut_slice() {
        [name] => Some(std::mem::take(name)),
        [krate, name] if krate == "lumina" => Some(std::mem::take(name)),
        _ => None,
    }
}
