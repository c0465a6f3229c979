//! The compiled rules: one list of all, and the indexes by which a scan finds those to try.

use std::collections::HashMap;
use std::sync::atomic::AtomicU64;

use crate::own::OwnRules;
use crate::placeholder::Labels;
use crate::rules::Rules;
use crate::scan::context::Words;
use crate::scan::keywords::{Keywords, KeywordsBuilder, Target};
use crate::shape::Shape;
use crate::table::custom::CUSTOM;
use crate::table::keys::{Back, KEYS};
use crate::table::near::NEAR;
use crate::table::numbers::NUMBERS;
use crate::table::vendors::VENDORS;
use crate::{Action, Class};

/// What a scan knows of every rule.
pub(crate) struct Rule {
    pub(crate) name: String,
    pub(crate) class: Class,
    pub(crate) label: String,
    pub(crate) enabled: bool,
    /// How often it replaced something.
    pub(crate) hits: AtomicU64,
}

/// One layout of a number.
pub(crate) struct Form {
    pub(crate) shape: Shape,
    pub(crate) score: u8,
    /// In [`NUMBERS`], and among all rules.
    pub(crate) number: u16,
    pub(crate) rule: u16,
}

pub(crate) struct KeyShape {
    pub(crate) shape: Shape,
    pub(crate) back: Back,
    pub(crate) rule: u16,
}

pub(crate) struct NearShapes {
    pub(crate) shapes: Vec<Shape>,
    pub(crate) near: u16,
    pub(crate) rule: u16,
}

/// More leading letters or digits than this share a slot.
pub(crate) const MAX_LETTERS: usize = 7;
pub(crate) const MAX_DIGITS: usize = 20;

pub(crate) struct Engine {
    pub(crate) rules: Vec<Rule>,
    pub(crate) actions: [Action; 4],
    pub(crate) threshold: u8,
    pub(crate) key: [u8; 32],
    pub(crate) words: Words,
    pub(crate) keywords: Keywords,
    pub(crate) forms: Vec<Form>,
    /// Forms by the letters and digits that they begin with.
    by_lead: Vec<Vec<u16>>,
    pub(crate) keys: Vec<KeyShape>,
    /// Keys whose prefix is too short for the automaton: tried at long tokens.
    pub(crate) short_keys: Vec<(Vec<u8>, u16)>,
    pub(crate) vendors: Vec<KeyShape>,
    pub(crate) near: Vec<NearShapes>,
    pub(crate) own: OwnRules,
    pub(crate) labels: Labels,
}

/// The shortest word that the automaton looks for: shorter ones are everywhere.
const SHORTEST_WORD: usize = 3;

impl Engine {
    pub(crate) fn new(rules: &Rules, own: OwnRules) -> Self {
        let mut all: Vec<Rule> = Vec::new();
        let mut index: HashMap<String, u16> = HashMap::new();
        let mut add = |name: &str, class, label: String| -> u16 {
            *index.entry(name.to_owned()).or_insert_with(|| {
                all.push(Rule {
                    name: name.to_owned(),
                    class,
                    label,
                    enabled: !rules.is_off(name),
                    hits: AtomicU64::new(0),
                });
                (all.len() - 1) as u16
            })
        };
        for head in CUSTOM {
            add(head.name, head.class, head.label.to_owned());
        }
        let mut keywords = KeywordsBuilder::default();
        let (forms, by_lead) = numbers(&mut add);
        let (keys, short_keys) = keys(&mut add, &mut keywords);
        let vendors = vendors(&mut add, &mut keywords);
        let near = near(&mut add, &mut keywords);
        let first_own =
            own.rules.iter().map(|rule| add(&rule.name, rule.class, rule.label.clone()));
        let own_ids: Vec<u16> = first_own.collect();
        let own = own.with_ids(own_ids);
        let labels = Labels::new(all.iter().map(|rule| &*rule.label));
        Self {
            rules: all,
            actions: rules.actions,
            threshold: rules.threshold,
            key: rules.key.0,
            words: Words::new(),
            keywords: keywords.build(),
            forms,
            by_lead,
            keys,
            short_keys,
            vendors,
            near,
            own,
            labels,
        }
    }

