//! A checked `#[derive(Classify)]`: each variant has its four answers.

use proc_macro2::{Span, TokenStream};
use syn::{Expr, Generics, Ident, LitStr, Path, Type};

use crate::grammar::duration::Time;

pub(super) struct Plan {
    pub(super) ident: Ident,
    pub(super) generics: Generics,
    /// The path of the crate.
    pub(super) krate: TokenStream,
    pub(super) arms: Vec<Arm>,
    /// Types that must be classified themselves: those of fields that mention a type parameter.
    pub(super) bounds: Vec<Type>,
}

/// One variant, or the struct.
pub(super) struct Arm {
    /// `None`: a struct.
    pub(super) variant: Option<Ident>,
    pub(super) fields: Vec<Field>,
    pub(super) kind: Kind,
    pub(super) retryable: Retryable,
    pub(super) retry_after: RetryAfter,
    pub(super) code: Code,
}

/// A field and what expressions call it: its name, or `_0`.
#[derive(Clone)]
pub(super) struct Field {
    pub(super) member: TokenStream,
    pub(super) name: String,
    /// Where its type stands.
    pub(super) place: Span,
}

/// Who answers in place of the variant.
#[derive(Clone)]
pub(super) enum Source {
    /// The error in the field of this index.
    Field(usize),
    /// What this function makes of the fields.
    Fields(Path),
    /// What this function makes of `self`.
    Itself(Path),
}

#[derive(Clone)]
pub(super) enum Kind {
    Other,
    /// A variant of `ErrorKind`.
    Word(Ident),
    Value(Expr),
    Asked(Source),
}

#[derive(Clone)]
pub(super) enum Retryable {
    AsKind,
    Known(bool),
    Value(Expr),
    Asked(Source),
}

#[derive(Clone)]
pub(super) enum RetryAfter {
    Never,
    Known(Time),
    Value(Expr),
    Asked(Source),
}

#[derive(Clone)]
pub(super) enum Code {
    Nothing,
    Known(LitStr),
    Value(Expr),
    Asked(Source),
}

impl Arm {
    /// The expressions that the user wrote, and who is asked.
    pub(super) fn parts(&self) -> (Vec<&Expr>, Option<&Source>) {
        let (mut written, mut asked) = (Vec::new(), None);
        match &self.kind {
            Kind::Value(expr) => written.push(expr),
            Kind::Asked(source) => asked = Some(source),
            Kind::Other | Kind::Word(_) => {}
        }
        match &self.retryable {
            Retryable::Value(expr) => written.push(expr),
            Retryable::Asked(source) => asked = Some(source),
            Retryable::AsKind | Retryable::Known(_) => {}
        }
        match &self.retry_after {
            RetryAfter::Value(expr) => written.push(expr),
            RetryAfter::Asked(source) => asked = Some(source),
            RetryAfter::Never | RetryAfter::Known(_) => {}
        }
        match &self.code {
            Code::Value(expr) => written.push(expr),
            Code::Asked(source) => asked = Some(source),
            Code::Nothing | Code::Known(_) => {}
        }
        (written, asked)
    }
}
