//! What a call of a model used, what it cost and how fast it answered.
//!
//! Pure: no clock, no network, no runtime. Owns four things, each of use alone:
//!
//! * [`Usage`]: what was consumed, in buckets that do not overlap, checked.
//! * [`PriceTable`]: dated and tiered prices of models by provider, with overrides.
//! * [`Cost`]: one times the other, exact in femtodollars, with the row and the table that made it.
//! * [`StreamPace`]: time to the first chunk and gaps between chunks, in bounded memory.
//!
//! [`PriceTable::extract`] and [`StreamUsage`] read usage from raw responses. Whatever is not known
//! stays unknown, with the reason: [`NoUsage`], [`CostUnknown`]. Nothing here panics on any JSON.
//!
//! The prices are those of [genai-prices](https://github.com/pydantic/genai-prices), MIT; see the
//! NOTICE of this crate.

mod cost;
mod extract;
mod import;
mod money;
mod pace;
mod rate;
mod table;
mod usage;

pub use cost::{Cost, CostTotal, CostUnknown};
pub use extract::{Extracted, NoUsage, StreamUsage};
pub use import::{LiteLlmRows, PriceOverride, PriceOverrides, litellm_rows};
pub use money::{Money, MoneyError};
pub use pace::StreamPace;
pub use rate::{Rate, RateError};
pub use table::{
    Condition, Date, Origin, PriceRow, PriceTable, PriceTableBuilder, PriceTableError, Query,
    ServiceTier,
};
pub use usage::{
    AnthropicUsage, Bucket, Counts, GeminiUsage, InvalidUsage, MAX_COUNT, OpenAiUsage, OtelUsage,
    Usage,
};

/// The examples of the guide are compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../docs/costs.md")]
struct Guide;