    /// The forms that begin with so many letters and then so many digits.
    #[inline]
    pub(crate) fn forms_at(&self, letters: usize, digits: usize) -> &[u16] {
        &self.by_lead[slot(letters, digits)]
    }
}

fn slot(letters: usize, digits: usize) -> usize {
    letters.min(MAX_LETTERS) * (MAX_DIGITS + 1) + digits.min(MAX_DIGITS)
}

fn label_of(name: &str) -> String {
    name.to_ascii_uppercase().replace('-', "_")
}

/// OK to panic: the tables are constants, and a test builds every rule.
fn shape(pattern: &str) -> Shape {
    Shape::parse(pattern).unwrap_or_else(|error| panic!("a built-in pattern is wrong: {error}"))
}

type Add<'a> = &'a mut dyn FnMut(&str, Class, String) -> u16;

fn numbers(add: Add<'_>) -> (Vec<Form>, Vec<Vec<u16>>) {
    let mut forms = Vec::new();
    let mut by_lead = vec![Vec::new(); (MAX_LETTERS + 1) * (MAX_DIGITS + 1)];
    for (number, row) in NUMBERS.iter().enumerate() {
        let rule = add(row.head.name, row.head.class, row.head.label.to_owned());
        for &(pattern, score) in row.forms {
            let shape = shape(pattern);
            if let Some(lead) = shape.lead() {
                for letters in lead.letters.0..=lead.letters.1.min(MAX_LETTERS as u16) {
                    for digits in lead.digits.0..=lead.digits.1.min(MAX_DIGITS as u16) {
                        by_lead[slot(letters.into(), digits.into())].push(forms.len() as u16);
                    }
                }
            }
            forms.push(Form { shape, score, number: number as u16, rule });
        }
    }
    (forms, by_lead)
}

fn keys(add: Add<'_>, keywords: &mut KeywordsBuilder) -> (Vec<KeyShape>, Vec<(Vec<u8>, u16)>) {
    let (mut keys, mut short) = (Vec::new(), Vec::new());
    for row in KEYS {
        let rule = add(row.name, Class::Secret, label_of(row.name));
        let shape = shape(row.pattern);
        let at = keys.len() as u16;
        let marks: Vec<Vec<u8>> = if row.marks.is_empty() {
            shape.prefixes()
        } else {
            row.marks.iter().map(|mark| mark.as_bytes().to_vec()).collect()
        };
        for mark in marks {
            if mark.len() < SHORTEST_WORD {
                short.push((mark, at));
            } else {
                keywords.add(&mark, Target::Key(at));
            }
        }
        keys.push(KeyShape { shape, back: row.back, rule });
    }
    (keys, short)
}

fn vendors(add: Add<'_>, keywords: &mut KeywordsBuilder) -> Vec<KeyShape> {
    let mut vendors = Vec::new();
    for row in VENDORS {
        let rule = add(row.name, Class::Secret, label_of(row.name));
        for word in row.words {
            keywords.add(word.as_bytes(), Target::Vendor(vendors.len() as u16));
        }
        vendors.push(KeyShape { shape: shape(row.pattern), back: Back::Bytes(0), rule });
    }
    vendors
}

fn near(add: Add<'_>, keywords: &mut KeywordsBuilder) -> Vec<NearShapes> {
    let mut all = Vec::new();
    for (near, row) in NEAR.iter().enumerate() {
        let rule = add(row.head.name, row.head.class, row.head.label.to_owned());
        for word in row.words {
            keywords.add(word.as_bytes(), Target::Near(near as u16));
        }
        let shapes = row.patterns.iter().map(|pattern| shape(pattern)).collect();
        all.push(NearShapes { shapes, near: near as u16, rule });
    }
    all
}
