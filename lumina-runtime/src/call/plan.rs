//! The policies of a function, as the macro writes them down.

#[cfg(feature = "cache")]
use super::cache::CachePlan;
use super::limit::LimitPlan;
use super::settings::Overrides;
use crate::policy::backoff::Backoff;
use crate::policy::breaker::{Breaker, BreakerConfig};
use crate::policy::budget::Budget;
use crate::policy::hedge::Hedge;
use crate::policy::limit::rate::RateConfig;
use crate::policy::retry::Retry;
use crate::span::Site;
use std::num::NonZeroU32;
use std::sync::OnceLock;
use std::time::Duration;

/// Keys of an attempt's span, in the order in which the engine gives their values.
pub const ATTEMPT_KEYS: &[&str] = &[
    crate::names::RETRY_ATTEMPT,
    crate::names::RETRY_MAX,
    crate::names::RETRY_DELAY_MS,
    crate::names::TIMEOUT_MS,
    crate::names::LIMIT_WAIT_MS,
    crate::names::LIMIT_TOKENS_RESERVED,
];

/// Keys of the span of an attempt's leg, where an attempt may have several.
pub const HEDGED_ATTEMPT_KEYS: &[&str] = &[
    crate::names::RETRY_ATTEMPT,
    crate::names::RETRY_MAX,
    crate::names::RETRY_DELAY_MS,
    crate::names::TIMEOUT_MS,
    crate::names::LIMIT_WAIT_MS,
    crate::names::LIMIT_TOKENS_RESERVED,
    crate::names::HEDGE_LEG,
];

/// Keys of a fallback's span, in the order in which the engine gives their values.
pub const FALLBACK_KEYS: &[&str] = &[
    crate::names::FALLBACK_NAME,
    crate::names::FALLBACK_LEVEL,
    crate::names::FALLBACK_REASON,
    crate::names::TIMEOUT_MS,
];

/// One `#[fallback]`.
#[derive(Clone, Copy, Debug)]
pub struct FallbackPlan {
    /// What is called, or what the user names it.
    pub name: &'static str,
    /// What the user calls the level; its number, counted from 1, where there is none.
    pub level: Option<&'static str>,
    /// How long it may take.
    pub timeout: Option<Duration>,
}

/// No retry.
pub(super) const ONE_ATTEMPT: Retry =
    Retry { max: NonZeroU32::MIN, backoff: Backoff::DEFAULT, retry_after: true };

/// Which budget a function's retries and hedges are paid from.
pub(super) enum BudgetPlan {
    Off,
    Own(Budget),
    Named(&'static str, OnceLock<&'static Budget>),
}

pub(super) struct BreakerPlan {
    pub(super) name: &'static str,
    pub(super) config: BreakerConfig,
    pub(super) own: Breaker,
    pub(super) shared: Option<OnceLock<&'static Breaker>>,
}

/// The policies of one function; a static beside it.
pub struct Plan {
    pub(super) site: &'static Site,
    pub(super) attempt: &'static Site,
    pub(super) fallback: &'static Site,
    pub(super) retry: Retry,
    pub(super) budget: BudgetPlan,
    pub(super) attempt_timeout: Option<Duration>,
    pub(super) total_timeout: Option<Duration>,
    pub(super) hedge: Option<Hedge>,
    pub(super) breaker: Option<BreakerPlan>,
    pub(super) limit: LimitPlan,
    #[cfg(feature = "cache")]
    pub(super) cache: Option<CachePlan>,
    pub(super) fallbacks: &'static [FallbackPlan],
    /// What a file says instead.
    pub(super) overrides: Overrides,
}

impl Plan {
    /// No policy: one attempt. The sites are those of the operation, its attempts, its fallbacks.
    pub const fn new(site: &'static Site, attempt: &'static Site, fallback: &'static Site) -> Plan {
        Plan {
            site,
            attempt,
            fallback,
            retry: ONE_ATTEMPT,
            budget: BudgetPlan::Off,
            attempt_timeout: None,
            total_timeout: None,
            hedge: None,
            breaker: None,
            limit: LimitPlan::NONE,
            #[cfg(feature = "cache")]
            cache: None,
            fallbacks: &[],
            overrides: Overrides::none(),
        }
    }

    /// Retries, paid from a budget of the function's own.
    #[must_use]
    pub const fn retry(mut self, retry: Retry) -> Plan {
        self.retry = retry;
        self.budget_own()
    }

    /// Retries and hedges are paid from a budget of the function's own.
    #[must_use]
    pub const fn budget_own(mut self) -> Plan {
        std::mem::forget(std::mem::replace(
            &mut self.budget,
            BudgetPlan::Own(Budget::new(crate::policy::budget::DEFAULT_CAPACITY)),
        ));
        self
    }

