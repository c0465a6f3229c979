//! The price table: whose model costs what, when, in which tier.
//!
//! Owns the data and the search in it. [`load`] reads genai-prices, [`build`] puts users' prices
//! above it, [`find`] looks names up and [`cache`] remembers them. Adding up belongs to
//! [`cost`](crate::cost), reading responses to [`extract`](crate::extract).

mod build;
mod cache;
pub(crate) mod clause;
pub(crate) mod condition;
mod error;
pub(crate) mod figure;
mod find;
pub(crate) mod key;
mod load;
pub(crate) mod rates;
mod row;
pub(crate) mod tier;

pub(crate) use build::Override;
pub use build::PriceTableBuilder;
pub use condition::{Condition, Date};
pub use error::PriceTableError;
pub use row::{Origin, PriceRow};
pub(crate) use row::{Prices, Sheet};
pub use tier::ServiceTier;

use crate::cost::CostUnknown;
use cache::Cache;
use find::Found;
use load::{Named, Provider};
use std::fmt;
use std::sync::{Arc, LazyLock};

/// The prices of genai-prices v2, MIT; see the crate's NOTICE.
const EMBEDDED: &str = include_str!("../../data/genai-prices-v2.json");

/// Prices of models at their providers: 36 providers and 1,309 models are compiled in.
///
/// Cheap to ask, safe to share between threads. Names are remembered, up to 4,096 of them.
///
/// # Examples
///
/// ```
/// use lumina_prices::{Bucket, PriceTable, Query, Usage};
///
/// let table = PriceTable::embedded();
/// let now_unix_nanos = 1_790_000_000_000_000_000;
/// let usage = Usage::new().with(Bucket::Input, 1000)?.with(Bucket::Output, 200)?;
/// let cost = table.cost(&Query::new("gpt-4o", now_unix_nanos).provider("openai"), &usage)?;
///
/// // 1000 x 2.50 + 200 x 10.00 dollars a million
/// assert_eq!(cost.total().to_string(), "$0.0045");
/// assert_eq!(cost.row().to_string(), "openai/gpt-4o");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct PriceTable {
    version: Arc<str>,
    pub(crate) providers: Vec<Provider>,
    models: Vec<Named>,
    /// Most important first.
    overrides: Vec<build::Above>,
    found: Cache<Found>,
}

/// What a caller knows of a call, to find its price by.
///
/// # Examples
///
/// ```
/// use lumina_prices::{PriceTable, Query, ServiceTier};
///
/// let batch = ServiceTier::Batch;
/// let query = Query::new("claude-haiku-4-5", 1_790_000_000_000_000_000).tier(&batch);
/// let row = PriceTable::embedded().row(&query)?;
/// assert_eq!(row.to_string(), "anthropic/claude-haiku-4-5");
/// # Ok::<(), lumina_prices::CostUnknown>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Query<'a> {
    pub(crate) provider: Option<&'a str>,
    pub(crate) api_url: Option<&'a str>,
    pub(crate) model: &'a str,
    pub(crate) tier: &'a ServiceTier,
    pub(crate) at_unix_nanos: u64,
}

impl<'a> Query<'a> {
    /// Asks for `model`, called at `at_unix_nanos` (nanoseconds since 1970, UTC), at the provider
    /// that claims the name.
    pub const fn new(model: &'a str, at_unix_nanos: u64) -> Self {
        Self { provider: None, api_url: None, model, tier: &ServiceTier::Standard, at_unix_nanos }
    }

    /// Names the provider: its id in the data, OpenTelemetry's `gen_ai.provider.name`, or a name
    /// that overrides use.
    pub const fn provider(self, provider: &'a str) -> Self {
        Self { provider: Some(provider), ..self }
    }

    /// Names the provider by the URL that is called, where [`provider`](Self::provider) does not.
    pub const fn api_url(self, api_url: &'a str) -> Self {
        Self { api_url: Some(api_url), ..self }
    }

    /// Says how the call was served; otherwise standard.
    pub const fn tier(self, tier: &'a ServiceTier) -> Self {
        Self { tier, ..self }
    }

    pub(crate) fn unix_s(&self) -> i64 {
        // OK to cast: nanoseconds in 64 bits are far fewer seconds than an i64 holds.
        (self.at_unix_nanos / 1_000_000_000) as i64
    }
}

