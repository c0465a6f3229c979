//! `retry`: the attribute's schedule with a file's values in it.

use super::Resolver;
use crate::call::Declared;
use crate::config::duration::show;
use crate::config::suggest;
use crate::config::values::{Values, Written};
use crate::policy::backoff::{Backoff, Jitter};
use crate::policy::budget::Budget;
use crate::policy::retry::Retry;
use std::num::NonZeroU32;
use std::time::Duration;

const DEFAULT_BASE: Duration = Duration::from_millis(500);

impl Resolver<'_> {
    pub(super) fn retry(&mut self, declared: &Declared, retry: Retry, values: &Values) -> Retry {
        let max = values.count("retry.max").and_then(NonZeroU32::new).unwrap_or(retry.max);
        Retry {
            max: if values.enabled("retry.enabled") { max } else { NonZeroU32::MIN },
            backoff: self.backoff(declared, &retry.backoff, values),
            retry_after: values.switch("retry.retry_after").unwrap_or(retry.retry_after),
        }
    }

    fn backoff(&mut self, declared: &Declared, own: &Backoff, values: &Values) -> Backoff {
        let (schedule, base, factor) = own.schedule();
        let schedule = values.word("retry.backoff").unwrap_or(schedule);
        let base_given = values.time("retry.base");
        let base = base_given.or(base).unwrap_or(DEFAULT_BASE);
        let mut backoff = match schedule {
            "exponential" => {
                let factor = values.number("retry.factor").or(factor).unwrap_or(2.0);
                Backoff::exponential(base).with_factor(factor)
            }
            "linear" => Backoff::linear(base),
            "fixed" => Backoff::fixed(base),
            _ => {
                let message = "`base` is for lumina's schedules; this function has one of its own";
                self.inapplicable(declared, values.written("retry.base"), message);
                *own
            }
        };
        if schedule != "exponential" {
            let message = format!(
                "`factor` belongs to `backoff = \"exponential\"`; this function's is {schedule}"
            );
            self.inapplicable(declared, values.written("retry.factor"), &message);
        }
        let jitter = values.word("retry.jitter").map_or(own.jitter(), jitter);
        let max_delay = values.time("retry.max_delay").unwrap_or(own.max_delay());
        backoff = backoff.with_jitter(jitter).with_max_delay(max_delay);
        let longer = base_given.or(values.time("retry.max_delay")).is_some() && base > max_delay;
        if longer
            && schedule != "function"
            && let Some(at) = values.written("retry.base").or(values.written("retry.max_delay"))
        {
            self.mistakes.push(at.mistake(format!(
                "for `{}` the first delay of {} is longer than `max_delay` of {}",
                declared.name,
                show(base),
                show(max_delay)
            )));
        }
        backoff
    }

    /// A value that fits other functions, but not this one: a mistake where the function is named,
    /// of no effect where a glob happens to match it.
    fn inapplicable(&mut self, declared: &Declared, at: Option<&Written>, message: &str) {
        if let Some(at) = at.filter(|at| at.exact) {
            self.mistakes.push(at.mistake(format!("`{}`: {message}", declared.name)));
        }
    }

    pub(super) fn budget(
        &mut self,
        declared: &Declared,
        values: &Values,
    ) -> Option<&'static Budget> {
        let Some(name) = values.name("retry.budget") else { return declared.budget };
        let name = name?;
        if name == "own" && declared.budget_name.is_none() && declared.budget.is_some() {
            return declared.budget;
        }
        let others = self.functions.iter().map(|function| &function.declared);
        let mut known: Vec<&str> = others.clone().filter_map(|other| other.budget_name).collect();
        known.sort_unstable();
        known.dedup();
        if let Some(other) = others.into_iter().find(|other| other.budget_name == Some(name)) {
            return other.budget;
        }
        known.push("off");
        let message = suggest::unknown("value", name, "`budget`", &known);
        if let Some(at) = values.written("retry.budget") {
            self.mistakes.push(at.mistake(format!("{message} (those that attributes name)")));
        }
        declared.budget
    }
}

fn jitter(word: &str) -> Jitter {
    match word {
        "full" => Jitter::Full,
        "equal" => Jitter::Equal,
        "decorrelated" => Jitter::Decorrelated,
        _ => Jitter::None,
    }
}
