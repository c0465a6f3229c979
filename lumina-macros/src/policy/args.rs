//! The arguments of the policies as they were written; nothing is judged yet.

use proc_macro2::Span;
use syn::Expr;

use crate::grammar::Keyed;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    Retry,
    Timeout,
    Fallback,
    Breaker,
    Limit,
    Hedge,
    Cache,
}

impl Kind {
    pub(crate) const ALL: &[Kind] = &[
        Kind::Retry,
        Kind::Timeout,
        Kind::Fallback,
        Kind::Breaker,
        Kind::Limit,
        Kind::Hedge,
        Kind::Cache,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Retry => "retry",
            Kind::Timeout => "timeout",
            Kind::Fallback => "fallback",
            Kind::Breaker => "breaker",
            Kind::Limit => "limit",
            Kind::Hedge => "hedge",
            Kind::Cache => "cache",
        }
    }

    pub(crate) fn of(word: &str) -> Option<Kind> {
        Kind::ALL.iter().copied().find(|kind| kind.name() == word)
    }
}

/// Every policy of one function, from siblings and from the long form.
#[derive(Default)]
pub(crate) struct PolicyArgs {
    pub(super) retry: Option<Keyed<RetryArgs>>,
    pub(super) timeout: Option<Keyed<TimeoutArgs>>,
    /// In the order in which they are tried.
    pub(super) fallbacks: Vec<Keyed<FallbackArgs>>,
    pub(super) breaker: Option<Keyed<BreakerArgs>>,
    pub(super) limit: Option<Keyed<LimitArgs>>,
    pub(super) hedge: Option<Keyed<HedgeArgs>>,
    pub(super) cache: Option<Keyed<CacheArgs>>,
}

impl PolicyArgs {
    /// One policy that is there, to stand for all of them in an error. The cache stands only for
    /// itself.
    pub(crate) fn first(&self) -> Option<(Kind, Span)> {
        self.all().next()
    }

    /// Each policy that is there, and where.
    pub(crate) fn all(&self) -> impl Iterator<Item = (Kind, Span)> + '_ {
        let one = |kind, key: Option<Span>| key.map(|key| (kind, key)).into_iter();
        one(Kind::Retry, self.retry.as_ref().map(|it| it.key))
            .chain(one(Kind::Timeout, self.timeout.as_ref().map(|it| it.key)))
            .chain(self.fallbacks.iter().map(|it| (Kind::Fallback, it.key)))
            .chain(one(Kind::Breaker, self.breaker.as_ref().map(|it| it.key)))
            .chain(one(Kind::Limit, self.limit.as_ref().map(|it| it.key)))
            .chain(one(Kind::Hedge, self.hedge.as_ref().map(|it| it.key)))
            .chain(one(Kind::Cache, self.cache.as_ref().map(|it| it.key)))
    }
}

#[derive(Default)]
pub(super) struct RetryArgs {
    pub(super) max: Option<Keyed<Expr>>,
    pub(super) backoff: Option<Keyed<Expr>>,
    pub(super) base: Option<Keyed<Expr>>,
    pub(super) factor: Option<Keyed<Expr>>,
    pub(super) max_delay: Option<Keyed<Expr>>,
    pub(super) jitter: Option<Keyed<Expr>>,
    pub(super) total: Option<Keyed<Expr>>,
    pub(super) when: Option<Keyed<Expr>>,
    pub(super) until: Option<Keyed<Expr>>,
    pub(super) budget: Option<Keyed<Expr>>,
    pub(super) retry_after: Option<Keyed<Expr>>,
    pub(super) span: Option<Keyed<Expr>>,
    pub(super) err: Option<Keyed<Expr>>,
}

#[derive(Default)]
pub(super) struct TimeoutArgs {
    /// An argument was refused: what is missing may have been meant by it.
    pub(super) spoiled: bool,
    pub(super) attempt: Option<Keyed<Expr>>,
    pub(super) total: Option<Keyed<Expr>>,
    pub(super) first: Option<Keyed<Expr>>,
    pub(super) idle: Option<Keyed<Expr>>,
    pub(super) err: Option<Keyed<Expr>>,
}

#[derive(Default)]
pub(super) struct FallbackArgs {
    /// An argument was refused: what is missing may have been meant by it.
    pub(super) spoiled: bool,
    /// `path`, `path(..)`, `self.method`, `self.method(..)`.
    pub(super) call: Option<Keyed<Expr>>,
    /// `value = ..`
    pub(super) value: Option<Keyed<Expr>>,
    pub(super) name: Option<Keyed<Expr>>,
    pub(super) when: Option<Keyed<Expr>>,
    pub(super) level: Option<Keyed<Expr>>,
    pub(super) timeout: Option<Keyed<Expr>>,
}

#[derive(Default)]
pub(super) struct BreakerArgs {
    pub(super) name: Option<Keyed<Expr>>,
    pub(super) rate: Option<Keyed<Expr>>,
    pub(super) min_calls: Option<Keyed<Expr>>,
    pub(super) window: Option<Keyed<Expr>>,
    pub(super) open: Option<Keyed<Expr>>,
    pub(super) half_open: Option<Keyed<Expr>>,
    pub(super) err: Option<Keyed<Expr>>,
}

#[derive(Default)]
pub(super) struct LimitArgs {
    /// An argument was refused: what is missing may have been meant by it.
    pub(super) spoiled: bool,
    pub(super) concurrency: Option<Keyed<Expr>>,
    pub(super) queue: Option<Keyed<Expr>>,
    pub(super) requests_per_minute: Option<Keyed<Expr>>,
    pub(super) tokens_per_minute: Option<Keyed<Expr>>,
    pub(super) cost: Option<Keyed<Expr>>,
    pub(super) used: Option<Keyed<Expr>>,
    pub(super) name: Option<Keyed<Expr>>,
    pub(super) max_wait: Option<Keyed<Expr>>,
    pub(super) err: Option<Keyed<Expr>>,
}

#[derive(Default)]
pub(super) struct HedgeArgs {
    /// An argument was refused: what is missing may have been meant by it.
    pub(super) spoiled: bool,
    pub(super) after: Option<Keyed<Expr>>,
    pub(super) max: Option<Keyed<Expr>>,
}

#[derive(Default)]
pub(super) struct CacheArgs {
    /// An argument was refused: what is missing may have been meant by it.
    pub(super) spoiled: bool,
    pub(super) key: Option<Keyed<Expr>>,
    pub(super) ttl: Option<Keyed<Expr>>,
    pub(super) capacity: Option<Keyed<Expr>>,
    pub(super) single_flight: Option<Keyed<()>>,
}
