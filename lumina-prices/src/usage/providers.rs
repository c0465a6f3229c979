//! What three families of providers mean by their counts.
//!
//! For those who hold a client's typed numbers; from JSON,
//! [`extract`](crate::PriceTable::extract) does the same for every provider.

use super::invalid::check_signed;
use super::{Counts, InvalidUsage, Usage};

/// Counts of OpenAI's chat and responses API and of all that speak like it.
///
/// The cached and audio tokens are *inside* `prompt_tokens`, the reasoning is *inside*
/// `completion_tokens`. In the responses API these two are called `input_tokens` and
/// `output_tokens`.
///
/// # Examples
///
/// ```
/// use lumina_prices::{Bucket, OpenAiUsage, Usage};
///
/// let usage = Usage::try_from(OpenAiUsage {
///     prompt_tokens: 2006,
///     cached_tokens: 1920,
///     completion_tokens: 300,
///     reasoning_tokens: 256,
///     ..OpenAiUsage::default()
/// })?;
/// assert_eq!(usage[Bucket::Input], 86);
/// assert_eq!(usage[Bucket::Output], 44);
/// # Ok::<(), lumina_prices::InvalidUsage>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[allow(missing_docs, reason = "the names are the provider's")]
pub struct OpenAiUsage {
    pub prompt_tokens: i64,
    pub cached_tokens: i64,
    pub cache_write_tokens: i64,
    pub input_audio_tokens: i64,
    pub completion_tokens: i64,
    pub reasoning_tokens: i64,
    pub output_audio_tokens: i64,
}

impl TryFrom<OpenAiUsage> for Usage {
    type Error = InvalidUsage;

    fn try_from(usage: OpenAiUsage) -> Result<Self, InvalidUsage> {
        Self::try_from(Counts {
            input_tokens: check_signed("prompt_tokens", usage.prompt_tokens)?,
            cache_read_tokens: check_signed("cached_tokens", usage.cached_tokens)?,
            cache_write_tokens: check_signed("cache_write_tokens", usage.cache_write_tokens)?,
            input_audio_tokens: check_signed("input_audio_tokens", usage.input_audio_tokens)?,
            output_tokens: check_signed("completion_tokens", usage.completion_tokens)?,
            output_reasoning_tokens: check_signed("reasoning_tokens", usage.reasoning_tokens)?,
            output_audio_tokens: check_signed("output_audio_tokens", usage.output_audio_tokens)?,
            requests: 1,
            ..Counts::default()
        })
    }
}

/// Counts of Anthropic's messages API.
///
/// The cached tokens are *beside* `input_tokens`, not inside. `cache_creation_input_tokens` holds
/// the writes for five minutes and for an hour; `ephemeral_1h_input_tokens` says how many of them
/// are for an hour.
///
/// # Examples
///
/// ```
/// use lumina_prices::{AnthropicUsage, Bucket, Usage};
///
/// let usage = Usage::try_from(AnthropicUsage {
///     input_tokens: 50,
///     cache_read_input_tokens: 1800,
///     cache_creation_input_tokens: 248,
///     output_tokens: 503,
///     ..AnthropicUsage::default()
/// })?;
/// assert_eq!(usage[Bucket::Input], 50);
/// assert_eq!(usage.input_tokens(), 2098);
/// # Ok::<(), lumina_prices::InvalidUsage>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[allow(missing_docs, reason = "the names are the provider's")]
pub struct AnthropicUsage {
    pub input_tokens: i64,
    pub cache_read_input_tokens: i64,
    pub cache_creation_input_tokens: i64,
    pub ephemeral_1h_input_tokens: i64,
    pub output_tokens: i64,
    pub web_search_requests: i64,
}

impl TryFrom<AnthropicUsage> for Usage {
    type Error = InvalidUsage;

