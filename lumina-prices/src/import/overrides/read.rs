//! Reads `[[price]]` from TOML or JSON.

use super::{PriceOverride, unknown_key};
use crate::table::key::PriceKey;
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use std::fmt;

impl<'de> Deserialize<'de> for PriceOverride {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_map(OverrideVisitor)
    }
}

/// A date as a text, or as TOML writes it without quotes.
struct Day(String);

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_any(DayVisitor)
    }
}

struct DayVisitor;

impl<'de> Visitor<'de> for DayVisitor {
    type Value = Day;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a date such as \"2026-09-01\"")
    }
    fn visit_str<E: de::Error>(self, text: &str) -> Result<Day, E> {
        Ok(Day(text.to_owned()))
    }
    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Day, M::Error> {
        // So the toml crate hands a date to those who do not know its own type.
        match map.next_key::<String>()? {
            Some(key) if key.ends_with("datetime") => map.next_value().map(Day),
            _ => Err(de::Error::invalid_type(de::Unexpected::Map, &self)),
        }
    }
}

struct OverrideVisitor;

impl<'de> Visitor<'de> for OverrideVisitor {
    type Value = PriceOverride;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a price with a model and figures")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<PriceOverride, M::Error> {
        const OWN: &[&str] =
            &["provider", "model", "match", "start_date", "start_time", "end_time", "tier"];
        let mut price = PriceOverride::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "provider" => price.provider = Some(map.next_value()?),
                "model" => price.model = Some(map.next_value()?),
                "match" => price.rule = Some(map.next_value()?),
                "start_date" => price.start_date = Some(map.next_value::<Day>()?.0),
                "start_time" => price.start_time = Some(map.next_value()?),
                "end_time" => price.end_time = Some(map.next_value()?),
                "tier" => price.tiers = map.next_value()?,
                name => match PriceKey::from_name(name) {
                    Some(key) => drop(price.prices.insert(key, map.next_value()?)),
                    None => {
                        let accepted = [OWN, PriceKey::NAMES].concat();
                        return Err(de::Error::custom(unknown_key(name, &accepted)));
                    }
                },
            }
        }
        Ok(price)
    }
}
