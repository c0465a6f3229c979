//! Functions as async-trait up to 0.1.43 writes them: an inner `async fn` and a pinned call of it,
//! with `self` renamed to `_self`.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Attribute, FnArg, Ident, Meta, Pat, Signature, Type};

use super::args::Args;
use crate::function::{Function, InnerFn, is_redact};
use crate::grammar::attribute::Key;

pub(super) fn inner(outer: &Function) -> Option<InnerFn> {
    match outer.sig.asyncness {
        Some(_) => None,
        None => InnerFn::find(&outer.body.tokens),
    }
}

/// The arguments with `self` and `Self` as the inner function knows them.
pub(super) fn renamed(args: TokenStream, inner: &Signature) -> TokenStream {
    let receiver = inner.inputs.iter().find_map(|input| match input {
        FnArg::Typed(typed) => match &*typed.pat {
            Pat::Ident(pat) if pat.ident == "_self" => Some((&pat.ident, referent(&typed.ty))),
            _ => None,
        },
        FnArg::Receiver(_) => None,
    });
    match receiver {
        None => args,
        Some((ident, ty)) => rename(args, ident, ty),
    }
}

/// The same for the policies that stand beside `traced`.
pub(super) fn rename_policies(attrs: &mut [Attribute], inner: &Signature) {
    for attr in attrs {
        if let Meta::List(list) = &mut attr.meta {
            list.tokens = renamed(list.tokens.clone(), inner);
        }
    }
}

fn rename(tokens: TokenStream, receiver: &Ident, ty: &Type) -> TokenStream {
    let renamed = tokens.into_iter().map(|token| match token {
        TokenTree::Ident(ident) if ident == "self" => {
            Ident::new(&receiver.to_string(), ident.span()).to_token_stream()
        }
        TokenTree::Ident(ident) if ident == "Self" => quote!(<#ty>),
        TokenTree::Group(group) => {
            let mut renamed = Group::new(group.delimiter(), rename(group.stream(), receiver, ty));
            renamed.set_span(group.span());
            renamed.to_token_stream()
        }
        other => other.to_token_stream(),
    });
    renamed.collect()
}

/// Names attributes as they were written: `%self.name` is `self.name`.
pub(super) fn restore_keys(args: &mut Args) {
    for attribute in
        [&mut args.fields, &mut args.attrs].into_iter().flatten().flat_map(|list| &mut list.value)
    {
        if let Key::Known(name, _) = &mut attribute.key
            && let Some(rest) = name.strip_prefix("_self")
        {
            *name = format!("self{rest}");
        }
    }
}

/// `Type` of `&mut Type`.
fn referent(ty: &Type) -> &Type {
    match ty {
        Type::Reference(reference) => referent(&reference.elem),
        other => other,
    }
}

/// Copies each `#[redact]` to the parameter of the same name.
pub(super) fn hand_down_redact(outer: &Signature, inner: &mut Signature) {
    for input in &mut inner.inputs {
        let FnArg::Typed(inner) = input else { continue };
        let name = inner.pat.to_token_stream().to_string();
        for input in &outer.inputs {
            let (attrs, same) = match input {
                FnArg::Receiver(outer) => (&outer.attrs, name == "_self"),
                FnArg::Typed(outer) => {
                    (&outer.attrs, outer.pat.to_token_stream().to_string() == name)
                }
            };
            let redacts = attrs.iter().filter(|attr| same && is_redact(attr));
            if !inner.attrs.iter().any(is_redact) {
                inner.attrs.extend(redacts.cloned());
            }
        }
    }
}
