//! One ended span on its own: what tests assert on and tools read.

use super::batch_writer::{Limits, NewText, NewValue};
use super::{
    Batch, Operation, Outcome, Resource, SpanHead, SpanId, SpanKind, SpanRef, TraceId, Value,
};
use std::borrow::Cow;
use std::sync::Arc;

/// An ended span, owned.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SpanData {
    /// The trace that the span belongs to.
    pub trace_id: TraceId,
    /// The span's own id.
    pub span_id: SpanId,
    /// The parent's id; `None` for the root of a trace.
    pub parent_id: Option<SpanId>,
    /// Whether the parent is in another process.
    pub parent_remote: bool,
    /// The span's name.
    pub name: String,
    /// The instrumentation scope: the target.
    pub scope: Cow<'static, str>,
    /// Who is on the other side.
    pub kind: SpanKind,
    /// The declared step of an AI pipeline.
    pub operation: Operation,
    /// How the span ended.
    pub outcome: Outcome,
    /// What went wrong, or empty.
    pub status_message: String,
    /// Start, in nanoseconds since the Unix epoch.
    pub start_unix_nanos: u64,
    /// Length, in nanoseconds.
    pub duration_nanos: u64,
    /// Attributes, each key once.
    pub attributes: Vec<(String, Value)>,
    /// Events, in the order of their time.
    pub events: Vec<EventData>,
    /// Links.
    pub links: Vec<LinkData>,
    /// Attributes that did not fit the limit.
    pub dropped_attributes: u32,
    /// Events that did not fit the limit.
    pub dropped_events: u32,
    /// Links that did not fit the limit.
    pub dropped_links: u32,
}

/// An event of a [`SpanData`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct EventData {
    /// The event's name.
    pub name: String,
    /// When it happened, in nanoseconds since the Unix epoch.
    pub time_unix_nanos: u64,
    /// Its attributes.
    pub attributes: Vec<(String, Value)>,
    /// Attributes that did not fit the limit.
    pub dropped_attributes: u32,
}

impl EventData {
    /// An event without attributes.
    pub fn new(name: impl Into<String>, time_unix_nanos: u64) -> Self {
        let name = name.into();
        EventData { name, time_unix_nanos, attributes: Vec::new(), dropped_attributes: 0 }
    }
}

/// A link of a [`SpanData`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LinkData {
    /// The linked span's trace.
    pub trace_id: TraceId,
    /// The linked span.
    pub span_id: SpanId,
}

impl LinkData {
    /// A link to `span_id` of `trace_id`.
    pub const fn new(trace_id: TraceId, span_id: SpanId) -> Self {
        LinkData { trace_id, span_id }
    }
}

impl SpanData {
    /// A span with ids, a name and a length; everything else is empty.
    pub fn new(trace_id: TraceId, span_id: SpanId, name: impl Into<String>) -> Self {
        SpanData {
            trace_id,
            span_id,
            parent_id: None,
            parent_remote: false,
            name: name.into(),
            scope: Cow::Borrowed(""),
            kind: SpanKind::Internal,
            operation: Operation::Unspecified,
            outcome: Outcome::Unset,
            status_message: String::new(),
            start_unix_nanos: 0,
            duration_nanos: 0,
            attributes: Vec::new(),
            events: Vec::new(),
            links: Vec::new(),
            dropped_attributes: 0,
            dropped_events: 0,
            dropped_links: 0,
        }
    }

    /// The value of one attribute.
    pub fn attribute(&self, key: &str) -> Option<&Value> {
        self.attributes.iter().find(|(known, _)| known == key).map(|(_, value)| value)
    }

    /// End, in nanoseconds since the Unix epoch.
    pub fn end_unix_nanos(&self) -> u64 {
        self.start_unix_nanos.saturating_add(self.duration_nanos)
    }
}

fn owned(attributes: super::Attributes<'_>) -> Vec<(String, Value)> {
    attributes.map(|(key, value)| (key.to_owned(), value.to_value())).collect()
}

impl From<SpanRef<'_>> for SpanData {
    fn from(span: SpanRef<'_>) -> Self {
        SpanData {
            trace_id: span.trace_id(),
            span_id: span.span_id(),
            parent_id: span.parent_id(),
            parent_remote: span.is_parent_remote(),
            name: span.name().to_owned(),
            scope: span.scope_cow(),
            kind: span.kind(),
            operation: span.operation(),
            outcome: span.outcome(),
            status_message: span.status_message().to_owned(),
            start_unix_nanos: span.start_unix_nanos(),
            duration_nanos: span.duration_nanos(),
            attributes: owned(span.attributes()),
            events: span
                .events()
                .map(|event| EventData {
                    name: event.name().to_owned(),
                    time_unix_nanos: event.time_unix_nanos(),
                    attributes: owned(event.attributes()),
                    dropped_attributes: event.dropped_attributes(),
                })
                .collect(),
            links: span
                .links()
                .map(|link| LinkData { trace_id: link.trace_id(), span_id: link.span_id() })
                .collect(),
            dropped_attributes: span.dropped_attributes(),
            dropped_events: span.dropped_events(),
            dropped_links: span.dropped_links(),
        }
    }
}

impl Batch {
    /// A batch of given spans: for tests of exporters, and for tools that read spans back.
    ///
    /// ```
    /// use lumina_runtime::model::{Batch, Resource, SpanData, SpanId, TraceId};
    /// let span = SpanData::new(TraceId(1), SpanId(2), "retrieve");
    /// let batch = Batch::from_spans(Resource::new(), [span]);
    /// assert_eq!(batch.spans().next().unwrap().name(), "retrieve");
    /// ```
    pub fn from_spans(resource: Resource, spans: impl IntoIterator<Item = SpanData>) -> Self {
        let mut batch = Batch::new(Arc::new(resource));
        for span in spans {
            batch.push_span_data(&span);
        }
        batch
    }

