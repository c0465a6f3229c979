//! Writing spans into a [`Batch`]: limits, one value a key, contiguous rows.

use super::batch::{AttributeRow, EventRow, LinkRow, Rows, SpanRow, Text, ValueRow};
use super::{Batch, Operation, Outcome, SpanId, SpanKind, TraceId};

/// The part of a span that does not vary in size.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SpanHead {
    pub(crate) trace: TraceId,
    pub(crate) span: SpanId,
    pub(crate) parent: Option<SpanId>,
    pub(crate) parent_remote: bool,
    pub(crate) name: Text,
    pub(crate) scope: Text,
    pub(crate) kind: SpanKind,
    pub(crate) operation: Operation,
    pub(crate) outcome: Outcome,
    pub(crate) start_unix_nanos: u64,
    pub(crate) duration_nanos: u64,
}

/// How much one span may hold. What is over is counted, not kept.
///
/// Source: OpenTelemetry specification, "Span Limits"; the length limit has its own default there
/// (none), which would let one prompt fill the memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    pub(crate) attributes: usize,
    pub(crate) events: usize,
    pub(crate) links: usize,
    pub(crate) event_attributes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { attributes: 128, events: 128, links: 128, event_attributes: 128 }
    }
}

/// A key or a name on its way into a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NewText<'a> {
    /// Text of the program: kept as a pointer.
    Static(&'static str),
    /// Copied into the batch.
    Copied(&'a str),
}

impl NewText<'_> {
    fn as_str(&self) -> &str {
        match self {
            NewText::Static(text) => text,
            NewText::Copied(text) => text,
        }
    }
}

/// A value on its way into a batch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum NewValue<'a> {
    Bool(bool),
    I64(i64),
    U64(u64),
    F64(f64),
    Str(&'a str),
    Json(&'a str),
    Array(&'a [NewValue<'a>]),
}

/// Writes one span: attributes first, then events and links, then [`finish`](Self::finish).
///
/// Dropped without `finish`, it leaves rows that no span points at: harmless.
pub(crate) struct SpanWriter<'b> {
    batch: &'b mut Batch,
    limits: Limits,
    attributes: Rows,
    events: Rows,
    links: Rows,
    dropped_attributes: u32,
    dropped_events: u32,
    dropped_links: u32,
}

impl Batch {
    pub(crate) fn begin(&mut self, limits: Limits) -> SpanWriter<'_> {
        let at = |len: usize| Rows { start: len as u32, end: len as u32 };
        SpanWriter {
            attributes: at(self.attributes.len()),
            events: at(self.events.len()),
            links: at(self.links.len()),
            batch: self,
            limits,
            dropped_attributes: 0,
            dropped_events: 0,
            dropped_links: 0,
        }
    }

    #[inline(always)]
    fn put_text(&mut self, text: NewText<'_>) -> Text {
        match text {
            NewText::Static(text) => Text::Static(text),
            NewText::Copied(text) => self.put_copied(text),
        }
    }

    #[inline(always)]
    fn put_copied(&mut self, text: &str) -> Text {
        let start = self.text.len() as u32;
        self.text.push_str(text);
        Text::Arena { start, end: self.text.len() as u32 }
    }

    #[inline(always)]
    fn put_value(&mut self, value: NewValue<'_>) -> ValueRow {
        match value {
            NewValue::Bool(v) => ValueRow::Bool(v),
            NewValue::I64(v) => ValueRow::I64(v),
            NewValue::U64(v) => i64::try_from(v).map_or(ValueRow::U64(v), ValueRow::I64),
            NewValue::F64(v) => ValueRow::F64(v),
            NewValue::Str(v) => ValueRow::Str(self.put_copied(v)),
            NewValue::Json(v) => ValueRow::Json(self.put_copied(v)),
            NewValue::Array(values) => self.put_array(values),
        }
    }

    fn put_array(&mut self, values: &[NewValue<'_>]) -> ValueRow {
        let rows: Vec<ValueRow> = values.iter().map(|value| self.put_value(*value)).collect();
        let start = self.elements.len() as u32;
        self.elements.extend(rows);
        ValueRow::Array { start, end: self.elements.len() as u32 }
    }
}

