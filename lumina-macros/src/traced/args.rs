//! The arguments of `#[traced]` as they were written; nothing is judged yet.

use proc_macro2::Span;
use syn::{Expr, Ident, Pat, Path};

use crate::grammar::Keyed;
use crate::grammar::attribute::{Attribute, Mode};
use crate::policy::PolicyArgs;

#[derive(Default)]
pub(super) struct Args {
    pub(super) name: Option<Keyed<Expr>>,
    pub(super) target: Option<Keyed<Expr>>,
    pub(super) level: Option<Keyed<Expr>>,
    pub(super) parent: Option<Keyed<Expr>>,
    pub(super) follows_from: Option<Keyed<Expr>>,
    pub(super) skip: Option<Keyed<Vec<Ident>>>,
    pub(super) skip_all: Option<Keyed<()>>,
    pub(super) capture: Option<Keyed<Vec<Capture>>>,
    pub(super) fields: Option<Keyed<Vec<Attribute>>>,
    pub(super) attrs: Option<Keyed<Vec<Attribute>>>,
    /// `err`, `err(Debug)`: an event for an error.
    pub(super) err_event: Option<Keyed<Event>>,
    /// `ret`, `ret(Display)`: an event for a returned value.
    pub(super) ret_event: Option<Keyed<Event>>,
    /// `err(|e| ..)`: attributes from an error.
    pub(super) err: Option<Keyed<Outcome>>,
    /// `ok(|value| ..)`: attributes from a returned value.
    pub(super) ok: Option<Keyed<Outcome>>,
    pub(super) operation: Option<(Ident, &'static str)>,
    pub(super) kind: Option<Keyed<Ident>>,
    pub(super) binding: Option<Keyed<Ident>>,
    pub(super) boxed: Option<Keyed<()>>,
    pub(super) stream: Option<Keyed<()>>,
    pub(super) krate: Option<Keyed<Path>>,
    pub(super) policies: PolicyArgs,
}

/// One word of `capture(..)`.
pub(super) enum Capture {
    All,
    None(Span),
    Parameter { ident: Ident, mode: Mode, raw: bool },
}

/// `(level = "warn", Debug)` of `err` and `ret`.
#[derive(Default)]
pub(super) struct Event {
    pub(super) level: Option<Keyed<Expr>>,
    pub(super) mode: Option<Keyed<Mode>>,
}

/// `|pattern| key = value, ..` of `ok` and `err`.
pub(super) struct Outcome {
    pub(super) pattern: Pat,
    pub(super) attributes: Vec<Attribute>,
}
