//! The text of a file to its sections: reads, and judges what does not need the functions.

use super::error::ConfigMistake;
use super::fault::{self, FaultRule};
use super::pattern::Pattern;
use super::reader::Reader;
use super::schema::{self, Kind};
use super::suggest;
use super::values::{TOTAL, Values, Written};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A file whose every value is right, as far as the file tells.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Document {
    /// In the order of the file.
    pub(super) rules: Vec<Rule>,
    pub(super) faults: Vec<FaultRule>,
}

/// A `[policy."name"]`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rule {
    pub(super) pattern: Pattern,
    pub(super) place: Written,
    pub(super) values: Values,
}

/// Reads a file.
///
/// # Errors
///
/// Every mistake, in the order of the file. Where the text is no TOML, only what is wrong with the
/// TOML: what stands where is not known then.
pub(super) fn parse(text: &str) -> Result<Document, Vec<ConfigMistake>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut reader = Reader::new(text);
    if !errors.is_empty() {
        for error in errors {
            let at = reader.place("", error.span().unwrap_or(text.len()..text.len()));
            reader.refuse(&at, format!("no TOML: {}", error.message()));
        }
        return Err(reader.finish());
    }
    let mut document = Document::default();
    for (name, given) in table.get_ref().iter() {
        match name.get_ref().as_ref() {
            "policy" => document.rules = rules(given, &mut reader),
            "fault" => document.faults = fault::read(given, &mut reader),
            other => {
                let at = reader.place(other.escape_debug().to_string(), name.span());
                let message = suggest::unknown("key", other, "the file", &["policy", "fault"]);
                reader.refuse(&at, message);
            }
        }
    }
    // By place: TOML's tables have no order of their own.
    document.rules.sort_by_key(|rule| (rule.place.line, rule.place.column));
    let mistakes = reader.finish();
    if mistakes.is_empty() { Ok(document) } else { Err(mistakes) }
}

fn rules(given: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Vec<Rule> {
    let DeValue::Table(sections) = given.get_ref() else {
        let at = reader.written("policy", given.span());
        reader.refuse(&at, "policies stand by the name of their span: `[policy.\"name\"]`");
        return Vec::new();
    };
    let mut rules = Vec::new();
    for (name, given) in sections.iter() {
        let key = format!("policy.{:?}", name.get_ref());
        let place = reader.place(key.clone(), name.span());
        match given.get_ref() {
            DeValue::Table(section) => {
                let pattern = Pattern::new(name.get_ref());
                let mut values = self::section(&key, section, reader);
                values.mark(pattern.is_exact());
                rules.push(Rule { pattern, place, values });
            }
            _ => {
                let at = reader.written(key, given.span());
                reader.refuse(&at, "is a table: `[policy.\"name\"]`, then `retry.max = 3`");
            }
        }
    }
    rules
}

/// The policies of one section; `path` is its heading.
fn section(path: &str, section: &DeTable<'_>, reader: &mut Reader<'_>) -> Values {
    let mut values = Values::default();
    for (name, given) in section.iter() {
        let policy = name.get_ref().as_ref();
        let policies = schema::policies();
        let key = format!("{path}.{}", policy.escape_debug());
        let Some(policy) = policies.iter().find(|known| **known == policy) else {
            let mut message = suggest::unknown("policy", policy, "a section", &policies);
            if given.get_ref().is_table() {
                message.push_str("; a name with a dot stands in quotes: `[policy.\"llm.chat\"]`");
            }
            let at = reader.place(key, name.span());
            reader.refuse(&at, message);
            continue;
        };
        match (*policy, given.get_ref()) {
            ("fallback", DeValue::Table(steps)) => fallbacks(&key, steps, reader, &mut values),
            (policy, DeValue::Table(given)) => table(&key, policy, given, reader, &mut values),
            ("timeout", DeValue::String(_)) => {
                let read = reader.value(format!("{key}.attempt"), "timeout", Kind::Time, given);
                if let Some((value, written)) = read {
                    values.insert("timeout.attempt", value, written);
                }
            }
            (policy, _) => {
                let at = reader.written(key, given.span());
                reader.refuse(&at, not_a_table(policy));
            }
        }
    }
    values
}

fn not_a_table(policy: &str) -> String {
    match policy {
        "fallback" => "fallbacks stand by their names: `fallback.\"name\".timeout = \"2s\"`, or \
                       `fallback.\"name\".enabled = false` to leave one out"
            .to_owned(),
        _ => format!(
            "`{policy}` is a table; to switch it off write `{policy}.enabled = false`; it accepts: {}",
            schema::accepted(&schema::keys_of(policy)).join(", ")
        ),
    }
}

fn fallbacks(path: &str, steps: &DeTable<'_>, reader: &mut Reader<'_>, values: &mut Values) {
    for (name, given) in steps.iter() {
        let key = format!("{path}.{:?}", name.get_ref());
        let DeValue::Table(step) = given.get_ref() else {
            let at = reader.written(key, given.span());
            reader.refuse(&at, not_a_table("fallback"));
            continue;
        };
        let mut of_step = Values::default();
        table(&key, "fallback", step, reader, &mut of_step);
        let place = reader.place(key, name.span());
        values.fallbacks.insert(name.get_ref().clone().into_owned(), (of_step, place));
    }
}

/// The values of one policy.
fn table(
    path: &str,
    policy: &str,
    given: &DeTable<'_>,
    reader: &mut Reader<'_>,
    values: &mut Values,
) {
    let keys = schema::keys_of(policy);
    for (name, given) in given.iter() {
        let word = name.get_ref().as_ref();
        let key = format!("{path}.{}", word.escape_debug());
        let Some((dotted, own, kind)) = keys.iter().find(|(_, own, _)| *own == word) else {
            let owner = format!("`{policy}`");
            let at = reader.place(key, name.span());
            let message = suggest::unknown("key", word, &owner, &schema::accepted(&keys));
            reader.refuse(&at, message);
            continue;
        };
        let Some((value, written)) = reader.value(key, own, *kind, given) else { continue };
        // The one value that two policies have: whichever names it, it bounds all attempts.
        let stored = if *own == "total" { TOTAL } else { dotted };
        match values.written(stored) {
            Some(_) => {
                reader.refuse(&written, "`total` is set in `retry` and in `timeout`; keep one");
            }
            None => values.insert(stored, value, written),
        }
    }
}

#[cfg(test)]
mod tests;
