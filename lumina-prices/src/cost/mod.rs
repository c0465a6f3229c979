//! Cost: usage times prices, exact, with the row that made it.
//!
//! Owns the sum and its roll-up. The prices belong to [`table`](crate::table), the counts to
//! [`usage`](crate::usage).

mod total;
mod unknown;

pub use total::CostTotal;
pub use unknown::CostUnknown;

use crate::money::Money;
use crate::rate::Rate;
use crate::table::rates::Rates;
use crate::table::tier::{Discount, discount};
use crate::table::{Origin, PriceRow, PriceTable, Prices, Query, ServiceTier, Sheet};
use crate::usage::{Bucket, Usage};
use std::sync::Arc;

/// What a call cost, exact, and by which price.
///
/// # Examples
///
/// ```
/// use lumina_prices::{Bucket, PriceTable, Query, Usage};
///
/// let usage = Usage::new().with(Bucket::Input, 200)?.with(Bucket::CacheRead, 800)?;
/// let table = PriceTable::embedded();
/// let cost = table.cost(&Query::new("gpt-4o", 0), &usage)?;
/// assert_eq!(cost.of(Bucket::Input).to_string(), "$0.0005"); // 200 x 2.50
/// assert_eq!(cost.of(Bucket::CacheRead).to_string(), "$0.001"); // 800 x 1.25
/// assert_eq!(cost.total().to_string(), "$0.0015");
/// assert_eq!(cost.table_version(), table.version());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cost {
    total: Money,
    by_bucket: [Money; Bucket::COUNT],
    row: Arc<PriceRow>,
    table_version: Arc<str>,
    tier: ServiceTier,
}

impl Cost {
    /// The sum of all buckets.
    pub const fn total(&self) -> Money {
        self.total
    }

    /// What one bucket cost.
    pub const fn of(&self, bucket: Bucket) -> Money {
        self.by_bucket[bucket as usize]
    }

    /// Which price it was.
    pub const fn row(&self) -> &Arc<PriceRow> {
        &self.row
    }

    /// Which table the price was in.
    pub const fn table_version(&self) -> &Arc<str> {
        &self.table_version
    }

    /// Which tier's price it was.
    pub const fn tier(&self) -> &ServiceTier {
        &self.tier
    }
}

impl PriceTable {
    /// What `usage`, that of one call, costs at the prices that `query` finds.
    ///
    /// Add costs rather than usages: the context tier of a call is that of its own input.
    /// Every token of a call is charged at the rate of the highest context tier below its input.
    /// A row's own prices for the tier are used where it has them, else a fraction of the standard
    /// prices where the provider states one for the whole tier. Searches and requests without a
    /// price are free; tokens without one make the cost unknown.
    ///
    /// # Errors
    ///
    /// Where any part of the cost is not known. There is no cost with a part missing.
    pub fn cost(&self, query: &Query<'_>, usage: &Usage) -> Result<Cost, CostUnknown> {
        let (sheet, provider) = self.sheet(query)?;
        let (rates, discount) = prices(sheet, provider, query.tier)?;
        // A fee for an event is the same in every tier, unless the tier has one of its own.
        let fee = |bucket| match &sheet.prices {
            Prices::Known(standard) => standard.at(bucket, 0).unwrap_or(Rate::FREE),
            Prices::Foreign(_) => Rate::FREE,
        };
        let context_tokens = usage.input_tokens();
        let mut by_bucket = [Money::ZERO; Bucket::COUNT];
        let mut total = Money::ZERO;
        for (bucket, count) in usage.iter() {
            let rate = match rates.at(bucket, context_tokens) {
                Some(rate) => discounted(rate, bucket, discount),
                None if bucket.is_tokens() => None,
                None => Some(fee(bucket)),
            };
            let rate = rate.ok_or_else(|| CostUnknown::Bucket {
                row: Arc::clone(&sheet.row),
                bucket,
                count,
                tier: query.tier.clone(),
            })?;
            let amount = rate * count;
            by_bucket[bucket as usize] = amount;
            total += amount;
        }
        Ok(Cost {
            total,
            by_bucket,
            row: Arc::clone(&sheet.row),
            table_version: Arc::clone(self.version()),
            tier: query.tier.clone(),
        })
    }
}

