//! The keys of prices in files, and which of them prices which bucket.

use super::figure::Figure;
use crate::rate::{Rate, RateError};
use crate::usage::Bucket;
use serde::de::{self, Deserialize, Deserializer};

macro_rules! keys {
    ($($key:ident = $name:literal,)*) => {
        /// A price of a row, by its name in the data.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) enum PriceKey {
            $($key,)*
        }

        impl PriceKey {
            pub(crate) const ALL: &'static [Self] = &[$(Self::$key,)*];

            pub(crate) const COUNT: usize = Self::ALL.len();

            pub(crate) const NAMES: &'static [&'static str] = &[$($name,)*];

            pub(crate) fn from_name(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$key),)*
                    _ => None,
                }
            }

            pub(crate) const fn name(self) -> &'static str {
                match self {
                    $(Self::$key => $name,)*
                }
            }
        }
    };
}

keys! {
    Input = "input_mtok",
    InputAudio = "input_audio_mtok",
    InputImage = "input_image_mtok",
    InputVideo = "input_video_mtok",
    CacheRead = "cache_read_mtok",
    CacheAudioRead = "cache_audio_read_mtok",
    CacheImageRead = "cache_image_read_mtok",
    CacheVideoRead = "cache_video_read_mtok",
    CacheWrite = "cache_write_mtok",
    CacheWrite1h = "cache_write_1h_mtok",
    Output = "output_mtok",
    OutputReasoning = "output_reasoning_mtok",
    OutputAudio = "output_audio_mtok",
    OutputImage = "output_image_mtok",
    OutputVideo = "output_video_mtok",
    OutputCitation = "output_citation_mtok",
    Requests = "requests_kcount",
    WebSearches = "web_searches_kcount",
}

impl PriceKey {
    /// Reads a figure in the unit of the key: a million tokens, or a thousand events.
    pub(crate) fn rate(self, figure: &Figure) -> Result<Rate, RateError> {
        figure.rate(self.power())
    }

    /// A figure of the key is for `10^power` units.
    pub(crate) const fn power(self) -> u32 {
        match self {
            Self::Requests | Self::WebSearches => 3,
            _ => 6,
        }
    }

    /// The bit of the key in a set of keys.
    pub(crate) const fn bit(self) -> u32 {
        1 << self as u32
    }

    pub(crate) const fn is_audio(self) -> bool {
        matches!(self, Self::InputAudio | Self::CacheAudioRead | Self::OutputAudio)
    }

    /// Which of a row's prices is that of `bucket`: its own, or that of the kind it is part of.
    ///
    /// So a row without a price for cached tokens does not discount them, and one without a price
    /// for reasoning charges it as output. Two cases have no price rather than a doubtful one:
    /// writes for an hour where only the usual writes are priced, and cached audio where audio and
    /// cached tokens are both priced but not together.
    pub(crate) fn pricing(bucket: Bucket, has: impl Fn(Self) -> bool) -> Option<Self> {
        let of_two = |cached: Self, kind: Self| {
            [cached].into_iter().find(|&key| has(key)).or_else(|| {
                match (has(Self::CacheRead), has(kind)) {
                    (true, true) => None,
                    (true, false) => Some(Self::CacheRead),
                    (false, true) => Some(kind),
                    (false, false) => has(Self::Input).then_some(Self::Input),
                }
            })
        };
        let first = |keys: &[Self]| keys.iter().copied().find(|&key| has(key));
        match bucket {
            Bucket::Input => first(&[Self::Input]),
            Bucket::InputAudio => first(&[Self::InputAudio, Self::Input]),
            Bucket::InputImage => first(&[Self::InputImage, Self::Input]),
            Bucket::InputVideo => first(&[Self::InputVideo, Self::Input]),
            Bucket::CacheRead => first(&[Self::CacheRead, Self::Input]),
            Bucket::CacheReadAudio => of_two(Self::CacheAudioRead, Self::InputAudio),
            Bucket::CacheReadImage => of_two(Self::CacheImageRead, Self::InputImage),
            Bucket::CacheReadVideo => of_two(Self::CacheVideoRead, Self::InputVideo),
            Bucket::CacheWrite => first(&[Self::CacheWrite, Self::Input]),
            Bucket::CacheWrite1h if has(Self::CacheWrite) => first(&[Self::CacheWrite1h]),
            Bucket::CacheWrite1h => first(&[Self::CacheWrite1h, Self::Input]),
            Bucket::Output => first(&[Self::Output]),
            Bucket::OutputReasoning => first(&[Self::OutputReasoning, Self::Output]),
            Bucket::OutputAudio => first(&[Self::OutputAudio, Self::Output]),
            Bucket::OutputImage => first(&[Self::OutputImage, Self::Output]),
            Bucket::OutputVideo => first(&[Self::OutputVideo, Self::Output]),
            Bucket::OutputCitation => first(&[Self::OutputCitation, Self::Output]),
            Bucket::Requests => first(&[Self::Requests]),
            Bucket::WebSearches => first(&[Self::WebSearches]),
        }
    }
}

impl<'de> Deserialize<'de> for PriceKey {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let name = String::deserialize(input)?;
        Self::from_name(&name).ok_or_else(|| de::Error::unknown_field(&name, Self::NAMES))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use PriceKey::{CacheAudioRead, CacheRead, CacheWrite, Input, InputAudio};

    fn pricing(bucket: Bucket, row: &[PriceKey]) -> Option<PriceKey> {
        PriceKey::pricing(bucket, |key| row.contains(&key))
    }

    #[test]
    fn a_bucket_without_a_price_costs_what_it_is_a_part_of() {
        assert_eq!(pricing(Bucket::CacheRead, &[Input]), Some(Input));
        assert_eq!(pricing(Bucket::CacheRead, &[Input, CacheRead]), Some(CacheRead));
        assert_eq!(pricing(Bucket::Output, &[Input]), None);
    }

    #[test]
    fn cached_audio_between_two_prices_has_none() {
        assert_eq!(pricing(Bucket::CacheReadAudio, &[Input, CacheRead, InputAudio]), None);
        let row = [Input, CacheRead, InputAudio, CacheAudioRead];
        assert_eq!(pricing(Bucket::CacheReadAudio, &row), Some(CacheAudioRead));
        assert_eq!(pricing(Bucket::CacheReadAudio, &[Input, InputAudio]), Some(InputAudio));
    }

    #[test]
    fn an_hour_is_not_charged_as_five_minutes() {
        assert_eq!(pricing(Bucket::CacheWrite1h, &[Input, CacheWrite]), None);
        assert_eq!(pricing(Bucket::CacheWrite1h, &[Input]), Some(Input));
    }

    #[test]
    fn every_name_is_read_back() {
        for name in PriceKey::NAMES {
            assert_eq!(PriceKey::from_name(name).map(PriceKey::name), Some(*name));
        }
    }
}
