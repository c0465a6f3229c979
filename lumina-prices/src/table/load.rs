//! Reads the price data of genai-prices, format v2.

use super::clause::{Clause, Pattern};
use super::condition::{Condition, Date, parse_time};
use super::error::PriceTableError;
use super::figure::RawScale;
use super::key::PriceKey;
use super::rates::Rates;
use super::row::{Model, Origin, PriceRow, Prices, Sheet};
use crate::extract::{Extractor, RawExtractor};
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// A provider: how it is recognised, how its responses are read, which models it sells.
pub(crate) struct Provider {
    pub(crate) id: Box<str>,
    pub(crate) api_pattern: Pattern,
    pub(crate) model_match: Option<Clause>,
    pub(crate) provider_match: Option<Clause>,
    pub(crate) extractors: Vec<Extractor>,
    /// Providers whose models it also sells, at their prices.
    pub(crate) fallbacks: Vec<Box<str>>,
    pub(crate) models: Range<usize>,
}

/// A model of a provider and the names it goes by.
pub(crate) struct Named {
    pub(crate) clause: Clause,
    pub(crate) model: Model,
}

/// What is used of the data; the rest of it is passed over.
#[derive(Deserialize)]
struct RawProvider {
    id: Box<str>,
    api_pattern: Pattern,
    model_match: Option<Clause>,
    provider_match: Option<Clause>,
    #[serde(default)]
    extractors: Vec<RawExtractor>,
    #[serde(default)]
    fallback_model_providers: Vec<Box<str>>,
    models: Vec<RawModel>,
}

#[derive(Deserialize)]
struct RawModel {
    id: Box<str>,
    #[serde(rename = "match")]
    clause: Clause,
    prices: RawPrices,
}

/// One set of prices, or several with the times they hold.
struct RawPrices(Vec<RawDated>);

#[derive(Deserialize)]
struct RawDated {
    constraint: Option<RawConstraint>,
    prices: Figures,
}

/// The prices of a set, and the first key among them that is not known.
#[derive(Default)]
struct Figures {
    known: Vec<(PriceKey, RawScale)>,
    foreign: Option<Box<str>>,
}

impl Figures {
    fn read<'de, M: MapAccess<'de>>(mut map: M) -> Result<Self, M::Error> {
        let mut figures = Self::default();
        while let Some(name) = map.next_key::<Cow<'de, str>>()? {
            match PriceKey::from_name(&name) {
                Some(key) => figures.known.push((key, map.next_value()?)),
                None => {
                    map.next_value::<IgnoredAny>()?;
                    figures.foreign.get_or_insert(name.into());
                }
            }
        }
        Ok(figures)
    }
}

impl<'de> Deserialize<'de> for Figures {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct Figured;
        impl<'de> Visitor<'de> for Figured {
            type Value = Figures;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("prices by key")
            }
            fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<Figures, M::Error> {
                Figures::read(map)
            }
        }
        input.deserialize_map(Figured)
    }
}

// By hand: an untagged enum would read everything twice.
impl<'de> Deserialize<'de> for RawPrices {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct Priced;
        impl<'de> Visitor<'de> for Priced {
            type Value = RawPrices;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("prices by key, or a list of prices with constraints")
            }
            fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<RawPrices, M::Error> {
                let prices = Figures::read(map)?;
                Ok(RawPrices(vec![RawDated { constraint: None, prices }]))
            }
            fn visit_seq<S: SeqAccess<'de>>(self, mut list: S) -> Result<RawPrices, S::Error> {
                let mut dated = Vec::new();
                while let Some(next) = list.next_element()? {
                    dated.push(next);
                }
                Ok(RawPrices(dated))
            }
        }
        input.deserialize_any(Priced)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawConstraint {
    start_date: Option<String>,
    start_time: Option<String>,
    end_time: Option<String>,
}

