//! The numbers of breakers and limits, which calls share, and functions may.

use super::{Resolver, merged};
use crate::call::{Declared, Numbers};
use crate::config::values::Values;
use crate::policy::breaker::BreakerConfig;
use crate::policy::limit::rate::RateConfig;
use std::num::{NonZeroU32, NonZeroU64};

/// The name under which a function shares something.
type Name = fn(&Declared) -> Option<&'static str>;

impl Resolver<'_> {
    /// Those that hold for a function, where they differ from those of its attributes.
    pub(super) fn numbers(&self, declared: &Declared, values: &Values) -> Option<Numbers> {
        let own = declared.numbers;
        let circuit = self.shared(declared, |declared| declared.circuit_name);
        let limit = self.shared(declared, |declared| declared.limit_name);
        let circuit = circuit.as_ref().unwrap_or(values);
        let limit = limit.as_ref().unwrap_or(values);
        let numbers = Numbers {
            breaker: own.breaker.map(|config| breaker(config, circuit)),
            concurrency: own.concurrency.map(|(permits, queue)| {
                let count = |key, own| limit.count(key).unwrap_or(own);
                (count("limit.concurrency", permits), count("limit.queue", queue))
            }),
            rate: own.rate.map(|config| rate(config, limit)),
            cache: own.cache.map(|(capacity, ttl)| {
                let capacity = values.count("cache.capacity").unwrap_or(capacity);
                (capacity, values.time("cache.ttl").or(ttl))
            }),
        };
        (numbers != own).then_some(numbers)
    }

    /// What several functions share has one set of numbers: what is said of any of them is said of
    /// what they share.
    fn shared(&self, declared: &Declared, name: Name) -> Option<Values> {
        let shared = name(declared)?;
        let all = self.functions.iter().map(|function| &function.declared);
        let members: Vec<&str> =
            all.filter(|other| name(other) == Some(shared)).map(|other| other.name).collect();
        Some(merged(&self.document.rules, |rule| {
            members.iter().any(|name| rule.pattern.matches(name))
        }))
    }
}

fn breaker(own: BreakerConfig, values: &Values) -> BreakerConfig {
    BreakerConfig {
        rate: values.number("breaker.rate").unwrap_or(own.rate),
        min_calls: values.count("breaker.min_calls").unwrap_or(own.min_calls),
        window: values.time("breaker.window").unwrap_or(own.window),
        open: values.time("breaker.open").unwrap_or(own.open),
        half_open: values.count("breaker.half_open").unwrap_or(own.half_open),
    }
}

/// What is not limited by the attributes stays so.
fn rate(own: RateConfig, values: &Values) -> RateConfig {
    let requests = values.count("limit.requests_per_minute").and_then(NonZeroU32::new);
    let tokens = values.large_count("limit.tokens_per_minute").and_then(NonZeroU64::new);
    RateConfig {
        requests_per_minute: own.requests_per_minute.map(|own| requests.unwrap_or(own)),
        tokens_per_minute: own.tokens_per_minute.map(|own| tokens.unwrap_or(own)),
        max_wait: values.time("limit.max_wait").unwrap_or(own.max_wait),
    }
}
