//! The layer for a registry that others share.

use super::companion::{self, Doing};
use super::foreign::{self, Spans};
use super::hide::{AnyFilter, Foreign, Narrowed};
use super::table::Table;
use crate::record::context::Current;
use crate::record::local;
use std::any::TypeId;
use std::sync::atomic::{AtomicU64, Ordering};
use tracing_core::metadata::LevelFilter;
use tracing_core::span::{Attributes, Id, Record};
use tracing_core::{Dispatch, Event, Interest, Metadata, Subscriber};
use tracing_subscriber::filter::Filtered;
use tracing_subscriber::layer::{Context, Filter, Layer};
use tracing_subscriber::registry::LookupSpan;

/// A layer that records the spans and events of `tracing`, beside whatever else the registry has.
///
/// Not needed where nobody else listens: the installed pipeline then sets a default subscriber of
/// its own, at a third of the cost. Everything is taken, down to TRACE;
/// [`with_filter`](TracingLayer::with_filter) leaves out what is noise. Spans of `#[traced]`
/// functions do not come this way and are recorded whatever a filter says; events in them do come
/// this way.
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
pub fn layer<S>() -> TracingLayer<S>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let filter: AnyFilter<S> = Box::new(Foreign);
    TracingLayer { filtered: Starts(Recorder::new()).with_filter(filter), narrowed: false }
}

/// The layer that [`layer`] makes.
///
/// Starts of spans, and events, pass a filter in the way of `tracing_subscriber`, which has to look
/// up the span in the registry to know whether it passed. Everything else goes by our own table,
/// in which only spans that passed are found.
pub struct TracingLayer<S> {
    filtered: Filtered<Starts, AnyFilter<S>, S>,
    /// Whether the filter wants to see more than starts.
    narrowed: bool,
}

impl<S> TracingLayer<S>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    /// Leaves out spans and events that `filter` refuses; what is below them goes to the span
    /// above. Of several filters, each may refuse.
    ///
    /// Use this rather than the method of the same name of `tracing_subscriber::Layer`, which
    /// knows nothing of our call sites and would ask for a `tracing` span beside each of ours.
    #[must_use]
    pub fn with_filter(mut self, filter: impl Filter<S> + Send + Sync + 'static) -> Self {
        let wider = std::mem::replace(self.filtered.filter_mut(), Box::new(Foreign));
        *self.filtered.filter_mut() = Box::new(Narrowed { wider, filter });
        self.narrowed = true;
        self
    }
}

impl<S> std::fmt::Debug for TracingLayer<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TracingLayer").field("narrowed", &self.narrowed).finish_non_exhaustive()
    }
}

impl<S> Layer<S> for TracingLayer<S>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    fn on_register_dispatch(&self, dispatch: &Dispatch) {
        self.filtered.on_register_dispatch(dispatch);
    }

    fn on_layer(&mut self, subscriber: &mut S) {
        self.filtered.on_layer(subscriber);
    }

    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        self.filtered.register_callsite(metadata)
    }

    fn enabled(&self, metadata: &Metadata<'_>, cx: Context<'_, S>) -> bool {
        self.filtered.enabled(metadata, cx)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        self.filtered.max_level_hint()
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, cx: Context<'_, S>) {
        self.filtered.on_new_span(attributes, id, cx);
    }

    fn event_enabled(&self, event: &Event<'_>, cx: Context<'_, S>) -> bool {
        self.filtered.event_enabled(event, cx)
    }

    fn on_event(&self, event: &Event<'_>, cx: Context<'_, S>) {
        self.filtered.on_event(event, cx);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, cx: Context<'_, S>) {
        if self.narrowed {
            self.filtered.on_record(id, values, cx);
        }
        if companion::doing() != Doing::Recording {
            foreign::record(self.recorder(), id, values);
        }
    }

    fn on_follows_from(&self, id: &Id, follows: &Id, _: Context<'_, S>) {
        foreign::follow(self.recorder(), id, follows);
    }

    fn on_enter(&self, id: &Id, cx: Context<'_, S>) {
        if self.narrowed {
            self.filtered.on_enter(id, cx);
        }
        if companion::doing() == Doing::Entering {
            self.recorder().name_current(id);
        }
        foreign::enter(self.recorder(), id);
    }

    fn on_exit(&self, id: &Id, cx: Context<'_, S>) {
        if self.narrowed {
            self.filtered.on_exit(id, cx);
        }
        foreign::exit(self.recorder(), id);
    }

    fn on_close(&self, id: Id, cx: Context<'_, S>) {
        if let Some(state) = self.recorder().spans.remove(&id) {
            foreign::end(state);
        }
        if self.narrowed {
            self.filtered.on_close(id, cx);
        }
    }

    unsafe fn downcast_raw(&self, id: TypeId) -> Option<*const ()> {
        if id == TypeId::of::<Recorder>() {
            return Some(std::ptr::from_ref(self.recorder()).cast());
        }
        // SAFETY: the caller's promise is passed on. This is how registries learn that there is a
        // filter.
        unsafe { self.filtered.downcast_raw(id) }
    }
}

impl<S> TracingLayer<S> {
    fn recorder(&self) -> &Recorder {
        &self.filtered.inner().0
    }
}

/// What passes the filter.
struct Starts(Recorder);

impl<S: Subscriber> Layer<S> for Starts {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, _: Context<'_, S>) {
        match self.0.spans.reserve(id) {
            Some(place) => place.fill(foreign::begin(&self.0, attributes)),
            None => foreign::lose(&self.0, attributes),
        }
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        foreign::event(&self.0, event);
    }
}

/// The open spans of one registry.
pub(super) struct Recorder {
    owner: u64,
    pub(super) spans: Table,
}

impl Recorder {
    fn new() -> Self {
        // 0 is the root subscriber's.
        static OWNERS: AtomicU64 = AtomicU64::new(1);
        Recorder { owner: OWNERS.fetch_add(1, Ordering::Relaxed), spans: Table::new() }
    }

    /// Makes `id`, a companion, a second name of the current span, which is ours. Handles of the
    /// companion then carry the context to wherever they are entered.
    ///
    /// Done when it is entered, not when it is made: what is hidden from the layer by a filter
    /// around it is not closed for it either, and would stay for ever.
    fn name_current(&self, id: &Id) {
        if self.spans.get(id).is_none()
            && let Some(place) = self.spans.reserve(id)
        {
            place.fill(foreign::alias(local::get()));
        }
    }
}

impl Spans for Recorder {
    fn owner(&self) -> u64 {
        self.owner
    }

    #[inline]
    fn context(&self, id: &Id) -> Option<Current> {
        self.spans.get(id)
    }

    fn touch(&self, id: &Id) {
        self.spans.touch(id);
    }
}
