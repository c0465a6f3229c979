//! A plan in words, for the inventory.

#[cfg(feature = "cache")]
use super::cache::CachePlan;
use super::limit::LimitPlan;
use super::plan::{BreakerPlan, BudgetPlan, FallbackPlan, Plan};
use super::settings::Settings;
use crate::inventory::Policy;
use crate::policy::hedge::Hedge;
use crate::policy::limit::concurrency::Concurrency;
use crate::policy::limit::rate::Rate;
use crate::policy::retry::Retry;
use std::time::Duration;

impl Plan {
    /// The policies from the outermost to the innermost, with the values in force, overrides at run
    /// time included.
    pub(crate) fn described(&'static self) -> Vec<Policy> {
        // Destructured, so that no policy is forgotten.
        let Plan {
            site: _,
            attempt: _,
            fallback: _,
            retry,
            budget,
            attempt_timeout,
            total_timeout,
            hedge,
            breaker,
            limit,
            #[cfg(feature = "cache")]
            cache,
            fallbacks,
            overrides,
        } = self;
        let overrides = overrides.get();
        let (retry, attempt_timeout, total_timeout, hedge) = match overrides.as_deref() {
            None => (retry, attempt_timeout, total_timeout, hedge),
            Some(own) => (&own.retry, &own.attempt_timeout, &own.total_timeout, &own.hedge),
        };
        let mut policies = Vec::new();
        #[cfg(feature = "cache")]
        policies.extend(cache.as_ref().map(caching));
        let steps = fallbacks.iter().enumerate().filter_map(|(at, plan)| {
            let own = overrides.as_ref().and_then(|own| own.fallbacks.get(at));
            let timeout = own.map_or(plan.timeout, |own| own.timeout);
            let on = own.is_none_or(|own| own.enabled);
            on.then(|| fallback(at, &FallbackPlan { timeout, ..*plan }))
        });
        policies.extend(steps);
        if attempt_timeout.is_some() || total_timeout.is_some() {
            let timeout = Policy::new("timeout")
                .set_some("total", total_timeout.map(time))
                .set_some("attempt", attempt_timeout.map(time));
            policies.push(timeout);
        }
        policies.extend((retry.max.get() > 1).then(|| retrying(retry, budget)));
        policies.extend(hedge.as_ref().map(hedging));
        let on = |is_on: fn(&Settings) -> bool| overrides.as_deref().is_none_or(is_on);
        policies.extend(breaker.as_ref().filter(|_| on(|own| own.breaker)).map(circuit));
        policies.extend(limits(
            limit,
            limit.rate().filter(|_| on(|own| own.rate)),
            limit.places().filter(|_| on(|own| own.concurrency)),
        ));
        policies
    }
}

fn fallback(at: usize, plan: &FallbackPlan) -> Policy {
    let FallbackPlan { name, level, timeout } = plan;
    let number = (at + 1).to_string();
    Policy::new("fallback")
        .set("name", name)
        .set("level", level.unwrap_or(&number))
        .set_some("timeout", timeout.map(time))
}

fn retrying(retry: &Retry, budget: &BudgetPlan) -> Policy {
    let Retry { max, backoff, retry_after } = retry;
    let budget = match budget {
        BudgetPlan::Off => "off",
        BudgetPlan::Own(_) => "own",
        BudgetPlan::Named(name, _) => name,
    };
    let (schedule, base, factor) = backoff.schedule();
    Policy::new("retry")
        .set("max", max)
        .set("backoff", schedule)
        .set_some("base", base.map(time))
        .set_some("factor", factor)
        .set("max_delay", time(backoff.max_delay()))
        .set("jitter", backoff.jitter().as_str())
        .set("budget", budget)
        .set("retry_after", if *retry_after { "on" } else { "off" })
}

#[cfg(feature = "cache")]
fn caching(plan: &CachePlan) -> Policy {
    Policy::new("cache")
        .set("capacity", plan.capacity())
        .set_some("ttl", plan.ttl().map(time))
        .set("single_flight", if plan.single_flight { "on" } else { "off" })
}

fn hedging(hedge: &Hedge) -> Policy {
    let Hedge { max, after } = hedge;
    Policy::new("hedge").set("after", time(*after)).set("max", max)
}

fn circuit(plan: &BreakerPlan) -> Policy {
    let config = plan.config;
    Policy::new("breaker")
        .set("name", plan.name)
        .set("rate", config.rate)
        .set("min_calls", config.min_calls)
        .set("window", time(config.window))
        .set("open", time(config.open))
        .set("half_open", config.half_open)
}

fn limits(
    plan: &LimitPlan,
    rate: Option<&Rate>,
    concurrency: Option<&Concurrency>,
) -> Option<Policy> {
    if rate.is_none() && concurrency.is_none() {
        return None;
    }
    let mut policy = Policy::new("limit").set_some("name", plan.name());
    if let Some(config) = rate.map(Rate::config) {
        policy = policy
            .set_some("requests_per_minute", config.requests_per_minute)
            .set_some("tokens_per_minute", config.tokens_per_minute);
    }
    if let Some((permits, queue)) = concurrency.map(Concurrency::numbers) {
        policy = policy.set("concurrency", permits).set("queue", queue);
    }
    Some(policy)
}

/// As an attribute would have it: `500ms`, `1.5s`, `250us`.
fn time(time: Duration) -> String {
    format!("{time:?}").replace('µ', "u")
}
