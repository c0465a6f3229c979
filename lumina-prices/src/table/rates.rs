//! The prices of one row: what each bucket costs at each size of context.

use super::figure::RawScale;
use super::key::PriceKey;
use crate::rate::{Rate, RateError};
use crate::usage::Bucket;

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
            steps.push((step.start, key.rate(&step.price)?));
        }
        steps.sort_by_key(|&(start, _)| start);
        Ok(Self { base: key.rate(&raw.base)?, steps: steps.into() })
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
    /// Which keys there are, a bit each.
    keys: u32,
}

impl Rates {
    /// The standard rates of the model `name`.
    ///
    /// # Errors
    ///
    /// Where a figure is no price; says which.
    pub(crate) fn read<'a>(
        name: &str,
        raw: impl IntoIterator<Item = (&'a PriceKey, &'a RawScale)>,
    ) -> Result<Self, (PriceKey, RateError)> {
        Self::read_beside(name, raw, 0)
    }

    /// The rates of a tier of the model `name`.
    ///
    /// What the standard rates price apart is not known in a tier that does not: cached tokens of a
    /// batch with a price for input only may cost that or less.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub(crate) fn read_tier<'a>(
        name: &str,
        raw: impl IntoIterator<Item = (&'a PriceKey, &'a RawScale)>,
        standard: &Self,
    ) -> Result<Self, (PriceKey, RateError)> {
        Self::read_beside(name, raw, standard.keys)
    }

    fn read_beside<'a>(
        name: &str,
        raw: impl IntoIterator<Item = (&'a PriceKey, &'a RawScale)>,
        beside: u32,
    ) -> Result<Self, (PriceKey, RateError)> {
        let (mut scales, mut index) = (Vec::new(), [NONE; PriceKey::COUNT]);
        for (&key, scale) in raw {
            // OK to cast: there are far fewer keys than 255.
            index[key as usize] = scales.len() as u8;
            scales.push(Scale::read(key, scale).map_err(|error| (key, error))?);
        }
        let has = |key: PriceKey| index[key as usize] != NONE || beside & key.bit() != 0;
        let scale_of = Bucket::ALL.map(|bucket| {
            let key = PriceKey::pricing(bucket, has);
            // Audio is never as cheap as text where it is what a model is made for: a row that
            // does not price it has a gap.
            let gap = bucket.is_audio() && name.contains("audio");
            let key = key.filter(|&key| !gap || key.is_audio());
            key.map_or(NONE, |key| index[key as usize])
        });
        let there = PriceKey::ALL.iter().filter(|&&key| index[key as usize] != NONE);
        let keys = there.fold(0, |keys, key| keys | key.bit());
        Ok(Self { scales: scales.into(), scale_of, keys })
    }

    /// Whether nothing is priced at all.
    pub(crate) const fn is_empty(&self) -> bool {
        self.keys == 0
    }

    /// What a unit of `bucket` costs, or `None` where the row does not say.
    pub(crate) fn at(&self, bucket: Bucket, context_tokens: u64) -> Option<Rate> {
        let scale = self.scales.get(usize::from(self.scale_of[bucket as usize]));
        scale.map(|scale| scale.at(context_tokens))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn rates(json: &str) -> Rates {
        Rates::read("m", &serde_json::from_str::<BTreeMap<_, _>>(json).unwrap()).unwrap()
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
        let raw: BTreeMap<_, _> =
            serde_json::from_str(r#"{"input_mtok":2.5,"output_mtok":10}"#).unwrap();
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
        let raw: BTreeMap<_, _> = serde_json::from_str(r#"{"input_mtok":-1}"#).unwrap();
        assert_eq!(Rates::read("m", &raw), Err((PriceKey::Input, RateError::Negative)));
    }
}
