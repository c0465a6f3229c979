//! A row of the table: one model at one provider, at one time, in each tier that is priced.

use super::condition::Condition;
use super::rates::Rates;
use super::tier::ServiceTier;
use std::fmt;
use std::sync::Arc;

/// Where a price comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Origin {
    /// The price data of genai-prices, as it is compiled in or as it was handed in.
    GenaiPrices,
    /// A price set by the user.
    Override,
    /// A LiteLLM price file that the user brought.
    LiteLlm,
}

/// Which price a cost was made with.
///
/// Displays as provider, model and condition, such as `openai/o3@2025-06-10`.
///
/// # Examples
///
/// ```
/// use lumina_prices::{Condition, Date, Origin, PriceTable, Query};
///
/// let row = PriceTable::embedded().row(&Query::new("o3", 1_793_534_400_000_000_000))?;
/// assert_eq!(row.to_string(), "openai/o3@2025-06-10");
/// assert_eq!(row.origin, Origin::GenaiPrices);
/// assert_eq!(row.condition, Condition::From(Date::parse("2025-06-10").unwrap()));
/// # Ok::<(), lumina_prices::CostUnknown>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct PriceRow {
    /// The provider whose price it is: its id in the data, the name in an override, or `*`.
    pub provider: Box<str>,
    /// The id of the model in the data, or the name in an override.
    pub model: Box<str>,
    /// When the price holds.
    pub condition: Condition,
    /// Where the price comes from.
    pub origin: Origin,
}

impl fmt::Display for PriceRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.provider, self.model)?;
        match self.condition {
            Condition::Always => Ok(()),
            condition => write!(f, "@{condition}"),
        }
    }
}

/// The prices of a row.
#[derive(Clone, Debug)]
pub(crate) struct Sheet {
    pub(crate) row: Arc<PriceRow>,
    pub(crate) prices: Prices,
    /// Tiers with prices of their own.
    pub(crate) tiers: Vec<(ServiceTier, Rates)>,
}

/// The standard prices of a row.
#[derive(Clone, Debug)]
pub(crate) enum Prices {
    Known(Rates),
    /// The row charges for something that this crate does not count: any sum would be too low.
    Foreign(Box<str>),
}

impl Sheet {
    /// Whether the row is about calls of this tier: one without standard prices is about those
    /// tiers only that it has prices for.
    pub(crate) fn is_about(&self, tier: &ServiceTier) -> bool {
        let is_partial = matches!(&self.prices, Prices::Known(standard) if standard.is_empty());
        !is_partial || self.tiers.iter().any(|(own, _)| own == tier)
    }
}

/// A model: whatever its price is when.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    /// Later sheets win where several hold.
    pub(crate) sheets: Vec<Sheet>,
    /// Whether the first sheet holds where none does, as the price data has it.
    pub(crate) first_is_default: bool,
}

impl Model {
    /// The sheet that holds at `unix_s`, in seconds since 1970.
    pub(crate) fn at(&self, unix_s: i64) -> Option<&Sheet> {
        let holds = self.sheets.iter().rev().find(|sheet| sheet.row.condition.holds(unix_s));
        holds.or_else(|| self.sheets.first().filter(|_| self.first_is_default))
    }
}
