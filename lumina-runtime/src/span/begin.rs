//! Starting a span: its place in the trace, and its record.

use super::extra::Extra;
use super::site::Site;
use crate::record::arg::Arg;
use crate::record::context::{Current, DROPPED, INHERITED, REMOTE, SAMPLED, pipeline_of};
use crate::record::layout::{REMOTE_PARENT, SPAN};
use crate::record::local::LocalRef;
use crate::record::{NewSpan, Slot, pool, route, write_link, write_span};

/// A span that was asked for.
pub(super) struct Begun {
    /// The context that the span makes.
    pub(super) current: Current,
    /// Where its record is; `None` when it is not recorded.
    pub(super) slot: Option<Slot>,
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
        metadata: site.metadata(),
    };
    let mut slot = None;
    if above.flags & (SAMPLED | DROPPED) == SAMPLED {
        let remote = if above.flags & REMOTE != 0 { REMOTE_PARENT } else { 0 };
        let new = NewSpan {
            kind: SPAN | remote,
            site: site.address(),
            trace: above.trace,
            span: current.span,
            parent: above.span,
            flags: current.flags,
        };
        slot = write_span(local, new, args);
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