impl PriceTable {
    /// The prices that are compiled in, read once, when first asked for.
    ///
    /// # Panics
    ///
    /// Never: that the data can be read is tested.
    pub fn embedded() -> &'static Self {
        static TABLE: LazyLock<PriceTable> = LazyLock::new(|| {
            // Stated invariant: the file is part of the source, and a test reads it.
            PriceTableBuilder::new().build().expect("the embedded prices can be read")
        });
        &TABLE
    }

    /// Starts a table with prices of one's own above those that are compiled in.
    pub fn builder() -> PriceTableBuilder {
        PriceTableBuilder::new()
    }

    /// Which prices these are: the data's name and checksum, and those of what stands above it,
    /// such as `genai-prices-v2/1f0c32…+override/88ab…`.
    ///
    /// Equal versions give equal costs.
    pub fn version(&self) -> &Arc<str> {
        &self.version
    }

    /// How many providers and models the table knows, overrides included.
    ///
    /// ```
    /// # use lumina_prices::PriceTable;
    /// let (providers, models) = PriceTable::embedded().len();
    /// assert!(providers >= 36 && models >= 1309);
    /// ```
    #[allow(clippy::len_without_is_empty, reason = "an empty table cannot be built")]
    pub fn len(&self) -> (usize, usize) {
        (self.providers.len(), self.models.len())
    }

    /// Which price a call is charged by.
    ///
    /// # Errors
    ///
    /// Where provider or model are not known, or no price holds at the time. That the row has
    /// prices for the tier is not looked at.
    pub fn row(&self, query: &Query<'_>) -> Result<Arc<PriceRow>, CostUnknown> {
        self.sheet(query).map(|(sheet, _)| Arc::clone(&sheet.row))
    }

    /// The prices of a call, and the id of the provider that sells it, where it is known.
    pub(crate) fn sheet(&self, query: &Query<'_>) -> Result<(&Sheet, Option<&str>), CostUnknown> {
        if query.model.trim().is_empty() {
            return Err(CostUnknown::NoModel);
        }
        let model = || tier::clip(query.model).into();
        let (index, under, provider) = match self.find(query) {
            Found::Model { model, under, provider } => (model, under, provider),
            Found::NoModel => return Err(CostUnknown::Model { model: model() }),
            Found::NoProvider => {
                let provider = query.provider.or(query.api_url).map(|name| tier::clip(name).into());
                return Err(CostUnknown::Provider { provider, model: model() });
            }
        };
        let at = query.unix_s();
        let sheet_of = |index: u32| self.models.get(index as usize)?.model.at(at);
        let about = |sheet: &&Sheet| sheet.is_about(query.tier);
        let sheet = sheet_of(index).filter(about).or_else(|| under.and_then(sheet_of));
        let provider = provider.and_then(|index| self.providers.get(usize::from(index)));
        match sheet {
            Some(sheet) => Ok((sheet, provider.map(|provider| &*provider.id))),
            None => Err(CostUnknown::NotYet { model: model() }),
        }
    }
}

impl fmt::Debug for PriceTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PriceTable").field("version", &self.version).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_embedded_data_is_understood() {
        let table = PriceTable::embedded();
        let sheets = table.models.iter().flat_map(|named| &named.model.sheets);
        let foreign: Vec<_> = sheets
            .filter(|sheet| matches!(sheet.prices, Prices::Foreign(_)))
            .map(|sheet| sheet.row.to_string())
            .collect();
        assert!(foreign.is_empty(), "{foreign:?}");
    }

    #[test]
    fn every_provider_goes_by_its_own_id_and_knows_its_fallbacks() {
        let table = PriceTable::embedded();
        for (index, provider) in table.providers.iter().enumerate() {
            assert_eq!(
                table.provider_of(Some(&provider.id), None, ""),
                Some(index),
                "{}",
                provider.id
            );
            for fallback in &provider.fallbacks {
                assert!(table.providers.iter().any(|other| other.id == *fallback), "{fallback}");
            }
        }
    }

    #[test]
    fn another_state_of_the_data_makes_another_version() {
        let data = r#"[{"id":"acme","api_pattern":"https://acme","models":[
            {"id":"m","match":{"equals":"m"},"prices":{"input_mtok":1}}]}]"#;
        let table = PriceTable::builder().genai_prices(data).build().unwrap();
        assert_eq!(table.len(), (1, 1));
        assert_ne!(table.version(), PriceTable::embedded().version());
        let query = Query::new("m", 0).api_url("https://acme/v1");
        assert_eq!(table.row(&query).unwrap().to_string(), "acme/m");
        assert!(table.row(&Query::new("gpt-4o", 0).provider("openai")).is_err());
    }
}
