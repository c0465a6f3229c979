//! A checked `#[traced]`: no default is missing, nothing conflicts, expansion cannot fail.

use proc_macro2::{Span, TokenStream};
use syn::{Expr, Ident, Pat};

use crate::function::{Boxing, Function, Tail};
use crate::grammar::attribute::Mode;
use crate::policy::{PolicyPlan, StreamTimes};

pub(super) struct Plan {
    /// Without its `#[redact]`s.
    pub(super) function: Function,
    pub(super) shape: Shape,
}

/// What the function is, and so where the span begins and ends.
pub(super) enum Shape {
    /// A synchronous function.
    Sync(Call),
    /// An `async fn`.
    Async(Call),
    /// A function that ends in an async block: the block is the call.
    Block(Call, Box<Tail>),
    /// A function that returns a future made elsewhere, and its return type as a hint.
    Future(Call, Boxing, TokenStream),
}

impl Shape {
    pub(super) fn policies(&self) -> Option<&PolicyPlan> {
        let (Shape::Sync(call)
        | Shape::Async(call)
        | Shape::Block(call, _)
        | Shape::Future(call, ..)) = self;
        call.policies.as_ref()
    }
}

/// One traced call: the span, and what is written when.
pub(super) struct Call {
    /// The path of `__private`.
    pub(super) private: TokenStream,
    pub(super) site: Site,
    /// Values of the first keys of the site, in their order.
    pub(super) entry: Vec<Entry>,
    pub(super) parent: Option<Expr>,
    pub(super) follows_from: Option<Expr>,
    pub(super) end: End,
    pub(super) events: Vec<EventPlan>,
    /// The type of the call's value as a hint, where it can be named.
    pub(super) hint: Hint,
    /// The name under which the body sees its span.
    pub(super) binding: Option<Ident>,
    pub(super) boxed: bool,
    /// The value is a stream, which takes the span along.
    pub(super) stream: Option<StreamPlan>,
    /// `mut` parameters: the keyword moves from the signature to a `let` beside the body.
    pub(super) shadows: Vec<Shadow>,
    /// What happens between the call and its body.
    pub(super) policies: Option<PolicyPlan>,
}

impl Call {
    /// Whether somebody wants to see the value of the call, so that it has to be held.
    pub(super) fn needs_value(&self) -> bool {
        self.stream.is_some() || !self.end.reads_nothing() || !self.events.is_empty()
    }

    /// The indices of the keys whose values are never recorded as they are.
    pub(super) fn redacted(&self) -> Vec<usize> {
        let is_redacted = |recorded: &Recorded| {
            matches!(recorded, Recorded::Redacted(_) | Recorded::RedactedBy { .. })
        };
        let entry = self.entry.iter().map(|entry| &entry.value).enumerate();
        let end = [&self.end.ok, &self.end.err].into_iter().flatten();
        let end = end.flat_map(|reading| &reading.sets).map(|(index, value)| (*index, value));
        let redacted = entry.chain(end).filter(|(_, value)| is_redacted(value));
        redacted.map(|(index, _)| index).collect()
    }
}

/// What is static about a span.
pub(super) struct Site {
    pub(super) name: TokenStream,
    pub(super) target: TokenStream,
    pub(super) level: TokenStream,
    pub(super) keys: Vec<TokenStream>,
    pub(super) kind: Ident,
    pub(super) operation: Ident,
}

pub(super) struct Entry {
    /// The `cfg`s of the parameters in the value.
    pub(super) conditions: Vec<TokenStream>,
    pub(super) value: Recorded,
}

pub(super) enum Recorded {
    /// Declared only.
    Nothing,
    Value {
        mode: Mode,
        expr: Expr,
        span: Span,
    },
    /// A parameter under `#[redact]`: the name of its class.
    Redacted(&'static str),
    /// A parameter under `#[redact(with = f)]`.
    RedactedBy {
        with: Expr,
        parameter: Ident,
    },
}

/// What is read from the value of the call.
#[derive(Default)]
pub(super) struct End {
    /// Whether the value may be a `Result`, which decides the outcome.
    pub(super) probe: bool,
    pub(super) ok: Option<Reading>,
    pub(super) err: Option<Reading>,
}

impl End {
    pub(super) fn reads_nothing(&self) -> bool {
        !self.probe && self.ok.is_none() && self.err.is_none()
    }
}

/// `|pattern| key = value`: the keys by their index in the site.
pub(super) struct Reading {
    pub(super) key: Span,
    pub(super) pattern: Pat,
    pub(super) sets: Vec<(usize, Recorded)>,
}

/// tracing's `err` and `ret`.
pub(super) struct EventPlan {
    pub(super) key: Span,
    pub(super) source: EventSource,
    pub(super) level: TokenStream,
    pub(super) mode: Mode,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum EventSource {
    /// The error of a `Result`.
    Error,
    /// The value of a `Result`: `ret` beside `err`.
    Success,
    /// Whatever was returned.
    Returned,
}

/// What a function under `stream` returns.
pub(super) struct StreamPlan {
    /// A `Result` around the stream.
    pub(super) result: bool,
    /// `impl Stream`: its type may change. Any other type has to stay what it is.
    pub(super) opaque: bool,
    /// The type of the items, as a hint.
    pub(super) item: TokenStream,
    /// How long items may take.
    pub(super) times: Option<StreamTimes>,
}

pub(super) enum Hint {
    /// Nothing to say: the type is unknown, or not nameable.
    Unknown,
    /// `!`, which cannot be written where a hint goes.
    Never,
    Type(TokenStream, Span),
}

pub(super) struct Shadow {
    pub(super) conditions: Vec<TokenStream>,
    pub(super) mutability: syn::Token![mut],
    pub(super) ident: Ident,
}
