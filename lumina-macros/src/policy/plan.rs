//! Checked policies: every value in range and free of conflicts, expansion cannot fail.

use proc_macro2::{Span, TokenStream};
use syn::spanned::Spanned;
use syn::{Expr, Ident};

use crate::grammar::duration::Time;

pub(crate) struct PolicyPlan {
    /// The policy that can interrupt an attempt, which takes an error of the function's.
    pub(crate) interrupts: Option<Span>,
    /// The name of an attempt's span.
    pub(crate) attempt_name: String,
    /// The name of a fallback's span.
    pub(crate) fallback_name: String,
    pub(crate) retry: Option<RetryPlan>,
    pub(crate) attempt_timeout: Option<Time>,
    pub(crate) total_timeout: Option<Time>,
    /// The error of a timeout, where it is not made `From<Interrupted>`.
    pub(crate) timeout_error: Option<Expr>,
    pub(crate) breaker: Option<BreakerPlan>,
    pub(crate) limit: LimitPlan,
    pub(crate) fallbacks: Vec<FallbackPlan>,
    /// What the body sees of the arguments, in order.
    pub(crate) body: Vec<Argument>,
    /// `self`, where each attempt needs one of its own and so another name for it.
    pub(crate) receiver: Option<Argument>,
}

impl PolicyPlan {
    /// Whether the body may run a second time.
    pub(crate) fn repeats(&self) -> bool {
        self.retry.is_some()
    }
}

/// A positive number.
#[derive(Clone)]
pub(crate) enum Count {
    Known(u32),
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
    /// How many run at once, and how many wait.
    pub(crate) concurrency: Option<(Count, Count)>,
    pub(crate) requests_per_minute: Option<Count>,
}

impl LimitPlan {
    pub(crate) fn is_some(&self) -> bool {
        self.concurrency.is_some() || self.requests_per_minute.is_some()
    }
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
