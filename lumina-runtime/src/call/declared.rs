//! What the attributes of a function say, for whoever sets something else in its place.

use super::plan::{BudgetPlan, FallbackPlan, ONE_ATTEMPT, Plan};
use super::settings::{FallbackSettings, Settings};
use crate::policy::breaker::BreakerConfig;
use crate::policy::budget::Budget;
use crate::policy::hedge::Hedge;
use crate::policy::limit::rate::RateConfig;
use crate::policy::retry::Retry;
use std::sync::Arc;
use std::time::Duration;

/// What a function's attributes say, as far as a file can change it.
#[derive(Clone, Debug)]
pub(crate) struct Declared {
    pub(crate) name: &'static str,
    /// `None`: one attempt, without a loop for others.
    pub(crate) retry: Option<Retry>,
    pub(crate) budget: Option<&'static Budget>,
    /// The name under which the budget is shared.
    pub(crate) budget_name: Option<&'static str>,
    pub(crate) attempt_timeout: Option<Duration>,
    pub(crate) total_timeout: Option<Duration>,
    pub(crate) hedge: Option<Hedge>,
    pub(crate) numbers: Numbers,
    /// The longest wait for a place.
    pub(crate) max_wait: Option<Duration>,
    /// The name under which limits are shared.
    pub(crate) limit_name: Option<&'static str>,
    /// The name under which the circuit is shared.
    pub(crate) circuit_name: Option<&'static str>,
    pub(crate) fallbacks: &'static [FallbackPlan],
}

/// The numbers of what the calls of a function share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Numbers {
    pub(crate) breaker: Option<BreakerConfig>,
    /// How many calls run at once, and how many wait.
    pub(crate) concurrency: Option<(u32, u32)>,
    pub(crate) rate: Option<RateConfig>,
    /// For how many values a cache has room, and for how long it keeps each.
    pub(crate) cache: Option<(u32, Option<Duration>)>,
}

impl Settings {
    /// Those of the attributes.
    pub(crate) fn of(declared: &Declared) -> Self {
        let step = |step: &FallbackPlan| FallbackSettings { enabled: true, timeout: step.timeout };
        Settings {
            retry: declared.retry.unwrap_or(ONE_ATTEMPT),
            budget: declared.budget,
            attempt_timeout: declared.attempt_timeout,
            total_timeout: declared.total_timeout,
            hedge: declared.hedge,
            breaker: true,
            cache: true,
            concurrency: true,
            rate: true,
            max_wait: declared.max_wait,
            fallbacks: declared.fallbacks.iter().map(step).collect(),
            faults: None,
        }
    }
}

impl Plan {
    /// What its attributes say.
    pub(crate) fn declared(&'static self) -> Declared {
        let breaker = self.breaker.as_ref();
        let (concurrency, rate) = self.limit.declared();
        let budget_name = match &self.budget {
            BudgetPlan::Off | BudgetPlan::Own(_) => None,
            BudgetPlan::Named(name, _) => Some(*name),
        };
        Declared {
            name: self.name(),
            retry: (self.retry.max.get() > 1).then_some(self.retry),
            budget: self.budget(),
            budget_name,
            attempt_timeout: self.attempt_timeout,
            total_timeout: self.total_timeout,
            hedge: self.hedge,
            numbers: Numbers {
                breaker: breaker.map(|plan| plan.config),
                concurrency,
                rate,
                cache: self.kept(),
            },
            max_wait: self.limit.max_wait,
            limit_name: self.limit.name(),
            circuit_name: breaker.filter(|plan| plan.shared.is_some()).map(|plan| plan.name),
            fallbacks: self.fallbacks,
        }
    }

    #[cfg(feature = "cache")]
    fn kept(&self) -> Option<(u32, Option<Duration>)> {
        let cache = self.cache.as_ref()?;
        Some((u32::try_from(cache.capacity()).unwrap_or(u32::MAX), cache.ttl()))
    }

    #[cfg(not(feature = "cache"))]
    fn kept(&self) -> Option<(u32, Option<Duration>)> {
        None
    }

    /// Sets what holds for the calls that begin from now on; `None`: what the attributes say.
    pub(crate) fn put(&self, settings: Option<Arc<Settings>>) {
        self.overrides.put(settings);
    }

    /// What holds in the place of the attributes.
    pub(crate) fn overridden(&self) -> Option<Arc<Settings>> {
        self.overrides.shared()
    }

    /// Changes the numbers of what calls share; the state stays.
    pub(crate) fn configure(&'static self, numbers: &Numbers) {
        if let (Some((_, breaker)), Some(config)) = (self.circuit(), numbers.breaker) {
            breaker.configure(config);
        }
        if let (Some(limit), Some((permits, queue))) = (self.limit.places(), numbers.concurrency) {
            limit.configure(permits, queue);
        }
        if let (Some(rate), Some(config)) = (self.limit.rate(), numbers.rate) {
            rate.configure(config);
        }
        #[cfg(feature = "cache")]
        if let (Some(cache), Some((capacity, ttl))) = (&self.cache, numbers.cache) {
            cache.configure(capacity, ttl);
        }
    }
}
