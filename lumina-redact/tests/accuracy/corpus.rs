//! The corpus: for each rule its values in sentences, and as many lines without any.

use lumina_redact::{Class, RuleInfo};
use regex_automata::meta::Regex;

use crate::draw::Draw;
use crate::support::Labelled;
use crate::{contexts, near_misses, numbers, values};

/// What a rule goes by, which is what it can be measured by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Checksum,
    Form,
    Context,
}

/// Numbers that have a layout and ranges and no check digit.
const WITHOUT_CHECKSUM: &[&str] = &[
    "us-ssn",
    "us-itin",
    "us-ein",
    "us-mbi",
    "mx-rfc",
    "uk-nino",
    "dk-cpr",
    "in-pan",
    "kr-rrn-new",
    "my-nric",
    "id-nik",
];
const CHECKED: &[&str] = &[
    "card",
    "iban",
    "btc-address",
    "eth-address",
    "wallet-address",
    "passport-mrz",
    "us-aba",
    "vin",
];
const FORMED: &[&str] =
    &["email", "ip-address", "mac-address", "private-key", "jwt", "authorization", "url-password"];

pub(crate) fn kind(rule: &RuleInfo) -> Kind {
    let is_key = rule.class == Class::Secret && !rule.patterns.is_empty() && rule.words.is_empty();
    let is_number = contexts::names(rule.name).is_some() && !WITHOUT_CHECKSUM.contains(&rule.name);
    match rule.name {
        name if CHECKED.contains(&name) || is_number => Kind::Checksum,
        name if FORMED.contains(&name) || is_key => Kind::Form,
        _ => Kind::Context,
    }
}

/// Lines for each rule.
const PER_RULE: usize = 50;

/// Values of `rule` in sentences.
pub(crate) fn of(rule: &RuleInfo) -> Vec<Labelled> {
    let draw = &mut Draw::new(&format!("{}{}", rule.name, rule.words.len()));
    (0..PER_RULE).map(|index| labelled(rule, index, draw)).collect()
}

/// As many lines without a value.
pub(crate) fn near_misses(count: usize) -> Vec<Labelled> {
    let draw = &mut Draw::new("near misses");
    let line = |index: usize, draw: &mut Draw| {
        near_misses::line(near_misses::KINDS[index % near_misses::KINDS.len()], draw)
    };
    (0..count).map(|index| Labelled { text: line(index, draw), values: Vec::new() }).collect()
}

fn labelled(rule: &RuleInfo, index: usize, d: &mut Draw) -> Labelled {
    let (sentence, value, secret) = sample(rule, index, d);
    let at =
        sentence.find("{v}").unwrap_or_else(|| panic!("{sentence:?} has a place for the value"));
    let text = sentence.replacen("{v}", &value, 1).replace("{v}", "it");
    let values = vec![(rule.name.to_owned(), at + secret.start..at + secret.end)];
    Labelled { text, values }
}

/// A sentence, the value for it, and the part of the value that must not stay.
fn sample(rule: &RuleInfo, index: usize, d: &mut Draw) -> (String, String, std::ops::Range<usize>) {
    if rule.patterns.is_empty() {
        let (sentence, value) = values::custom(rule.name, d)
            .unwrap_or_else(|| panic!("`{}` has no generator", rule.name));
        let all = 0..value.len();
        return (sentence, value, all);
    }
    let pattern = rule.patterns[index % rule.patterns.len()];
    let (sentence, value) = match (rule.class == Class::Secret, rule.words.is_empty()) {
        (true, true) => (key_sentence(d), d.like(pattern)),
        (true, false) => (vendor_sentence(d.pick(rule.words), d), vendor_key(pattern, d)),
        (false, false) => (near_sentence(d.pick(rule.words), d), near_value(rule.name, pattern, d)),
        (false, true) => {
            let (alone, names) =
                contexts::names(rule.name).unwrap_or_else(|| panic!("`{}` has no name", rule.name));
            let name = d.pick(names);
            let bare = alone && pattern == rule.patterns[0] && d.below(3) == 0;
            (
                if bare { contexts::bare(d) } else { contexts::named(d, name) },
                laid_out(rule.name, pattern, d),
            )
        }
    };
    if !pattern.replace("(?:", "").contains('(')
        || rule.words.is_empty() && rule.class != Class::Secret
    {
        let all = 0..value.len();
        return (sentence, value, all);
    }
    let regex = Regex::new(pattern).unwrap_or_else(|error| panic!("`{pattern}`: {error}"));
    let mut captures = regex.create_captures();
    regex.captures(&value, &mut captures);
    let part = captures.get_group(1).map_or(0..value.len(), |span| span.start..span.end);
    (sentence, value, part)
}