/// The prices of a row in a tier, and the fraction of them that is asked for.
fn prices<'a>(
    sheet: &'a Sheet,
    provider: Option<&str>,
    tier: &ServiceTier,
) -> Result<(&'a Rates, Option<Discount>), CostUnknown> {
    let standard = || match &sheet.prices {
        Prices::Known(rates) => Ok(rates),
        Prices::Foreign(key) => {
            Err(CostUnknown::Foreign { row: Arc::clone(&sheet.row), key: key.clone() })
        }
    };
    if *tier == ServiceTier::Standard {
        return Ok((standard()?, None));
    }
    if let Some((_, rates)) = sheet.tiers.iter().find(|(own, _)| own == tier) {
        return Ok((rates, None));
    }
    // A provider's fraction is one of its own list prices, not of what a user has negotiated.
    let listed = sheet.row.origin == Origin::GenaiPrices;
    match provider.filter(|_| listed).and_then(|provider| discount(provider, tier)) {
        Some(discount) => Ok((standard()?, Some(discount))),
        None => Err(CostUnknown::Tier { row: Arc::clone(&sheet.row), tier: tier.clone() }),
    }
}

/// The rate with the fraction of a tier; none for cached tokens that the fraction is not for.
fn discounted(rate: Rate, bucket: Bucket, discount: Option<Discount>) -> Option<Rate> {
    match discount {
        Some(discount) if bucket.is_cache() && !discount.of_cache => None,
        Some(discount) if bucket.is_tokens() => {
            Some(rate.scaled(discount.numerator, discount.denominator))
        }
        _ => Some(rate),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(counts: &[(Bucket, u64)]) -> Usage {
        counts
            .iter()
            .fold(Usage::new(), |usage, &(bucket, count)| usage.with(bucket, count).unwrap())
    }

    fn cost(query: Query<'_>, counts: &[(Bucket, u64)]) -> String {
        match PriceTable::embedded().cost(&query, &usage(counts)) {
            Ok(cost) => cost.total().to_string(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_batch_costs_half_but_its_searches_do_not() {
        let query = Query::new("claude-haiku-4-5", 0).provider("anthropic");
        let counts = [(Bucket::Input, 1_000_000), (Bucket::WebSearches, 100)];
        assert_eq!(cost(query, &counts), "$2.00", "1 dollar and 100 searches at a cent");
        assert_eq!(cost(query.tier(&ServiceTier::Batch), &counts), "$1.50");
    }

    #[test]
    fn a_tier_without_a_price_has_no_cost() {
        let query = Query::new("gpt-4o", 0).tier(&ServiceTier::Priority);
        let text = cost(query, &[(Bucket::Input, 1)]);
        assert_eq!(text, "openai/gpt-4o has no price for the tier priority");
    }

    #[test]
    fn cached_tokens_of_a_batch_are_unknown_where_only_the_rest_is_stated() {
        let query = Query::new("gemini-2.5-flash", 0).tier(&ServiceTier::Batch);
        assert_eq!(cost(query, &[(Bucket::Input, 1_000_000)]), "$0.15");
        let text = cost(query, &[(Bucket::CacheRead, 5)]);
        assert_eq!(
            text,
            "google/gemini-2.5-flash has no price for cache_read (5) in the tier batch"
        );
    }

    #[test]
    fn output_of_a_model_without_a_price_for_output_is_unknown() {
        let query = Query::new("text-embedding-3-small", 0).provider("openai");
        assert_eq!(cost(query, &[(Bucket::Input, 1_000_000)]), "$0.02");
        assert!(cost(query, &[(Bucket::Output, 1)]).contains("no price for output (1)"));
    }

    #[test]
    fn every_bucket_at_the_largest_count_still_adds_up() {
        let counts: Vec<_> =
            Bucket::ALL.into_iter().map(|bucket| (bucket, crate::usage::MAX_COUNT)).collect();
        let usage = usage(&counts);
        for bucket in [Bucket::Input, Bucket::Output] {
            let cost = PriceTable::embedded().cost(&Query::new("gpt-realtime", 0), &usage).unwrap();
            assert!(cost.of(bucket) > Money::ZERO);
            let sum: Money = Bucket::ALL.into_iter().map(|bucket| cost.of(bucket)).sum();
            assert_eq!(sum, cost.total());
        }
    }
}