    fn try_from(usage: AnthropicUsage) -> Result<Self, InvalidUsage> {
        let read = check_signed("cache_read_input_tokens", usage.cache_read_input_tokens)?;
        let written =
            check_signed("cache_creation_input_tokens", usage.cache_creation_input_tokens)?;
        let hour = check_signed("ephemeral_1h_input_tokens", usage.ephemeral_1h_input_tokens)?;
        let uncached = check_signed("input_tokens", usage.input_tokens)?;
        Self::try_from(Counts {
            input_tokens: uncached + read + written,
            cache_read_tokens: read,
            cache_write_tokens: written,
            cache_write_1h_tokens: hour,
            output_tokens: check_signed("output_tokens", usage.output_tokens)?,
            requests: 1,
            web_searches: check_signed("web_search_requests", usage.web_search_requests)?,
            ..Counts::default()
        })
    }
}

/// Counts of Google's Gemini API.
///
/// The cached and audio tokens are *inside* `prompt_token_count`; the thoughts are *beside*
/// `candidates_token_count`, the prompts of tools *beside* `prompt_token_count`.
///
/// # Examples
///
/// ```
/// use lumina_prices::{Bucket, GeminiUsage, Usage};
///
/// let usage = Usage::try_from(GeminiUsage {
///     prompt_token_count: 1000,
///     candidates_token_count: 20,
///     thoughts_token_count: 80,
///     ..GeminiUsage::default()
/// })?;
/// assert_eq!(usage[Bucket::OutputReasoning], 80);
/// assert_eq!(usage.output_tokens(), 100);
/// # Ok::<(), lumina_prices::InvalidUsage>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[allow(missing_docs, reason = "the names are the provider's")]
pub struct GeminiUsage {
    pub prompt_token_count: i64,
    pub cached_content_token_count: i64,
    pub tool_use_prompt_token_count: i64,
    pub prompt_audio_tokens: i64,
    pub cached_audio_tokens: i64,
    pub candidates_token_count: i64,
    pub thoughts_token_count: i64,
}

impl TryFrom<GeminiUsage> for Usage {
    type Error = InvalidUsage;

    fn try_from(usage: GeminiUsage) -> Result<Self, InvalidUsage> {
        let prompt = check_signed("prompt_token_count", usage.prompt_token_count)?;
        let tools = check_signed("tool_use_prompt_token_count", usage.tool_use_prompt_token_count)?;
        let written = check_signed("candidates_token_count", usage.candidates_token_count)?;
        let thoughts = check_signed("thoughts_token_count", usage.thoughts_token_count)?;
        let cached = check_signed("cached_content_token_count", usage.cached_content_token_count)?;
        Self::try_from(Counts {
            input_tokens: prompt + tools,
            cache_read_tokens: cached,
            cache_audio_read_tokens: check_signed(
                "cached_audio_tokens",
                usage.cached_audio_tokens,
            )?,
            input_audio_tokens: check_signed("prompt_audio_tokens", usage.prompt_audio_tokens)?,
            output_tokens: written + thoughts,
            output_reasoning_tokens: thoughts,
            requests: 1,
            ..Counts::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_negative_count_is_refused_by_its_name_and_value() {
        let usage = OpenAiUsage { completion_tokens: -1, ..OpenAiUsage::default() };
        let error = Usage::try_from(usage).unwrap_err();
        assert_eq!(error.to_string(), "completion_tokens is -1, a count is not negative");
    }

    #[test]
    fn more_reasoning_than_output_is_refused() {
        let usage = OpenAiUsage { reasoning_tokens: 1, ..OpenAiUsage::default() };
        assert!(matches!(Usage::try_from(usage), Err(InvalidUsage::PartsExceedWhole { .. })));
    }

    #[test]
    fn extremes_are_refused_not_wrapped() {
        for value in [i64::MIN, i64::MAX] {
            let usage = AnthropicUsage {
                input_tokens: value,
                cache_read_input_tokens: value,
                cache_creation_input_tokens: value,
                ..AnthropicUsage::default()
            };
            assert!(Usage::try_from(usage).is_err());
            let usage = GeminiUsage {
                prompt_token_count: value,
                tool_use_prompt_token_count: value,
                ..GeminiUsage::default()
            };
            assert!(Usage::try_from(usage).is_err());
        }
    }
}