    /// Retries and hedges cost nothing.
    #[must_use]
    pub const fn budget_off(mut self) -> Plan {
        std::mem::forget(std::mem::replace(&mut self.budget, BudgetPlan::Off));
        self
    }

    /// Retries and hedges are paid from a budget that others share.
    #[must_use]
    pub const fn budget_named(mut self, name: &'static str) -> Plan {
        let named = BudgetPlan::Named(name, OnceLock::new());
        std::mem::forget(std::mem::replace(&mut self.budget, named));
        self
    }

    /// Bounds each attempt.
    #[must_use]
    pub const fn attempt_timeout(mut self, limit: Duration) -> Plan {
        self.attempt_timeout = Some(limit);
        self
    }

    /// Bounds all attempts, with the waits between them.
    #[must_use]
    pub const fn total_timeout(mut self, limit: Duration) -> Plan {
        self.total_timeout = Some(limit);
        self
    }

    /// Makes further calls beside one that is slow, or after one that failed.
    #[must_use]
    pub const fn hedge(mut self, hedge: Hedge) -> Plan {
        self.hedge = Some(hedge);
        self
    }

    /// Does not call what keeps failing. `name` is shown; the state is the function's own.
    #[must_use]
    pub const fn breaker(mut self, name: &'static str, config: BreakerConfig) -> Plan {
        let plan = BreakerPlan { name, config, own: Breaker::new(config), shared: None };
        std::mem::forget(self.breaker.replace(plan));
        self
    }

    /// As [`breaker`](Self::breaker), with a state that all functions with this name share.
    #[must_use]
    pub const fn breaker_named(mut self, name: &'static str, config: BreakerConfig) -> Plan {
        let shared = Some(OnceLock::new());
        let plan = BreakerPlan { name, config, own: Breaker::new(config), shared };
        std::mem::forget(self.breaker.replace(plan));
        self
    }

    /// Lets so many attempts run at once, and so many wait.
    #[must_use]
    pub const fn concurrency(mut self, permits: u32, queue: u32) -> Plan {
        self.limit.set_places(permits, queue);
        self
    }

    /// Lets so many attempts, or tokens, through a minute.
    #[must_use]
    pub const fn rate(mut self, config: RateConfig) -> Plan {
        self.limit.set_rate(config);
        self
    }

    /// Shares the limits with all functions that have this name for them.
    #[must_use]
    pub const fn limit_named(mut self, name: &'static str) -> Plan {
        self.limit.set_name(name);
        self
    }

    /// The longest wait for one of the places of [`concurrency`](Self::concurrency).
    #[must_use]
    pub const fn max_wait(mut self, longest: Duration) -> Plan {
        self.limit.max_wait = Some(longest);
        self
    }

    /// Keeps so many values, each for so long; with `single_flight` calls for the same value at the
    /// same time are one.
    #[cfg(feature = "cache")]
    #[must_use]
    pub const fn cache(
        mut self,
        capacity: NonZeroU32,
        ttl: Option<Duration>,
        single_flight: bool,
    ) -> Plan {
        let cache = CachePlan::new(capacity.get(), ttl, single_flight);
        std::mem::forget(self.cache.replace(cache));
        self
    }

    /// What to do when all attempts have failed, in this order.
    #[must_use]
    pub const fn fallbacks(mut self, fallbacks: &'static [FallbackPlan]) -> Plan {
        self.fallbacks = fallbacks;
        self
    }

    pub(super) fn budget(&'static self) -> Option<&'static Budget> {
        match &self.budget {
            BudgetPlan::Off => None,
            BudgetPlan::Own(budget) => Some(budget),
            BudgetPlan::Named(name, found) => Some(found.get_or_init(|| Budget::named(name))),
        }
    }

    /// The breaker and its name.
    pub(super) fn circuit(&'static self) -> Option<(&'static str, &'static Breaker)> {
        let plan = self.breaker.as_ref()?;
        let breaker = match &plan.shared {
            None => &plan.own,
            Some(found) => found.get_or_init(|| Breaker::named(plan.name, plan.config)),
        };
        Some((plan.name, breaker))
    }

    /// Whether something may stand in the way of an attempt.
    #[inline]
    pub(super) fn is_guarded(&self) -> bool {
        self.breaker.is_some() || self.limit.is_some()
    }

    /// What its limit is called in errors.
    pub(super) fn limit_name(&'static self) -> &'static str {
        self.limit.name().unwrap_or_else(|| self.name())
    }

    /// What the operation is called, in errors and spans.
    pub(super) fn name(&'static self) -> &'static str {
        self.site.metadata().name()
    }
}

impl std::fmt::Debug for Plan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Plan").field("site", &self.site).finish_non_exhaustive()
    }
}
