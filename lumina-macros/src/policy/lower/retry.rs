//! `#[retry]`.

use proc_macro2::Span;
use quote::ToTokens;
use std::time::Duration;
use syn::spanned::Spanned;
use syn::{Expr, Ident};

use super::value::{self, count, number, word};
use crate::errors::Errors;
use crate::grammar::duration::{Time, show};
use crate::grammar::{Keyed, string_literal};
use crate::policy::args::RetryArgs;
use crate::policy::plan::{Backoff, Budget, Count, RetryPlan, Start};
use crate::suggest;

pub(super) const DEFAULT_MAX: u32 = 3;
const DEFAULT_BASE: Duration = Duration::from_millis(500);
const SCHEDULES: &[&str] = &["exponential", "linear", "fixed"];

/// The plan, unless there is to be one call only.
pub(super) fn lower(given: &Keyed<RetryArgs>, errors: &mut Errors) -> Option<RetryPlan> {
    let args = &given.value;
    let max = count("max", args.max.as_ref(), "`max` counts the first call", errors)
        .unwrap_or(Count::Known(DEFAULT_MAX.into()));
    let plan = RetryPlan {
        backoff: backoff(args, errors),
        budget: budget(args, errors),
        retry_after: word("retry_after", args.retry_after.as_ref(), &["on", "off"], errors)
            .is_none_or(|word| word == "on"),
        when: args.when.as_ref().map(|when| when.value.clone()),
        until: args.until.as_ref().map(|until| until.value.clone()),
        max,
    };
    match plan.max {
        Count::Known(1) => None,
        _ => Some(plan),
    }
}

/// `span = ".."`: what an attempt is called.
pub(super) fn span(given: Option<&Keyed<RetryArgs>>, errors: &mut Errors) -> Option<String> {
    value::text("span", given?.value.span.as_ref(), errors)
}

fn backoff(args: &RetryArgs, errors: &mut Errors) -> Backoff {
    let schedule = args.backoff.as_ref().map(|backoff| &backoff.value);
    let constructor = |name: &str, span| Ident::new(name, span);
    let (constructor, custom) = match schedule {
        None => (constructor("exponential", Span::mixed_site()), None),
        Some(expr) => {
            let word = value::shown(expr);
            if SCHEDULES.contains(&word.as_str()) {
                (constructor(&word, expr.span()), None)
            } else {
                refuse_misspelled(expr, &word, errors);
                (constructor("custom", Span::mixed_site()), Some(expr.clone()))
            }
        }
    };
    if let Some(factor) = args.factor.as_ref().filter(|_| constructor != "exponential") {
        errors.at(factor.key, "`factor` belongs to `backoff = exponential`; leave it out");
    }
    if let Some(base) = args.base.as_ref().filter(|_| custom.is_some()) {
        errors.at(base.key, "`base` is for lumina's schedules; your own function gives each delay");
    }
    let base = Time::lower(args.base.as_ref(), errors);
    let max_delay = Time::lower(args.max_delay.as_ref(), errors);
    if let (Some(Time::Known(base, span)), Some(max)) =
        (&base, max_delay.as_ref().and_then(Time::known))
        && *base > max
    {
        let message = format!(
            "the first delay of {} is longer than `max_delay` of {}",
            show(*base),
            show(max)
        );
        errors.at(*span, message);
    }
    let start = match custom {
        Some(expr) => Start::Schedule(Box::new(expr)),
        None => Start::Base(base.unwrap_or(Time::Known(DEFAULT_BASE, Span::mixed_site()))),
    };
    let factor = number(
        args.factor.as_ref(),
        |factor| factor >= 1.0 && factor.is_finite(),
        "`factor` is a number from 1, such as `2` or `1.5`",
        errors,
    );
    Backoff { constructor, start, factor, max_delay, jitter: jitter(args, errors) }
}

fn jitter(args: &RetryArgs, errors: &mut Errors) -> Option<Ident> {
    let accepted = ["full", "equal", "decorrelated", "none"];
    let word = word("jitter", args.jitter.as_ref(), &accepted, errors)?;
    let variant = match word.to_string().as_str() {
        "full" => "Full",
        "equal" => "Equal",
        "decorrelated" => "Decorrelated",
        _ => "None",
    };
    Some(Ident::new(variant, word.span()))
}

fn budget(args: &RetryArgs, errors: &mut Errors) -> Budget {
    let Some(given) = &args.budget else { return Budget::Own };
    if value::shown(&given.value) == "off" {
        return Budget::Off;
    }
    if string_literal(&given.value).is_none() {
        let message = "`budget` is the name of a shared one, `budget = \"provider\"`, or `off`";
        errors.at(given.value.span(), message);
        return Budget::Own;
    }
    value::text("budget", Some(given), errors).map_or(Budget::Own, Budget::Named)
}

/// A path is a function of the user's, unless it is one of our words with a slip, or no path at all.
fn refuse_misspelled(expr: &Expr, word: &str, errors: &mut Errors) {
    let near = suggest::nearest(word, SCHEDULES);
    match expr {
        Expr::Path(_) if near.is_none() => {}
        Expr::Path(_) => {
            let accepted = ["exponential", "linear", "fixed", "function"];
            errors.at(expr.span(), suggest::unknown("value", word, "backoff", &accepted));
        }
        Expr::Lit(_) => {
            let shown = expr.to_token_stream();
            let message = format!(
                "`{shown}` is no backoff; write exponential, linear, fixed or the path of a \
                 function, without quotes"
            );
            errors.at(expr.span(), message);
        }
        _ => {
            let message = "a backoff of your own is the path of a `fn(attempt: u32) -> Duration`";
            errors.at(expr.span(), message);
        }
    }
}
