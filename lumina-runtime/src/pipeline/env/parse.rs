//! From the text of one variable to its value. Parsers say yes or no; what is accepted instead is
//! told where the variable is named.

use super::{ExporterName, Variables};
use crate::pipeline::error::InvalidSetting;
use std::time::Duration;
use tracing_core::metadata::LevelFilter;

/// Reads variables and gathers what is wrong with them.
pub(super) struct Reader<'a> {
    variables: &'a Variables,
    errors: &'a mut Vec<InvalidSetting>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(variables: &'a Variables, errors: &'a mut Vec<InvalidSetting>) -> Self {
        Reader { variables, errors }
    }

    /// The variable's text without the space around it.
    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        self.parsed(name, "text in Unicode", |text| Some(text.to_owned()))
    }

    /// The first variable that is set; its value may be a secret and is not looked at.
    pub(super) fn first_set(&self, names: &[&'static str]) -> Option<&'static str> {
        names.iter().copied().find(|name| !matches!(self.variables.get(name), Ok(None)))
    }

    /// The parsed value; `None` from `parse` is a mistake that is reported.
    pub(super) fn parsed<T>(
        &mut self,
        name: &str,
        accepted: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let (text, value) = match self.variables.get(name) {
            Ok(None) => return None,
            Ok(Some(text)) => {
                let value = parse(text.trim());
                (text, value)
            }
            Err(lossy) => (lossy, None),
        };
        if value.is_none() {
            self.errors.push(InvalidSetting::new(name, text, accepted));
        }
        value
    }

    pub(super) fn count(&mut self, name: &str) -> Option<usize> {
        self.parsed(name, "a number, 0 or more", |text| text.parse().ok())
    }

    pub(super) fn positive(&mut self, name: &str) -> Option<usize> {
        self.parsed(name, "a number, 1 or more", |text| text.parse().ok().filter(|n| *n > 0))
    }

    pub(super) fn millis(&mut self, name: &str) -> Option<Duration> {
        self.parsed(name, "milliseconds, 0 or more", |text| {
            text.parse().ok().map(Duration::from_millis)
        })
    }

    pub(super) fn positive_millis(&mut self, name: &str) -> Option<Duration> {
        self.parsed(name, "milliseconds, 1 or more", |text| {
            text.parse().ok().filter(|n| *n > 0).map(Duration::from_millis)
        })
    }
}

pub(super) fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

pub(super) fn switch(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "1" | "on" => Some(true),
        "0" | "off" => Some(false),
        other => boolean(other),
    }
}

pub(super) fn ratio(text: &str) -> Option<f64> {
    text.parse().ok().filter(|ratio| (0.0..=1.0).contains(ratio))
}

pub(super) fn level(text: &str) -> Option<LevelFilter> {
    Some(match text.to_ascii_lowercase().as_str() {
        "off" => LevelFilter::OFF,
        "error" => LevelFilter::ERROR,
        "warn" => LevelFilter::WARN,
        "info" => LevelFilter::INFO,
        "debug" => LevelFilter::DEBUG,
        "trace" => LevelFilter::TRACE,
        _ => return None,
    })
}

/// Names with commas between, each once; `none` alone is the empty list.
pub(super) fn exporters(
    text: &str,
    name: fn(&str) -> Option<ExporterName>,
) -> Option<Vec<ExporterName>> {
    if text == "none" {
        return Some(Vec::new());
    }
    let mut names = Vec::new();
    for text in text.split(',') {
        let name = name(text.trim())?;
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Some(names)
}

pub(super) fn lumina_exporter(text: &str) -> Option<ExporterName> {
    match text {
        "jsonl" => Some(ExporterName::Jsonl),
        other => otel_exporter(other),
    }
}

pub(super) fn otel_exporter(text: &str) -> Option<ExporterName> {
    match text {
        "otlp" => Some(ExporterName::Otlp),
        "console" => Some(ExporterName::Console),
        _ => None,
    }
}

/// `key=value` pairs with commas between, percent-encoded.
///
/// Source: OpenTelemetry specification, "Resource SDK", "Specifying resource information via an
/// environment variable".
pub(super) fn pairs(text: &str) -> Option<Vec<(String, String)>> {
    let pairs = text.split(',').map(str::trim).filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (key, value) = pair.split_once('=')?;
            let key = percent_decoded(key.trim())?;
            (!key.is_empty()).then_some((key, percent_decoded(value.trim())?))
        })
        .collect()
}

/// Decodes `%xx`; `None` where digits are missing or the bytes are not UTF-8.
fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || char::from(rest.next()?).to_digit(16);
        // OK to cast: two hexadecimal digits are a byte.
        bytes.push((digit()? << 4 | digit()?) as u8);
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_decoded_key_and_value() {
        let pairs = pairs("team=search, deploy%2Cment=a%3Db%20%C3%A9 ,empty=,");
        let text = |(key, value): &(String, String)| format!("{key}>{value}");
        let pairs: Vec<String> = pairs.unwrap().iter().map(text).collect();
        assert_eq!(pairs, ["team>search", "deploy,ment>a=b é", "empty>"]);
    }

    #[test]
    fn pairs_that_cannot_be_read_are_refused_as_a_whole() {
        for bad in ["a=1,b", "=1", "a=%4", "a=%zz", "a=%ff", "a=%+1"] {
            assert_eq!(pairs(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_ratio_is_a_number_from_zero_to_one() {
        assert_eq!(["0", "1", "0.25", "1e-3"].map(ratio), [0.0, 1.0, 0.25, 0.001].map(Some));
        assert_eq!(["-0.1", "1.1", "NaN", "inf", "half", ""].map(ratio), [None; 6]);
    }

    #[test]
    fn exporters_are_listed_once_each() {
        let list = |text| exporters(text, lumina_exporter);
        let both = vec![ExporterName::Otlp, ExporterName::Console];
        assert_eq!(list("otlp, console,otlp"), Some(both));
        assert_eq!(list("none"), Some(Vec::new()));
        assert_eq!([list("otlp,none"), list("zipkin"), list("otlp,")], [None, None, None]);
    }
}
