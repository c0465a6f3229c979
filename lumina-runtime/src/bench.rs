//! State that policies share, for the benchmarks, which measure it apart from spans and calls.

use crate::policy::breaker::{self, BreakerConfig};
use crate::policy::budget::{self, Cost, DEFAULT_CAPACITY};
use crate::policy::timer;

/// The time, by the clock that policies go by.
pub fn clock() -> std::time::Instant {
    timer::now()
}

/// A closed circuit.
#[derive(Debug)]
pub struct Breaker(breaker::Breaker);

impl Default for Breaker {
    fn default() -> Self {
        Breaker(breaker::Breaker::new(BreakerConfig::DEFAULT))
    }
}

impl Breaker {
    /// What a successful attempt asks of it: to be let through, and to be counted. With the clock.
    pub fn check(&self) -> bool {
        let admitted = self.0.admit(timer::now);
        admitted.is_ok_and(|permit| {
            permit.success(timer::now());
            true
        })
    }
}

/// A budget for retries.
#[derive(Debug)]
pub struct Budget(budget::Budget);

impl Default for Budget {
    fn default() -> Self {
        Budget(budget::Budget::new(DEFAULT_CAPACITY))
    }
}

impl Budget {
    /// What a call asks of it that succeeds at once.
    pub fn earn(&self) {
        self.0.earn();
    }

    /// What a call asks of it that succeeds with a retry.
    pub fn retry(&self) -> bool {
        let paid = self.0.try_spend(Cost::Retry);
        if paid {
            self.0.refund(Cost::Retry);
        }
        paid
    }
}
