//! `#[hedge]`.

use quote::ToTokens;
use syn::{Expr, ExprLit, FnArg, Lit, ReceiverKind, Type};

use super::value::count;
use super::{Form, Subject};
use crate::errors::Errors;
use crate::grammar::Keyed;
use crate::grammar::duration::{Time, show};
use crate::policy::args::HedgeArgs;
use crate::policy::plan::{Count, HedgePlan};

const DEFAULT_MAX: u64 = 2;

pub(super) fn lower(
    given: &Keyed<HedgeArgs>,
    subject: &Subject<'_>,
    errors: &mut Errors,
) -> Option<HedgePlan> {
    let Keyed { key, value: args } = given;
    if subject.form == Form::Sync {
        let message = "`hedge` makes a second call while the first one is waiting, and a blocking \
                       call does not let it: make the function `async`";
        errors.at(*key, message);
    }
    refuse_exclusive(subject, errors);
    let after = Time::lower(args.after.as_ref(), errors);
    if args.after.is_none() && !args.spoiled {
        let message = "`hedge` needs a time to the second call, `hedge(after = \"2s\")`: longer than \
                       most calls take, such as their 95th percentile";
        errors.at(*key, message);
    }
    let max = max(args, errors).unwrap_or(Count::Known(DEFAULT_MAX));
    Some(HedgePlan { max, after: after? })
}

fn max(args: &HedgeArgs, errors: &mut Errors) -> Option<Count> {
    let given = args.max.as_ref()?;
    if let Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) = &given.value
        && matches!(number.base10_parse::<u8>(), Ok(0 | 1))
    {
        let message = "`max` counts the first call, so a hedge needs at least 2";
        errors.at(number.span(), message);
        return None;
    }
    count("max", Some(given), "", errors)
}

/// Two calls cannot have one `&mut`.
fn refuse_exclusive(subject: &Subject<'_>, errors: &mut Errors) {
    for input in &subject.sig.inputs {
        let name = match input {
            FnArg::Receiver(receiver) => match &receiver.kind {
                ReceiverKind::Reference(_, _, Some(_)) => "self".to_owned(),
                _ => continue,
            },
            FnArg::Typed(typed) => match &*typed.ty {
                Type::Reference(reference) if reference.mutability.is_some() => {
                    typed.pat.to_token_stream().to_string()
                }
                _ => continue,
            },
        };
        let message = format!(
            "`hedge` runs the body more than once at a time, and only one of the calls could have \
             `&mut {name}`: take it by `&`, with what changes behind a lock"
        );
        errors.push(syn::Error::new_spanned(input, message));
    }
}

/// Refuses a second call that no time is left for.
pub(super) fn check(
    plan: Option<&HedgePlan>,
    attempt: Option<&Time>,
    total: Option<&Time>,
    errors: &mut Errors,
) {
    let Some(Time::Known(after, span)) = plan.map(|plan| &plan.after) else { return };
    let limits = [("the attempt's timeout", attempt), ("`total`", total)];
    let over = |(name, limit): (&'static str, Option<&Time>)| {
        limit.and_then(Time::known).filter(|limit| after >= limit).map(|limit| (name, limit))
    };
    if let Some((name, limit)) = limits.into_iter().find_map(over) {
        let message = format!(
            "no second call is ever made: `after` of {} is not shorter than {name} of {}",
            show(*after),
            show(limit)
        );
        errors.at(*span, message);
    }
}
