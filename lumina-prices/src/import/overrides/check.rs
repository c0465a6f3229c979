//! Judges what users set, and makes rows of it.

use super::PriceOverride;
use crate::rate::RateError;
use crate::table::clause::Clause;
use crate::table::condition::{Condition, Date, parse_time};
use crate::table::key::PriceKey;
use crate::table::rates::Rates;
use crate::table::{Origin, Override, PriceRow, PriceTableError, Prices, ServiceTier, Sheet};
use std::sync::Arc;

impl PriceOverride {
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
        let wrong = |(key, source): (PriceKey, RateError)| PriceTableError::Price {
            place: place.clone(),
            key: key.name(),
            source,
        };
        let standard = Rates::read(&name, &self.prices).map_err(wrong)?;
        let mut tiers = Vec::with_capacity(self.tiers.len());
        for (tier, figures) in &self.tiers {
            match ServiceTier::parse(tier) {
                ServiceTier::Standard => {
                    return Err(refuse("has a tier `standard`; its prices stand beside `model`"));
                }
                tier => {
                    let rates = Rates::read_tier(&name, figures, &standard).map_err(wrong)?;
                    tiers.push((tier, rates));
                }
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
        let sheet = Sheet { row: Arc::new(row), prices: Prices::Known(standard), tiers };
        Ok(Override { provider, clause, name: name.into(), sheet })
    }
}
