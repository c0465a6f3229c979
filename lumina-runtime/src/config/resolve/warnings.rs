//! What is written in a file and has no effect.
//!
//! A section that names a function is meant for that function, so it says when there is nothing to
//! change; a glob takes what it finds. Faults always say where they cannot happen: who counts on an
//! outage that never comes learns the wrong thing.

use super::Function;
use crate::call::Declared;
use crate::config::document::{Document, Rule};
use crate::config::fault::FaultRule;
use crate::config::suggest;
use crate::config::values::{TOTAL, Written};

/// More than these are not listed.
const MOST: usize = 100;

pub(super) fn all(document: &Document, functions: &[Function], traced: &[&str]) -> Vec<String> {
    let mut warnings = Vec::new();
    for rule in document.rules.iter().filter(|rule| rule.pattern.is_exact()) {
        let name = rule.pattern.as_str();
        let named: Vec<&Declared> = functions
            .iter()
            .map(|function| &function.declared)
            .filter(|declared| declared.name == name)
            .collect();
        match named.is_empty() {
            true => warnings.push(say(&rule.place, &nobody(name, functions, traced))),
            false => rule_without_effect(rule, &named, &mut warnings),
        }
    }
    for rule in &document.faults {
        fault_without_effect(rule, functions, traced, &mut warnings);
    }
    if warnings.len() > MOST {
        let more = warnings.len() - MOST;
        warnings.truncate(MOST);
        warnings.push(format!("and {more} more"));
    }
    warnings
}

fn say(at: &Written, message: &str) -> String {
    at.mistake(message).to_string()
}

/// Why a name stands for no function with policies.
fn nobody(name: &str, functions: &[Function], traced: &[&str]) -> String {
    if traced.is_empty() {
        return "no traced function is known: there are none, or this platform cannot list them"
            .to_owned();
    }
    if traced.contains(&name) {
        return "the function is traced, but its attributes declare no policy: a file changes \
                values, it cannot add policies (`#[retry(max = 1)]` is a policy, too)"
            .to_owned();
    }
    let known: Vec<&str> = functions.iter().map(|function| function.declared.name).collect();
    match suggest::nearest(name, &known) {
        Some(near) => format!("there is no traced function of that name; did you mean `{near}`?"),
        None => "there is no traced function of that name".to_owned(),
    }
}

/// Values that none of the functions declares.
fn rule_without_effect(rule: &Rule, named: &[&Declared], warnings: &mut Vec<String>) {
    for (key, written) in rule.values.all() {
        if named.iter().all(|declared| lacks(declared, key)) {
            warnings.push(say(
                written,
                &format!(
                    "has no effect: the attributes of `{}` do not declare it, and a file changes \
                     values, it adds none",
                    rule.pattern.as_str()
                ),
            ));
        }
    }
    let steps: Vec<&str> =
        named.iter().flat_map(|declared| declared.fallbacks.iter().map(|step| step.name)).collect();
    for (name, (values, written)) in &rule.values.fallbacks {
        let step =
            named.iter().flat_map(|declared| declared.fallbacks).find(|step| step.name == name);
        match step {
            None => warnings.push(say(
                written,
                &format!(
                    "has no effect: {}",
                    suggest::unknown("fallback", name, "the function", &steps)
                ),
            )),
            Some(step) if step.timeout.is_none() => {
                if let Some(at) = values.written("fallback.timeout") {
                    let message = "has no effect: the attribute gives this fallback no `timeout`, \
                                   and a file cannot add one";
                    warnings.push(say(at, message));
                }
            }
            Some(_) => {}
        }
    }
}

fn lacks(declared: &Declared, key: &str) -> bool {
    let numbers = &declared.numbers;
    let (attempt, total) = (declared.attempt_timeout, declared.total_timeout);
    match key {
        TOTAL => total.is_none(),
        "timeout.attempt" => attempt.is_none(),
        "timeout.enabled" => attempt.is_none() && total.is_none(),
        "limit.concurrency" | "limit.queue" => numbers.concurrency.is_none(),
        "limit.requests_per_minute" => {
            numbers.rate.is_none_or(|rate| rate.requests_per_minute.is_none())
        }
        "limit.tokens_per_minute" => {
            numbers.rate.is_none_or(|rate| rate.tokens_per_minute.is_none())
        }
        "limit.enabled" | "limit.max_wait" => {
            numbers.concurrency.is_none() && numbers.rate.is_none()
        }
        _ if key.starts_with("cache.") => numbers.cache.is_none(),
        _ if key.starts_with("hedge.") => declared.hedge.is_none(),
        _ if key.starts_with("retry.") => declared.retry.is_none(),
        _ if key.starts_with("breaker.") => numbers.breaker.is_none(),
        _ => false,
    }
}

fn fault_without_effect(
    rule: &FaultRule,
    functions: &[Function],
    traced: &[&str],
    warnings: &mut Vec<String>,
) {
    let named: Vec<&Declared> = functions
        .iter()
        .map(|function| &function.declared)
        .filter(|declared| rule.pattern.matches(declared.name))
        .collect();
    if named.is_empty() {
        let message = match rule.pattern.is_exact() {
            true => nobody(rule.pattern.as_str(), functions, traced),
            false => "no function with policies has such a name".to_owned(),
        };
        return warnings.push(say(&rule.place, &message));
    }
    let list = |cannot: fn(&Declared) -> bool| {
        let names = named.iter().filter(|declared| cannot(declared)).map(|declared| declared.name);
        names.collect::<Vec<_>>().join(", ")
    };
    let endless =
        list(|declared| declared.attempt_timeout.is_none() && declared.total_timeout.is_none());
    if rule.timeout_rate > 0.0 && !endless.is_empty() {
        let message =
            format!("these cannot time out on purpose, for they have no timeout: {endless}");
        warnings.push(say(&rule.place, &message));
    }
}
