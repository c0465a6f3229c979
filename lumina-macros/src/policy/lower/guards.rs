//! `#[breaker]` and `#[limit]`.

use super::value::{count, number, text};
use crate::errors::Errors;
use crate::grammar::Keyed;
use crate::grammar::duration::Time;
use crate::policy::args::{BreakerArgs, LimitArgs};
use crate::policy::plan::{BreakerPlan, Count, LimitPlan};

/// How many calls wait for a slot, where nothing is said.
const DEFAULT_QUEUE: u32 = 100;

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
    let LimitArgs { spoiled, concurrency, queue, requests_per_minute } = &given.value;
    if !spoiled && concurrency.is_none() && requests_per_minute.is_none() && queue.is_none() {
        let message = "`limit` needs a limit: `limit(concurrency = 8)` or \
                       `limit(requests_per_minute = 600)`";
        errors.at(given.key, message);
    }
    if let (None, Some(queue)) = (concurrency, queue) {
        errors.at(queue.key, "`queue` is for calls that wait for `concurrency`; give both");
    }
    let permits = count(
        "concurrency",
        concurrency.as_ref(),
        "`concurrency` is how many calls run at once",
        errors,
    );
    let queue = queue_length(queue.as_ref(), errors);
    let requests_per_minute = count(
        "requests_per_minute",
        requests_per_minute.as_ref(),
        "`requests_per_minute` lets calls through",
        errors,
    );
    LimitPlan { concurrency: permits.map(|permits| (permits, queue)), requests_per_minute }
}

/// Zero is a queue, too: nobody waits.
fn queue_length(given: Option<&Keyed<syn::Expr>>, errors: &mut Errors) -> Count {
    let literal = given.and_then(|given| match &given.value {
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(number), .. }) => {
            number.base10_parse::<u32>().ok()
        }
        _ => None,
    });
    match (given, literal) {
        (None, _) => Count::Known(DEFAULT_QUEUE),
        (_, Some(number)) => Count::Known(number),
        (given, None) => count("queue", given, "", errors).unwrap_or(Count::Known(DEFAULT_QUEUE)),
    }
}
