//! `#[breaker]` and `#[limit]`.

use syn::Expr;
use syn::spanned::Spanned;

use super::value::{count, count_to, number, text};
use crate::errors::Errors;
use crate::grammar::Keyed;
use crate::grammar::duration::Time;
use crate::policy::args::{BreakerArgs, LimitArgs};
use crate::policy::plan::{BreakerPlan, Count, LimitPlan, TokensPlan};

/// How many calls wait for a slot, where nothing is said.
const DEFAULT_QUEUE: u64 = 100;

pub(super) fn breaker(given: &Keyed<BreakerArgs>, errors: &mut Errors) -> BreakerPlan {
    let args = &given.value;
    let rate = "`rate` is a share of failed calls, above 0 and at most 1, such as `0.5`";
    BreakerPlan {
        shared: text("name", args.name.as_ref(), errors),
        rate: number(args.rate.as_ref(), |rate| rate > 0.0 && rate <= 1.0, rate, errors),
        min_calls: count(
            "min_calls",
            args.min_calls.as_ref(),
            "`min_calls` is how many calls make a rate",
            errors,
        ),
        window: Time::lower(args.window.as_ref(), errors),
        open: Time::lower(args.open.as_ref(), errors),
        half_open: count(
            "half_open",
            args.half_open.as_ref(),
            "`half_open` is how many calls probe an open circuit",
            errors,
        ),
    }
}

pub(super) fn limit(given: &Keyed<LimitArgs>, errors: &mut Errors) -> LimitPlan {
    let args = &given.value;
    let rates = [&args.requests_per_minute, &args.tokens_per_minute];
    let rated = rates.iter().any(|rate| rate.is_some());
    let any = rated || args.concurrency.is_some() || args.queue.is_some() || args.cost.is_some();
    if !args.spoiled && !any {
        let message = "`limit` needs a limit: `limit(concurrency = 8)`, \
                       `limit(requests_per_minute = 600)` or \
                       `limit(tokens_per_minute = 90_000, cost = estimate(prompt))`";
        errors.at(given.key, message);
    }
    if let (None, Some(queue)) = (&args.concurrency, &args.queue) {
        errors.at(queue.key, "`queue` is for calls that wait for `concurrency`; give both");
    }
    let permits = count(
        "concurrency",
        args.concurrency.as_ref(),
        "`concurrency` is how many calls run at once",
        errors,
    );
    let queue = queue_length(args.queue.as_ref(), errors);
    let requests_per_minute = count(
        "requests_per_minute",
        args.requests_per_minute.as_ref(),
        "`requests_per_minute` lets calls through",
        errors,
    );
    LimitPlan {
        shared: text("name", args.name.as_ref(), errors),
        concurrency: permits.map(|permits| (permits, queue)),
        requests_per_minute,
        tokens: tokens(args, errors),
        max_wait: Time::lower(args.max_wait.as_ref(), errors),
    }
}

/// The limit of tokens: how many, and what an attempt is expected to use.
fn tokens(args: &LimitArgs, errors: &mut Errors) -> Option<TokensPlan> {
    let per_minute = count_to(
        u64::MAX,
        "tokens_per_minute",
        args.tokens_per_minute.as_ref(),
        "`tokens_per_minute` lets tokens through",
        errors,
    );
    if let (Some(tokens), None, false) = (&args.tokens_per_minute, &args.cost, args.spoiled) {
        let message = "`tokens_per_minute` needs the `cost` of a call, which is reserved before it: \
                       `cost = estimate(prompt) + max_tokens`";
        errors.at(tokens.key, message);
    }
    if args.tokens_per_minute.is_none() && !args.spoiled {
        let idle = [("cost", &args.cost), ("used", &args.used)];
        for (name, key) in idle.into_iter().filter_map(|(name, it)| Some((name, it.as_ref()?.key)))
        {
            errors.at(key, format!("`{name}` is for `tokens_per_minute`; give both"));
        }
    }
    if let Some(used) = &args.used
        && let Expr::Lit(literal) = &used.value
    {
        let message = "`used` reads the value of a call: `used = |value| value.usage.total_tokens`";
        errors.at(literal.span(), message);
    }
    let (cost, used) = (args.cost.as_ref()?, args.used.as_ref());
    Some(TokensPlan {
        per_minute: per_minute?,
        cost: cost.value.clone(),
        used: used.map(|used| used.value.clone()),
    })
}

/// Zero is a queue, too: nobody waits.
fn queue_length(given: Option<&Keyed<Expr>>, errors: &mut Errors) -> Count {
    let literal = given.and_then(|given| match &given.value {
        Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(number), .. }) => {
            number.base10_parse::<u32>().ok()
        }
        _ => None,
    });
    let literal = literal.map(u64::from);
    match (given, literal) {
        (None, _) => Count::Known(DEFAULT_QUEUE),
        (_, Some(number)) => Count::Known(number),
        (given, None) => count("queue", given, "", errors).unwrap_or(Count::Known(DEFAULT_QUEUE)),
    }
}