impl SpanWriter<'_> {
    /// Copies text that is not the program's own, for a [`SpanHead`].
    pub(crate) fn text(&mut self, text: NewText<'_>) -> Text {
        self.batch.put_text(text)
    }

    /// Adds an attribute to the span; a known key gets the new value.
    ///
    /// Must not follow the span's first event: rows of one span are contiguous.
    #[inline(always)]
    pub(crate) fn attribute(&mut self, key: NewText<'_>, value: NewValue<'_>) {
        debug_assert_eq!(self.attributes.end as usize, self.batch.attributes.len());
        let start = self.attributes.start as usize;
        if !self.replace(start, key.as_str(), value) {
            if self.batch.attributes.len() - start >= self.limits.attributes {
                self.dropped_attributes = self.dropped_attributes.saturating_add(1);
                return;
            }
            self.push_attribute(key, value);
            self.attributes.end = self.batch.attributes.len() as u32;
        }
    }

    #[inline(always)]
    fn replace(&mut self, start: usize, key: &str, value: NewValue<'_>) -> bool {
        let known = self.batch.attributes[start..].iter().position(|row| {
            let known = self.batch.text(row.key);
            // The first byte tells most keys apart without a call.
            known.len() == key.len()
                && known.as_bytes().first() == key.as_bytes().first()
                && known == key
        });
        if let Some(at) = known {
            self.put_instead(start + at, value);
        }
        known.is_some()
    }

    #[cold]
    #[inline(never)]
    fn put_instead(&mut self, at: usize, value: NewValue<'_>) {
        self.batch.attributes[at].value = self.batch.put_value(value);
    }

    #[inline(always)]
    fn push_attribute(&mut self, key: NewText<'_>, value: NewValue<'_>) {
        let row =
            AttributeRow { key: self.batch.put_text(key), value: self.batch.put_value(value) };
        self.batch.attributes.push(row);
    }

    /// Counts attributes that were dropped before they got here.
    pub(crate) fn count_dropped_attributes(&mut self, count: u32) {
        self.dropped_attributes = self.dropped_attributes.saturating_add(count);
    }

    /// Counts events that were dropped before they got here.
    pub(crate) fn count_dropped_events(&mut self, count: u32) {
        self.dropped_events = self.dropped_events.saturating_add(count);
    }

    /// Counts links that were dropped before they got here.
    pub(crate) fn count_dropped_links(&mut self, count: u32) {
        self.dropped_links = self.dropped_links.saturating_add(count);
    }

    /// Counts attributes of the last event that were dropped before they got here.
    pub(crate) fn count_dropped_event_attributes(&mut self, count: u32) {
        if self.events.end > self.events.start
            && let Some(event) = self.batch.events.last_mut()
        {
            event.dropped_attributes = event.dropped_attributes.saturating_add(count);
        }
    }

    /// Adds an event with its attributes.
    pub(crate) fn event<'v>(
        &mut self,
        name: NewText<'_>,
        time_unix_nanos: u64,
        attributes: impl IntoIterator<Item = (NewText<'v>, NewValue<'v>)>,
    ) {
        if (self.events.end - self.events.start) as usize >= self.limits.events {
            self.dropped_events = self.dropped_events.saturating_add(1);
            return;
        }
        let start = self.batch.attributes.len();
        let mut dropped_attributes = 0;
        for (key, value) in attributes {
            if self.replace(start, key.as_str(), value) {
                continue;
            }
            if self.batch.attributes.len() - start >= self.limits.event_attributes {
                dropped_attributes += 1;
                continue;
            }
            self.push_attribute(key, value);
        }
        let attributes = Rows { start: start as u32, end: self.batch.attributes.len() as u32 };
        let name = self.batch.put_text(name);
        self.batch.events.push(EventRow { name, time_unix_nanos, attributes, dropped_attributes });
        self.events.end += 1;
    }

    /// Adds a link.
    pub(crate) fn link(&mut self, trace: TraceId, span: SpanId) {
        if (self.links.end - self.links.start) as usize >= self.limits.links {
            self.dropped_links = self.dropped_links.saturating_add(1);
            return;
        }
        self.batch.links.push(LinkRow { trace, span });
        self.links.end += 1;
    }

    /// Makes the span part of the batch.
    pub(crate) fn finish(self, head: SpanHead, status_message: NewText<'_>) {
        let status_message = self.batch.put_text(status_message);
        self.batch.spans.push(SpanRow {
            head,
            status_message,
            attributes: self.attributes,
            events: self.events,
            links: self.links,
            dropped_attributes: self.dropped_attributes,
            dropped_events: self.dropped_events,
            dropped_links: self.dropped_links,
        });
    }
}
