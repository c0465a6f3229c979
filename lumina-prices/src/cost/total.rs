//! Costs of many calls together.

use super::{Cost, CostUnknown};
use crate::money::Money;
use crate::usage::Bucket;
use std::iter::Sum;
use std::ops::{Add, AddAssign};

/// The cost of any number of calls, and of how many more it is not known.
///
/// Adds exactly: whatever the tree of calls, the root's total is the sum of its leaves.
///
/// # Examples
///
/// ```
/// use lumina_prices::{Bucket, CostTotal, CostUnknown, PriceTable, Query, Usage};
///
/// let usage = Usage::new().with(Bucket::Output, 3)?;
/// let table = PriceTable::embedded();
/// let mut total = CostTotal::default();
/// total += &table.cost(&Query::new("gpt-4o", 0), &usage);
/// total += &table.cost(&Query::new("gpt-4o-mini", 0), &usage);
/// total += &table.cost(&Query::new("my-model", 0), &usage);
///
/// assert_eq!(total.total().to_string(), "$0.0000318"); // 3 x 10 + 3 x 0.60 a million
/// assert_eq!((total.calls_priced(), total.calls_unknown()), (2, 1));
/// # Ok::<(), lumina_prices::InvalidUsage>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CostTotal {
    total: Money,
    by_bucket: [Money; Bucket::COUNT],
    calls_priced: u64,
    calls_unknown: u64,
}

impl CostTotal {
    /// The sum of the costs that are known.
    pub const fn total(&self) -> Money {
        self.total
    }

    /// What one bucket cost.
    pub const fn of(&self, bucket: Bucket) -> Money {
        self.by_bucket[bucket as usize]
    }

    /// How many calls the sum is of.
    pub const fn calls_priced(&self) -> u64 {
        self.calls_priced
    }

    /// How many calls are not in the sum. Above zero, the total is a lower bound.
    pub const fn calls_unknown(&self) -> u64 {
        self.calls_unknown
    }
}

impl From<&Cost> for CostTotal {
    fn from(cost: &Cost) -> Self {
        let Cost { total, by_bucket, .. } = *cost;
        Self { total, by_bucket, calls_priced: 1, calls_unknown: 0 }
    }
}

impl From<&CostUnknown> for CostTotal {
    fn from(_: &CostUnknown) -> Self {
        Self { calls_unknown: 1, ..Self::default() }
    }
}

impl AddAssign<&CostTotal> for CostTotal {
    fn add_assign(&mut self, other: &Self) {
        self.total += other.total;
        for (amount, more) in self.by_bucket.iter_mut().zip(other.by_bucket) {
            *amount += more;
        }
        // OK to saturate: nobody makes 2^64 calls.
        self.calls_priced = self.calls_priced.saturating_add(other.calls_priced);
        self.calls_unknown = self.calls_unknown.saturating_add(other.calls_unknown);
    }
}

impl AddAssign<&Cost> for CostTotal {
    fn add_assign(&mut self, cost: &Cost) {
        *self += &Self::from(cost);
    }
}

impl AddAssign<&Result<Cost, CostUnknown>> for CostTotal {
    fn add_assign(&mut self, cost: &Result<Cost, CostUnknown>) {
        match cost {
            Ok(cost) => *self += cost,
            Err(unknown) => *self += &Self::from(unknown),
        }
    }
}

impl Add for CostTotal {
    type Output = Self;
    fn add(mut self, other: Self) -> Self {
        self += &other;
        self
    }
}

impl Sum for CostTotal {
    fn sum<I: Iterator<Item = Self>>(totals: I) -> Self {
        totals.fold(Self::default(), Add::add)
    }
}
