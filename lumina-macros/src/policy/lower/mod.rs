//! [`PolicyArgs`] and a function to a [`PolicyPlan`]: fills in defaults and reports every mistake,
//! each at its own token.

mod arguments;
mod borrowed;
mod cache;
mod contradiction;
mod fallback;
mod guards;
mod hedge;
mod interrupted;
mod retry;
mod stream;
mod value;

pub(crate) use arguments::take_mut;
pub(crate) use stream::lower_stream;

use proc_macro2::{Span, TokenStream};
use syn::Signature;

use super::args::{Kind, PolicyArgs};
use super::plan::{Argument, FallbackPlan, Pass, PolicyPlan};
use crate::errors::Errors;
use crate::function::{Params, Passing, Returned};
use crate::grammar::Keyed;
use crate::grammar::duration::Time;
use crate::grammar::secrets::mention;

/// The function that the policies are for.
pub(crate) struct Subject<'a> {
    /// What its span is called, as far as the macro knows.
    pub(crate) name: String,
    pub(crate) sig: &'a Signature,
    pub(crate) params: &'a Params,
    /// The statements that an attempt runs.
    pub(crate) body: &'a TokenStream,
    /// What an attempt gives.
    pub(crate) returned: &'a Returned,
    pub(crate) form: Form,
}

/// What an attempt is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Form {
    Sync,
    /// The body of an `async fn`.
    Async,
    /// An async block inside a function, which owns what it captured.
    Block,
}

/// `None` where there is no policy.
pub(crate) fn lower(
    args: &PolicyArgs,
    subject: &Subject<'_>,
    errors: &mut Errors,
) -> Option<PolicyPlan> {
    let (first, key) = args.first()?;
    if first != Kind::Cache {
        refuse_without_result(first, key, subject.returned, errors);
    }
    let retry = args.retry.as_ref().and_then(|retry| retry::lower(retry, errors));
    if let (Some(_), Some(given)) = (&retry, &args.retry) {
        borrowed::refuse(subject, given.key, errors);
    }
    let timeout = args.timeout.as_ref();
    if let (Some(timeout), Form::Sync) = (timeout, subject.form) {
        refuse_blocking(timeout.key, subject, errors);
    }
    let attempt_timeout =
        timeout.and_then(|timeout| Time::lower(timeout.value.attempt.as_ref(), errors));
    let total_timeout = total(args, errors);
    refuse_stream_limits(args, errors);
    if let Some(Keyed { key, value }) = timeout
        && !value.spoiled
        && value.attempt.is_none()
        && value.total.is_none()
        && value.first.is_none()
        && value.idle.is_none()
    {
        errors
            .at(*key, "`timeout` needs a limit: `timeout(\"10s\")` or `timeout(total = \"30s\")`");
    }
    let hedge = args.hedge.as_ref().and_then(|hedge| hedge::lower(hedge, subject, errors));
    hedge::check(hedge.as_ref(), attempt_timeout.as_ref(), total_timeout.as_ref(), errors);
    let again = retry.is_some() || args.hedge.is_some();
    let limits = contradiction::Limits {
        retry: args.retry.as_ref(),
        plan: retry.as_ref(),
        hedge: hedge.as_ref(),
        attempt: attempt_timeout.as_ref(),
        total: total_timeout.as_ref(),
    };
    limits.check(errors);
    let fallbacks = fallback::lower(&args.fallbacks, subject, errors);
    let breaker = args.breaker.as_ref().map(|breaker| guards::breaker(breaker, errors));
    let limit = args.limit.as_ref().map(|limit| guards::limit(limit, errors)).unwrap_or_default();
    let receiver = receiver(subject, again, &fallbacks, errors);
    Some(PolicyPlan {
        interruptions: interrupted::lower(args, errors),
        attempt_name: retry::span(args.retry.as_ref(), errors)
            .unwrap_or_else(|| format!("{}.attempt", subject.name)),
        fallback_name: format!("{}.fallback", subject.name),
        attempt_timeout,
        total_timeout,
        hedge,
        cache: args.cache.as_ref().and_then(|cache| cache::lower(cache, subject, errors)),
        only_cached: first == Kind::Cache,
        breaker,
        limit,
        body: arguments::body(subject, again, &fallbacks),
        receiver,
        retry,
        fallbacks,
    })
}

