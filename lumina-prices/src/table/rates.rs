//! The prices of one row: what each bucket costs at each size of context.

use super::key::PriceKey;
use crate::rate::{Rate, RateError, decimal_text};
use crate::usage::Bucket;
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use std::collections::BTreeMap;
use std::fmt;

/// A price as it stands in a file, in the unit of its key.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Figure(String);

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
    pub(crate) fn new(value: f64) -> Self {
        Self(decimal_text(value))
    }

    pub(crate) fn text(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The figure with its point moved to the right.
    pub(crate) fn shifted(value: f64, places: usize) -> Self {
        let text = decimal_text(value);
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let fraction = format!("{fraction:0<places$}");
        // OK to split: the fraction has at least so many digits, or the text was no number.
        let (moved, rest) = fraction.split_at_checked(places).unwrap_or((&fraction, ""));
        Self(format!("{whole}{moved}.{rest}"))
    }
}

/// The rate of a key at every size of context. Steps ascend.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Scale {
    base: Rate,
    steps: Box<[(u64, Rate)]>,
}

impl Scale {
    fn read(key: PriceKey, raw: &RawScale) -> Result<Self, RateError> {
        let mut steps = Vec::with_capacity(raw.tiers.len());
        for step in &raw.tiers {
            steps.push((step.start, key.rate(&step.price.0)?));
        }
        steps.sort_by_key(|&(start, _)| start);
        Ok(Self { base: key.rate(&raw.base.0)?, steps: steps.into() })
    }

    /// The highest step below the context holds for every token of the call, not only for those
    /// above it: so do Anthropic, Google and OpenAI.
    fn at(&self, context_tokens: u64) -> Rate {
        let step = self.steps.iter().rev().find(|&&(start, _)| context_tokens > start);
        step.map_or(self.base, |&(_, rate)| rate)
    }
}

const NONE: u8 = u8::MAX;

/// What each bucket costs. Which key prices which bucket is settled here, once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rates {
    scales: Box<[Scale]>,
    scale_of: [u8; Bucket::COUNT],
}

impl Rates {
    /// The rates of the model `name`.
    ///
    /// # Errors
    ///
    /// Where a figure is no price; says which.
    pub(crate) fn read(
        name: &str,
        raw: &BTreeMap<PriceKey, RawScale>,
    ) -> Result<Self, (PriceKey, RateError)> {
        let mut scales = Vec::with_capacity(raw.len());
        for (&key, scale) in raw {
            scales.push(Scale::read(key, scale).map_err(|error| (key, error))?);
        }
        let index = |key: &PriceKey| raw.keys().position(|other| other == key);
        let scale_of = Bucket::ALL.map(|bucket| {
            let key = PriceKey::pricing(bucket, |key| raw.contains_key(&key));
            // Audio is never as cheap as text where it is what a model is made for: a row that
            // does not price it has a gap.
            let gap = bucket.is_audio() && name.contains("audio");
            let key = key.filter(|&key| !gap || key.is_audio());
            // OK to cast: there are fewer keys than 255.
            key.and_then(|key| index(&key)).map_or(NONE, |index| index as u8)
        });
        Ok(Self { scales: scales.into(), scale_of })
    }

    /// What a unit of `bucket` costs, or `None` where the row does not say.
    pub(crate) fn at(&self, bucket: Bucket, context_tokens: u64) -> Option<Rate> {
        let scale = self.scales.get(usize::from(self.scale_of[bucket as usize]));
        scale.map(|scale| scale.at(context_tokens))
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
        Ok(Figure(value.to_string()))
    }
    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Figure, E> {
        Ok(Figure(value.to_string()))
    }
    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Figure, E> {
        Ok(Figure::new(value))
    }
    fn visit_str<E: de::Error>(self, value: &str) -> Result<Figure, E> {
        Ok(Figure(value.to_owned()))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn rates(json: &str) -> Rates {
        Rates::read("m", &serde_json::from_str(json).unwrap()).unwrap()
    }

    fn at(rates: &Rates, bucket: Bucket, context: u64) -> Option<String> {
        rates.at(bucket, context).map(|rate| (rate * 1_000_000).to_string())
    }

    #[test]
    fn a_step_holds_above_its_start_not_at_it() {
        let rates = rates(
            r#"{"input_mtok":{"base":3,"tiers":[{"start":500,"price":9},{"start":200,"price":6}]}}"#,
        );
        for (context, price) in [(0, "$3.00"), (200, "$3.00"), (201, "$6.00"), (501, "$9.00")] {
            assert_eq!(at(&rates, Bucket::Input, context).as_deref(), Some(price), "{context}");
        }
    }

    #[test]
    fn figures_may_be_texts_whole_numbers_and_floats() {
        for figure in ["0.25", "\"0.25\"", "{\"base\":0.25}"] {
            let rates = rates(&format!(r#"{{"input_mtok":{figure},"output_mtok":4}}"#));
            assert_eq!(at(&rates, Bucket::Input, 1).as_deref(), Some("$0.25"), "{figure}");
        }
    }

    #[test]
    fn an_audio_model_without_a_price_for_audio_does_not_sell_it_as_text() {
        let raw = serde_json::from_str(r#"{"input_mtok":2.5,"output_mtok":10}"#).unwrap();
        let [audio, other] =
            ["gpt-4o-audio-preview", "gemini-2.5-pro"].map(|name| Rates::read(name, &raw).unwrap());
        assert_eq!(at(&audio, Bucket::OutputAudio, 0), None);
        assert_eq!(at(&audio, Bucket::Output, 0).as_deref(), Some("$10.00"));
        assert_eq!(at(&other, Bucket::OutputAudio, 0).as_deref(), Some("$10.00"));
    }

    #[test]
    fn what_is_no_figure_is_refused_with_what_is_accepted() {
        let read = serde_json::from_str::<BTreeMap<PriceKey, RawScale>>(r#"{"input_mtok":[1]}"#);
        assert!(read.unwrap_err().to_string().contains("dollars such as 1.25"));
        let raw = serde_json::from_str(r#"{"input_mtok":-1}"#).unwrap();
        assert_eq!(Rates::read("m", &raw), Err((PriceKey::Input, RateError::Negative)));
    }
}
