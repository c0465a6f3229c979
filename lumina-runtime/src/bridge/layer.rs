//! The layer for a registry that others share.

use super::companion;
use super::foreign::{self, Spans};
use super::table::Table;
use crate::record::context::Current;
use crate::span::site;
use std::sync::atomic::{AtomicU64, Ordering};
use tracing_core::span::{Attributes, Id, Record};
use tracing_core::{Event, Interest, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Filter, Layer};
use tracing_subscriber::registry::LookupSpan;

/// A layer that records the spans and events of `tracing`, beside whatever else the registry has.
///
/// Not needed where nobody else listens: the installed pipeline then sets a default subscriber of
/// its own, at a third of the cost. Everything is taken, down to TRACE; a filter on the layer
/// (`layer().with_filter(..)`) leaves out what is noise. Spans of `#[traced]` functions do not come
/// this way and are recorded whatever the filter says; events in them do come this way.
///
/// To change a filter at run time, put the filter into a `tracing_subscriber::reload::Layer`, not
/// this layer: a layer with filters of its own cannot be replaced.
///
/// ```
/// use lumina_runtime::{builder, export::Memory, layer};
/// use std::time::Duration;
/// use tracing_subscriber::{fmt, prelude::*};
///
/// let memory = Memory::new();
/// let pipeline = builder().exporter(memory.clone()).build_scoped()?;
/// let console = fmt::layer().with_writer(std::io::sink);
/// let subscriber = tracing_subscriber::registry().with(layer()).with(console);
/// tracing::subscriber::with_default(subscriber, || {
///     pipeline.in_scope(|| tracing::info_span!("retrieve", documents = 3).in_scope(|| ()));
/// });
/// pipeline.shutdown(Duration::from_secs(5));
/// let span = &memory.spans()[0];
/// assert_eq!(span.name, "retrieve");
/// assert_eq!(span.attribute("documents"), Some(&3.into()));
/// # Ok::<(), lumina_runtime::SetupError>(())
/// ```
pub fn layer<S>() -> impl Layer<S> + Send + Sync
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    TracingLayer::new().with_filter(Foreign)
}

/// Hides the call sites of lumina: their spans record themselves.
///
/// A filter of its own rather than a look at each span, because a call site that every filter
/// refuses costs nothing: without another layer there is no `tracing` span beside each of ours.
struct Foreign;

impl<S> Filter<S> for Foreign {
    fn enabled(&self, metadata: &Metadata<'_>, _: &Context<'_, S>) -> bool {
        !site::is_own(metadata)
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        if site::is_own(metadata) { Interest::never() } else { Interest::always() }
    }
}

/// The layer without its filter.
pub(super) struct TracingLayer {
    owner: u64,
    pub(super) spans: Table,
}

impl TracingLayer {
    fn new() -> Self {
        // 0 is the root subscriber's.
        static OWNERS: AtomicU64 = AtomicU64::new(1);
        TracingLayer { owner: OWNERS.fetch_add(1, Ordering::Relaxed), spans: Table::new() }
    }
}

impl Spans for TracingLayer {
    fn owner(&self) -> u64 {
        self.owner
    }

    #[inline]
    fn context(&self, id: &Id) -> Option<Current> {
        self.spans.get(id).or_else(|| companion::context_of(id))
    }

    fn touch(&self, id: &Id) {
        self.spans.touch(id);
    }
}

impl<S: Subscriber> Layer<S> for TracingLayer {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, _: Context<'_, S>) {
        match self.spans.reserve(id) {
            Some(place) => place.fill(foreign::begin(self, attributes)),
            None => foreign::lose(self, attributes),
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, _: Context<'_, S>) {
        foreign::record(self, id, values);
    }

    fn on_follows_from(&self, id: &Id, follows: &Id, _: Context<'_, S>) {
        foreign::follow(self, id, follows);
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        foreign::event(self, event);
    }

    fn on_enter(&self, id: &Id, _: Context<'_, S>) {
        foreign::enter(self, id);
    }

    fn on_exit(&self, id: &Id, _: Context<'_, S>) {
        foreign::exit(self, id);
    }

    fn on_close(&self, id: Id, _: Context<'_, S>) {
        if let Some(state) = self.spans.remove(&id) {
            foreign::end(state);
        }
    }
}
