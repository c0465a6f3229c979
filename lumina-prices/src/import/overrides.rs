//! Prices that users set: `[[price]]` in a configuration file, or in code.

use crate::table::clause::Clause;
use crate::table::condition::{Condition, Date, parse_time};
use crate::table::figure::{Figure, RawScale, RawStep};
use crate::table::key::PriceKey;
use crate::table::rates::Rates;
use crate::table::{Origin, Override, PriceRow, PriceTableError, Prices, ServiceTier, Sheet};
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

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

    /// Checks the `index`th override.
    pub(crate) fn check(self, index: usize) -> Result<Override, PriceTableError> {
        let name = match (&self.model, &self.rule) {
            (Some(model), _) => model.trim().to_lowercase(),
            (None, Some(rule)) => format!("{rule:?}"),
            (None, None) => "no model".to_owned(),
        };
        let place = format!("[[price]] {} ({name})", index + 1);
        let refuse =
            |problem: &str| PriceTableError::Row { place: place.clone(), problem: problem.into() };
        if let Some(problem) = &self.problem {
            return Err(refuse(problem));
        }
        let clause = match (&self.model, self.rule) {
            (Some(model), None) if !model.trim().is_empty() => Clause::equals(model),
            (None, Some(rule)) => rule,
            (Some(_), Some(_)) => return Err(refuse("has both `model` and `match`; keep one")),
            _ => return Err(refuse("has neither `model` nor `match`; say which model it is for")),
        };
        if self.prices.is_empty() && self.tiers.is_empty() {
            return Err(refuse(&format!(
                "has no price; give one of {}",
                PriceKey::NAMES.join(", ")
            )));
        }
        let condition = match (&self.start_date, &self.start_time, &self.end_time) {
            (None, None, None) => Some(Condition::Always),
            (Some(date), None, None) => Date::parse(date).map(Condition::From),
            (None, Some(start), Some(end)) => parse_time(start)
                .zip(parse_time(end))
                .map(|(start_s, end_s)| Condition::Daily { start_s, end_s }),
            _ => None,
        };
        let condition = condition.ok_or_else(|| {
            refuse("is for a time that is none; accepted are start_date = \"2026-09-01\", or start_time = \"00:30\" with end_time = \"16:30\" (UTC)")
        })?;
        let read = |figures: &Figures| {
            Rates::read(&name, figures).map_err(|(key, source)| PriceTableError::Price {
                place: place.clone(),
                key: key.name(),
                source,
            })
        };
        let mut tiers = Vec::with_capacity(self.tiers.len());
        for (tier, figures) in &self.tiers {
            match ServiceTier::parse(tier) {
                ServiceTier::Standard => {
                    return Err(refuse("has a tier `standard`; its prices stand beside `model`"));
                }
                tier => tiers.push((tier, read(figures)?)),
            }
        }
        let provider =
            self.provider.map(|provider| provider.trim().to_lowercase().into_boxed_str());
        let row = PriceRow {
            provider: provider.clone().unwrap_or_else(|| "*".into()),
            model: name.as_str().into(),
            condition,
            origin: Origin::Override,
        };
        let sheet = Sheet { row: Arc::new(row), prices: Prices::Known(read(&self.prices)?), tiers };
        Ok(Override { provider, clause, name: name.into(), sheet })
    }
}

fn scale(usd: &str) -> RawScale {
    RawScale { base: Figure::text(usd), tiers: Vec::new() }
}

fn unknown_key(name: &str, accepted: &[&str]) -> String {
    format!("unknown key `{name}`; accepted are {}", accepted.join(", "))
}

impl<'de> Deserialize<'de> for PriceOverride {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_map(OverrideVisitor)
    }
}

struct OverrideVisitor;

