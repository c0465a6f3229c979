//! Single values of the file, each checked as the attributes check it; all mistakes are kept.

use super::duration;
use super::error::ConfigMistake;
use super::place::Lines;
use super::schema::Kind;
use super::suggest;
use super::values::{Value, Written};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeInteger, DeValue};

/// Reads values of one text and gathers what is wrong with them.
pub(super) struct Reader<'a> {
    text: &'a str,
    lines: Lines<'a>,
    mistakes: Vec<ConfigMistake>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Reader { text, lines: Lines::new(text), mistakes: Vec::new() }
    }

    /// Every mistake, in the order of the file.
    pub(super) fn finish(mut self) -> Vec<ConfigMistake> {
        self.mistakes.sort_by_key(|mistake| (mistake.line, mistake.column));
        self.mistakes
    }

    /// What stands at `span`.
    pub(super) fn written(&self, key: impl Into<String>, span: Range<usize>) -> Written {
        let value = self.text.get(span.clone()).map(shown);
        Written { value, ..self.place(key, span) }
    }

    /// The place of a key or a heading.
    pub(super) fn place(&self, key: impl Into<String>, span: Range<usize>) -> Written {
        let (line, column) = self.lines.of(span.start);
        Written { line, column, key: key.into(), value: None, exact: false }
    }

    pub(super) fn refuse(&mut self, at: &Written, message: impl Into<String>) {
        self.mistakes.push(at.mistake(message));
    }

    /// The value of `key`, which is called `name` in messages.
    pub(super) fn value(
        &mut self,
        key: String,
        name: &str,
        kind: Kind,
        given: &Spanned<DeValue<'_>>,
    ) -> Option<(Value, Written)> {
        let written = self.written(key, given.span());
        match judge(name, kind, given.get_ref()) {
            Ok(value) => Some((value, written)),
            Err(message) => {
                self.refuse(&written, message);
                None
            }
        }
    }
}

/// One line, and not too long.
fn shown(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut shown: String = text.chars().take(LONGEST).flat_map(escaped).collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push_str("..");
    }
    shown
}

/// What a terminal would obey is escaped, and nothing else: quotes stay quotes.
fn escaped(c: char) -> impl Iterator<Item = char> {
    let escape = c.is_control().then(|| c.escape_default());
    let plain = escape.is_none().then_some(c);
    escape.into_iter().flatten().chain(plain)
}

fn judge(name: &str, kind: Kind, given: &DeValue<'_>) -> Result<Value, String> {
    match kind {
        Kind::Switch => switch(given)
            .map(Value::Switch)
            .ok_or_else(|| format!("`{name}` is a switch: true or \"on\", false or \"off\"")),
        Kind::Count(zero) => count(name, zero, u32::MAX.into(), given).map(Value::Count),
        Kind::Tokens(zero) => count(name, zero, i64::MAX as u64, given).map(Value::Count),
        Kind::Length => whole(given)
            .filter(|n| *n <= u32::MAX.into())
            .map(Value::Count)
            .ok_or_else(|| format!("`{name}` is a whole number from 0, without quotes or a point")),
        Kind::Factor => number(given)
            .filter(|factor| *factor >= 1.0 && factor.is_finite())
            .map(Value::Number)
            .ok_or_else(|| format!("`{name}` is a number from 1, such as 2 or 1.5")),
        Kind::Share => number(given)
            .filter(|rate| *rate > 0.0 && *rate <= 1.0)
            .map(Value::Number)
            .ok_or_else(|| {
                format!("`{name}` is a share of failed calls, above 0 and at most 1, such as 0.5")
            }),
        Kind::Time => time(given).map(Value::Time),
        Kind::Word(words) => {
            let owner = format!("`{name}`");
            match given.as_str() {
                Some(word) => words
                    .iter()
                    .find(|known| **known == word)
                    .map(|known| Value::Word(known))
                    .ok_or_else(|| suggest::unknown("value", word, &owner, words)),
                None => Err(format!("{owner} is one of: \"{}\"", words.join("\", \""))),
            }
        }
        Kind::NameOrOff => match given {
            DeValue::String(text) if &**text == "off" => Ok(Value::Name(None)),
            DeValue::Boolean(false) => Ok(Value::Name(None)),
            DeValue::String(text) if !text.trim().is_empty() => {
                Ok(Value::Name(Some(text.clone().into_owned())))
            }
            _ => Err(format!("`{name}` is the name of a shared one, or \"off\"")),
        },
        Kind::Code(why) => Err(format!("`{name}` {why}")),
    }
}

pub(super) fn switch(given: &DeValue<'_>) -> Option<bool> {
    match given {
        DeValue::Boolean(on) => Some(*on),
        DeValue::String(text) if &**text == "on" => Some(true),
        DeValue::String(text) if &**text == "off" => Some(false),
        _ => None,
    }
}

fn count(name: &str, zero: &str, most: u64, given: &DeValue<'_>) -> Result<u64, String> {
    match given {
        DeValue::Integer(_) => match whole(given) {
            Some(0) => Err(format!("{zero}, so it must be at least 1")),
            Some(number) if number <= most => Ok(number),
            _ => Err(format!("`{name}` is a whole number from 1 to {most}")),
        },
        _ => Err(format!("`{name}` is a whole number from 1, without quotes or a point")),
    }
}

pub(super) fn time(given: &DeValue<'_>) -> Result<std::time::Duration, String> {
    match given {
        DeValue::String(text) => {
            duration::read(text).map_err(|mistake| format!("{mistake}; {}", duration::ACCEPTED))
        }
        DeValue::Integer(_) | DeValue::Float(_) => Err(format!(
            "is no duration: write `\"{}s\"` for seconds; {}",
            plain(given),
            duration::ACCEPTED
        )),
        _ => Err(format!("is no duration; {}", duration::ACCEPTED)),
    }
}

fn plain(number: &DeValue<'_>) -> String {
    match number {
        DeValue::Integer(integer) => integer.to_string(),
        DeValue::Float(float) => float.to_string(),
        _ => String::new(),
    }
}

/// A number with or without a point.
pub(super) fn number(given: &DeValue<'_>) -> Option<f64> {
    match given {
        DeValue::Integer(integer) => integer_value(integer).map(|integer| integer as f64),
        DeValue::Float(float) => float.as_str().parse().ok(),
        _ => None,
    }
}

/// A whole number that is not negative.
pub(super) fn whole(given: &DeValue<'_>) -> Option<u64> {
    match given {
        DeValue::Integer(integer) => u64::from_str_radix(integer.as_str(), integer.radix()).ok(),
        _ => None,
    }
}

fn integer_value(integer: &DeInteger<'_>) -> Option<i64> {
    i64::from_str_radix(integer.as_str(), integer.radix()).ok()
}
