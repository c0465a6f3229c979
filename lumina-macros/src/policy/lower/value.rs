//! Single values: counts, numbers, words and names.

use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Expr, Ident, Lit};

use crate::errors::Errors;
use crate::grammar::{Keyed, string_literal};
use crate::policy::plan::Count;
use crate::suggest;

/// A whole number from 1; `zero` says why it cannot be 0.
pub(super) fn count(
    name: &str,
    given: Option<&Keyed<Expr>>,
    zero: &str,
    errors: &mut Errors,
) -> Option<Count> {
    count_to(u32::MAX.into(), name, given, zero, errors)
}

/// A whole number from 1 to `most`.
pub(super) fn count_to(
    most: u64,
    name: &str,
    given: Option<&Keyed<Expr>>,
    zero: &str,
    errors: &mut Errors,
) -> Option<Count> {
    let expr = &given?.value;
    let mistake = match expr {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(number) => match number.base10_parse::<u64>() {
                Ok(0) => format!("{zero}, so it must be at least 1"),
                Ok(number) if number <= most => return Some(Count::Known(number)),
                _ => format!("`{name}` is a whole number from 1 to {most}"),
            },
            _ => format!("`{name}` is a whole number from 1, without quotes or a point"),
        },
        Expr::Unary(_) => format!("`{name}` is a whole number from 1"),
        constant => return Some(Count::Constant(Box::new(constant.clone()))),
    };
    errors.at(expr.span(), mistake);
    None
}

/// A number that the macro has to know; `accepts` also says so in the error.
pub(super) fn number(
    given: Option<&Keyed<Expr>>,
    accepts: impl Fn(f64) -> bool,
    message: &str,
    errors: &mut Errors,
) -> Option<f64> {
    let expr = &given?.value;
    let number = match expr {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(number) => number.base10_parse::<f64>().ok(),
            Lit::Float(number) => number.base10_parse::<f64>().ok(),
            _ => None,
        },
        _ => None,
    };
    let number = number.filter(|number| accepts(*number));
    if number.is_none() {
        errors.at(expr.span(), message);
    }
    number
}

/// One of a few words.
pub(super) fn word(
    name: &str,
    given: Option<&Keyed<Expr>>,
    accepted: &[&str],
    errors: &mut Errors,
) -> Option<Ident> {
    let expr = &given?.value;
    let (word, span) = (shown(expr), expr.span());
    if accepted.contains(&word.as_str()) {
        return Some(Ident::new(&word, span));
    }
    errors.at(span, suggest::unknown("value", &word, name, accepted));
    None
}

/// A string that is not empty.
pub(super) fn text(name: &str, given: Option<&Keyed<Expr>>, errors: &mut Errors) -> Option<String> {
    let expr = &given?.value;
    match string_literal(expr).map(syn::LitStr::value) {
        Some(text) if !text.trim().is_empty() => return Some(text),
        Some(_) => errors.at(expr.span(), format!("an empty `{name}` names nothing")),
        None => errors.at(expr.span(), format!("`{name}` is a string: `{name} = \"..\"`")),
    }
    None
}

/// An identifier as it is, or whatever was written in its place.
pub(super) fn shown(expr: &Expr) -> String {
    match expr {
        Expr::Path(path) => path.path.get_ident().map(Ident::to_string),
        _ => None,
    }
    .unwrap_or_else(|| expr.to_token_stream().to_string())
}
