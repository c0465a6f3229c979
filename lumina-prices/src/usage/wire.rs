//! What OpenTelemetry means by token counts.

use super::{Bucket, Usage};

/// Usage as the OpenTelemetry conventions for generative AI count it: totals with parts inside.
///
/// `input_tokens` should hold the cached tokens and `output_tokens` the reasoning, so a reader who
/// adds the parts to the totals counts them twice.
///
/// # Source
///
/// Semantic conventions v1.41, `gen_ai.usage.*`,
/// <https://opentelemetry.io/docs/specs/semconv/registry/attributes/gen-ai/>.
///
/// # Examples
///
/// ```
/// use lumina_prices::{AnthropicUsage, Usage};
///
/// let usage = Usage::try_from(AnthropicUsage {
///     input_tokens: 50,
///     cache_read_input_tokens: 1000,
///     output_tokens: 9,
///     ..AnthropicUsage::default()
/// })?;
/// let wire = usage.otel();
/// assert_eq!(wire.input_tokens, 1050);
/// assert_eq!(wire.cache_read_input_tokens, 1000);
/// assert_eq!(wire.output_tokens, 9);
/// # Ok::<(), lumina_prices::InvalidUsage>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OtelUsage {
    /// `gen_ai.usage.input_tokens`: all input, cached tokens included.
    pub input_tokens: u64,
    /// `gen_ai.usage.output_tokens`: all output, reasoning included.
    pub output_tokens: u64,
    /// `gen_ai.usage.cache_read.input_tokens`.
    pub cache_read_input_tokens: u64,
    /// `gen_ai.usage.cache_creation.input_tokens`.
    pub cache_creation_input_tokens: u64,
    /// `gen_ai.usage.reasoning.output_tokens`.
    pub reasoning_output_tokens: u64,
}

impl Usage {
    /// The counts that OpenTelemetry's `gen_ai.usage.*` attributes should hold.
    pub fn otel(&self) -> OtelUsage {
        use Bucket::{CacheRead, CacheReadAudio, CacheReadImage, CacheReadVideo};
        let reads = [CacheRead, CacheReadAudio, CacheReadImage, CacheReadVideo];
        let sum = |buckets: &[Bucket]| {
            buckets.iter().fold(0_u64, |sum, &bucket| sum.saturating_add(self[bucket]))
        };
        OtelUsage {
            input_tokens: self.input_tokens(),
            output_tokens: self.output_tokens(),
            cache_read_input_tokens: sum(&reads),
            cache_creation_input_tokens: sum(&[Bucket::CacheWrite, Bucket::CacheWrite1h]),
            reasoning_output_tokens: self[Bucket::OutputReasoning],
        }
    }
}
