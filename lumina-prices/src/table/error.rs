//! What can be wrong with price data.

use crate::rate::RateError;

/// Why price data was refused, with the place.
///
/// # Examples
///
/// ```
/// use lumina_prices::{PriceOverride, PriceTable};
///
/// let ours = PriceOverride::new("ours").price("input_mtok", "free");
/// let error = PriceTable::builder().overrides([ours]).build().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "[[price]] 1 (ours): input_mtok: a price is a decimal number such as 1.25",
/// );
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PriceTableError {
    /// A file is not what it should be. The message names line and column.
    #[error("{file} cannot be read: {source}")]
    Json {
        /// Which file: `genai-prices` or `litellm`.
        file: &'static str,
        /// What the reader says.
        source: serde_json::Error,
    },
    /// A figure is no price.
    #[error("{place}: {key}: {source}")]
    Price {
        /// The row, such as `[[price]] 2 (my-model)`.
        place: String,
        /// The key of the price.
        key: &'static str,
        /// What is wrong with it.
        source: RateError,
    },
    /// A row says nothing, or contradicts itself.
    #[error("{place}: {problem}")]
    Row {
        /// The row, such as `[[price]] 2 (my-model)`.
        place: String,
        /// What is wrong, and what is accepted.
        problem: String,
    },
}
