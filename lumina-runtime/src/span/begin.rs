//! Starting a span: its place in the trace, and its record.

use super::extra::Extra;
use super::site::Site;
use crate::record::arg::Arg;
use crate::record::context::{
    Current, DROPPED, HAS_EXTRAS, INHERITED, REMOTE, SAMPLED, pipeline_of,
};
use crate::record::layout::{REMOTE_PARENT, SPAN};
use crate::record::local::LocalRef;
use crate::record::{NewSpan, Slot, pool, route, write_link, write_span, write_span_in_place};
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

/// Starts a span below the current one if that takes no more than writing its record: an ordinary
/// parent, plain values, room in the stage. `None`: nothing was done, [`begin`] does it.
///
/// Apart from `begin`, and taking nothing but words, so that all of it stays in registers: what is
/// written to the stack in words and read back in pairs costs more than the whole record.
#[inline(always)]
pub(super) fn begin_in_place(
    local: LocalRef,
    site: &'static Site,
    args: &[Arg<'_>],
) -> Option<Begun> {
    let parent = local.current();
    if !parent.is_ordinary() {
        return None;
    }
    let origin = Origin::of(site);
    let new = origin.below(local.next_span_id()?, parent);
    let slot = write_span_in_place(local, new, args)?;
    Some(Begun::of(origin, new, Some(slot)))
}

/// Starts a span below `parent`; `None` when the trace is not recorded and the context that says so
/// is already in place.
pub(super) fn begin(
    local: LocalRef,
    site: &'static Site,
    args: &[Arg<'_>],
    parent: Current,
) -> Option<Begun> {
    begin_recorded_by(local, Origin::of(site), parent, |local, new| write_span(local, new, args))
}

/// [`begin`] for any kind of span: `write` writes its record, if it is to have one.
#[inline(always)]
pub(crate) fn begin_recorded_by(
    local: LocalRef,
    origin: Origin,
    parent: Current,
    write: impl FnOnce(LocalRef, NewSpan) -> Option<Slot>,
) -> Option<Begun> {
    if parent.is_ordinary() {
        let new = origin.below(local.new_span_id(), parent);
        let slot = write(local, new);
        return Some(Begun::of(origin, new, slot));
    }
    if parent.is_unsampled() {
        return None;
    }
    begin_apart(local, origin, parent, write)
}

impl Origin {
    #[inline(always)]
    fn of(site: &'static Site) -> Origin {
        Origin { kind: SPAN, address: site.address(), metadata: site.metadata() }
    }

    /// A span below an ordinary one.
    #[inline(always)]
    fn below(self, span: u64, parent: Current) -> NewSpan {
        NewSpan {
            kind: self.kind,
            site: self.address,
            trace: parent.trace,
            span,
            parent: parent.span,
            flags: parent.flags & INHERITED,
        }
    }
}

impl Begun {
    #[inline(always)]
    fn of(origin: Origin, new: NewSpan, slot: Option<Slot>) -> Begun {
        let flags = if slot.is_some() { new.flags } else { new.flags | DROPPED };
        let NewSpan { trace, span, .. } = new;
        Begun { current: Current { trace, span, flags, metadata: origin.metadata }, slot }
    }
}

/// [`begin_recorded_by`] at the edges of a trace: its root, a parent in another process, a parent
/// that found no room.
#[cold]
#[inline(never)]
fn begin_apart(
    local: LocalRef,
    origin: Origin,
    parent: Current,
    write: impl FnOnce(LocalRef, NewSpan) -> Option<Slot>,
) -> Option<Begun> {
    let is_new = parent.span == 0 || pipeline_of(parent.flags) == 0;
    let above = if is_new { route::begin_trace(local, parent) } else { parent };
    let remote = if above.flags & REMOTE != 0 { REMOTE_PARENT } else { 0 };
    let mut new = origin.below(local.new_span_id(), above);
    new.kind |= remote;
    match above.flags & (SAMPLED | DROPPED) {
        SAMPLED => {
            let slot = write(local, new);
            Some(Begun::of(origin, new, slot))
        }
        flags => {
            if flags & DROPPED != 0 {
                pool::count_lost_span(pipeline_of(above.flags));
            }
            let NewSpan { trace, span, flags, .. } = new;
            let current = Current { trace, span, flags, metadata: origin.metadata };
            Some(Begun { current, slot: None })
        }
    }
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
    let mut begun = begin(local, site, args, parent);
    if let Some(Begun { current, slot: Some(_) }) = &mut begun {
        for linked in extra.links.iter().map(|linked| linked.raw()).filter(|raw| raw.span != 0) {
            write_link(local, current.span, linked.trace, linked.span);
            current.flags |= HAS_EXTRAS;
        }
    }
    begun
}
