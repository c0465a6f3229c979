//! Durations as strings: `"500ms"`, `"10s"`, `"1.5h"`.

use std::time::Duration;

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Expr, Lit, LitStr};

use super::{Keyed, generated, string_literal};
use crate::errors::Errors;

const ACCEPTED: &str = "a duration is a number with a unit, such as \"500ms\" or \"1.5s\"; \
                        the units are us, ms, s, m and h";

/// Nanoseconds in each unit.
const UNITS: &[(&str, f64)] = &[("us", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 6e10), ("h", 3.6e12)];

/// A duration that is not zero.
#[derive(Clone)]
pub(crate) enum Time {
    /// Known to the macro, and where it stands.
    Known(Duration, Span),
    /// Known to the compiler: a constant `Duration`.
    Constant(Box<Expr>),
}

impl Time {
    /// The duration after a key; a bad one is reported and nothing.
    pub(crate) fn lower(given: Option<&Keyed<Expr>>, errors: &mut Errors) -> Option<Time> {
        let expr = &given?.value;
        if let Some(literal) = string_literal(expr) {
            return errors.catch(Time::parse(literal));
        }
        match expr {
            Expr::Lit(literal) => {
                let shown = literal.to_token_stream();
                let hint = match literal.lit {
                    Lit::Int(_) | Lit::Float(_) => format!(": write `\"{shown}s\"` for seconds"),
                    _ => String::new(),
                };
                errors.at(literal.span(), format!("`{shown}` is no duration{hint}; {ACCEPTED}"));
                None
            }
            Expr::Unary(unary) => {
                errors.at(unary.span(), format!("this is no duration; {ACCEPTED}"));
                None
            }
            constant => Some(Time::Constant(Box::new(constant.clone()))),
        }
    }

    fn parse(literal: &LitStr) -> syn::Result<Time> {
        match read(&literal.value()) {
            Ok(duration) => Ok(Time::Known(duration, literal.span())),
            Err(mistake) => {
                let message = format!("`{}` {mistake}; {ACCEPTED}", literal.value());
                Err(syn::Error::new(literal.span(), message))
            }
        }
    }

    /// The duration, where the macro knows it.
    pub(crate) fn known(&self) -> Option<Duration> {
        match self {
            Time::Known(duration, _) => Some(*duration),
            Time::Constant(_) => None,
        }
    }

    /// A constant expression.
    pub(crate) fn tokens(&self, private: &TokenStream) -> TokenStream {
        match self {
            Time::Known(duration, _) => tokens(*duration, private),
            Time::Constant(expr) => expr.to_token_stream(),
        }
    }
}

fn tokens(duration: Duration, private: &TokenStream) -> TokenStream {
    let duration_type = generated!(#private::core::time::Duration);
    if duration.subsec_nanos().is_multiple_of(1_000_000)
        && let Ok(millis) = u64::try_from(duration.as_millis())
    {
        return generated!(#duration_type::from_millis(#millis));
    }
    let (secs, nanos) = (duration.as_secs(), duration.subsec_nanos());
    generated!(#duration_type::new(#secs, #nanos))
}

/// The duration, or what is wrong with it.
fn read(text: &str) -> Result<Duration, &'static str> {
    let text = text.trim();
    if text.starts_with('-') {
        return Err("is negative");
    }
    let unit_at = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = (&text[..unit_at], text[unit_at..].trim());
    if number.is_empty() {
        return Err("does not begin with a number");
    }
    if unit.is_empty() {
        return Err("has no unit");
    }
    let (_, scale) = UNITS.iter().find(|(name, _)| *name == unit).ok_or("has an unknown unit")?;
    let number: f64 = number.parse().map_err(|_| "does not begin with a number")?;
    let nanos = number * scale;
    if nanos < 1.0 {
        return Err("is zero");
    }
    if nanos > 1e18 {
        return Err("is longer than thirty years");
    }
    // OK: in range, and a fraction of a nanosecond is nothing.
    Ok(Duration::from_nanos(nanos.round() as u64))
}

/// As a user would write it: `31.5s`, `500ms`.
pub(crate) fn show(duration: Duration) -> String {
    match duration {
        short if short < Duration::from_millis(1) => format!("{}us", short.as_nanos() as f64 / 1e3),
        short if short < Duration::from_secs(1) => format!("{}ms", short.as_nanos() as f64 / 1e6),
        long => format!("{}s", (long.as_secs_f64() * 1e3).round() / 1e3),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_is_read() {
        for (text, millis) in
            [("500ms", 500), ("10s", 10_000), ("1.5 s", 1_500), ("2m", 120_000), ("1h", 3_600_000)]
        {
            assert_eq!(read(text), Ok(Duration::from_millis(millis)), "{text}");
        }
        assert_eq!(read("250us"), Ok(Duration::from_micros(250)));
    }

    #[test]
    fn what_is_no_duration_is_told_apart() {
        for (text, mistake) in [
            ("10", "has no unit"),
            ("1O s", "has an unknown unit"),
            ("-1s", "is negative"),
            ("0s", "is zero"),
            ("s", "does not begin with a number"),
            ("", "does not begin with a number"),
            ("1.2.3s", "does not begin with a number"),
            ("99999999h", "is longer than thirty years"),
        ] {
            assert_eq!(read(text), Err(mistake), "{text}");
        }
    }

    #[test]
    fn durations_are_shown_as_they_are_written() {
        for text in ["31.5s", "500ms", "250us", "90s"] {
            assert_eq!(read(text).map(show).as_deref(), Ok(text));
        }
    }
}
