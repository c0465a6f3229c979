//! Reads what a provider's response says of a call: model, usage, ends, id, tier.
//!
//! [`extractor`] reads counts by the rules of the price data, [`envelope`] unwraps the events of
//! streams, [`said`] finds what those rules leave out, [`stream`] puts a stream together. Total:
//! no JSON makes it fail or panic, what is missing or wrong is part of the answer.

mod envelope;
mod extractor;
mod own;
mod path;
mod said;
mod stream;

pub(crate) use extractor::{Extractor, RawExtractor};
pub use stream::StreamUsage;

use crate::cost::{Cost, CostUnknown};
use crate::table::{PriceTable, Query, ServiceTier};
use crate::usage::{InvalidUsage, Usage};
use serde_json::Value;

/// What a response says of its call. Borrows from the response.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Extracted<'a> {
    /// The provider's id in the price data, where the table knows it.
    pub provider: Option<&'a str>,
    /// Which of the provider's formats it was, such as `chat`, where one fits.
    pub api_flavor: Option<&'a str>,
    /// The model that answered, at most 256 bytes of a name.
    pub model: Option<&'a str>,
    /// What was used, or why that is not known.
    pub usage: Result<Usage, NoUsage>,
    /// Why the model stopped, in the provider's words, one a choice; at most 16.
    pub finish_reasons: Vec<&'a str>,
    /// The provider's id of the response.
    pub response_id: Option<&'a str>,
    /// How the call was served, as far as the response says it. A batch does not: whoever knows of
    /// one sets it here.
    pub tier: ServiceTier,
    /// What the caller called the provider.
    asked: &'a str,
}

/// Why a response tells no usage.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoUsage {
    /// The response has none of the counts of any format of the provider.
    #[error("the response has no {looked_for}")]
    Missing {
        /// The first count that was looked for, such as `usage.prompt_tokens`.
        looked_for: Box<str>,
    },
    /// The response is the report of an error.
    #[error("the response reports an error")]
    ErrorBody,
    /// The JSON is not that of a response: an object was expected.
    #[error("{place} is {found}, an object was expected")]
    NotAnObject {
        /// Where, such as `usage`.
        place: Box<str>,
        /// What stands there, such as `a string`.
        found: &'static str,
    },
    /// The counts cannot be true.
    #[error(transparent)]
    Invalid(#[from] InvalidUsage),
}

impl NoUsage {
    /// Whether a count is there but wrong, rather than not there.
    ///
    /// ```
    /// use lumina_prices::PriceTable;
    /// use serde_json::json;
    ///
    /// let table = PriceTable::embedded();
    /// let wrong = json!({"usage": {"prompt_tokens": -1, "completion_tokens": 2}});
    /// assert!(table.extract("openai", &wrong).usage.unwrap_err().is_invalid());
    /// let missing = json!({"choices": [], "usage": null});
    /// assert!(!table.extract("openai", &missing).usage.unwrap_err().is_invalid());
    /// ```
    pub const fn is_invalid(&self) -> bool {
        matches!(self, Self::Invalid(_) | Self::NotAnObject { .. })
    }
}

impl PriceTable {
    /// Reads a whole response, or the last event of a stream that carries all counts.
    ///
    /// `provider` is a name as for [`Query::provider`], or the URL that was called. For a provider
    /// that the table does not know, or knows no format of, the formats of OpenAI, Anthropic,
    /// Ollama and llama.cpp are tried, which most servers speak. For Anthropic's streams, whose
    /// counts come in two events, use [`StreamUsage`].
    ///
    /// # Examples
    ///
    /// ```
    /// use lumina_prices::{Bucket, PriceTable};
    /// use serde_json::json;
    ///
    /// let response = json!({
    ///     "id": "chatcmpl-1",
    ///     "model": "gpt-4o-2024-08-06",
    ///     "choices": [{"finish_reason": "stop"}],
    ///     "service_tier": "default",
    ///     "usage": {
    ///         "prompt_tokens": 1000,
    ///         "completion_tokens": 200,
    ///         "prompt_tokens_details": {"cached_tokens": 800},
    ///     },
    /// });
    /// let table = PriceTable::embedded();
    /// let extracted = table.extract("openai", &response);
    /// assert_eq!(extracted.model, Some("gpt-4o-2024-08-06"));
    /// assert_eq!(extracted.finish_reasons, ["stop"]);
    /// assert_eq!(extracted.usage.as_ref().unwrap()[Bucket::CacheRead], 800);
    ///
    /// // 200 x 2.50 + 800 x 1.25 + 200 x 10.00 dollars a million
    /// let cost = extracted.cost(table, 1_790_000_000_000_000_000, None)?;
    /// assert_eq!(cost.total().to_string(), "$0.0035");
    /// # Ok::<(), lumina_prices::CostUnknown>(())
    /// ```
    pub fn extract<'a>(&'a self, provider: &'a str, response: &'a Value) -> Extracted<'a> {
        let known = self.provider_named(provider).map(|index| &self.providers[index]);
        let body = envelope::unwrap(response);
        let of = known.map(|provider| (&*provider.id, &*provider.extractors));
        let read = extractor::read(own::extractors(of), body);
        let extractor = read.as_ref().ok().map(|(extractor, _)| *extractor);
        let said = said::Said::read(response, body, extractor);
        Extracted {
            provider: known.map(|provider| &*provider.id),
            api_flavor: extractor.map(|extractor| extractor.flavor()),
            usage: read.and_then(|(_, counts)| Ok(Usage::try_from(counts?)?)),
            model: said.model,
            response_id: said.id,
            tier: said.tier(),
            finish_reasons: said.finish_reasons,
            asked: provider,
        }
    }

    /// The provider that goes by this name or URL.
    fn provider_named(&self, provider: &str) -> Option<usize> {
        let exact = self.providers.iter().position(|known| *known.id == *provider);
        exact.or_else(|| match is_url(provider) {
            true => self.provider_of(None, Some(provider), ""),
            false => self.provider_of(Some(&provider.trim().to_lowercase()), None, ""),
        })
    }
}

