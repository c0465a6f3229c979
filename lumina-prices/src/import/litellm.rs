//! LiteLLM's price file, where a user brings one.
//!
//! Knows the names of its keys and their units: dollars a token. The file is not part of lumina.

use crate::rate::RateError;
use crate::table::clause::Clause;
use crate::table::condition::Condition;
use crate::table::figure::{Figure, RawScale, RawStep};
use crate::table::key::PriceKey;
use crate::table::rates::Rates;
use crate::table::{Origin, Override, PriceRow, PriceTableError, Prices, ServiceTier, Sheet};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What of a LiteLLM file can be used.
///
/// # Examples
///
/// ```
/// let file = r#"{
///     "gpt-9": {"litellm_provider": "openai", "mode": "chat",
///               "input_cost_per_token": 1.25e-06, "output_cost_per_token": 1e-05},
///     "dall-e": {"litellm_provider": "openai", "mode": "image_generation",
///                "input_cost_per_pixel": 1.9e-08}
/// }"#;
/// let rows = lumina_prices::litellm_rows(file)?;
/// assert_eq!(rows.used, 1);
/// assert_eq!(rows.skipped, [("dall-e".to_owned(), "has no input_cost_per_token".to_owned())]);
/// # Ok::<(), lumina_prices::PriceTableError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LiteLlmRows {
    /// How many rows are used.
    pub used: usize,
    /// Which rows are not, and why.
    pub skipped: Vec<(String, String)>,
}

/// Says what of a LiteLLM file [`PriceTableBuilder::litellm`](crate::PriceTableBuilder::litellm)
/// uses.
///
/// # Errors
///
/// Where the file is no JSON object.
pub fn litellm_rows(json: &str) -> Result<LiteLlmRows, PriceTableError> {
    read(json).map(|(rows, skipped)| LiteLlmRows { used: rows.len(), skipped })
}

type Skipped = Vec<(String, String)>;

/// Reads all rows that price tokens.
pub(crate) fn read(json: &str) -> Result<(Vec<Override>, Skipped), PriceTableError> {
    let file: BTreeMap<String, Value> = serde_json::from_str(json)
        .map_err(|source| PriceTableError::Json { file: "litellm", source })?;
    let (mut rows, mut skipped) = (Vec::new(), Vec::new());
    for (name, value) in file {
        if name == "sample_spec" {
            continue;
        }
        match row(&name, &value) {
            Ok(row) => rows.push(row),
            Err(reason) => skipped.push((name, reason)),
        }
    }
    Ok((rows, skipped))
}

fn row(name: &str, value: &Value) -> Result<Override, String> {
    let fields = value.as_object().ok_or("is no object")?;
    let provider = fields.get("litellm_provider").and_then(Value::as_str);
    let provider = provider.ok_or("has no litellm_provider")?.to_lowercase();
    if !fields.contains_key("input_cost_per_token") {
        return Err("has no input_cost_per_token".into());
    }
    let figures = figures(fields)?;
    let wrong = |(key, error): (PriceKey, RateError)| format!("{}: {error}", key.name());
    let standard =
        figures.get(ServiceTier::Standard.name()).ok_or("has no input_cost_per_token")?;
    let standard = Rates::read(name, standard).map_err(wrong)?;
    let mut tiers = Vec::new();
    for (tier, raw) in &figures {
        let tier = ServiceTier::parse(tier);
        if tier != ServiceTier::Standard {
            tiers.push((tier, Rates::read_tier(name, raw, &standard).map_err(wrong)?));
        }
    }
    let row = PriceRow {
        provider: provider.as_str().into(),
        model: name.into(),
        condition: Condition::Always,
        origin: Origin::LiteLlm,
    };
    Ok(Override {
        clause: clause(name, &provider),
        provider: Some(provider.into()),
        name: name.into(),
        sheet: Sheet { row: Arc::new(row), prices: Prices::Known(standard), tiers },
    })
}

/// A row goes by its name and, where the name begins with the provider, also without it.
fn clause(name: &str, provider: &str) -> Clause {
    match name.split_once('/') {
        Some((route, rest)) if provider.starts_with(&route.to_lowercase()) => {
            Clause::Or(vec![Clause::equals(name), Clause::equals(rest)])
        }
        _ => Clause::equals(name),
    }
}

