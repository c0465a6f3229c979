//! Prices that users set: `[[price]]` in a configuration file, or in code.
//!
//! [`read`] takes them from a file, [`check`] judges them.

mod check;
mod read;
#[cfg(test)]
mod tests;

use crate::table::ServiceTier;
use crate::table::clause::Clause;
use crate::table::condition::Date;
use crate::table::figure::{Figure, RawScale, RawStep};
use crate::table::key::PriceKey;
use std::collections::BTreeMap;

/// A configuration file as far as it sets prices; other sections are passed over.
#[derive(Clone, Debug, Default, serde::Deserialize)]
pub struct PriceOverrides {
    /// Its `[[price]]` entries, in order.
    #[serde(default)]
    pub price: Vec<PriceOverride>,
}

type Figures = BTreeMap<PriceKey, RawScale>;

/// A price of one's own: a private model, a negotiated price, a tier that the table does not have.
///
/// From TOML or JSON, with serde:
///
/// ```toml
/// [[price]]
/// provider = "openai"                 # left out: every provider
/// model = "gpt-4o"                    # or: match = { starts_with = "ft:gpt-4o" }
/// input_mtok = 2.0                    # dollars a million tokens
/// output_mtok = { base = 8, tiers = [{ start = 200000, price = 12 }] }
/// requests_kcount = "0.5"             # dollars a thousand requests
/// start_date = "2026-09-01"           # left out: always; the latest date that has come wins
/// tier.priority = { input_mtok = 3.5, output_mtok = 14 }
/// ```
///
/// A bucket without a key of its own costs what it is a part of: cached tokens as input, reasoning
/// as output. Mistakes are found when the file is read or the table is built, with their place.
///
/// # Examples
///
/// ```
/// use lumina_prices::{Bucket, PriceOverride, PriceTable, Query, Usage};
///
/// let ours = PriceOverride::new("our-llama").provider("vllm").price("input_mtok", "0.05");
/// let table = PriceTable::builder().overrides([ours]).build()?;
/// let usage = Usage::new().with(Bucket::Input, 20)?;
/// let cost = table.cost(&Query::new("our-llama", 0).provider("vllm"), &usage)?;
/// assert_eq!(cost.total().to_string(), "$0.000001");
///
/// let typo = PriceOverride::new("our-llama").price("input_mtoks", "0.05");
/// let error = PriceTable::builder().overrides([typo]).build().unwrap_err();
/// assert!(error.to_string().starts_with("[[price]] 1 (our-llama): unknown key `input_mtoks`"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct PriceOverride {
    provider: Option<String>,
    model: Option<String>,
    rule: Option<Clause>,
    start_date: Option<String>,
    start_time: Option<String>,
    end_time: Option<String>,
    prices: Figures,
    tiers: BTreeMap<String, Figures>,
    /// What the methods could not take; said when the table is built.
    problem: Option<String>,
}

impl PriceOverride {
    /// A price for the model of this name. Case does not count.
    pub fn new(model: impl Into<String>) -> Self {
        Self { model: Some(model.into()), ..Self::default() }
    }

    /// For this provider only: its id in the data, a name that means it, or a name of one's own.
    pub fn provider(mut self, provider: impl Into<String>) -> Self {
        self.provider = Some(provider.into());
        self
    }

    /// Dollars in the unit of the key: `"input_mtok"` a million tokens, `"requests_kcount"` a
    /// thousand requests.
    pub fn price(mut self, key: &str, usd: &str) -> Self {
        match self.key(key) {
            Some(key) => drop(self.prices.insert(key, scale(usd))),
            None => return self,
        }
        self
    }

    /// Adds a context tier: above `start_tokens` of input, every token costs `usd`.
    ///
    /// The key needs its [`price`](Self::price) first.
    pub fn above(mut self, key: &str, start_tokens: u64, usd: &str) -> Self {
        let Some(key) = self.key(key) else { return self };
        match self.prices.get_mut(&key) {
            Some(scale) => {
                let price = Figure::text(usd);
                scale.tiers.push(RawStep { start: start_tokens, price });
            }
            None => self.say(format!("{} needs a price before it has tiers", key.name())),
        }
        self
    }

    /// Dollars in the unit of the key for calls of a tier.
    pub fn tier_price(mut self, tier: &ServiceTier, key: &str, usd: &str) -> Self {
        if let Some(key) = self.key(key) {
            self.tiers.entry(tier.name().to_owned()).or_default().insert(key, scale(usd));
        }
        self
    }

    /// From this day on (UTC).
    pub fn starting(mut self, date: Date) -> Self {
        self.start_date = Some(date.to_string());
        self
    }

    fn key(&mut self, name: &str) -> Option<PriceKey> {
        let key = PriceKey::from_name(name);
        if key.is_none() {
            self.say(unknown_key(name, PriceKey::NAMES));
        }
        key
    }

    fn say(&mut self, problem: String) {
        self.problem.get_or_insert(problem);
    }
}

fn scale(usd: &str) -> RawScale {
    RawScale { base: Figure::text(usd), tiers: Vec::new() }
}

fn unknown_key(name: &str, accepted: &[&str]) -> String {
    format!("unknown key `{name}`; accepted are {}", accepted.join(", "))
}
