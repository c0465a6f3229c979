//! Service tiers: the same tokens, another price.

use std::fmt;

/// How a provider served a call, as far as that changes the price.
///
/// # Examples
///
/// ```
/// use lumina_prices::ServiceTier;
///
/// assert_eq!(ServiceTier::parse("default"), ServiceTier::Standard);
/// assert_eq!(ServiceTier::parse("flex"), ServiceTier::Flex);
/// assert_eq!(ServiceTier::parse("scale").name(), "scale");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ServiceTier {
    /// What is used where nothing is said.
    #[default]
    Standard,
    /// Answered within a day, in batches.
    Batch,
    /// Cheaper and slower.
    Flex,
    /// Dearer and faster.
    Priority,
    /// Another tier, by the provider's name for it, at most 64 bytes.
    Other(Box<str>),
}

impl ServiceTier {
    /// Reads a provider's name for a tier. Case does not count.
    ///
    /// `auto` is what a request may ask for; a response that repeats it does not say what was used,
    /// and counts as standard like a response that says nothing.
    pub fn parse(name: &str) -> Self {
        let name = name.trim().to_ascii_lowercase();
        match name.as_str() {
            "" | "default" | "standard" | "auto" | "on_demand" | "on-demand" | "ondemand" => {
                Self::Standard
            }
            "batch" | "batches" | "on_demand_batch" => Self::Batch,
            "flex" | "on_demand_flex" => Self::Flex,
            "priority" | "on_demand_priority" => Self::Priority,
            _ => Self::Other(clip(&name).into()),
        }
    }

    /// The name of the tier, such as `"batch"`.
    pub fn name(&self) -> &str {
        match self {
            Self::Standard => "standard",
            Self::Batch => "batch",
            Self::Flex => "flex",
            Self::Priority => "priority",
            Self::Other(name) => name,
        }
    }
}

impl fmt::Display for ServiceTier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// At most 64 bytes of a name from outside.
pub(crate) fn clip(name: &str) -> &str {
    const MAX_BYTES: usize = 64;
    if name.len() <= MAX_BYTES {
        return name;
    }
    // OK to index: the search ends at zero at the latest, where there is always a boundary.
    let end = (0..=MAX_BYTES).rev().find(|&end| name.is_char_boundary(end)).unwrap_or(0);
    &name[..end]
}

/// A fraction of the standard prices that a provider asks for in a tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Discount {
    pub(crate) numerator: u32,
    pub(crate) denominator: u32,
    /// Whether the fraction is also that of cached tokens; otherwise these have no known price.
    pub(crate) of_cache: bool,
}

/// What providers say of a whole tier, which the table therefore has no rows for.
///
/// Only what a provider states for all its models is here; it holds for tokens, not for searches
/// and requests. Priority prices differ from model to model, so they need rows.
///
/// Sources, by provider:
/// - anthropic: <https://docs.anthropic.com/en/docs/build-with-claude/batch-processing#pricing>,
///   half of all usage; cache multipliers stack.
/// - openai: <https://platform.openai.com/docs/guides/batch>,
///   <https://platform.openai.com/docs/guides/flex-processing> (batch prices).
/// - google: <https://ai.google.dev/gemini-api/docs/batch-api>; caching is priced by model.
/// - groq: <https://console.groq.com/docs/batch>, <https://console.groq.com/docs/flex-processing>
///   (on-demand prices); cached tokens are not discounted twice.
/// - mistral: <https://docs.mistral.ai/capabilities/batch/>.
pub(crate) fn discount(provider: &str, tier: &ServiceTier) -> Option<Discount> {
    let (numerator, denominator, of_cache) = match (provider, tier) {
        ("anthropic", ServiceTier::Batch) => (1, 2, true),
        ("openai", ServiceTier::Batch | ServiceTier::Flex) => (1, 2, true),
        ("google" | "groq" | "mistral", ServiceTier::Batch) => (1, 2, false),
        ("groq", ServiceTier::Flex) => (1, 1, true),
        _ => return None,
    };
    Some(Discount { numerator, denominator, of_cache })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_from_outside_is_bounded_at_a_character() {
        let tier = ServiceTier::parse(&"é".repeat(100));
        assert_eq!(tier.name().len(), 64);
        assert_eq!(ServiceTier::parse(&format!("x{}", "é".repeat(100))).name().len(), 63);
    }

    #[test]
    fn no_discount_is_assumed_for_priority() {
        for provider in ["openai", "anthropic", "google", "groq"] {
            assert_eq!(discount(provider, &ServiceTier::Priority), None);
        }
    }
}
