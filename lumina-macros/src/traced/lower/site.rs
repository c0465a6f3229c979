//! What is static about the span: its name, target, level and kind.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Expr, Ident, Lit, LitStr};

use crate::errors::Errors;
use crate::grammar::{Keyed, string_literal};
use crate::suggest;
use crate::traced::args::Args;
use crate::traced::plan::Site;

const LEVELS: &[&str] = &["trace", "debug", "info", "warn", "error"];
const KINDS: &[(&str, &str)] = &[
    ("internal", "Internal"),
    ("server", "Server"),
    ("client", "Client"),
    ("producer", "Producer"),
    ("consumer", "Consumer"),
];

pub(super) fn lower(
    args: &Args,
    name: &Ident,
    private: &TokenStream,
    keys: Vec<TokenStream>,
    errors: &mut Errors,
) -> Site {
    let default_name = || LitStr::new(&name.unraw().to_string(), name.span()).into_token_stream();
    let operation = match &args.operation {
        Some((key, variant)) => Ident::new(variant, key.span()),
        None => Ident::new("Unspecified", name.span()),
    };
    Site {
        name: args.name.as_ref().map_or_else(default_name, |name| text("name", name, errors)),
        target: args.target.as_ref().map_or_else(
            || quote!(#private::core::module_path!()),
            |target| text("target", target, errors),
        ),
        level: level(args.level.as_ref(), "INFO", private, errors),
        kind: kind(args, name, errors),
        operation,
        keys,
    }
}

/// A string, or an expression that the compiler will find to be a constant one.
fn text(key: &str, given: &Keyed<Expr>, errors: &mut Errors) -> TokenStream {
    match &given.value {
        expr if string_literal(expr).is_some_and(|literal| literal.value().trim().is_empty()) => {
            errors.at(expr.span(), format!("an empty `{key}` names nothing"));
        }
        Expr::Lit(literal) if !matches!(literal.lit, Lit::Str(_)) => {
            errors.at(literal.span(), format!("`{key}` is a string: `{key} = \"..\"`"));
        }
        _ => {}
    }
    given.value.to_token_stream()
}

/// `"info"`, `3`, `info`, or a path to a level.
pub(super) fn level(
    given: Option<&Keyed<Expr>>,
    default: &str,
    private: &TokenStream,
    errors: &mut Errors,
) -> TokenStream {
    let named = |name: &str, span| {
        let level = Ident::new(&name.to_ascii_uppercase(), span);
        quote!(#private::Level::#level)
    };
    let default = named(default, proc_macro2::Span::mixed_site());
    let Some(Keyed { value, .. }) = given else { return default };
    let word = match value {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text.value().to_ascii_lowercase()),
            Lit::Int(number) => number
                .base10_parse::<usize>()
                .ok()
                .and_then(|number| LEVELS.get(number.checked_sub(1)?))
                .map(|level| (*level).to_owned())
                .or(Some(number.to_string())),
            other => Some(other.to_token_stream().to_string()),
        },
        // `info` is the level, `INFO` or `levels::DEFAULT` a constant of the user's.
        Expr::Path(path) => path
            .path
            .get_ident()
            .map(Ident::to_string)
            .filter(|word| word.chars().all(char::is_lowercase)),
        _ => None,
    };
    match word {
        None => value.to_token_stream(),
        Some(word) if LEVELS.contains(&word.as_str()) => named(&word, value.span()),
        Some(word) => {
            let mut message = suggest::unknown("level", &word, "level", LEVELS);
            message.push_str(", a number from 1 (trace) to 5 (error), or a constant `Level`");
            errors.at(value.span(), message);
            default
        }
    }
}

fn kind(args: &Args, name: &Ident, errors: &mut Errors) -> Ident {
    let Some(Keyed { value, .. }) = &args.kind else { return Ident::new("Internal", name.span()) };
    let word = value.to_string();
    match KINDS.iter().find(|(accepted, _)| *accepted == word) {
        Some((_, variant)) => Ident::new(variant, value.span()),
        None => {
            let accepted: Vec<_> = KINDS.iter().map(|(accepted, _)| *accepted).collect();
            errors.at(value.span(), suggest::unknown("kind", &word, "kind", &accepted));
            Ident::new("Internal", name.span())
        }
    }
}
