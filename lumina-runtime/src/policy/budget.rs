//! Retry budget: how much repeating a failing dependency may cost, over all calls together.
//!
//! A bucket of credit that retries spend and first-try successes fill again. While most calls fail,
//! it runs dry, and what is left is one attempt a call: retries cannot multiply an outage.

use super::registry::Named;
use super::sync::{AtomicU32, Ordering, const_unless_loom};

/// Credit that retries spend.
///
/// # Source
///
/// AWS SDK reference guide, "Retry behavior", standard mode: a bucket of 500; a retry costs 5, one
/// after a timeout 10; a success at the first try earns 1, a success of a retry gives back what that
/// retry cost.
#[derive(Debug)]
pub(crate) struct Budget {
    balance: AtomicU32,
    capacity: AtomicU32,
}

/// What a retry costs, by what went before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cost {
    /// An error.
    Retry,
    /// A timeout: the dearer sign of overload.
    Timeout,
}

impl Cost {
    pub(crate) const fn credit(self) -> u32 {
        match self {
            Cost::Retry => 5,
            Cost::Timeout => 10,
        }
    }
}

/// The bucket's size unless said otherwise: 100 retries.
pub(crate) const DEFAULT_CAPACITY: u32 = 500;

impl Budget {
    const_unless_loom! {
        /// A full bucket.
        pub(crate) fn new(capacity: u32) -> Self {
            Budget { balance: AtomicU32::new(capacity), capacity: AtomicU32::new(capacity) }
        }
    }

    /// The budget that all functions naming `name` share.
    pub(crate) fn named(name: &str) -> &'static Budget {
        static BUDGETS: Named<Budget> = Named::new();
        BUDGETS.get(name, || Budget::new(DEFAULT_CAPACITY))
    }

    /// Takes what a retry costs; false, and nothing taken, when there is not enough.
    pub(crate) fn try_spend(&self, cost: Cost) -> bool {
        let pay = |balance: u32| balance.checked_sub(cost.credit());
        self.balance.fetch_update(Ordering::Relaxed, Ordering::Relaxed, pay).is_ok()
    }

    /// Gives back what a retry cost: it has succeeded.
    pub(crate) fn refund(&self, cost: Cost) {
        self.add(cost.credit());
    }

    /// A call has succeeded at the first try.
    #[inline]
    pub(crate) fn earn(&self) {
        self.add(1);
    }

    #[inline]
    fn add(&self, credit: u32) {
        let capacity = self.capacity.load(Ordering::Relaxed);
        // A full bucket is only read, so that healthy calls share the cache line.
        let earn = |balance: u32| {
            (balance < capacity).then(|| balance.saturating_add(credit).min(capacity))
        };
        let _ = self.balance.fetch_update(Ordering::Relaxed, Ordering::Relaxed, earn);
    }

    /// What is left.
    pub(crate) fn balance(&self) -> u32 {
        self.balance.load(Ordering::Relaxed)
    }

    /// Changes the bucket's size. Credit above it is lost, credit below it must be earned.
    pub(crate) fn configure(&self, capacity: u32) {
        self.capacity.store(capacity, Ordering::Relaxed);
        self.balance.fetch_min(capacity, Ordering::Relaxed);
    }
}

#[cfg(all(test, not(lumina_loom)))]
mod tests {
    use super::*;
    use crate::policy::random;

    #[test]
    fn a_full_bucket_pays_for_a_hundred_retries_and_no_more() {
        let budget = Budget::new(DEFAULT_CAPACITY);
        assert_eq!((0..200).filter(|_| budget.try_spend(Cost::Retry)).count(), 100);
        assert_eq!(budget.balance(), 0);
    }

    #[test]
    fn a_refusal_takes_nothing() {
        let budget = Budget::new(9);
        assert!(!budget.try_spend(Cost::Timeout));
        assert_eq!(budget.balance(), 9);
    }

    #[test]
    fn credit_is_earned_up_to_the_capacity() {
        let budget = Budget::new(12);
        assert!(budget.try_spend(Cost::Timeout));
        budget.earn();
        assert_eq!(budget.balance(), 3);
        budget.refund(Cost::Timeout);
        assert_eq!(budget.balance(), 12);
    }

    #[test]
    fn a_name_is_one_budget() {
        assert!(std::ptr::eq(Budget::named("budget-test"), Budget::named("budget-test")));
        assert!(!std::ptr::eq(Budget::named("budget-test"), Budget::named("budget-other")));
    }

    /// Any sequence of steps against a model that adds and subtracts plain integers.
    #[test]
    fn the_balance_is_that_of_the_model_and_never_below_zero_or_above_the_capacity() {
        for capacity in [0, 1, 4, 5, 23, DEFAULT_CAPACITY] {
            let budget = Budget::new(capacity);
            let mut model = i64::from(capacity);
            for _ in 0..5_000 {
                let cost = if random::unit() < 0.5 { Cost::Retry } else { Cost::Timeout };
                let credit = i64::from(cost.credit());
                match random::unit() {
                    step if step < 0.5 => {
                        let paid = model >= credit;
                        model -= if paid { credit } else { 0 };
                        assert_eq!(budget.try_spend(cost), paid);
                    }
                    step if step < 0.6 => {
                        budget.refund(cost);
                        model = (model + credit).min(i64::from(capacity));
                    }
                    _ => {
                        budget.earn();
                        model = (model + 1).min(i64::from(capacity));
                    }
                }
                assert_eq!(i64::from(budget.balance()), model);
            }
        }
    }
}

#[cfg(all(test, lumina_loom))]
mod tests {
    use super::*;
    use loom::sync::Arc;
    use loom::thread;

    #[test]
    fn two_threads_never_spend_the_same_credit() {
        loom::model(|| {
            let budget = Arc::new(Budget::new(12));
            let other = thread::spawn({
                let budget = Arc::clone(&budget);
                move || {
                    budget.earn();
                    u32::from(budget.try_spend(Cost::Retry))
                }
            });
            let here = (0..2).map(|_| u32::from(budget.try_spend(Cost::Retry))).sum::<u32>();
            let paid = here + other.join().unwrap();
            assert_eq!(paid, 2, "12 and one earned pay for two");
            // Earned before anything was spent: the bucket was full, nothing was added.
            assert!([2, 3].contains(&budget.balance()), "{}", budget.balance());
        });
    }
}
