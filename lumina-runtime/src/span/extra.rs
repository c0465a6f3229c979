//! What a span may say about its place in the trace: a parent of its own, links.

use crate::bridge;
use crate::record::context::{Context, Current};
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

/// What `parent = ..` accepts.
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

/// Collects the spans of `follows_from = ..`; those that are closed or unknown are left out.
pub fn follows(spans: impl IntoIterator<Item = impl IntoParent>) -> Follows {
    let mut follows = Follows::default();
    for span in spans {
        match span.into_parent() {
            Parent::Root => {}
            Parent::Context(context) => follows.links.push(context),
            Parent::Id(id) => {
                follows.links.extend(bridge::context_of(&id).map(Context::of));
                follows.ids.push(id);
            }
        }
    }
    follows
}
