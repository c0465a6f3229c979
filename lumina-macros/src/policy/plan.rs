//! Checked policies: every value in range and free of conflicts, expansion cannot fail.

use proc_macro2::{Span, TokenStream};
use syn::spanned::Spanned;
use syn::{Expr, Ident};

use super::args::Kind;
use crate::grammar::duration::Time;

pub(crate) struct PolicyPlan {
    pub(crate) interruptions: Interruptions,
    /// The name of an attempt's span.
    pub(crate) attempt_name: String,
    /// The name of a fallback's span.
    pub(crate) fallback_name: String,
    pub(crate) retry: Option<RetryPlan>,
    pub(crate) attempt_timeout: Option<Time>,
    pub(crate) total_timeout: Option<Time>,
    pub(crate) hedge: Option<HedgePlan>,
    pub(crate) cache: Option<CachePlan>,
    /// There is no policy but the cache: nothing is attempted, the body just runs.
    pub(crate) only_cached: bool,
    pub(crate) breaker: Option<BreakerPlan>,
    pub(crate) limit: LimitPlan,
    pub(crate) fallbacks: Vec<FallbackPlan>,
    /// What the body sees of the arguments, in order.
    pub(crate) body: Vec<Argument>,
    /// `self`, where each attempt needs one of its own and so another name for it.
    pub(crate) receiver: Option<Argument>,
}

impl PolicyPlan {
    /// Whether there may be a second attempt.
    pub(crate) fn repeats(&self) -> bool {
        self.retry.is_some()
    }
}

/// A positive number.
#[derive(Clone)]
pub(crate) enum Count {
    Known(u64),
    /// Known to the compiler.
    Constant(Box<Expr>),
}

/// A `#[retry]` that makes more than one call.
pub(crate) struct RetryPlan {
    /// Calls in total, the first one included.
    pub(crate) max: Count,
    pub(crate) backoff: Backoff,
    pub(crate) budget: Budget,
    pub(crate) retry_after: bool,
    pub(crate) when: Option<Expr>,
    pub(crate) until: Option<Expr>,
}

pub(crate) struct Backoff {
    /// The constructor, and what it is given.
    pub(crate) constructor: Ident,
    pub(crate) start: Start,
    pub(crate) factor: Option<f64>,
    pub(crate) max_delay: Option<Time>,
    pub(crate) jitter: Option<Ident>,
}

pub(crate) enum Start {
    /// The first delay.
    Base(Time),
    /// The user's schedule.
    Schedule(Box<Expr>),
}

pub(crate) enum Budget {
    /// One of the function's own.
    Own,
    Off,
    Named(String),
}

pub(crate) struct HedgePlan {
    /// Calls of an attempt, the first one included.
    pub(crate) max: Count,
    pub(crate) after: Time,
}

pub(crate) struct CachePlan {
    pub(crate) key: KeyPart,
    /// For ever, if there is none.
    pub(crate) ttl: Option<Time>,
    pub(crate) capacity: Count,
    pub(crate) single_flight: bool,
}

/// What tells calls apart.
pub(crate) enum KeyPart {
    /// Something that stays where it is.
    Place(Expr),
    Value(Expr),
    Tuple(Vec<KeyPart>),
}

pub(crate) struct BreakerPlan {
    /// The name under which functions share a circuit.
    pub(crate) shared: Option<String>,
    pub(crate) rate: Option<f64>,
    pub(crate) min_calls: Option<Count>,
    pub(crate) window: Option<Time>,
    pub(crate) open: Option<Time>,
    pub(crate) half_open: Option<Count>,
}

#[derive(Default)]
pub(crate) struct LimitPlan {
    /// The name under which functions share the limit.
    pub(crate) shared: Option<String>,
    /// How many run at once, and how many wait.
    pub(crate) concurrency: Option<(Count, Count)>,
    pub(crate) requests_per_minute: Option<Count>,
    pub(crate) tokens: Option<TokensPlan>,
    pub(crate) max_wait: Option<Time>,
}

pub(crate) struct TokensPlan {
    pub(crate) per_minute: Count,
    /// What an attempt is expected to use.
    pub(crate) cost: Expr,
    /// What it used, by its value.
    pub(crate) used: Option<Expr>,
}

/// What an interruption becomes: each policy's own `err`, where it has one; `From<Interrupted>`
/// otherwise. `None` for what cannot happen.
#[derive(Default)]
pub(crate) struct Interruptions {
    /// An attempt, or a fallback, ran past its limit.
    pub(crate) late: Option<Raised>,
    /// The call ran past its total.
    pub(crate) deadline: Option<Raised>,
    pub(crate) breaker: Option<Raised>,
    pub(crate) limit: Option<Raised>,
}

impl Interruptions {
    pub(crate) fn is_some(&self) -> bool {
        [&self.late, &self.deadline, &self.breaker, &self.limit].iter().any(|it| it.is_some())
    }
}

/// A `#[timeout]` of a stream.
pub(crate) struct StreamTimes {
    pub(crate) first: Option<Time>,
    pub(crate) idle: Option<Time>,
    pub(crate) total: Option<Time>,
    pub(crate) raised: Raised,
}

/// The error of one policy.
#[derive(Clone)]
pub(crate) struct Raised {
    /// Whose `err` it is.
    pub(crate) policy: Kind,
    /// Where it is declared.
    pub(crate) key: Span,
    pub(crate) err: Option<Expr>,
}

pub(crate) struct FallbackPlan {
    pub(crate) name: TokenStream,
    pub(crate) level: Option<String>,
    pub(crate) timeout: Option<Time>,
    pub(crate) when: Option<Expr>,
    pub(crate) invocation: Invocation,
    /// `error` as the user wrote it, where the call names it.
    pub(crate) error: Option<Ident>,
    /// Arguments that later fallbacks need too.
    pub(crate) copies: Vec<Argument>,
}

pub(crate) enum Invocation {
    /// A function, given the arguments of the traced one.
    Function { callee: TokenStream, span: Span, arguments: Vec<Argument> },
    /// An expression of the user's.
    Expression(Box<Expr>),
    /// A value for `Ok`.
    Value(Box<Expr>),
}

impl Invocation {
    /// Where it stands.
    pub(crate) fn span(&self) -> Span {
        match self {
            Invocation::Function { span, .. } => *span,
            Invocation::Expression(expr) | Invocation::Value(expr) => expr.span(),
        }
    }
}

/// How an argument is handed on.
#[derive(Clone)]
pub(crate) struct Argument {
    pub(crate) ident: Ident,
    pub(crate) conditions: Vec<TokenStream>,
    pub(crate) mutability: Option<syn::Token![mut]>,
    pub(crate) pass: Pass,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Pass {
    /// `x`, for the last time.
    Move,
    /// A copy of its own.
    Clone,
    /// `&mut *x`
    Reborrow,
}
