//! What a span may say about its place in the trace: a parent of its own, links.

use crate::bridge;
use crate::record::context::{Context, Current};
use std::cell::Cell;
use tracing::span::{Id, Span};

/// A parent or links that are not the context's.
#[derive(Debug, Default)]
pub struct Extra<'a> {
    /// The parent, where it is not the current span.
    pub parent: Option<Parent>,
    /// Spans that this one follows from.
    pub links: &'a [Context],
    /// The same as ids of `tracing`, for other subscribers.
    pub link_ids: &'a [Id],
}

/// The parent of a span.
#[derive(Clone, Debug)]
pub enum Parent {
    /// None: the span begins a trace.
    Root,
    /// A span by its context.
    Context(Context),
    /// A span of `tracing`.
    Id(Id),
}

impl Parent {
    /// The context to start below. An id that is not known starts a trace, as in `tracing`.
    pub(crate) fn resolve(&self, here: Current) -> Current {
        match self {
            Parent::Context(context) => context.raw(),
            Parent::Root => detached(here),
            Parent::Id(id) => bridge::context_of(id).unwrap_or_else(|| detached(here)),
        }
    }

    /// The parent as other subscribers know it.
    pub(crate) fn id(&self) -> Option<Id> {
        match self {
            Parent::Id(id) => Some(id.clone()),
            Parent::Root | Parent::Context(_) => None,
        }
    }
}

/// Outside any span, but in the same pipeline.
pub(crate) fn detached(here: Current) -> Current {
    Context::for_pipeline(here.pipeline()).raw()
}

/// What `parent = ..` accepts, and each element of `follows_from = ..`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` names no span",
    label = "not a span",
    note = "give a `lumina::Context`, a `tracing::Span`, its `Id`, a reference or an `Option` of one"
)]
pub trait IntoParent {
    /// The parent.
    fn into_parent(self) -> Parent;
}

impl IntoParent for Context {
    fn into_parent(self) -> Parent {
        if self.span_id().is_some() { Parent::Context(self) } else { Parent::Root }
    }
}

impl IntoParent for &Context {
    fn into_parent(self) -> Parent {
        (*self).into_parent()
    }
}

impl IntoParent for Id {
    fn into_parent(self) -> Parent {
        Parent::Id(self)
    }
}

impl IntoParent for &Id {
    fn into_parent(self) -> Parent {
        Parent::Id(self.clone())
    }
}

impl IntoParent for &Span {
    fn into_parent(self) -> Parent {
        self.id().into_parent()
    }
}

impl IntoParent for Span {
    fn into_parent(self) -> Parent {
        (&self).into_parent()
    }
}

impl<T: IntoParent> IntoParent for Option<T> {
    fn into_parent(self) -> Parent {
        self.map_or(Parent::Root, T::into_parent)
    }
}

/// What `follows_from = ..` was given, in both forms.
#[derive(Debug, Default)]
pub struct Follows {
    /// For [`Extra::links`].
    pub links: Vec<Context>,
    /// For [`Extra::link_ids`].
    pub ids: Vec<Id>,
}

impl Follows {
    /// Adds a span. One that is closed or unknown to lumina is kept for other subscribers only.
    pub fn push(&mut self, span: Parent) {
        match span {
            Parent::Root => {}
            Parent::Context(context) => self.links.push(context),
            Parent::Id(id) => {
                self.links.extend(bridge::context_of(&id).map(Context::of));
                self.ids.push(id);
            }
        }
    }
}

/// What was given as a parent or a link, until its type has decided how it is read.
///
/// Generated code calls `(&&&ParentProbe::new(x)).parent()`: of the traits below, the one that is
/// implemented for the most references wins. A generic function may have no more to say of its
/// parameter than `Into<Option<Id>>`, which is what `#[tracing::instrument]` asks for; `IntoParent`
/// alone would be a bound that nobody can name.
pub struct ParentProbe<T>(Cell<Option<T>>);

impl<T> ParentProbe<T> {
    /// Holds `value` for the one call of `parent`.
    pub fn new(value: T) -> Self {
        ParentProbe(Cell::new(Some(value)))
    }
}

impl<T> std::fmt::Debug for ParentProbe<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ParentProbe").finish_non_exhaustive()
    }
}

/// By [`IntoParent`].
pub trait ByIntoParent {
    /// The parent.
    fn parent(&self) -> Parent;
}

impl<T: IntoParent> ByIntoParent for &&ParentProbe<T> {
    fn parent(&self) -> Parent {
        self.0.take().into_parent()
    }
}

/// By `Into<Option<Id>>`.
pub trait ByIntoId {
    /// The parent.
    fn parent(&self) -> Parent;
}

impl<T: Into<Option<Id>>> ByIntoId for &ParentProbe<T> {
    fn parent(&self) -> Parent {
        self.0.take().and_then(T::into).into_parent()
    }
}

/// By nothing: here for the error that says what is accepted.
pub trait ByNothing<T> {
    /// Does not compile.
    fn parent(&self) -> Parent
    where
        T: IntoParent;
}

impl<T> ByNothing<T> for ParentProbe<T> {
    fn parent(&self) -> Parent
    where
        T: IntoParent,
    {
        self.0.take().into_parent()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[allow(clippy::needless_borrow, reason = "the references choose the implementation")]
    fn of_generic<P: Into<Option<Id>>>(parent: P) -> Parent {
        (&&&ParentProbe::new(parent)).parent()
    }

    #[test]
    fn a_parent_is_read_by_the_most_that_its_type_offers() {
        let header = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        let context = Context::from_traceparent(header);
        assert!(matches!((&&&ParentProbe::new(context)).parent(), Parent::Context(_)));
        assert!(matches!((&&&ParentProbe::new(None::<Context>)).parent(), Parent::Root));
        assert!(matches!((&&&ParentProbe::new(Span::none())).parent(), Parent::Root));
        assert!(matches!(of_generic(Id::from_u64(7)), Parent::Id(id) if id.into_u64() == 7));
        assert!(matches!(of_generic(None), Parent::Root));
    }
}
