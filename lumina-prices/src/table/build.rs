//! Puts tables together: users' prices above those of the data.

use super::cache::Cache;
use super::clause::Clause;
use super::condition::Condition;
use super::error::PriceTableError;
use super::load::{Named, genai_prices};
use super::row::{Model, Sheet};
use super::{EMBEDDED, PriceTable};
use crate::import::{PriceOverride, litellm};
use std::borrow::Cow;
use std::collections::HashMap;

/// Which models of which provider an override is about.
pub(crate) struct Above {
    /// Lower case; none for every provider.
    pub(super) provider: Option<Box<str>>,
    pub(super) clause: Clause,
    /// Index into the table's models.
    pub(super) model: usize,
}

/// One checked row that stands above the data.
pub(crate) struct Override {
    pub(crate) provider: Option<Box<str>>,
    pub(crate) clause: Clause,
    /// Rows of one name are one model, whatever their dates.
    pub(crate) name: Box<str>,
    pub(crate) sheet: Sheet,
}

/// Builds a [`PriceTable`]. What stands above is asked first: overrides, then a LiteLLM file, then
/// the price data.
///
/// # Examples
///
/// ```
/// use lumina_prices::{Bucket, PriceOverrides, PriceTable, Query, Usage};
///
/// let file: PriceOverrides = toml::from_str(
///     r#"
///     [[price]]
///     provider = "vllm"
///     model = "our-llama"
///     input_mtok = 0.05
///     output_mtok = 0.10
///     "#,
/// )?;
/// let table = PriceTable::builder().overrides(file.price).build()?;
/// let usage = Usage::new().with(Bucket::Output, 1_000_000)?;
/// let cost = table.cost(&Query::new("our-llama", 0).provider("vllm"), &usage)?;
/// assert_eq!(cost.total().to_string(), "$0.10");
/// assert!(table.version().contains("+override/"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Default)]
pub struct PriceTableBuilder {
    data: Option<String>,
    overrides: Vec<PriceOverride>,
    litellm: Option<String>,
}

impl PriceTableBuilder {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Prices of one's own, above all others. Earlier ones win, dates aside.
    pub fn overrides(mut self, overrides: impl IntoIterator<Item = PriceOverride>) -> Self {
        self.overrides.extend(overrides);
        self
    }

    /// LiteLLM's `model_prices_and_context_window.json`, above the data and below overrides.
    ///
    /// Rows that price something else than tokens and searches are passed over;
    /// [`litellm_rows`](crate::litellm_rows) says which and why.
    pub fn litellm(mut self, json: impl Into<String>) -> Self {
        self.litellm = Some(json.into());
        self
    }

    /// Another state of genai-prices' data (format v2, `data_slim.json`) instead of the one
    /// compiled in.
    ///
    /// ```
    /// use lumina_prices::PriceTable;
    ///
    /// let data = r#"[{"id": "acme", "api_pattern": "https://api\\.acme\\.ai", "models": [
    ///     {"id": "a1", "match": {"equals": "a1"}, "prices": {"input_mtok": 1, "output_mtok": 2}}]}]"#;
    /// let table = PriceTable::builder().genai_prices(data).build()?;
    /// assert_eq!(table.len(), (1, 1));
    /// # Ok::<(), lumina_prices::PriceTableError>(())
    /// ```
    pub fn genai_prices(mut self, json: impl Into<String>) -> Self {
        self.data = Some(json.into());
        self
    }

    /// Puts the table together.
    ///
    /// # Errors
    ///
    /// The first mistake in any of the files, with its place.
    pub fn build(self) -> Result<PriceTable, PriceTableError> {
        let data = self.data.map_or(Cow::Borrowed(EMBEDDED), Cow::Owned);
        let mut version = format!("genai-prices-v2/{:016x}", checksum(data.as_bytes()));
        let (providers, models) = genai_prices(&data)?;
        let mut above = Vec::new();
        if !self.overrides.is_empty() {
            let described = format!("{:?}", self.overrides);
            version += &format!("+override/{:016x}", checksum(described.as_bytes()));
            for (index, row) in self.overrides.into_iter().enumerate() {
                above.push(row.check(index)?);
            }
        }
        if let Some(json) = self.litellm {
            version += &format!("+litellm/{:016x}", checksum(json.as_bytes()));
            above.extend(litellm::read(&json)?.0);
        }
        let (version, overrides) = (version.into(), Vec::new());
        let mut table = PriceTable { version, providers, models, overrides, found: Cache::new() };
        table.put_above(above)?;
        Ok(table)
    }
}

impl PriceTable {
    /// Appends the overrides to the models; rows that differ in their dates only become one model.
    fn put_above(&mut self, above: Vec<Override>) -> Result<(), PriceTableError> {
        let mut by_name = HashMap::with_capacity(above.len());
        for row in above {
            let meant =
                row.provider.as_deref().and_then(|name| self.provider_of(Some(name), None, ""));
            let provider = meant.map(|index| self.providers[index].id.clone()).or(row.provider);
            let key = (provider.clone(), row.name, row.sheet.row.origin);
            let model = *by_name.entry(key).or_insert_with(|| {
                let model = Model { sheets: Vec::new(), first_is_default: false };
                self.models.push(Named { clause: row.clause.clone(), model });
                let model = self.models.len() - 1;
                self.overrides.push(Above { provider, clause: row.clause, model });
                model
            });
            let sheets = &mut self.models[model].model.sheets;
            if sheets.iter().any(|sheet| sheet.row.condition == row.sheet.row.condition) {
                let problem = "is priced twice for the same time; keep one".into();
                return Err(PriceTableError::Row { place: row.sheet.row.to_string(), problem });
            }
            sheets.push(row.sheet);
            // Later days win over earlier ones, whatever their order in the file.
            sheets.sort_by_key(|sheet| match sheet.row.condition {
                Condition::Always => (0, 0),
                Condition::From(date) => (1, date.start_unix_s()),
                Condition::Daily { .. } => (2, 0),
            });
        }
        Ok(())
    }
}

/// A checksum to tell versions apart; it does not protect against forgery.
fn checksum(bytes: &[u8]) -> u64 {
    // FNV-1a over words instead of bytes: eight times as quick, and nobody compares it to another.
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ bytes.len() as u64;
    let mut words = bytes.chunks_exact(8);
    for word in &mut words {
        let word = word.try_into().map_or(0, u64::from_le_bytes);
        hash = (hash ^ word).wrapping_mul(PRIME).rotate_left(29);
    }
    for &byte in words.remainder() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(PRIME);
    }
    hash ^ hash >> 32
}