/// Reads the providers and their models, in the order of the data.
pub(crate) fn genai_prices(json: &str) -> Result<(Vec<Provider>, Vec<Named>), PriceTableError> {
    let raw: Vec<RawProvider> = serde_json::from_str(json)
        .map_err(|source| PriceTableError::Json { file: "genai-prices", source })?;
    let (mut providers, mut models) = (Vec::with_capacity(raw.len()), Vec::new());
    for provider in raw {
        let first = models.len();
        let mut extractors: Vec<_> = provider.extractors.into_iter().map(Extractor::from).collect();
        // Those that fit fewer responses are asked first.
        extractors.sort_by_key(|extractor| std::cmp::Reverse(extractor.required()));
        for model in provider.models {
            models.push(named(&provider.id, model)?);
        }
        providers.push(Provider {
            id: provider.id,
            api_pattern: provider.api_pattern,
            model_match: provider.model_match,
            provider_match: provider.provider_match,
            extractors,
            fallbacks: provider.fallback_model_providers,
            models: first..models.len(),
        });
    }
    Ok((providers, models))
}

fn named(provider: &str, model: RawModel) -> Result<Named, PriceTableError> {
    let RawPrices(dated) = model.prices;
    let mut sheets = Vec::with_capacity(dated.len());
    for RawDated { constraint, prices } in dated {
        let place = || format!("{provider}/{}", model.id);
        let condition = constraint.map_or(Ok(Condition::Always), |constraint| {
            let problem = "a constraint has a start_date, or a start_time and an end_time".into();
            condition(&constraint).ok_or_else(|| PriceTableError::Row { place: place(), problem })
        })?;
        let row = PriceRow {
            provider: provider.into(),
            model: model.id.clone(),
            condition,
            origin: Origin::GenaiPrices,
        };
        let prices = read(&model.id, prices, place)?;
        sheets.push(Sheet { row: Arc::new(row), prices, tiers: Vec::new() });
    }
    Ok(Named { clause: model.clause, model: Model { sheets, first_is_default: true } })
}

fn read(model: &str, raw: Figures, place: impl Fn() -> String) -> Result<Prices, PriceTableError> {
    if let Some(key) = raw.foreign {
        return Ok(Prices::Foreign(key));
    }
    let known = raw.known.iter().map(|(key, scale)| (key, scale));
    Rates::read(model, known).map(Prices::Known).map_err(|(key, source)| PriceTableError::Price {
        place: place(),
        key: key.name(),
        source,
    })
}

fn condition(raw: &RawConstraint) -> Option<Condition> {
    match (&raw.start_date, &raw.start_time, &raw.end_time) {
        (Some(date), None, None) => Date::parse(date).map(Condition::From),
        (None, Some(start), Some(end)) => {
            Some(Condition::Daily { start_s: parse_time(start)?, end_s: parse_time(end)? })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn models(prices: &str) -> Result<Vec<Named>, PriceTableError> {
        let json = format!(
            r#"[{{"id":"p","api_pattern":"x","models":[{{"id":"m","match":{{"equals":"m"}},"prices":{prices}}}]}}]"#
        );
        genai_prices(&json).map(|(_, models)| models)
    }

    #[test]
    fn a_price_of_an_unknown_kind_makes_the_row_foreign_not_cheaper() {
        let models = models(r#"{"input_mtok":1,"input_mchars":2}"#).unwrap();
        let sheet = models[0].model.at(0).unwrap();
        assert!(matches!(&sheet.prices, Prices::Foreign(key) if **key == *"input_mchars"));
    }

    #[test]
    fn the_last_price_that_holds_wins_and_the_first_one_is_the_default() {
        let dated = r#"[{"constraint":{"start_date":"2026-01-01"},"prices":{"input_mtok":1}},
            {"constraint":{"start_date":"2026-02-01"},"prices":{"input_mtok":2}}]"#;
        let models = models(dated).unwrap();
        let row = |date: &str| {
            let at = Date::parse(date).unwrap().start_unix_s();
            models[0].model.at(at).unwrap().row.to_string()
        };
        assert_eq!(row("2025-01-01"), "p/m@2026-01-01");
        assert_eq!(row("2026-01-31"), "p/m@2026-01-01");
        assert_eq!(row("2026-02-01"), "p/m@2026-02-01");
    }

    #[test]
    fn a_bad_file_is_refused_with_its_place() {
        let error = models(r#"{"input_mtok":-1}"#).err().unwrap();
        assert_eq!(error.to_string(), "p/m: input_mtok: a price is not negative");
        let error = models(r#"[{"constraint":{"start_time":"00:30"},"prices":{}}]"#).err().unwrap();
        assert!(error.to_string().starts_with("p/m: a constraint has"), "{error}");
        assert!(genai_prices("{}").err().unwrap().to_string().contains("line 1 column"));
    }
}