    fn push_span_data(&mut self, span: &SpanData) {
        let limits = Limits {
            attributes: usize::MAX,
            events: usize::MAX,
            links: usize::MAX,
            event_attributes: usize::MAX,
        };
        let mut writer = self.begin(limits);
        for (key, value) in &span.attributes {
            with_new_value(value, |value| writer.attribute(NewText::Copied(key), value));
        }
        for event in &span.events {
            let arrays: Vec<Vec<NewValue<'_>>> =
                event.attributes.iter().map(|(_, value)| array_elements(value)).collect();
            let attributes =
                event.attributes.iter().zip(&arrays).map(|((key, value), elements)| {
                    (NewText::Copied(key.as_str()), new_value(value, elements))
                });
            writer.event(NewText::Copied(&event.name), event.time_unix_nanos, attributes);
            writer.count_dropped_event_attributes(event.dropped_attributes);
        }
        for link in &span.links {
            writer.link(link.trace_id, link.span_id);
        }
        writer.count_dropped_attributes(span.dropped_attributes);
        writer.count_dropped_events(span.dropped_events);
        writer.count_dropped_links(span.dropped_links);
        let name = writer.text(NewText::Copied(&span.name));
        let scope = match &span.scope {
            Cow::Borrowed(scope) => writer.text(NewText::Static(scope)),
            Cow::Owned(scope) => writer.text(NewText::Copied(scope)),
        };
        writer.finish(
            SpanHead {
                trace: span.trace_id,
                span: span.span_id,
                parent: span.parent_id,
                parent_remote: span.parent_remote,
                name,
                scope,
                kind: span.kind,
                operation: span.operation,
                outcome: span.outcome,
                start_unix_nanos: span.start_unix_nanos,
                duration_nanos: span.duration_nanos,
            },
            NewText::Copied(&span.status_message),
        );
    }
}

/// The elements of an array without arrays inside: an element that is one becomes its text's
/// absence, since attribute arrays hold values of one plain type.
fn array_elements(value: &Value) -> Vec<NewValue<'_>> {
    match value {
        Value::Array(values) => {
            let plain = values.iter().filter(|value| !matches!(value, Value::Array(_)));
            plain.map(|value| new_value(value, &[])).collect()
        }
        _ => Vec::new(),
    }
}

fn new_value<'a>(value: &'a Value, elements: &'a [NewValue<'a>]) -> NewValue<'a> {
    match value {
        Value::Bool(v) => NewValue::Bool(*v),
        Value::I64(v) => NewValue::I64(*v),
        Value::U64(v) => NewValue::U64(*v),
        Value::F64(v) => NewValue::F64(*v),
        Value::Str(v) => NewValue::Str(v),
        Value::Json(v) => NewValue::Json(v),
        Value::Array(_) => NewValue::Array(elements),
    }
}

fn with_new_value(value: &Value, put: impl FnOnce(NewValue<'_>)) {
    let elements = array_elements(value);
    put(new_value(value, &elements));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_gives_back_the_span_that_was_put_in() {
        let mut span = SpanData::new(TraceId(7), SpanId(8), "answer");
        span.parent_id = Some(SpanId(9));
        span.outcome = Outcome::Error;
        span.status_message = "overloaded".to_owned();
        span.duration_nanos = 5;
        span.attributes = vec![
            ("a".to_owned(), Value::from(1i64)),
            ("b".to_owned(), Value::from(vec!["x", "y"])),
            ("c".to_owned(), Value::Json("{}".to_owned())),
        ];
        span.events = vec![EventData {
            name: "chunk".to_owned(),
            time_unix_nanos: 3,
            attributes: vec![("n".to_owned(), Value::from([1.5, 2.5]))],
            dropped_attributes: 5,
        }];
        span.links = vec![LinkData { trace_id: TraceId(1), span_id: SpanId(2) }];
        span.scope = Cow::Owned("support::answer".to_owned());
        span.dropped_attributes = 4;
        span.dropped_events = 6;
        span.dropped_links = 7;
        let batch = Batch::from_spans(Resource::new(), [span.clone()]);
        assert_eq!(SpanData::from(batch.spans().next().unwrap()), span);
    }

    #[test]
    fn the_last_value_of_a_key_wins_and_what_is_over_the_limit_is_counted() {
        let mut batch = Batch::default();
        let mut writer = batch.begin(Limits { attributes: 2, ..Limits::default() });
        for (key, value) in [("a", 1), ("b", 2), ("a", 3), ("c", 4)] {
            writer.attribute(NewText::Static(key), NewValue::I64(value));
        }
        let head = SpanHead {
            trace: TraceId(1),
            span: SpanId(1),
            parent: None,
            parent_remote: false,
            name: super::super::batch::Text::Static(""),
            scope: super::super::batch::Text::Static(""),
            kind: SpanKind::Internal,
            operation: Operation::Unspecified,
            outcome: Outcome::Unset,
            start_unix_nanos: 0,
            duration_nanos: 0,
        };
        writer.finish(head, NewText::Static(""));
        let span = SpanData::from(batch.spans().next().unwrap());
        assert_eq!(span.attribute("a"), Some(&Value::I64(3)));
        assert_eq!(span.attributes.len(), 2);
        assert_eq!(span.dropped_attributes, 1);
    }
}
