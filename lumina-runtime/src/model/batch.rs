//! Many ended spans in a few arenas: no allocation of its own for any span, attribute or string.
//!
//! Written by [`SpanWriter`](super::SpanWriter) on the collector, read by exporters through
//! [`SpanRef`], [`EventRef`] and [`LinkRef`], which are plain views.

use super::value::ArrayRef;
use super::{Operation, Outcome, Resource, SpanId, SpanKind, TraceId, ValueRef};
use std::borrow::Cow;
use std::sync::Arc;

/// Text of a batch: the program's own, or a piece of the batch's text arena.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Text {
    Static(&'static str),
    Arena { start: u32, end: u32 },
}

/// A value of a batch.
#[derive(Clone, Copy, Debug)]
pub(super) enum ValueRow {
    Bool(bool),
    I64(i64),
    U64(u64),
    F64(f64),
    Str(Text),
    Json(Text),
    /// A range of `elements`.
    Array {
        start: u32,
        end: u32,
    },
}

#[derive(Clone, Copy, Debug)]
pub(super) struct AttributeRow {
    pub(super) key: Text,
    pub(super) value: ValueRow,
}

/// A half-open range of one of the arenas.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Rows {
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Rows {
    pub(super) fn of<T>(self, arena: &[T]) -> &[T] {
        &arena[self.start as usize..self.end as usize]
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) struct SpanRow {
    pub(super) head: super::SpanHead,
    pub(super) status_message: Text,
    pub(super) attributes: Rows,
    pub(super) events: Rows,
    pub(super) links: Rows,
    pub(super) dropped_attributes: u32,
    pub(super) dropped_events: u32,
    pub(super) dropped_links: u32,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct EventRow {
    pub(super) name: Text,
    pub(super) time_unix_nanos: u64,
    pub(super) attributes: Rows,
    pub(super) dropped_attributes: u32,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct LinkRow {
    pub(super) trace: TraceId,
    pub(super) span: SpanId,
}

/// Ended spans on their way to the exporters.
///
/// Immutable once the collector has handed it over; exporters share it by [`Arc`].
#[derive(Debug, Default)]
pub struct Batch {
    pub(super) resource: Arc<Resource>,
    pub(super) spans: Vec<SpanRow>,
    pub(super) attributes: Vec<AttributeRow>,
    pub(super) events: Vec<EventRow>,
    pub(super) links: Vec<LinkRow>,
    pub(super) elements: Vec<ValueRow>,
    pub(super) text: String,
}

impl Batch {
    /// An empty batch of the process described by `resource`.
    pub(crate) fn new(resource: Arc<Resource>) -> Self {
        Batch { resource, ..Batch::default() }
    }

    /// An empty batch with room for as much as `other` holds, which came before it.
    pub(crate) fn like(other: &Batch) -> Self {
        Batch {
            resource: other.resource.clone(),
            spans: Vec::with_capacity(other.spans.len()),
            attributes: Vec::with_capacity(other.attributes.len()),
            events: Vec::with_capacity(other.events.len()),
            links: Vec::with_capacity(other.links.len()),
            elements: Vec::with_capacity(other.elements.len()),
            text: String::with_capacity(other.text.len()),
        }
    }

    /// The process that the spans come from.
    pub fn resource(&self) -> &Resource {
        &self.resource
    }

    /// Number of spans.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether there is no span.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// Bytes held by the batch, its arenas' capacity included.
    pub fn size_bytes(&self) -> usize {
        size_of::<Self>()
            + self.spans.capacity() * size_of::<SpanRow>()
            + self.attributes.capacity() * size_of::<AttributeRow>()
            + self.events.capacity() * size_of::<EventRow>()
            + self.links.capacity() * size_of::<LinkRow>()
            + self.elements.capacity() * size_of::<ValueRow>()
            + self.text.capacity()
    }

    /// Bytes in use: what decides when a batch is full.
    pub(crate) fn used_bytes(&self) -> usize {
        self.spans.len() * size_of::<SpanRow>()
            + self.attributes.len() * size_of::<AttributeRow>()
            + self.events.len() * size_of::<EventRow>()
            + self.text.len()
    }

    /// The spans, in the order in which the collector completed them: children before parents as
    /// a rule, but not always.
    pub fn spans(&self) -> impl ExactSizeIterator<Item = SpanRef<'_>> {
        self.spans.iter().map(|row| SpanRef { batch: self, row })
    }

    pub(super) fn text(&self, text: Text) -> &str {
        match text {
            Text::Static(text) => text,
            Text::Arena { start, end } => &self.text[start as usize..end as usize],
        }
    }

    pub(super) fn value<'a>(&'a self, row: &ValueRow) -> ValueRef<'a> {
        match *row {
            ValueRow::Bool(v) => ValueRef::Bool(v),
            ValueRow::I64(v) => ValueRef::I64(v),
            ValueRow::U64(v) => ValueRef::U64(v),
            ValueRow::F64(v) => ValueRef::F64(v),
            ValueRow::Str(v) => ValueRef::Str(self.text(v)),
            ValueRow::Json(v) => ValueRef::Json(self.text(v)),
            ValueRow::Array { start, end } => ValueRef::Array(ArrayRef { batch: self, start, end }),
        }
    }

    fn attributes(&self, rows: Rows) -> Attributes<'_> {
        Attributes { batch: self, rows: rows.of(&self.attributes).iter() }
    }
}