fn key_sentence(d: &mut Draw) -> String {
    d.pick(&[
        "{v}",
        "use {v} for now",
        "API_KEY={v}",
        "\"key\": \"{v}\"",
        "export TOKEN='{v}'",
        "error 401: invalid key {v}",
        "{\\\"token\\\":\\\"{v}\\\"}",
        "mein Schlüssel: {v}",
        "clé : {v}.",
        "curl -H \"X-Key: {v}\" https://h.io",
        "https://h.io/?k={v}",
        "config.yml:\n  token: {v}\n  retries: 3",
        "`{v}`",
        "|{v}|",
    ])
    .to_owned()
}

fn vendor_sentence(word: &str, d: &mut Draw) -> String {
    let upper = word.to_uppercase().replace([' ', '-'], "_");
    match d.below(7) {
        0 => format!("{upper}_KEY={{v}}"),
        1 => format!("export {upper}_SECRET=\"{{v}}\""),
        2 => format!("\"{word}_token\": \"{{v}}\""),
        3 => format!("{word}: {{v}}"),
        4 => format!("my {word} key is {{v}}"),
        5 => format!("{{\\\"{word}\\\":\\\"{{v}}\\\"}}"),
        _ => format!("{word}.api-key={{v}}"),
    }
}

/// A vendor's key; one without a digit is too rare to be drawn.
fn vendor_key(pattern: &str, d: &mut Draw) -> String {
    (0..50)
        .map(|_| d.like(pattern))
        .find(|value| value.bytes().any(|b| b.is_ascii_digit()))
        .expect("one of fifty has a digit")
}

fn near_sentence(word: &str, d: &mut Draw) -> String {
    let word = word.trim().trim_matches('"');
    if word.ends_with([':', '=', '#', '.']) {
        return d
            .pick(&["{n} {v}", "{n}{v}", "here: {n} {v}, ok?", "log {n} {v} end"])
            .replace("{n}", word);
    }
    d.pick(&[
        "{n} {v}",
        "{n}: {v}",
        "my {n} is {v}",
        "the {n} no. {v} please",
        "\"{n}\": \"{v}\"",
        "{n}={v}",
        "{n} number: {v}.",
        "{\\\"{n}\\\":\\\"{v}\\\"}",
        "({n} {v})",
        "{n} - {v}",
    ])
    .replace("{n}", word)
}

fn near_value(rule: &str, pattern: &str, d: &mut Draw) -> String {
    match rule {
        "vin" => numbers::vin(d),
        "us-aba" => laid_out(rule, pattern, d),
        // A country in the middle.
        "bic" => {
            d.letters(4)
                + d.pick(&["DE", "GB", "FR", "US", "NL"])
                + &d.letters(2)
                + if pattern.ends_with("{5}") { "XXX" } else { "" }
        }
        _ => (0..200)
            .map(|_| d.like(pattern))
            .find(|value| {
                value.bytes().any(|b| b.is_ascii_digit())
                    && value.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric())
            })
            .expect("a value with a digit"),
    }
}

/// A valid number in the layout of `pattern`.
fn laid_out(rule: &str, pattern: &str, d: &mut Draw) -> String {
    let regex = Regex::new(&format!("^(?:{pattern})$"))
        .unwrap_or_else(|error| panic!("`{pattern}`: {error}"));
    for _ in 0..20_000 {
        let Some(number) = numbers::compact(rule, d) else { continue };
        let layout = d.like(pattern);
        let places = layout.bytes().filter(u8::is_ascii_alphanumeric).count();
        // `PT`, `IT`: letters of the layout before a number that has none.
        let letters: String = layout.chars().take_while(char::is_ascii_alphabetic).collect();
        let number =
            if places == number.len() + letters.len() { letters + &number } else { number };
        if places != number.len() {
            continue;
        }
        let mut signs = number.chars();
        let lower = layout.bytes().any(|b| b.is_ascii_lowercase());
        let value: String = layout
            .chars()
            .map(|sign| match sign.is_ascii_alphanumeric() {
                true => signs
                    .next()
                    .map_or(sign, |sign| if lower { sign.to_ascii_lowercase() } else { sign }),
                false => sign,
            })
            .collect();
        if regex.is_match(&value) {
            return value;
        }
    }
    panic!("no number of `{rule}` fits `{pattern}`");
}
