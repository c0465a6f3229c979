//! Responses in the formats that providers document, each with its cost worked out by hand.
//!
//! A case's `worked_out` lists counts times prices as they stand in the response and on the price
//! list; the test adds them up by itself and wants three equal sums: these terms, the stated
//! `cost_usd`, and what the crate makes of the response.

use lumina_prices::{Bucket, Date, Extracted, PriceTable, ServiceTier, StreamUsage, Usage};
use serde_json::Value;
use std::collections::BTreeMap;

const FILES: &[(&str, &str)] = &[
    ("openai_chat", include_str!("fixtures/openai_chat.json")),
    ("openai_responses", include_str!("fixtures/openai_responses.json")),
    ("azure", include_str!("fixtures/azure.json")),
    ("anthropic", include_str!("fixtures/anthropic.json")),
    ("google", include_str!("fixtures/google.json")),
    ("bedrock", include_str!("fixtures/bedrock.json")),
    ("openai_compatible", include_str!("fixtures/openai_compatible.json")),
    ("cohere_voyage_local", include_str!("fixtures/cohere_voyage_local.json")),
];
/// Where a case does not say when it was called.
const AT: &str = "2026-11-01T12:00:00";

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    /// The page that documents the format; for the reader.
    #[allow(dead_code, reason = "for the reader")]
    source: String,
    provider: String,
    request_model: Option<String>,
    request_tier: Option<String>,
    at: Option<String>,
    #[serde(default)]
    response: Value,
    #[serde(default)]
    events: Vec<Value>,
    expect: Expect,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    api_flavor: Option<String>,
    model: Option<String>,
    response_id: Option<String>,
    finish_reasons: Vec<String>,
    tier: Option<String>,
    #[serde(default)]
    usage: BTreeMap<String, u64>,
    no_usage: Option<String>,
    row: Option<String>,
    #[serde(default)]
    worked_out: Vec<String>,
    cost_usd: Option<String>,
    cost_unknown: Option<String>,
}

fn cases() -> impl Iterator<Item = (String, Case)> {
    FILES.iter().flat_map(|(file, json)| {
        let cases: Vec<Case> =
            serde_json::from_str(json).unwrap_or_else(|error| panic!("{file}: {error}"));
        cases.into_iter().map(move |case| (format!("{file}: {}", case.name), case))
    })
}

fn unix_nanos(at: &str) -> u64 {
    let (date, time) = at.split_once('T').unwrap_or((at, "00:00:00"));
    let time = time.split(':').fold(0, |seconds, part| seconds * 60 + part.parse::<u64>().unwrap());
    (Date::parse(date).unwrap().start_unix_s() as u64 + time) * 1_000_000_000
}

/// Adds up terms such as `200 x 2.50` (dollars a million) and `3 x 10 / 1000`, in femtodollars.
fn added_up(terms: &[String]) -> i128 {
    let femto = |term: &String| {
        let (term, power) =
            term.strip_suffix(" / 1000").map_or((term.as_str(), 9), |term| (term, 12));
        let (count, price) = term.split_once(" x ").unwrap();
        let (whole, fraction) = price.split_once('.').unwrap_or((price, ""));
        let digits: i128 = format!("{whole}{fraction:0<power$}").parse().unwrap();
        count.parse::<i128>().unwrap() * digits
    };
    terms.iter().map(femto).sum()
}

fn usage(expected: &BTreeMap<String, u64>) -> Usage {
    let mut usage = Usage::new();
    for (name, &count) in expected {
        let bucket = Bucket::ALL.into_iter().find(|bucket| bucket.name() == name);
        usage = usage.with(bucket.unwrap_or_else(|| panic!("no bucket {name}")), count).unwrap();
    }
    usage
}

fn with_extracted(case: &Case, table: &PriceTable, check: impl FnOnce(&Extracted<'_>)) {
    if case.events.is_empty() {
        check(&table.extract(&case.provider, &case.response));
    } else {
        let mut stream = StreamUsage::new();
        case.events.iter().for_each(|event| stream.push(event));
        check(&stream.extract(table, &case.provider));
    }
}

#[test]
fn there_are_enough_cases_with_a_cost_and_their_names_differ() {
    let names: Vec<String> = cases().map(|(name, _)| name).collect();
    let priced = cases().filter(|(_, case)| case.expect.cost_usd.is_some()).count();
    assert!(priced >= 60, "{priced} of {} cases have a cost", names.len());
    assert_eq!(names.iter().collect::<std::collections::BTreeSet<_>>().len(), names.len());
}

#[test]
fn every_response_says_what_its_case_expects() {
    let table = PriceTable::embedded();
    for (name, case) in cases() {
        let expect = &case.expect;
        with_extracted(&case, table, |extracted| {
            match (&extracted.usage, &expect.no_usage) {
                (Ok(found), None) => assert_eq!(*found, usage(&expect.usage), "{name}"),
                (Err(error), Some(reason)) => assert_eq!(error.to_string(), *reason, "{name}"),
                (found, _) => panic!("{name}: {found:?}"),
            }
            assert_eq!(extracted.model, expect.model.as_deref(), "{name}");
            assert_eq!(extracted.finish_reasons, expect.finish_reasons, "{name}");
            if let Some(id) = &expect.response_id {
                assert_eq!(extracted.response_id, Some(id.as_str()), "{name}");
            }
            if let Some(flavor) = &expect.api_flavor {
                assert_eq!(extracted.api_flavor, Some(flavor.as_str()), "{name}");
            }
            let tier = expect.tier.as_deref().unwrap_or("standard");
            assert_eq!(extracted.tier.name(), tier, "{name}");
        });
    }
}

#[test]
fn every_cost_is_the_sum_that_was_worked_out_by_hand() {
    let table = PriceTable::embedded();
    for (name, case) in cases().filter(|(_, case)| case.expect.no_usage.is_none()) {
        let at = unix_nanos(case.at.as_deref().unwrap_or(AT));
        let expect = &case.expect;
        with_extracted(&case, table, |extracted| {
            let mut extracted = extracted.clone();
            if let Some(tier) = &case.request_tier {
                extracted.tier = ServiceTier::parse(tier);
            }
            let cost = extracted.cost(table, at, case.request_model.as_deref());
            match (cost, &expect.cost_usd, &expect.cost_unknown) {
                (Ok(cost), Some(usd), None) => {
                    assert_eq!(cost.total().femto_usd(), added_up(&expect.worked_out), "{name}");
                    assert_eq!(cost.total().to_string(), format!("${usd}"), "{name}");
                    assert_eq!(Some(cost.row().to_string()), expect.row, "{name}");
                }
                (Err(error), None, Some(reason)) => {
                    assert!(error.to_string().contains(reason), "{name}: {error}");
                }
                (cost, _, _) => panic!("{name}: {cost:?}"),
            }
        });
    }
}

#[test]
fn no_response_without_usage_has_a_cost() {
    let table = PriceTable::embedded();
    for (name, case) in cases().filter(|(_, case)| case.expect.no_usage.is_some()) {
        with_extracted(&case, table, |extracted| {
            let cost = extracted.cost(table, unix_nanos(AT), Some("gpt-4o"));
            assert_eq!(
                cost.unwrap_err().to_string(),
                *case.expect.no_usage.as_ref().unwrap(),
                "{name}"
            );
        });
    }
}
