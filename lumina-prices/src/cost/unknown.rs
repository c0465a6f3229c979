//! Why a cost is not known.

use crate::table::{PriceRow, ServiceTier};
use crate::usage::Bucket;
use std::sync::Arc;

/// Why there is no cost. A cost is never guessed and never partial.
///
/// Texts from outside are cut to 64 bytes.
///
/// # Examples
///
/// ```
/// use lumina_prices::{Bucket, CostUnknown, PriceTable, Query, ServiceTier, Usage};
///
/// let table = PriceTable::embedded();
/// let usage = Usage::new().with(Bucket::Input, 1)?;
/// let query = Query::new("gpt-99", 0).provider("openai");
/// let unknown = table.cost(&query, &usage).unwrap_err();
/// assert_eq!(unknown, CostUnknown::Model { model: "gpt-99".into() });
///
/// let query = Query::new("gpt-4o", 0).tier(&ServiceTier::Priority);
/// let unknown = table.cost(&query, &usage).unwrap_err();
/// assert_eq!(unknown.to_string(), "openai/gpt-4o has no price for the tier priority");
/// # Ok::<(), lumina_prices::InvalidUsage>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CostUnknown {
    /// Nobody says which model it was.
    #[error("the call names no model")]
    NoModel,
    /// No provider of the table goes by this name or URL, or none claims the model.
    #[error("no provider in the table for {} and model {model:?}", provider.as_deref().unwrap_or("an unnamed provider"))]
    Provider {
        /// The name or URL that was given, if any.
        provider: Option<Box<str>>,
        /// The model's name.
        model: Box<str>,
    },
    /// The provider sells no model of this name, as far as the table knows.
    #[error("no price in the table for model {model:?}")]
    Model {
        /// The model's name.
        model: Box<str>,
    },
    /// All prices of the model, set by the user, begin later.
    #[error("no price of model {model:?} holds yet")]
    NotYet {
        /// The model's name.
        model: Box<str>,
    },
    /// The row has no prices for the tier the call was served in.
    #[error("{row} has no price for the tier {tier}")]
    Tier {
        /// The row that was found.
        row: Arc<PriceRow>,
        /// The tier.
        tier: ServiceTier,
    },
    /// The row has no price for some of the tokens.
    #[error("{row} has no price for {bucket} ({count}) in the tier {tier}")]
    Bucket {
        /// The row that was found.
        row: Arc<PriceRow>,
        /// What has no price.
        bucket: Bucket,
        /// How much of it was used.
        count: u64,
        /// The tier.
        tier: ServiceTier,
    },
    /// The row charges for something that is not counted here.
    #[error("{row} charges by {key}, which is not counted")]
    Foreign {
        /// The row that was found.
        row: Arc<PriceRow>,
        /// The key of the price in the data.
        key: Box<str>,
    },
    /// The usage is not known either.
    #[error("{0}")]
    Usage(#[from] crate::extract::NoUsage),
}
