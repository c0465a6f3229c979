//! The filter that hides the call sites of lumina: their spans record themselves.
//!
//! A filter rather than a look at each span, because a call site that every filter refuses costs
//! nothing: without another layer there is no `tracing` span beside each of ours.

use crate::span::site;
use tracing_core::metadata::LevelFilter;
use tracing_core::span::{Attributes, Id, Record};
use tracing_core::{Event, Interest, Metadata};
use tracing_subscriber::layer::{Context, Filter};

pub(super) type AnyFilter<S> = Box<dyn Filter<S> + Send + Sync>;

/// Everything but lumina's own call sites.
pub(super) struct Foreign;

impl<S> Filter<S> for Foreign {
    fn enabled(&self, metadata: &Metadata<'_>, _: &Context<'_, S>) -> bool {
        !site::is_own(metadata)
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        if site::is_own(metadata) { Interest::never() } else { Interest::always() }
    }
}

/// What `filter` leaves of what is `wider`.
pub(super) struct Narrowed<S, F> {
    pub(super) wider: AnyFilter<S>,
    pub(super) filter: F,
}

impl<S, F: Filter<S>> Filter<S> for Narrowed<S, F> {
    fn enabled(&self, metadata: &Metadata<'_>, cx: &Context<'_, S>) -> bool {
        self.wider.enabled(metadata, cx) && self.filter.enabled(metadata, cx)
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        let wider = self.wider.callsite_enabled(metadata);
        if wider.is_never() {
            return wider;
        }
        let interest = self.filter.callsite_enabled(metadata);
        if wider.is_always() || interest.is_never() { interest } else { Interest::sometimes() }
    }

    fn event_enabled(&self, event: &Event<'_>, cx: &Context<'_, S>) -> bool {
        self.wider.event_enabled(event, cx) && self.filter.event_enabled(event, cx)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        match (self.wider.max_level_hint(), self.filter.max_level_hint()) {
            (Some(wider), Some(level)) => Some(wider.min(level)),
            (wider, level) => wider.or(level),
        }
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, cx: Context<'_, S>) {
        self.wider.on_new_span(attributes, id, cx.clone());
        self.filter.on_new_span(attributes, id, cx);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, cx: Context<'_, S>) {
        self.wider.on_record(id, values, cx.clone());
        self.filter.on_record(id, values, cx);
    }

    fn on_enter(&self, id: &Id, cx: Context<'_, S>) {
        self.wider.on_enter(id, cx.clone());
        self.filter.on_enter(id, cx);
    }

    fn on_exit(&self, id: &Id, cx: Context<'_, S>) {
        self.wider.on_exit(id, cx.clone());
        self.filter.on_exit(id, cx);
    }

    fn on_close(&self, id: Id, cx: Context<'_, S>) {
        self.wider.on_close(id.clone(), cx.clone());
        self.filter.on_close(id, cx);
    }
}
