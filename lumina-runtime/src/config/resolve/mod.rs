//! A document and the functions of the program: what each function does from now on.
//!
//! The section that describes a function's name most closely wins, value by value: the name itself
//! before any glob, of two globs the one with more characters of its own, of two that are equal the
//! later one. Values over those of the attributes are then judged together, by the rules of the
//! attributes.

mod contradiction;
mod faults;
mod numbers;
mod retry;
mod warnings;

use super::document::{Document, Rule};
use super::error::ConfigMistake;
use super::values::{TOTAL, Values};
use crate::call::{Declared, Numbers, Plan, Settings};
use crate::policy::fault::FaultConfig;
use crate::policy::hedge::Hedge;
use std::num::NonZeroU32;

/// A function with policies.
pub(super) struct Function {
    pub(super) plan: &'static Plan,
    pub(super) declared: Declared,
}

/// What a document makes of the program.
pub(super) struct Resolved {
    /// One for each function that is to behave otherwise than its attributes say.
    pub(super) targets: Vec<Target>,
    /// What is not wrong, but has no effect.
    pub(super) warnings: Vec<String>,
}

/// What one function does.
pub(super) struct Target {
    pub(super) plan: &'static Plan,
    pub(super) name: &'static str,
    pub(super) settings: Settings,
    /// Where they differ from those of the attributes.
    pub(super) numbers: Option<Numbers>,
    pub(super) faults: Option<FaultConfig>,
}

/// What the functions share, and what is found on the way.
struct Resolver<'a> {
    document: &'a Document,
    functions: &'a [Function],
    mistakes: Vec<ConfigMistake>,
}

/// Decides; `traced` are the names of all traced functions.
///
/// # Errors
///
/// Every contradiction, in the order of the file.
pub(super) fn resolve(
    document: &Document,
    functions: &[Function],
    traced: &[&str],
) -> Result<Resolved, Vec<ConfigMistake>> {
    let mut resolver = Resolver { document, functions, mistakes: Vec::new() };
    let targets = functions.iter().filter_map(|function| resolver.target(function)).collect();
    let mut mistakes = resolver.mistakes;
    if mistakes.is_empty() {
        return Ok(Resolved { targets, warnings: warnings::all(document, functions, traced) });
    }
    mistakes.sort_by_key(|mistake| (mistake.line, mistake.column));
    // Functions of one name make the same mistake.
    mistakes.dedup();
    Err(mistakes)
}

impl Resolver<'_> {
    fn target(&mut self, function: &Function) -> Option<Target> {
        let declared = &function.declared;
        let values = merged(&self.document.rules, |rule| rule.pattern.matches(declared.name));
        let numbers = self.numbers(declared, &values);
        let settings = self.settings(declared, &values);
        let faults = faults::of(&self.document.faults, declared, &settings);
        if values.is_empty() && numbers.is_none() && faults.is_none() {
            return None;
        }
        Some(Target { plan: function.plan, name: declared.name, settings, numbers, faults })
    }

    fn settings(&mut self, declared: &Declared, values: &Values) -> Settings {
        let mut settings = Settings::of(declared);
        if let Some(retry) = declared.retry {
            settings.retry = self.retry(declared, retry, values);
            settings.budget = self.budget(declared, values);
        }
        let timed = values.enabled("timeout.enabled");
        let limit = |declared: Option<_>, key| {
            declared.map(|time| values.time(key).unwrap_or(time)).filter(|_| timed)
        };
        settings.attempt_timeout = limit(declared.attempt_timeout, "timeout.attempt");
        settings.total_timeout = limit(declared.total_timeout, TOTAL);
        settings.hedge = hedge(declared.hedge, values);
        settings.cache = values.enabled("cache.enabled");
        settings.breaker = values.enabled("breaker.enabled");
        let limited = values.enabled("limit.enabled");
        (settings.concurrency, settings.rate) = (limited, limited);
        if declared.numbers.concurrency.is_some() {
            settings.max_wait = values.time("limit.max_wait").or(declared.max_wait);
        }
        for (step, own) in declared.fallbacks.iter().zip(settings.fallbacks.iter_mut()) {
            let Some((values, _)) = values.fallbacks.get(step.name) else { continue };
            own.enabled = values.enabled("fallback.enabled");
            own.timeout = step.timeout.map(|time| values.time("fallback.timeout").unwrap_or(time));
        }
        self.mistakes.extend(contradiction::first(declared, &settings, values));
        settings
    }
}

fn hedge(declared: Option<Hedge>, values: &Values) -> Option<Hedge> {
    let declared = declared.filter(|_| values.enabled("hedge.enabled"))?;
    Some(Hedge {
        after: values.time("hedge.after").unwrap_or(declared.after),
        max: values.count("hedge.max").and_then(NonZeroU32::new).unwrap_or(declared.max),
    })
}

/// The values of all sections that `belongs` picks, the closest one's last.
fn merged(rules: &[Rule], belongs: impl Fn(&Rule) -> bool) -> Values {
    let mut found: Vec<&Rule> = rules.iter().filter(|rule| belongs(rule)).collect();
    // Stable: of two that are equally close, the later one in the file stays the later one.
    found.sort_by_key(|rule| rule.pattern.closeness());
    let mut values = Values::default();
    found.iter().for_each(|rule| values.overlay(&rule.values));
    values
}

#[cfg(test)]
mod tests;
