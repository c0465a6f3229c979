//! Starting a span: its place in the trace, and its record.

use super::extra::Extra;
use super::site::Site;
use crate::record::arg::Arg;
use crate::record::context::{Current, DROPPED, INHERITED, REMOTE, SAMPLED, pipeline_of};
use crate::record::layout::{REMOTE_PARENT, SPAN};
use crate::record::local::LocalRef;
use crate::record::{NewSpan, Slot, pool, route, write_link, write_span};
use tracing_core::Metadata;

/// A span that was asked for.
pub(crate) struct Begun {
    /// The context that the span makes.
    pub(crate) current: Current,
    /// Where its record is; `None` when it is not recorded.
    pub(crate) slot: Option<Slot>,
}

/// What a span was made by.
#[derive(Clone, Copy)]
pub(crate) struct Origin {
    /// [`SPAN`] or [`FOREIGN_SPAN`](crate::record::layout::FOREIGN_SPAN).
    pub(crate) kind: u8,
    /// See [`NewSpan::site`].
    pub(crate) address: usize,
    pub(crate) metadata: &'static Metadata<'static>,
}

/// Starts a span below `parent`; `None` when the trace is not recorded and the context that says so
/// is already in place.
#[inline(always)]
pub(super) fn begin(
    local: LocalRef,
    site: &'static Site,
    args: &[Arg<'_>],
    parent: Current,
) -> Option<Begun> {
    let origin = Origin { kind: SPAN, address: site.address(), metadata: site.metadata() };
    begin_recorded_by(local, origin, parent, |local, new| write_span(local, new, args))
}

/// [`begin`] for any kind of span: `write` writes its record, if it is to have one.
#[inline(always)]
pub(crate) fn begin_recorded_by(
    local: LocalRef,
    origin: Origin,
    parent: Current,
    write: impl FnOnce(LocalRef, NewSpan) -> Option<Slot>,
) -> Option<Begun> {
    let mut above = parent;
    if parent.span == 0 || pipeline_of(parent.flags) == 0 {
        above = route::begin_trace(local, parent);
    } else if parent.flags & SAMPLED == 0 {
        return None;
    }
    let mut current = Current {
        trace: above.trace,
        span: local.new_span_id(),
        flags: above.flags & INHERITED,
        metadata: origin.metadata,
    };
    let mut slot = None;
    if above.flags & (SAMPLED | DROPPED) == SAMPLED {
        let remote = if above.flags & REMOTE != 0 { REMOTE_PARENT } else { 0 };
        let new = NewSpan {
            kind: origin.kind | remote,
            site: origin.address,
            trace: above.trace,
            span: current.span,
            parent: above.span,
            flags: current.flags,
        };
        slot = write(local, new);
        if slot.is_none() {
            current.flags |= DROPPED;
        }
    } else if above.flags & DROPPED != 0 {
        pool::count_lost_span(pipeline_of(above.flags));
    }
    Some(Begun { current, slot })
}

/// [`begin`] with a parent or links of its own.
#[cold]
pub(super) fn begin_with(
    local: LocalRef,
    site: &'static Site,
    args: &[Arg<'_>],
    extra: &Extra<'_>,
) -> Option<Begun> {
    let here = local.current();
    let parent = extra.parent.as_ref().map_or(here, |parent| parent.resolve(here));
    let begun = begin(local, site, args, parent);
    if let Some(Begun { current, slot: Some(_) }) = &begun {
        for linked in extra.links.iter() {
            let linked = linked.raw();
            if linked.span != 0 {
                write_link(local, current.span, linked.trace, linked.span);
            }
        }
        if extra.links.iter().any(|linked| linked.raw().span != 0) {
            return begun.map(|begun| Begun { slot: Some(Slot::ELSEWHERE), ..begun });
        }
    }
    begun
}