/// The attributes of a span or an event: `(key, value)`, each key once.
#[derive(Clone, Debug)]
pub struct Attributes<'a> {
    batch: &'a Batch,
    rows: std::slice::Iter<'a, AttributeRow>,
}

impl<'a> Iterator for Attributes<'a> {
    type Item = (&'a str, ValueRef<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let row = self.rows.next()?;
        Some((self.batch.text(row.key), self.batch.value(&row.value)))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.rows.size_hint()
    }
}

impl ExactSizeIterator for Attributes<'_> {}

/// One span of a [`Batch`].
#[derive(Clone, Copy, Debug)]
pub struct SpanRef<'a> {
    batch: &'a Batch,
    row: &'a SpanRow,
}

impl<'a> SpanRef<'a> {
    /// The trace that the span belongs to.
    pub fn trace_id(self) -> TraceId {
        self.row.head.trace
    }

    /// The span's own id.
    pub fn span_id(self) -> SpanId {
        self.row.head.span
    }

    /// The parent's id; `None` for the root of a trace.
    pub fn parent_id(self) -> Option<SpanId> {
        self.row.head.parent
    }

    /// Whether the parent is in another process.
    pub fn is_parent_remote(self) -> bool {
        self.row.head.parent_remote
    }

    /// The span's name.
    pub fn name(self) -> &'a str {
        self.batch.text(self.row.head.name)
    }

    /// The instrumentation scope: the target, by default the module path.
    pub fn scope(self) -> &'a str {
        self.batch.text(self.row.head.scope)
    }

    /// The scope without a copy where it is the program's own text.
    pub(super) fn scope_cow(self) -> Cow<'static, str> {
        match self.row.head.scope {
            Text::Static(scope) => Cow::Borrowed(scope),
            Text::Arena { .. } => Cow::Owned(self.scope().to_owned()),
        }
    }

    /// Who is on the other side.
    pub fn kind(self) -> SpanKind {
        self.row.head.kind
    }

    /// The declared step of an AI pipeline.
    pub fn operation(self) -> Operation {
        self.row.head.operation
    }

    /// How the span ended.
    pub fn outcome(self) -> Outcome {
        self.row.head.outcome
    }

    /// What went wrong, or empty.
    pub fn status_message(self) -> &'a str {
        self.batch.text(self.row.status_message)
    }

    /// Start, in nanoseconds since the Unix epoch.
    pub fn start_unix_nanos(self) -> u64 {
        self.row.head.start_unix_nanos
    }

    /// Length, from the monotonic clock, in nanoseconds.
    pub fn duration_nanos(self) -> u64 {
        self.row.head.duration_nanos
    }

    /// End, in nanoseconds since the Unix epoch: the start plus the length, never before the start.
    pub fn end_unix_nanos(self) -> u64 {
        self.start_unix_nanos().saturating_add(self.duration_nanos())
    }

    /// The span's attributes.
    pub fn attributes(self) -> Attributes<'a> {
        self.batch.attributes(self.row.attributes)
    }

    /// The value of one attribute.
    pub fn attribute(self, key: &str) -> Option<ValueRef<'a>> {
        self.attributes().find(|(known, _)| *known == key).map(|(_, value)| value)
    }

    /// The span's events, in the order of their time.
    pub fn events(self) -> impl ExactSizeIterator<Item = EventRef<'a>> {
        let batch = self.batch;
        self.row.events.of(&batch.events).iter().map(move |row| EventRef { batch, row })
    }

    /// The span's links.
    pub fn links(self) -> impl ExactSizeIterator<Item = LinkRef<'a>> {
        self.row.links.of(&self.batch.links).iter().map(|row| LinkRef { row })
    }

    /// Attributes that did not fit the limit.
    pub fn dropped_attributes(self) -> u32 {
        self.row.dropped_attributes
    }

    /// Events that did not fit the limit.
    pub fn dropped_events(self) -> u32 {
        self.row.dropped_events
    }

    /// Links that did not fit the limit.
    pub fn dropped_links(self) -> u32 {
        self.row.dropped_links
    }
}

/// One event of a span.
#[derive(Clone, Copy, Debug)]
pub struct EventRef<'a> {
    batch: &'a Batch,
    row: &'a EventRow,
}

impl<'a> EventRef<'a> {
    /// The event's name.
    pub fn name(self) -> &'a str {
        self.batch.text(self.row.name)
    }

    /// When it happened, in nanoseconds since the Unix epoch.
    pub fn time_unix_nanos(self) -> u64 {
        self.row.time_unix_nanos
    }

    /// Its attributes.
    pub fn attributes(self) -> Attributes<'a> {
        self.batch.attributes(self.row.attributes)
    }

    /// Attributes that did not fit the limit.
    pub fn dropped_attributes(self) -> u32 {
        self.row.dropped_attributes
    }
}

/// One link of a span: another span that it has to do with.
#[derive(Clone, Copy, Debug)]
pub struct LinkRef<'a> {
    row: &'a LinkRow,
}

impl LinkRef<'_> {
    /// The linked span's trace.
    pub fn trace_id(self) -> TraceId {
        self.row.trace
    }

    /// The linked span.
    pub fn span_id(self) -> SpanId {
        self.row.span
    }
}