impl Extracted<'_> {
    /// What the call cost at `at_unix_nanos` (nanoseconds since 1970, UTC), in the tier that the
    /// response names.
    ///
    /// `request_model` is the model that was asked for: it counts where the response does not name
    /// the one that answered, or names a dated snapshot of it that the table does not have.
    ///
    /// # Errors
    ///
    /// Where usage or price are not known.
    ///
    /// # Examples
    ///
    /// ```
    /// use lumina_prices::PriceTable;
    /// use serde_json::json;
    ///
    /// let table = PriceTable::embedded();
    /// let response = json!({
    ///     "model": "gpt-4o-2031-01-31",
    ///     "usage": {"prompt_tokens": 0, "completion_tokens": 1000},
    /// });
    /// let extracted = table.extract("openai", &response);
    /// assert!(extracted.cost(table, 0, None).is_err());
    /// assert!(extracted.cost(table, 0, Some("o3")).is_err(), "another model answered");
    /// assert_eq!(extracted.cost(table, 0, Some("gpt-4o"))?.total().to_string(), "$0.01");
    /// # Ok::<(), lumina_prices::CostUnknown>(())
    /// ```
    pub fn cost(
        &self,
        table: &PriceTable,
        at_unix_nanos: u64,
        request_model: Option<&str>,
    ) -> Result<Cost, CostUnknown> {
        let usage = self.usage.as_ref().map_err(|error| CostUnknown::Usage(error.clone()))?;
        let cost = |model| table.cost(&self.query(model, at_unix_nanos), usage);
        match (self.model, request_model) {
            (None, asked) => cost(asked.unwrap_or_default()),
            (Some(model), Some(asked)) if is_snapshot(model, asked) => match cost(model) {
                Err(CostUnknown::Model { .. }) => cost(asked),
                known => known,
            },
            (Some(model), _) => cost(model),
        }
    }

    fn query<'q>(&'q self, model: &'q str, at_unix_nanos: u64) -> Query<'q> {
        let query = Query::new(model, at_unix_nanos).tier(&self.tier);
        match self.asked {
            url if is_url(url) => query.api_url(url),
            "" => query,
            name => query.provider(name),
        }
    }
}

/// Whether `model` is `asked` with a date, such as `-2026-03-05` or `@20260305`.
fn is_snapshot(model: &str, asked: &str) -> bool {
    let date = model.strip_prefix(asked).filter(|_| !asked.is_empty());
    let date = date.and_then(|rest| rest.strip_prefix(['-', '@']));
    date.is_some_and(|date| {
        let digits = date.bytes().filter(u8::is_ascii_digit).count();
        digits == 8 && date.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
    })
}

fn is_url(provider: &str) -> bool {
    provider.contains("://")
}

#[cfg(test)]
mod tests {
    use super::is_snapshot;

    #[test]
    fn only_a_date_makes_a_snapshot() {
        for model in ["gpt-5-2026-03-05", "gpt-5-20260305", "gpt-5@20260305"] {
            assert!(is_snapshot(model, "gpt-5"), "{model}");
        }
        for model in ["gpt-5", "gpt-5-4", "gpt-5-mini", "gpt-5-mini-2026-03-05", "gpt-5.2026-03-05"]
        {
            assert!(!is_snapshot(model, "gpt-5"), "{model}");
        }
        assert!(!is_snapshot("-20260305", ""));
    }
}
