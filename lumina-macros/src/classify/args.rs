//! What was written in the `#[classify(..)]`s, unjudged.

use proc_macro2::Span;
use syn::{Expr, Path};

use crate::grammar::Keyed;

/// The words of one type or variant, from all of its attributes.
#[derive(Default)]
pub(super) struct Args {
    pub(super) kind: Option<Keyed<Expr>>,
    /// `retryable`, or `retryable = expr`.
    pub(super) retryable: Option<Keyed<Option<Expr>>>,
    pub(super) permanent: Option<Keyed<()>>,
    pub(super) retry_after: Option<Keyed<Expr>>,
    pub(super) code: Option<Keyed<Expr>>,
    pub(super) transparent: Option<Keyed<()>>,
    pub(super) with: Option<Keyed<Path>>,
    pub(super) krate: Option<Keyed<Path>>,
}

/// Of a type and its variants, in their order; a struct has one, whose words are the type's.
pub(super) struct Declared {
    pub(super) of_type: Args,
    pub(super) variants: Vec<Args>,
    /// Where `derive` cannot be: a union.
    pub(super) unfit: Option<Span>,
}
