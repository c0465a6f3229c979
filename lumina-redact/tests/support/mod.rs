//! Labelled text and its scores.

#![allow(clippy::print_stderr, reason = "mistakes are printed on demand")]
#![allow(dead_code, reason = "each test uses a part")]

use std::collections::BTreeMap;

use lumina_redact::{Redactor, Rules};

/// A text and the values in it: rule (or `secret`) and byte range.
pub(crate) struct Labelled {
    pub(crate) text: String,
    pub(crate) values: Vec<(String, std::ops::Range<usize>)>,
}

/// Reads `<<rule|value>>` marks.
pub(crate) fn parse(line: &str) -> Labelled {
    let (mut text, mut values, mut rest) = (String::new(), Vec::new(), line);
    while let Some((before, after)) = rest.split_once("<<") {
        let (mark, tail) = after.split_once(">>").expect("`<<` is closed");
        let (rule, value) = mark.split_once('|').expect("`|` parts rule and value");
        text.push_str(before);
        let start = text.len();
        text.push_str(value);
        values.push((rule.to_owned(), start..text.len()));
        rest = tail;
    }
    text.push_str(rest);
    Labelled { text, values }
}

/// What was found and missed, by label, and wrong findings, by rule.
#[derive(Default, Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Score {
    pub(crate) found: u32,
    pub(crate) missed: u32,
    pub(crate) right: u32,
    pub(crate) wrong: u32,
}

impl Score {
    pub(crate) fn recall(&self) -> f64 {
        f64::from(self.found) / f64::from((self.found + self.missed).max(1))
    }

    pub(crate) fn precision(&self) -> f64 {
        f64::from(self.right) / f64::from((self.right + self.wrong).max(1))
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.found += other.found;
        self.missed += other.missed;
        self.right += other.right;
        self.wrong += other.wrong;
    }
}

/// Scores by rule; a value is found when findings cover all of it, a finding is right when it
/// overlaps a value of its own class.
pub(crate) fn score(redactor: &Redactor, corpus: &[Labelled]) -> BTreeMap<String, Score> {
    let classes: BTreeMap<&str, _> = Rules::list().iter().map(|r| (r.name, r.class)).collect();
    let class_of = |label: &str| classes.get(label).map_or("secret", |class| class.name());
    let verbose = std::env::var_os("SHOW_MISTAKES").is_some();
    let mut scores: BTreeMap<String, Score> = BTreeMap::new();
    for item in corpus {
        let findings = redactor.audit(&item.text);
        for (label, range) in &item.values {
            let covered = range.clone().all(|at| findings.iter().any(|f| f.range.contains(&at)));
            let score = scores.entry(label.clone()).or_default();
            *(if covered { &mut score.found } else { &mut score.missed }) += 1;
            if verbose && !covered {
                eprintln!("MISSED {label}: {}", item.text);
            }
        }
        for finding in &findings {
            let right = item.values.iter().any(|(label, range)| {
                range.start < finding.range.end
                    && finding.range.start < range.end
                    && class_of(label) == finding.class.name()
            });
            let score = scores.entry(finding.rule.clone()).or_default();
            *(if right { &mut score.right } else { &mut score.wrong }) += 1;
            if verbose && !right {
                eprintln!(
                    "WRONG {} {:?} {}: {}",
                    finding.rule, finding.range, finding.score, item.text
                );
            }
        }
    }
    scores
}

/// The sum of all scores.
pub(crate) fn total(scores: &BTreeMap<String, Score>) -> Score {
    let mut total = Score::default();
    scores.values().for_each(|score| total.add(score));
    total
}