/// The figures of a row by tier.
fn figures(
    fields: &Map<String, Value>,
) -> Result<BTreeMap<String, BTreeMap<PriceKey, RawScale>>, String> {
    let mut figures: BTreeMap<String, BTreeMap<PriceKey, RawScale>> = BTreeMap::new();
    let mut steps = Vec::new();
    for (name, value) in fields {
        if name == "tiered_pricing" {
            return Err("charges by ranges (tiered_pricing)".into());
        }
        if name == "search_context_cost_per_query" {
            if let Some(usd) = one_price(value) {
                let base = per_unit(PriceKey::WebSearches, usd);
                let scale = RawScale { base, tiers: Vec::new() };
                figures.entry("standard".into()).or_default().insert(PriceKey::WebSearches, scale);
            }
            continue;
        }
        let Some(usd) = value.as_f64().filter(|_| name.contains("cost")) else { continue };
        let (rest, tier) = tier(name);
        let (base, start_tokens) = above(rest);
        match (key(base), start_tokens) {
            (Some(key), None) => {
                let scale = RawScale { base: per_unit(key, usd), tiers: Vec::new() };
                // Keys come in order: of two for one price, the usual one is the first.
                figures.entry(tier.name().into()).or_default().entry(key).or_insert(scale);
            }
            (Some(key), Some(start)) => {
                steps.push((tier, key, RawStep { start, price: per_unit(key, usd) }))
            }
            (None, _) if usd == 0.0 || is_counted_otherwise(name) => {}
            (None, _) => return Err(format!("charges by {name}")),
        }
    }
    for (tier, key, step) in steps {
        let scale = figures.get_mut(tier.name()).and_then(|figures| figures.get_mut(&key));
        scale
            .ok_or_else(|| format!("has a context tier of {} without a price", key.name()))?
            .tiers
            .push(step);
    }
    Ok(figures)
}

/// The figure in the unit of its key.
///
/// The file has dollars a token. Moving the point in the decimal text keeps the figure exact, where
/// a product of doubles would not.
fn per_unit(key: PriceKey, usd: f64) -> Figure {
    let places = key.power() as usize;
    let text = usd.to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let fraction = format!("{fraction:0<places$}");
    // OK to split: the fraction has at least so many digits, or the text was no number.
    let (moved, rest) = fraction.split_at_checked(places).unwrap_or((&fraction, ""));
    Figure::Text(format!("{whole}{moved}.{rest}"))
}

/// Takes the tier off the end of a key.
fn tier(name: &str) -> (&str, ServiceTier) {
    const ENDS: &[&str] = &["batches", "flex", "priority", "balanced", "fast", "ultrafast"];
    match name.rsplit_once('_') {
        Some((rest, end)) if ENDS.contains(&end) => (rest, ServiceTier::parse(end)),
        _ => (name, ServiceTier::Standard),
    }
}

/// Takes `_above_200k_tokens` off the end of a key.
fn above(name: &str) -> (&str, Option<u64>) {
    let parts = name.strip_suffix("k_tokens").and_then(|rest| rest.rsplit_once("_above_"));
    match parts.and_then(|(base, start)| Some((base, start.parse::<u64>().ok()?))) {
        Some((base, thousands)) => (base, thousands.checked_mul(1000)),
        None => (name, None),
    }
}

fn key(name: &str) -> Option<PriceKey> {
    Some(match name {
        "input_cost_per_token" => PriceKey::Input,
        "input_cost_per_audio_token" => PriceKey::InputAudio,
        "input_cost_per_image_token" => PriceKey::InputImage,
        "cache_read_input_token_cost" | "input_cost_per_token_cache_hit" => PriceKey::CacheRead,
        "cache_read_input_audio_token_cost" => PriceKey::CacheAudioRead,
        "cache_creation_input_token_cost" => PriceKey::CacheWrite,
        "cache_creation_input_token_cost_above_1hr" => PriceKey::CacheWrite1h,
        "output_cost_per_token" => PriceKey::Output,
        "output_cost_per_reasoning_token" => PriceKey::OutputReasoning,
        "output_cost_per_audio_token" => PriceKey::OutputAudio,
        "output_cost_per_image_token" => PriceKey::OutputImage,
        "citation_cost_per_token" => PriceKey::OutputCitation,
        "input_cost_per_request" => PriceKey::Requests,
        _ => return None,
    })
}

/// Prices of what is not in a usage: the same input counted otherwise, what no provider reports,
/// and fees of tools.
fn is_counted_otherwise(name: &str) -> bool {
    const UNITS: &[&str] = &[
        "character",
        "_image",
        "_second",
        "_video",
        "_pixel",
        "_session",
        "_gb",
        "_1k_",
        "_query",
        "_page",
        "_dbu_",
        "cache_creation_input_audio",
    ];
    UNITS.iter().any(|unit| name.contains(unit))
}

