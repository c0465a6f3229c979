//! `[[fault]]`: what goes wrong on purpose.

use super::error::ConfigMistake;
use super::pattern::Pattern;
use super::reader::{self, Reader};
use super::suggest;
use super::values::Written;
use std::time::Duration;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A fault as it is written, checked.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct FaultRule {
    pub(super) pattern: Pattern,
    pub(super) place: Written,
    pub(super) seed: u64,
    pub(super) error_rate: f64,
    pub(super) timeout_rate: f64,
    pub(super) delay: Duration,
    pub(super) delay_rate: f64,
}

const KEYS: &[&str] = &["span", "error_rate", "timeout_rate", "delay", "delay_rate", "seed"];

/// Reads the tables of `[[fault]]`.
pub(super) fn read(given: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Vec<FaultRule> {
    let DeValue::Array(tables) = given.get_ref() else {
        let at = reader.written("fault", given.span());
        reader.refuse(&at, "faults are tables of their own: write `[[fault]]`");
        return Vec::new();
    };
    let mut rules: Vec<FaultRule> = Vec::new();
    for table in tables.iter() {
        let DeValue::Table(fields) = table.get_ref() else {
            let at = reader.written("fault", table.span());
            reader.refuse(&at, "a fault is a table: write `[[fault]]`");
            continue;
        };
        let Some(rule) = one(fields, reader.place("fault", table.span()), reader) else { continue };
        match rules.iter().find(|other| other.pattern == rule.pattern) {
            Some(other) => {
                let message = format!(
                    "`{}` has a fault in line {} already; write one with all its rates",
                    rule.pattern.as_str(),
                    other.place.line
                );
                reader.refuse(&rule.place, message);
            }
            None => rules.push(rule),
        }
    }
    rules
}

fn one(fields: &DeTable<'_>, place: Written, reader: &mut Reader<'_>) -> Option<FaultRule> {
    let mut rule = FaultRule {
        pattern: Pattern::new(""),
        place,
        seed: 0,
        error_rate: 0.0,
        timeout_rate: 0.0,
        delay: Duration::ZERO,
        delay_rate: 0.0,
    };
    let (mut good, mut named, mut rated) = (true, false, None);
    for (name, given) in fields.iter() {
        let key = name.get_ref().as_ref();
        let written = reader.written(format!("fault.{key}"), given.span());
        let value = given.get_ref();
        let read = match key {
            "span" => {
                named = true;
                span(value).map(|pattern| rule.pattern = pattern)
            }
            "seed" => reader::whole(value).map(|seed| rule.seed = seed).ok_or_else(|| {
                "`seed` is a whole number from 0, without quotes or a point".to_owned()
            }),
            "error_rate" => rate(key, value).map(|rate| rule.error_rate = rate),
            "timeout_rate" => rate(key, value).map(|rate| rule.timeout_rate = rate),
            "delay_rate" => {
                rated = Some(written.clone());
                rate(key, value).map(|rate| rule.delay_rate = rate)
            }
            "delay" => reader::time(value).map(|delay| rule.delay = delay),
            _ => {
                let place = reader.place(written.key.clone(), name.span());
                reader.refuse(&place, suggest::unknown("key", key, "`fault`", KEYS));
                good = false;
                continue;
            }
        };
        if let Err(message) = read {
            reader.refuse(&written, message);
            good = false;
        }
    }
    let whole = contradiction(&rule, named, fields, rated);
    if good && let Some(mistake) = whole {
        reader.refuse(&mistake.0, mistake.1);
        return None;
    }
    if rule.delay_rate == 0.0 && !fields.contains_key("delay_rate") && !rule.delay.is_zero() {
        rule.delay_rate = 1.0;
    }
    good.then_some(rule)
}

/// What is wrong with a fault whose every value is right.
fn contradiction(
    rule: &FaultRule,
    named: bool,
    fields: &DeTable<'_>,
    delay_rate: Option<Written>,
) -> Option<(Written, String)> {
    let at_heading = |message: &str| Some((rule.place.clone(), message.to_owned()));
    if !named {
        return at_heading("a fault needs `span = \"name\"`: the span it happens in, or a glob");
    }
    if let (Some(at), true) = (delay_rate, rule.delay.is_zero()) {
        return Some((at, "`delay_rate` needs a `delay`, such as `delay = \"2s\"`".to_owned()));
    }
    let nothing =
        ["error_rate", "timeout_rate", "delay"].iter().all(|key| !fields.contains_key(*key));
    if nothing {
        return at_heading("a fault needs one of `error_rate`, `timeout_rate`, `delay`");
    }
    let sum = rule.error_rate + rule.timeout_rate;
    if sum > 1.0 {
        let message = format!(
            "`error_rate` and `timeout_rate` are shares of the same attempts, and make {sum}; \
             together they may be at most 1"
        );
        return at_heading(&message);
    }
    None
}

fn span(value: &DeValue<'_>) -> Result<Pattern, String> {
    match value.as_str() {
        Some(text) if !text.trim().is_empty() => Ok(Pattern::new(text)),
        _ => Err("`span` is the name of a span, or a glob such as \"llm.*\"".to_owned()),
    }
}

fn rate(key: &str, value: &DeValue<'_>) -> Result<f64, String> {
    reader::number(value)
        .filter(|rate| (0.0..=1.0).contains(rate))
        .ok_or_else(|| format!("`{key}` is a share of the attempts, from 0 to 1, such as 0.2"))
}

/// What to say of every fault where set-up does not allow any.
pub(super) fn forbidden(rules: &[FaultRule]) -> Vec<ConfigMistake> {
    let message = "faults have to be allowed in the program: call `allow_faults()` on lumina's \
                   builder, and never in production";
    rules.iter().map(|rule| rule.place.mistake(message)).collect()
}