/// Limits for what only a stream has.
fn refuse_stream_limits(args: &PolicyArgs, errors: &mut Errors) {
    let Some(Keyed { value, .. }) = &args.timeout else { return };
    let given = [("first", &value.first), ("idle", &value.idle)];
    for (name, key) in given.into_iter().filter_map(|(name, it)| Some((name, it.as_ref()?.key))) {
        let message = format!(
            "`{name}` is a limit for the items of a stream: write `traced(stream)`, or `attempt` \
             or `total` for a function that returns a value"
        );
        errors.at(key, message);
    }
}

fn refuse_without_result(kind: Kind, key: Span, returned: &Returned, errors: &mut Errors) {
    let shown = match returned {
        Returned::Plain(_) | Returned::Never => returned.shown(),
        Returned::Maybe(_) | Returned::Future { .. } => return,
    };
    let message = format!(
        "`{}` acts on errors, so the function must return a `Result`; this one returns `{shown}`",
        kind.name()
    );
    errors.at(key, message);
}

fn refuse_blocking(key: Span, subject: &Subject<'_>, errors: &mut Errors) {
    let advice = match is_test_harness(subject.body) {
        true => "put `#[lumina::traced]` above `#[tokio::test]` or `#[tokio::main]`",
        false => {
            "make the function `async`, or bound its repetitions with `retry(total = \"30s\")`"
        }
    };
    errors.at(key, format!("a blocking call cannot be cancelled by `timeout`: {advice}"));
}

/// Whether `#[tokio::test]` or `#[tokio::main]` has rewritten the function: `let body = async ..`.
fn is_test_harness(body: &TokenStream) -> bool {
    let start: Vec<String> =
        body.clone().into_iter().take(4).map(|token| token.to_string()).collect();
    start == ["let", "body", "=", "async"]
}

/// The limit for all attempts, from `retry` or from `timeout`.
fn total(args: &PolicyArgs, errors: &mut Errors) -> Option<Time> {
    let of_retry = args.retry.as_ref().and_then(|retry| retry.value.total.as_ref());
    let of_timeout = args.timeout.as_ref().and_then(|timeout| timeout.value.total.as_ref());
    if let (Some(_), Some(second)) = (of_retry, of_timeout) {
        errors.at(second.key, "`total` is set in `retry` and in `timeout`; keep one");
    }
    Time::lower(of_timeout.or(of_retry), errors)
}

/// Another name for `self`, where each attempt needs one of its own: there can be no `let self`.
fn receiver(
    subject: &Subject<'_>,
    repeats: bool,
    fallbacks: &[FallbackPlan],
    errors: &mut Errors,
) -> Option<Argument> {
    let receiver = subject.params.iter().find(|param| param.ident == "self")?;
    let again = repeats || fallbacks.iter().any(|step| step.mentions("self"));
    // async-trait begins with `let __self = self;`, which would give a `&mut self` away.
    let moved = match receiver.passing {
        Passing::Value | Passing::Part => true,
        Passing::Exclusive => subject.form == Form::Block,
        Passing::Shared => false,
    };
    if !again || !moved || mention(subject.body.clone(), "self").is_none() {
        return None;
    }
    if let Some(literal) = formatted_self(subject.body) {
        let message = "with policies, `self` cannot be named in a format string; \
                       hand it over as an argument: `\"{}\", self`";
        errors.at(literal, message);
    }
    let pass = match receiver.passing {
        Passing::Exclusive => Pass::Reborrow,
        _ => Pass::Clone,
    };
    let ident = receiver.ident.clone();
    Some(Argument { ident, conditions: Vec::new(), mutability: None, pass })
}

/// A string literal with `{self` in it.
fn formatted_self(body: &TokenStream) -> Option<Span> {
    body.clone().into_iter().find_map(|token| match token {
        proc_macro2::TokenTree::Literal(literal) => {
            mention(proc_macro2::TokenTree::Literal(literal).into(), "self")
        }
        proc_macro2::TokenTree::Group(group) => formatted_self(&group.stream()),
        _ => None,
    })
}
