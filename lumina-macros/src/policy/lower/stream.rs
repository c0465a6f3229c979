//! `#[timeout]` of a function with `stream`.

use crate::errors::Errors;
use crate::grammar::Keyed;
use crate::grammar::duration::{Time, show};
use crate::policy::args::{Kind, PolicyArgs, TimeoutArgs};
use crate::policy::plan::{Raised, StreamTimes};

/// The limits of time of a stream; other policies do not know what to make of one.
pub(crate) fn lower_stream(args: &PolicyArgs, errors: &mut Errors) -> Option<StreamTimes> {
    for (kind, key) in args.all().filter(|(kind, _)| *kind != Kind::Timeout) {
        let message = format!(
            "`{}` cannot take back items that were handed on, so it does not go with `stream`: put it \
             on a function that opens the stream, without `stream`, and call that one here",
            kind.name()
        );
        errors.at(key, message);
    }
    let Keyed { key, value: TimeoutArgs { spoiled, attempt, total, first, idle, err } } =
        args.timeout.as_ref()?;
    if let Some(attempt) = attempt {
        let message = "a stream has a limit for its `first` item, and an `idle` time between two: \
                       `timeout(first = \"3s\", idle = \"5s\")`";
        errors.at(attempt.key, message);
    } else if !spoiled && total.is_none() && first.is_none() && idle.is_none() {
        errors.at(*key, "`timeout` of a stream needs a limit: `first`, `idle` or `total`");
    }
    let [first, idle, total] = [first, idle, total].map(|time| Time::lower(time.as_ref(), errors));
    for (name, part) in [("first", &first), ("idle", &idle)] {
        if let (Some(Time::Known(total, span)), Some(part)) =
            (&total, part.as_ref().and_then(Time::known))
            && part > *total
        {
            let message = format!(
                "`total` of {} is shorter than `{name}` of {}, which could never be reached; raise \
                 it, or shorten `{name}`",
                show(*total),
                show(part)
            );
            errors.at(*span, message);
        }
    }
    let err = err.as_ref().map(|err| err.value.clone());
    let raised = Raised { policy: Kind::Timeout, key: *key, err };
    Some(StreamTimes { first, idle, total, raised })
}
