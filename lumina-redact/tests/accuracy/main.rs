//! Accuracy of every rule on a generated corpus, and the table of it in `docs/redaction.md`.
//!
//! `LUMINA_BLESS=1` writes the table; `SHOW_MISTAKES=1` prints every miss and wrong finding.

#[path = "../support/mod.rs"]
mod support;

mod check_digits;
mod contexts;
mod corpus;
mod draw;
mod near_misses;
mod numbers;
mod values;

use std::collections::BTreeMap;
use std::fmt::Write;

use corpus::Kind;
use lumina_redact::{Class, Redactor, Rules};
use support::Score;

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/redaction.md");
const BEGIN: &str = "<!-- accuracy: begin -->\n";
const END: &str = "<!-- accuracy: end -->";

struct Measured {
    scores: BTreeMap<String, Score>,
    values: usize,
    near_misses: usize,
}

fn measure() -> Measured {
    let rules = Rules::list();
    let mut lines: Vec<_> = rules.iter().flat_map(corpus::of).collect();
    let values = lines.len();
    for rule in &rules {
        let of_rule =
            |line: &&support::Labelled| line.values.iter().any(|(name, _)| name == rule.name);
        assert!(lines.iter().any(|line| of_rule(&line)), "`{}` is not in the corpus", rule.name);
    }
    lines.extend(corpus::near_misses(values));
    let scores = support::score(&Redactor::default(), &lines);
    Measured { scores, values, near_misses: lines.len() - values }
}

/// The lowest recall and precision that a rule may have.
fn bar(kind: Kind) -> (f64, f64) {
    if kind == Kind::Context { (0.90, 0.90) } else { (0.98, 0.97) }
}

fn below_the_bar(measured: &Measured) -> Vec<String> {
    let mut below = Vec::new();
    for rule in Rules::list() {
        let (recall, precision) = bar(corpus::kind(&rule));
        let score = measured.scores.get(rule.name).copied().unwrap_or_default();
        // A rule whose values others find first has no findings of its own to be wrong.
        let imprecise = score.right + score.wrong > 0 && score.precision() < precision;
        if score.recall() < recall || imprecise {
            below.push(format!(
                "{}: recall {:.3}, precision {:.3}",
                rule.name,
                score.recall(),
                score.precision()
            ));
        }
    }
    below.dedup();
    below
}

fn table(measured: &Measured) -> String {
    let mut table = format!(
        "{} lines with a value of one of {} rules, {} lines without any.\n\n| class | by | rules | recall | precision |\n|---|---|---|---|---|\n",
        measured.values,
        measured.scores.len(),
        measured.near_misses
    );
    for class in Class::ALL {
        for (kind, name) in [
            (Kind::Checksum, "checksum"),
            (Kind::Form, "prefix or form"),
            (Kind::Context, "context"),
        ] {
            let mut names: Vec<_> = Rules::list()
                .into_iter()
                .filter(|r| r.class == class && corpus::kind(r) == kind)
                .map(|r| r.name)
                .collect();
            names.sort_unstable();
            names.dedup();
            let mut sum = Score::default();
            names
                .iter()
                .filter_map(|name| measured.scores.get(*name))
                .for_each(|score| sum.add(score));
            if !names.is_empty() {
                let _ = writeln!(
                    table,
                    "| `{}` | {name} | {} | {:.3} | {:.3} |",
                    class.name(),
                    names.len(),
                    sum.recall(),
                    sum.precision()
                );
            }
        }
    }
    let below = below_the_bar(measured);
    let _ = writeln!(
        table,
        "\nRules below the bar: {}.",
        if below.is_empty() { "none".to_owned() } else { below.join("; ") }
    );
    table
}

#[test]
fn every_rule_is_as_accurate_as_promised_and_the_document_says_how_accurate() {
    let measured = measure();
    let table = table(&measured);
    let document = std::fs::read_to_string(DOCUMENT).expect("the document is there");
    let (head, rest) = document.split_once(BEGIN).expect("the table has a begin");
    let (written, tail) = rest.split_once(END).expect("the table has an end");
    if std::env::var_os("LUMINA_BLESS").is_some() {
        std::fs::write(DOCUMENT, format!("{head}{BEGIN}{table}{END}{tail}"))
            .expect("the document can be written");
    } else {
        assert_eq!(written, table, "`LUMINA_BLESS=1` writes the new table");
    }
    let below = below_the_bar(&measured);
    assert!(below.is_empty(), "below the bar:\n{}", below.join("\n"));
}

#[test]
fn equal_seeds_draw_equal_lines() {
    let text = || corpus::near_misses(200).into_iter().map(|line| line.text).collect::<Vec<_>>();
    assert_eq!(text(), text());
}
