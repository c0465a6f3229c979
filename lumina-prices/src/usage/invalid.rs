//! Why counts are not believed.

use super::MAX_COUNT;
use std::borrow::Cow;

/// Counts that cannot be true, each with its place and value. No cost is made of them.
///
/// # Examples
///
/// ```
/// use lumina_prices::{NoUsage, PriceTable};
/// use serde_json::json;
///
/// let response = json!({"usage": {"prompt_tokens": 1.5, "completion_tokens": 2}});
/// let Err(NoUsage::Invalid(invalid)) = PriceTable::embedded().extract("openai", &response).usage
/// else {
///     panic!("half a token is no count");
/// };
/// assert_eq!(invalid.to_string(), "usage.prompt_tokens is 1.5, a count is a whole number");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidUsage {
    /// A count is below zero.
    #[error("{field} is {value}, a count is not negative")]
    Negative {
        /// Where it stood.
        field: Cow<'static, str>,
        /// What stood there.
        value: i64,
    },
    /// A count is above what any response can have used.
    #[error("{field} is {value}, a response uses at most {MAX_COUNT}")]
    TooLarge {
        /// Where it stood.
        field: Cow<'static, str>,
        /// What stood there; `u64::MAX` for all that is larger still.
        value: u64,
    },
    /// A count is no whole number.
    #[error("{field} is {found}, a count is a whole number")]
    NotACount {
        /// Where it stood.
        field: Cow<'static, str>,
        /// What stood there, such as `a string` or `1.5`.
        found: Cow<'static, str>,
    },
    /// What should be inside a count is more than the count.
    #[error("the parts of {whole} add up to {parts} with {last_part}, but {whole} is {count}")]
    PartsExceedWhole {
        /// The count that should hold the parts.
        whole: &'static str,
        /// Its value.
        count: u64,
        /// The part that was too much.
        last_part: &'static str,
        /// The sum of the parts up to that one.
        parts: u64,
    },
}

/// Lets a count pass that a response can have used.
pub(crate) fn check(field: &str, value: u64) -> Result<u64, InvalidUsage> {
    if value > MAX_COUNT {
        return Err(InvalidUsage::TooLarge { field: Cow::Owned(field.to_owned()), value });
    }
    Ok(value)
}

/// Lets a signed count pass that is none below zero.
pub(crate) fn check_signed(field: &'static str, value: i64) -> Result<u64, InvalidUsage> {
    let negative = |_| InvalidUsage::Negative { field: Cow::Borrowed(field), value };
    check(field, u64::try_from(value).map_err(negative)?)
}
