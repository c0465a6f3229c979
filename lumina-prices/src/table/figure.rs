//! Figures as files write them: numbers, texts, and scales of both.

use crate::rate::{Rate, RateError};
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use std::fmt;

/// A price as it stands in a file, in the unit of its key.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Figure {
    Whole(u64),
    Float(f64),
    Text(String),
}

/// A price and its context tiers, as they stand in a file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RawScale {
    pub(crate) base: Figure,
    pub(crate) tiers: Vec<RawStep>,
}

/// From more than `start` input tokens on, all of them cost `price`.
#[derive(Clone, Debug, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawStep {
    pub(crate) start: u64,
    pub(crate) price: Figure,
}

impl Figure {
    pub(crate) fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    /// The rate, where the figure is in dollars for `10^power` units.
    pub(crate) fn rate(&self, power: u32) -> Result<Rate, RateError> {
        match self {
            Self::Whole(usd) => Rate::from_whole(*usd, power),
            Self::Float(usd) => Rate::from_float(*usd, power),
            Self::Text(usd) => Rate::from_text(usd, power),
        }
    }
}

impl<'de> Deserialize<'de> for Figure {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_any(FigureVisitor)
    }
}

const EXPECTED: &str =
    "dollars such as 1.25 or \"1.25\", or { base = .., tiers = [{ start = .., price = .. }] }";

struct FigureVisitor;

impl Visitor<'_> for FigureVisitor {
    type Value = Figure;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("dollars such as 1.25 or \"1.25\"")
    }
    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Figure, E> {
        Ok(Figure::Whole(value))
    }
    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Figure, E> {
        Ok(u64::try_from(value).map_or_else(|_| Figure::Text(value.to_string()), Figure::Whole))
    }
    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Figure, E> {
        Ok(Figure::Float(value))
    }
    fn visit_str<E: de::Error>(self, value: &str) -> Result<Figure, E> {
        Ok(Figure::Text(value.to_owned()))
    }
}

impl<'de> Deserialize<'de> for RawScale {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_any(ScaleVisitor)
    }
}

struct ScaleVisitor;

fn flat(base: Figure) -> RawScale {
    RawScale { base, tiers: Vec::new() }
}

impl<'de> Visitor<'de> for ScaleVisitor {
    type Value = RawScale;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(EXPECTED)
    }
    fn visit_u64<E: de::Error>(self, value: u64) -> Result<RawScale, E> {
        FigureVisitor.visit_u64(value).map(flat)
    }
    fn visit_i64<E: de::Error>(self, value: i64) -> Result<RawScale, E> {
        FigureVisitor.visit_i64(value).map(flat)
    }
    fn visit_f64<E: de::Error>(self, value: f64) -> Result<RawScale, E> {
        FigureVisitor.visit_f64(value).map(flat)
    }
    fn visit_str<E: de::Error>(self, value: &str) -> Result<RawScale, E> {
        FigureVisitor.visit_str(value).map(flat)
    }
    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<RawScale, M::Error> {
        let (mut base, mut tiers) = (None, Vec::new());
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "base" => base = Some(map.next_value()?),
                "tiers" => tiers = map.next_value()?,
                other => return Err(de::Error::unknown_field(other, &["base", "tiers"])),
            }
        }
        Ok(RawScale { base: base.ok_or_else(|| de::Error::missing_field("base"))?, tiers })
    }
}
