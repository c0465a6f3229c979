//! What is done with a span or an event of `tracing`, whoever brings it: our layer or our
//! subscriber.

use super::cell::State;
use super::fields::encode;
use crate::record::context::{Current, HAS_EXTRAS, pipeline_of};
use crate::record::layout::FOREIGN_SPAN;
use crate::record::local::{self, LocalRef};
use crate::record::{
    Keys, Slot, end_foreign_span, pool, write_attributes, write_event, write_link, write_span_bytes,
};
use crate::span::begin::{Begun, Origin, begin_recorded_by};
use crate::span::detached;
use tracing_core::span::{Attributes, Id, Record};
use tracing_core::{Event, Metadata};

/// Where open spans are kept, by the ids of one subscriber. An id that is not known, or not any
/// more, is nothing.
pub(super) trait Spans {
    /// Tells the ids of this store from those of others.
    fn owner(&self) -> u64;
    fn context(&self, id: &Id) -> Option<Current>;
    /// Notes that something is added to the span elsewhere than where it is the current one.
    fn touch(&self, id: &Id);
}

/// Starts a span.
#[inline]
pub(super) fn begin(spans: &impl Spans, attributes: &Attributes<'_>) -> State {
    let local = local::get();
    let parent = parent(spans, attributes, local.current());
    let metadata = attributes.metadata();
    let begun = begin_recorded_by(local, origin(metadata), parent, |local, new| {
        encode(
            metadata,
            |visitor| attributes.record(visitor),
            |bytes, count| write_span_bytes(local, new, bytes, count),
        )
    });
    match begun {
        Some(Begun { current, slot }) => State { current, slot },
        // The trace is not recorded: a span in it is as good as its parent.
        None => State { current: Current { metadata, ..parent }, slot: None },
    }
}

/// Counts a span that there is no place for, if it would have been recorded.
#[cold]
pub(super) fn lose(spans: &impl Spans, attributes: &Attributes<'_>) {
    let local = local::get();
    let parent = parent(spans, attributes, local.current());
    begin_recorded_by(local, origin(attributes.metadata()), parent, |_, new| {
        pool::count_lost_span(pipeline_of(new.flags));
        None
    });
}

#[inline]
fn parent(spans: &impl Spans, attributes: &Attributes<'_>, here: Current) -> Current {
    if attributes.is_contextual() {
        return here;
    }
    let named = attributes.parent().and_then(|parent| spans.context(parent));
    named.unwrap_or_else(|| detached(here))
}

fn origin(metadata: &'static Metadata<'static>) -> Origin {
    let address: *const Metadata<'static> = metadata;
    Origin { kind: FOREIGN_SPAN, address: address.expose_provenance(), metadata }
}

/// Ends a span that is closed.
#[inline]
pub(super) fn end(state: State) {
    let State { current, slot: Some(slot) } = state else { return };
    let local = local::get();
    // Closed while it is the current one: what was added is not noted with the span yet.
    let here = if local.current().span == current.span { local.flags() } else { 0 };
    end_foreign_span(local, slot, current.span, (current.flags | here) & HAS_EXTRAS != 0);
}

#[inline]
pub(super) fn enter(spans: &impl Spans, id: &Id) {
    if let Some(current) = spans.context(id) {
        super::stack::enter(local::get(), spans.owner(), id.into_u64(), current);
    }
}

#[inline]
pub(super) fn exit(spans: &impl Spans, id: &Id) {
    let left = super::stack::leave(local::get(), spans.owner(), id.into_u64());
    if left == super::stack::Left::Touched {
        spans.touch(id);
    }
}

/// Adds attributes to a span.
pub(super) fn record(spans: &impl Spans, id: &Id, values: &Record<'_>) {
    let Some(current) = spans.context(id) else { return };
    let (true, Some(metadata)) = (current.is_recording(), current.metadata()) else { return };
    let write = |bytes: &[u8], count| {
        if count > 0 {
            write_attributes(local::get(), Keys::Metadata(metadata), current.span, bytes, count);
        }
    };
    spans.touch(id);
    encode(metadata, |visitor| values.record(visitor), write);
}

/// Links a span to the one that it follows from.
pub(super) fn follow(spans: &impl Spans, id: &Id, follows: &Id) {
    let (Some(current), Some(linked)) = (spans.context(id), spans.context(follows)) else { return };
    if current.is_recording() && linked.span != 0 {
        spans.touch(id);
        write_link(local::get(), current.span, linked.trace, linked.span);
    }
}

/// Adds an event to its span: the current one, unless it names another.
#[inline]
pub(super) fn event(spans: &impl Spans, event: &Event<'_>) {
    let local = local::get();
    let current = match event.parent() {
        None if event.is_root() => return,
        None => local.current(),
        Some(parent) => match spans.context(parent) {
            Some(current) => current,
            None => return,
        },
    };
    if !current.is_recording() {
        return;
    }
    match event.parent() {
        Some(parent) => spans.touch(parent),
        None => local.add_flag(HAS_EXTRAS),
    }
    let metadata = event.metadata();
    let write = |bytes: &[u8], count| {
        write_event(local, Keys::Metadata(metadata), current.span, bytes, count);
    };
    encode(metadata, |visitor| event.record(visitor), write);
}

/// A second name for the span that is current on this thread: closing it ends nothing.
pub(super) fn alias(local: LocalRef) -> State {
    // What it is used for is not known to the span itself.
    local.add_flag(HAS_EXTRAS);
    State { current: local.current(), slot: None::<Slot> }
}
