//! What can be wrong with price data.

use crate::rate::RateError;

/// Why price data was refused, with the place.
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
