//! Usage: what a call consumed, in buckets that do not overlap.
//!
//! Owns the buckets, the checks of counts, and the two translations: from what providers mean by
//! their numbers ([`providers`], [`counts`]) and to what a wire means by them ([`wire`]). Knows
//! nothing of prices or JSON.

mod bucket;
mod counts;
pub(crate) mod invalid;
mod providers;
mod wire;

pub use bucket::Bucket;
pub use counts::Counts;
pub(crate) use counts::Slot;
pub use invalid::InvalidUsage;
pub use providers::{AnthropicUsage, GeminiUsage, OpenAiUsage};
pub use wire::OtelUsage;

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign};

/// The largest count that one response may state: a thousand times the largest context there is.
pub const MAX_COUNT: u64 = 10_000_000_000;

/// What a call, or many calls, consumed: one count a [`Bucket`], no token in two of them.
///
/// So buckets can be priced and added one by one. Made from a provider's numbers, which overlap in
/// that provider's way, by [`Counts`], [`OpenAiUsage`], [`AnthropicUsage`], [`GeminiUsage`] or
/// [`extract`](crate::PriceTable::extract); or bucket by bucket.
///
/// # Examples
///
/// ```
/// use lumina_prices::{Bucket, OpenAiUsage, Usage};
///
/// let first = Usage::try_from(OpenAiUsage {
///     prompt_tokens: 1000,
///     cached_tokens: 800, // inside the 1000
///     completion_tokens: 50,
///     ..OpenAiUsage::default()
/// })?;
/// assert_eq!(first[Bucket::Input], 200);
/// assert_eq!(first[Bucket::CacheRead], 800);
///
/// let both = first + Usage::new().with(Bucket::Output, 7)?;
/// assert_eq!(both.input_tokens(), 1000);
/// assert_eq!(both.output_tokens(), 57);
/// # Ok::<(), lumina_prices::InvalidUsage>(())
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Usage {
    counts: [u64; Bucket::COUNT],
}

impl Usage {
    /// Nothing consumed.
    pub const fn new() -> Self {
        Self { counts: [0; Bucket::COUNT] }
    }

    /// The same with `count` in `bucket`, whatever was there.
    ///
    /// # Errors
    ///
    /// [`InvalidUsage::TooLarge`] above [`MAX_COUNT`].
    ///
    /// ```
    /// use lumina_prices::{Bucket, MAX_COUNT, Usage};
    ///
    /// assert_eq!(Usage::new().with(Bucket::WebSearches, 2)?[Bucket::WebSearches], 2);
    /// assert!(Usage::new().with(Bucket::Input, MAX_COUNT + 1).is_err());
    /// # Ok::<(), lumina_prices::InvalidUsage>(())
    /// ```
    pub fn with(mut self, bucket: Bucket, count: u64) -> Result<Self, InvalidUsage> {
        self.counts[bucket as usize] = invalid::check(bucket.name(), count)?;
        Ok(self)
    }

    /// Everything that was sent to the model, in tokens, whether cached or not.
    ///
    /// The context tiers of prices count these.
    pub fn input_tokens(&self) -> u64 {
        self.total(Bucket::is_input)
    }

    /// Everything the model wrote, in tokens, its reasoning included.
    pub fn output_tokens(&self) -> u64 {
        self.total(Bucket::is_output)
    }

    /// Tokens in and out.
    pub fn tokens(&self) -> u64 {
        self.input_tokens().saturating_add(self.output_tokens())
    }

    /// Whether nothing at all was consumed.
    pub fn is_empty(&self) -> bool {
        self.counts.iter().all(|&count| count == 0)
    }

    /// The buckets that are not empty, in the order of [`Bucket::ALL`].
    ///
    /// ```
    /// use lumina_prices::{Bucket, Usage};
    ///
    /// let usage = Usage::new().with(Bucket::Output, 5)?;
    /// assert_eq!(usage.iter().collect::<Vec<_>>(), [(Bucket::Output, 5)]);
    /// # Ok::<(), lumina_prices::InvalidUsage>(())
    /// ```
    pub fn iter(&self) -> impl Iterator<Item = (Bucket, u64)> + '_ {
        Bucket::ALL.into_iter().map(|bucket| (bucket, self[bucket])).filter(|&(_, count)| count > 0)
    }

    /// Both together, or `None` where a count would not fit in 64 bits.
    ///
    /// ```
    /// use lumina_prices::{Bucket, Usage};
    ///
    /// let usage = Usage::new().with(Bucket::Output, 5)?;
    /// assert_eq!(usage.checked_add(&usage).map(|sum| sum[Bucket::Output]), Some(10));
    /// # Ok::<(), lumina_prices::InvalidUsage>(())
    /// ```
    pub fn checked_add(&self, other: &Self) -> Option<Self> {
        let mut sum = *self;
        for (count, more) in sum.counts.iter_mut().zip(other.counts) {
            *count = count.checked_add(more)?;
        }
        Some(sum)
    }

    fn total(&self, which: fn(Bucket) -> bool) -> u64 {
        let counts = Bucket::ALL.into_iter().filter(|&bucket| which(bucket));
        counts.fold(0, |total, bucket| total.saturating_add(self[bucket]))
    }
}

impl std::ops::Index<Bucket> for Usage {
    type Output = u64;

    /// The count of a bucket.
    fn index(&self, bucket: Bucket) -> &u64 {
        &self.counts[bucket as usize]
    }
}

/// Bucket by bucket. A response states at most [`MAX_COUNT`], so only a sum of more than a thousand
/// million such responses would saturate; [`checked_add`](Usage::checked_add) tells.
impl Add for Usage {
    type Output = Self;
    fn add(mut self, other: Self) -> Self {
        for (count, more) in self.counts.iter_mut().zip(other.counts) {
            *count = count.saturating_add(more);
        }
        self
    }
}

impl AddAssign for Usage {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for Usage {
    fn sum<I: Iterator<Item = Self>>(usages: I) -> Self {
        usages.fold(Self::new(), Add::add)
    }
}

impl fmt::Debug for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter().map(|(bucket, count)| (bucket.name(), count))).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_token_is_counted_once_in_the_totals() {
        let mut usage = Usage::new();
        for bucket in Bucket::ALL {
            usage = usage.with(bucket, 1).unwrap();
        }
        assert_eq!(usage.input_tokens(), 10);
        assert_eq!(usage.output_tokens(), 6);
        assert_eq!(usage.tokens(), 16);
    }

    #[test]
    fn a_sum_that_does_not_fit_is_said_so() {
        let full = Usage { counts: [u64::MAX; Bucket::COUNT] };
        assert_eq!(full.checked_add(&Usage::new().with(Bucket::Output, 1).unwrap()), None);
        assert_eq!(full.checked_add(&Usage::new()), Some(full));
    }
}
