//! What policies add to a function's errors: which of them may, and what each makes of it.

use proc_macro2::Span;

use crate::errors::Errors;
use crate::grammar::Keyed;
use crate::policy::args::{Kind, PolicyArgs};
use crate::policy::plan::{Interruptions, Raised};

pub(super) fn lower(args: &PolicyArgs, errors: &mut Errors) -> Interruptions {
    let timeout = args.timeout.as_ref();
    let late_err = timeout.and_then(|timeout| timeout.value.err.as_ref());
    let late = timeout.map(|timeout| raised(Kind::Timeout, timeout.key, late_err));
    let slow_fallback = args.fallbacks.iter().find_map(|fallback| fallback.value.timeout.as_ref());
    Interruptions {
        // A function with a limit of its own keeps an inherited deadline, too.
        deadline: deadline(args, errors).or_else(|| late.clone()),
        late: late.or_else(|| Some(raised(Kind::Fallback, slow_fallback?.key, None))),
        breaker: (args.breaker.as_ref())
            .map(|it| raised(Kind::Breaker, it.key, it.value.err.as_ref())),
        limit: args.limit.as_ref().map(|it| raised(Kind::Limit, it.key, it.value.err.as_ref())),
    }
}

/// The error of the `total` in `retry`: by the `err` beside it, else by that of `timeout`.
fn deadline(args: &PolicyArgs, errors: &mut Errors) -> Option<Raised> {
    let retry = &args.retry.as_ref()?.value;
    if let (Some(err), None) = (&retry.err, &retry.total) {
        let message = "`err` of `retry` is the error when `total` has passed; give `total` too, \
                       or leave `err` out: the last attempt's own error is returned as it is";
        errors.at(err.key, message);
    }
    let total = retry.total.as_ref()?;
    if retry.err.is_some() {
        return Some(raised(Kind::Retry, total.key, retry.err.as_ref()));
    }
    let late = args.timeout.as_ref().and_then(|timeout| timeout.value.err.as_ref());
    let kind = if late.is_some() { Kind::Timeout } else { Kind::Retry };
    Some(raised(kind, total.key, late))
}

fn raised(policy: Kind, key: Span, err: Option<&Keyed<syn::Expr>>) -> Raised {
    Raised { policy, key, err: err.map(|err| err.value.clone()) }
}