impl<'de> Visitor<'de> for OverrideVisitor {
    type Value = PriceOverride;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a price with a model and figures")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<PriceOverride, M::Error> {
        const OWN: &[&str] =
            &["provider", "model", "match", "start_date", "start_time", "end_time", "tier"];
        let mut price = PriceOverride::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "provider" => price.provider = Some(map.next_value()?),
                "model" => price.model = Some(map.next_value()?),
                "match" => price.rule = Some(map.next_value()?),
                "start_date" => price.start_date = Some(map.next_value()?),
                "start_time" => price.start_time = Some(map.next_value()?),
                "end_time" => price.end_time = Some(map.next_value()?),
                "tier" => price.tiers = map.next_value()?,
                name => match PriceKey::from_name(name) {
                    Some(key) => drop(price.prices.insert(key, map.next_value()?)),
                    None => {
                        let accepted = [OWN, PriceKey::NAMES].concat();
                        return Err(de::Error::custom(unknown_key(name, &accepted)));
                    }
                },
            }
        }
        Ok(price)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Bucket, PriceTable, Query, Usage};

    fn table(toml: &str) -> Result<PriceTable, String> {
        let file: PriceOverrides = toml::from_str(toml).map_err(|error| error.to_string())?;
        PriceTable::builder().overrides(file.price).build().map_err(|error| error.to_string())
    }

    fn cost(table: &PriceTable, query: Query<'_>, counts: &[(Bucket, u64)]) -> String {
        let usage = counts
            .iter()
            .fold(Usage::new(), |usage, &(bucket, count)| usage.with(bucket, count).unwrap());
        match table.cost(&query, &usage) {
            Ok(cost) => format!("{} {}", cost.total(), cost.row()),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn an_override_stands_above_the_data_for_its_provider_only() {
        let table =
            table("[[price]]\nprovider = 'azure.ai.openai'\nmodel = 'GPT-4o'\ninput_mtok = 1\n")
                .unwrap();
        let input = [(Bucket::Input, 1_000_000)];
        let query = Query::new("gpt-4o", 0);
        assert_eq!(cost(&table, query.provider("azure"), &input), "$1.00 azure.ai.openai/gpt-4o");
        assert_eq!(cost(&table, query.provider("openai"), &input), "$2.50 openai/gpt-4o");
    }

    #[test]
    fn dates_of_one_model_follow_each_other_and_the_data_holds_before_the_first() {
        let table = table(
            "[[price]]\nmodel = 'gpt-4o'\nstart_date = '2026-02-01'\ninput_mtok = 2\n
             [[price]]\nmodel = 'gpt-4o'\nstart_date = '2026-01-01'\ninput_mtok = 1\n
             [[price]]\nmodel = 'ours'\nstart_date = '2026-01-01'\ninput_mtok = 1\n",
        )
        .unwrap();
        let at = |model, date: &str| {
            let unix_nanos = Date::parse(date).unwrap().start_unix_s() as u64 * 1_000_000_000;
            cost(
                &table,
                Query::new(model, unix_nanos).provider("openai"),
                &[(Bucket::Input, 1_000_000)],
            )
        };
        assert_eq!(at("gpt-4o", "2025-12-31"), "$2.50 openai/gpt-4o");
        assert_eq!(at("gpt-4o", "2026-01-31"), "$1.00 */gpt-4o@2026-01-01");
        assert_eq!(at("gpt-4o", "2026-02-01"), "$2.00 */gpt-4o@2026-02-01");
        assert_eq!(at("ours", "2025-12-31"), "no price of model \"ours\" holds yet");
    }

    #[test]
    fn tiers_and_context_tiers_of_an_override_are_used() {
        let table = table(
            "[[price]]\nmatch = { starts_with = 'acme-' }\ninput_mtok = { base = 1, tiers = [{ start = 100, price = 2 }] }
             output_mtok = 0\ntier.priority = { input_mtok = 10 }\n",
        )
        .unwrap();
        let query = Query::new("acme-7", 0).provider("acme");
        assert!(cost(&table, query, &[(Bucket::Input, 100)]).starts_with("$0.0001 "));
        assert!(cost(&table, query, &[(Bucket::Input, 101)]).starts_with("$0.000202 "));
        let priority = query.tier(&ServiceTier::Priority);
        assert!(cost(&table, priority, &[(Bucket::Input, 101)]).starts_with("$0.00101 "));
        let unknown = cost(&table, priority, &[(Bucket::Output, 1)]);
        assert!(unknown.contains("no price for output (1) in the tier priority"), "{unknown}");
    }

    #[test]
    fn a_batch_of_a_model_with_an_own_price_is_not_discounted_by_itself() {
        let table =
            table("[[price]]\nprovider = 'openai'\nmodel = 'gpt-4o'\ninput_mtok = 1\n").unwrap();
        let query = Query::new("gpt-4o", 0).provider("openai").tier(&ServiceTier::Batch);
        assert!(cost(&table, query, &[(Bucket::Input, 1)]).contains("no price for the tier batch"));
    }

    #[test]
    fn mistakes_are_refused_with_place_and_what_is_accepted() {
        for (toml, expected) in [
            (
                "[[price]]\nmodel = 'm'\ninput_mtok = 1\n[[price]]\nmodel = 'm'\ninptu_mtok = 1",
                "line 4",
            ),
            (
                "[[price]]\nmodel = 'm'\nprise = 1",
                "unknown key `prise`; accepted are provider, model",
            ),
            ("[[price]]\nmodel = 'm'\ninput_mtok = true", "dollars such as 1.25"),
            (
                "[[price]]\nmodel = 'm'\ninput_mtok = -1",
                "[[price]] 1 (m): input_mtok: a price is not negative",
            ),
            (
                "[[price]]\nmodel = 'm'\ninput_mtok = 'free'",
                "[[price]] 1 (m): input_mtok: a price is a decimal",
            ),
            ("[[price]]\nmodel = 'm'\ninput_mtok = nan", "a price is a decimal number"),
            ("[[price]]\ninput_mtok = 1", "neither `model` nor `match`"),
            ("[[price]]\nmodel = 'm'\nmatch = { equals = 'm' }\ninput_mtok = 1", "keep one"),
            ("[[price]]\nmodel = 'm'", "has no price; give one of input_mtok"),
            (
                "[[price]]\nmodel = 'm'\ninput_mtok = 1\nstart_date = '2026-02-30'",
                "accepted are start_date",
            ),
            ("[[price]]\nmodel = 'm'\ninput_mtok = 1\nstart_time = '10:00'", "with end_time"),
            ("[[price]]\nmodel = 'm'\ntier.default = { input_mtok = 1 }", "tier `standard`"),
            ("[[price]]\nmatch = { like = 'm' }\ninput_mtok = 1", "starts_with"),
            ("[[price]]\nmatch = { regex = '(' }\ninput_mtok = 1", "regex"),
            (
                "[[price]]\nmodel = 'm'\ninput_mtok = 1\n[[price]]\nmodel = 'M'\ninput_mtok = 2",
                "priced twice",
            ),
        ] {
            let error = table(toml).unwrap_err();
            assert!(error.contains(expected), "{toml}\n{error}");
        }
    }

    #[test]
    fn the_version_tells_tables_apart() {
        let one = table("[[price]]\nmodel = 'm'\ninput_mtok = 1").unwrap();
        let two = table("[[price]]\nmodel = 'm'\ninput_mtok = 2").unwrap();
        let again = table("[[price]]\nmodel = 'm'\ninput_mtok = 1").unwrap();
        assert_ne!(one.version(), two.version());
        assert_eq!(one.version(), again.version());
        assert!(one.version().starts_with(&**PriceTable::embedded().version()));
    }
}