/// The price of a search where it is the same for every size of context.
fn one_price(value: &Value) -> Option<f64> {
    let mut prices = value.as_object()?.values().map(Value::as_f64);
    let first = prices.next()??;
    prices.all(|price| price == Some(first)).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Bucket, PriceTable, Query, Usage};

    const FILE: &str = r#"{
        "sample_spec": {"litellm_provider": "one of", "input_cost_per_token": 0.0},
        "acme/big": {
            "litellm_provider": "acme", "mode": "chat",
            "input_cost_per_token": 3e-06, "input_cost_per_token_above_200k_tokens": 6e-06,
            "output_cost_per_token": 1.5e-05, "output_cost_per_token_above_200k_tokens": 2.25e-05,
            "cache_read_input_token_cost": 3e-07, "cache_read_input_token_cost_above_200k_tokens": 6e-07,
            "cache_creation_input_token_cost": 3.75e-06,
            "cache_creation_input_token_cost_above_1hr": 6e-06,
            "input_cost_per_token_priority": 5e-06, "output_cost_per_token_priority": 2.5e-05,
            "input_cost_per_token_batches": 1.5e-06, "input_cost_per_token_ultrafast": 9e-06,
            "input_cost_per_token_cache_hit": 9e-07, "input_dbu_cost_per_token": 4e-05,
            "search_context_cost_per_query": {"search_context_size_low": 0.01, "search_context_size_high": 0.01},
            "input_cost_per_image": 0.0048, "max_tokens": 8192
        },
        "gpt-4o": {"litellm_provider": "openai", "input_cost_per_token": 1e-06, "output_cost_per_token": 2e-06},
        "ranged": {"litellm_provider": "x", "input_cost_per_token": 1e-06, "tiered_pricing": []},
        "odd": {"litellm_provider": "x", "input_cost_per_token": 1e-06, "moon_phase_cost": 2.0},
        "broken": 7
    }"#;

    fn cost(query: Query<'_>, counts: &[(Bucket, u64)]) -> String {
        let table = PriceTable::builder().litellm(FILE).build().unwrap();
        let usage = counts
            .iter()
            .fold(Usage::new(), |usage, &(bucket, count)| usage.with(bucket, count).unwrap());
        match table.cost(&query, &usage) {
            Ok(cost) => cost.total().to_string(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn each_key_of_a_row_prices_its_bucket() {
        let query = Query::new("big", 0).provider("acme");
        for (bucket, price) in [
            (Bucket::Input, "$0.30"),
            (Bucket::CacheRead, "$0.03"),
            (Bucket::CacheWrite, "$0.375"),
            (Bucket::CacheWrite1h, "$0.60"),
            (Bucket::Output, "$1.50"),
            (Bucket::WebSearches, "$1000.00"),
        ] {
            assert_eq!(cost(query, &[(bucket, 100_000)]), price, "{bucket}");
        }
        assert_eq!(cost(query, &[(Bucket::Input, 200_001)]), "$1.200006");
        let full = Query::new("acme/big", 0).provider("acme");
        assert_eq!(cost(full.tier(&ServiceTier::Priority), &[(Bucket::Output, 2)]), "$0.00005");
        let other = ServiceTier::parse("ultrafast");
        assert_eq!(cost(query.tier(&other), &[(Bucket::Input, 2)]), "$0.000018");
        let batch = cost(query.tier(&ServiceTier::Batch), &[(Bucket::Output, 2)]);
        assert!(batch.contains("no price for output (2) in the tier batch"), "{batch}");
    }

    #[test]
    fn the_users_file_stands_above_the_data_for_the_provider_it_means() {
        let input = [(Bucket::Input, 1_000_000)];
        assert_eq!(cost(Query::new("gpt-4o", 0).provider("openai"), &input), "$1.00");
        assert_eq!(cost(Query::new("gpt-4o-mini", 0).provider("openai"), &input), "$0.15");
        assert_eq!(cost(Query::new("gpt-4o", 0).provider("azure"), &input), "$2.50");
    }

    #[test]
    fn rows_that_cannot_be_priced_are_named_with_the_reason() {
        let rows = litellm_rows(FILE).unwrap();
        assert_eq!(rows.used, 2);
        let skipped: Vec<_> =
            rows.skipped.iter().map(|(name, reason)| format!("{name} {reason}")).collect();
        assert_eq!(
            skipped,
            [
                "broken is no object",
                "odd charges by moon_phase_cost",
                "ranged charges by ranges (tiered_pricing)"
            ]
        );
        assert!(litellm_rows("[]").is_err());
    }
}
