//! Attributes to [`Declared`]: reads, and judges nothing but the grammar.

use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Data, DeriveInput, Fields, Ident, Meta, Token};

use super::args::{Args, Declared};
use crate::errors::Errors;
use crate::grammar::{list, set_once, value};
use crate::suggest;

pub(super) const EXAMPLE: &str = "`#[classify(permanent)]`, `#[classify(kind = timeout)]`";
const ACCEPTED: &[&str] =
    &["kind", "retryable", "permanent", "retry_after", "code", "transparent", "with", "crate"];

pub(super) fn parse(input: &DeriveInput, errors: &mut Errors) -> Declared {
    let of_type = args(&input.attrs, errors);
    let (variants, unfit) = match &input.data {
        Data::Struct(data) => {
            refuse_on_fields(&data.fields, "struct", errors);
            (Vec::new(), None)
        }
        Data::Enum(data) => {
            let read = data.variants.iter().map(|variant| {
                let args = args(&variant.attrs, errors);
                refuse_on_fields(&variant.fields, "variant", errors);
                args
            });
            (read.collect(), None)
        }
        Data::Union(data) => (Vec::new(), Some(data.union_token.span)),
    };
    Declared { of_type, variants, unfit }
}

fn args(attrs: &[Attribute], errors: &mut Errors) -> Args {
    let mut args = Args::default();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("classify")) {
        let tokens = match &attr.meta {
            Meta::List(list) if !list.tokens.is_empty() => list.tokens.clone(),
            Meta::List(_) | Meta::Path(_) => {
                let message = format!("`classify` says nothing here; write {EXAMPLE}");
                errors.push(syn::Error::new_spanned(attr.path(), message));
                continue;
            }
            Meta::NameValue(meta) => {
                let message = format!("`classify` takes its words in parentheses: {EXAMPLE}");
                errors.push(syn::Error::new_spanned(meta, message));
                continue;
            }
        };
        let read = |input: ParseStream<'_>| {
            list(input, errors, |input, _| word(input, &mut args));
            Ok(())
        };
        // OK to ignore: the list consumes all of its input and keeps its errors.
        let _ = read.parse2(tokens);
    }
    args
}

fn word(input: ParseStream<'_>, args: &mut Args) -> syn::Result<()> {
    let key = input.call(Ident::parse_any).map_err(|error| {
        let message = format!("`classify` takes words, such as {EXAMPLE}");
        syn::Error::new(error.span(), message)
    })?;
    let key = &key;
    match key.unraw().to_string().as_str() {
        "kind" => set_once(&mut args.kind, key, value(input, key, "timeout")?),
        "retryable" if input.peek(Token![=]) => {
            set_once(&mut args.retryable, key, Some(value(input, key, "*status >= 500")?))
        }
        "retryable" => set_once(&mut args.retryable, key, None),
        "permanent" => set_once(&mut args.permanent, key, alone(input, key)?),
        "retry_after" => set_once(&mut args.retry_after, key, value(input, key, "field")?),
        "code" => set_once(&mut args.code, key, value(input, key, "field")?),
        "transparent" => set_once(&mut args.transparent, key, alone(input, key)?),
        "with" => set_once(&mut args.with, key, value(input, key, "path")?),
        "crate" => set_once(&mut args.krate, key, value(input, key, "path")?),
        other => {
            let message = suggest::unknown("argument", other, "classify", ACCEPTED);
            Err(syn::Error::new(key.span(), message))
        }
    }
}

/// A word without a value.
fn alone(input: ParseStream<'_>, key: &Ident) -> syn::Result<()> {
    if input.is_empty() || input.peek(Token![,]) {
        return Ok(());
    }
    let hint = match key == "permanent" {
        true => "; `retryable = condition` takes one",
        false => "",
    };
    Err(syn::Error::new(key.span(), format!("`{key}` takes no value{hint}")))
}

fn refuse_on_fields(fields: &Fields, holder: &str, errors: &mut Errors) {
    let attrs = fields.iter().flat_map(|field| &field.attrs);
    for attr in attrs.filter(|attr| attr.path().is_ident("classify")) {
        let message = format!(
            "`classify` goes on the {holder}, which may name its fields: \
             `#[classify(retry_after = field)]`"
        );
        errors.push(syn::Error::new_spanned(attr.path(), message));
    }
}
