//! A piece of a batch as a batch of its own, for receivers that find the whole too large.

use super::Batch;
use super::batch::{AttributeRow, EventRow, Rows, SpanRow, Text, ValueRow};
use std::ops::Range;
use std::sync::Arc;

impl Batch {
    /// Copies the spans of `range`, and nothing of the others.
    ///
    /// A copy and not a view: receivers that refuse a batch for its size are rare, and exporters
    /// and their buffers then see the true size of what they are given.
    ///
    /// # Panics
    ///
    /// If `range` is out of bounds.
    pub(crate) fn part(&self, range: Range<usize>) -> Batch {
        let mut part = Batch::new(Arc::clone(&self.resource));
        part.spans.reserve_exact(range.len());
        for row in &self.spans[range] {
            part.copy_span(self, row);
        }
        part
    }

    /// Copies the spans that `keep` says, one entry a span, into exactly the room that they need.
    pub(crate) fn only(&self, keep: &[bool]) -> Batch {
        let mut part = Batch::new(Arc::clone(&self.resource));
        for (row, _) in self.spans.iter().zip(keep).filter(|(_, keep)| **keep) {
            part.copy_span(self, row);
        }
        part.spans.shrink_to_fit();
        part.attributes.shrink_to_fit();
        part.events.shrink_to_fit();
        part.links.shrink_to_fit();
        part.elements.shrink_to_fit();
        part.text.shrink_to_fit();
        part
    }

    /// Both halves, the first one no smaller; `None` for fewer than two spans.
    pub(crate) fn halves(&self) -> Option<[Batch; 2]> {
        let middle = self.len().div_ceil(2);
        (self.len() >= 2).then(|| [self.part(0..middle), self.part(middle..self.len())])
    }

    fn copy_span(&mut self, from: &Batch, row: &SpanRow) {
        let mut head = row.head;
        head.name = self.copy_text(from, head.name);
        head.scope = self.copy_text(from, head.scope);
        let attributes = self.copy_attributes(from, row.attributes);
        let events = self.copy_events(from, row.events);
        let first_link = self.links.len();
        self.links.extend_from_slice(row.links.of(&from.links));
        let copy = SpanRow {
            head,
            status_message: self.copy_text(from, row.status_message),
            attributes,
            events,
            links: rows(first_link, self.links.len()),
            ..*row
        };
        self.spans.push(copy);
    }

    fn copy_events(&mut self, from: &Batch, events: Rows) -> Rows {
        let start = self.events.len();
        for event in events.of(&from.events) {
            let attributes = self.copy_attributes(from, event.attributes);
            let name = self.copy_text(from, event.name);
            self.events.push(EventRow { name, attributes, ..*event });
        }
        rows(start, self.events.len())
    }

    fn copy_attributes(&mut self, from: &Batch, attributes: Rows) -> Rows {
        let start = self.attributes.len();
        for row in attributes.of(&from.attributes) {
            let key = self.copy_text(from, row.key);
            let value = self.copy_value(from, row.value);
            self.attributes.push(AttributeRow { key, value });
        }
        rows(start, self.attributes.len())
    }

    fn copy_value(&mut self, from: &Batch, value: ValueRow) -> ValueRow {
        match value {
            ValueRow::Str(text) => ValueRow::Str(self.copy_text(from, text)),
            ValueRow::Json(text) => ValueRow::Json(self.copy_text(from, text)),
            ValueRow::Array { start, end } => {
                // Elements are no arrays themselves, so that this array's rows stay together.
                let first = self.elements.len();
                let elements = Rows { start, end };
                for element in elements.of(&from.elements) {
                    let element = self.copy_value(from, *element);
                    self.elements.push(element);
                }
                ValueRow::Array { start: first as u32, end: self.elements.len() as u32 }
            }
            plain
            @ (ValueRow::Bool(_) | ValueRow::I64(_) | ValueRow::U64(_) | ValueRow::F64(_)) => plain,
        }
    }

    fn copy_text(&mut self, from: &Batch, text: Text) -> Text {
        match text {
            Text::Static(_) => text,
            Text::Arena { .. } => {
                let start = self.text.len() as u32;
                self.text.push_str(from.text(text));
                Text::Arena { start, end: self.text.len() as u32 }
            }
        }
    }
}

fn rows(start: usize, end: usize) -> Rows {
    Rows { start: start as u32, end: end as u32 }
}

#[cfg(test)]
mod tests {
    use crate::model::{
        Batch, EventData, LinkData, Outcome, Resource, SpanData, SpanId, TraceId, Value,
    };

    fn full_span(n: u64) -> SpanData {
        let mut span = SpanData::new(TraceId(1), SpanId(n), format!("span {n}"));
        span.scope = format!("scope {n}").into();
        span.outcome = Outcome::Error;
        span.status_message = format!("status {n}");
        span.attributes = vec![
            ("text".to_owned(), Value::from(format!("value {n}"))),
            ("number".to_owned(), Value::from(n)),
            ("list".to_owned(), Value::from(vec![format!("a{n}"), format!("b{n}")])),
            ("json".to_owned(), Value::Json(format!("[{n}]"))),
        ];
        span.events = vec![EventData {
            name: format!("event {n}"),
            time_unix_nanos: n,
            attributes: vec![("at".to_owned(), Value::from([n, n + 1]))],
            dropped_attributes: 1,
        }];
        span.links = vec![LinkData { trace_id: TraceId(2), span_id: SpanId(n) }];
        span.dropped_attributes = 3;
        span
    }

    fn spans(batch: &Batch) -> Vec<SpanData> {
        batch.spans().map(SpanData::from).collect()
    }

    #[test]
    fn a_part_holds_the_same_spans_and_the_same_resource() {
        let all: Vec<SpanData> = (1..=5).map(full_span).collect();
        let mut resource = Resource::new();
        resource.set("service.name", "support");
        let batch = Batch::from_spans(resource.clone(), all.clone());
        let part = batch.part(1..4);
        assert_eq!(spans(&part), all[1..4]);
        assert_eq!(*part.resource(), resource);
    }

    #[test]
    fn halves_hold_every_span_once_and_in_order() {
        let all: Vec<SpanData> = (1..=5).map(full_span).collect();
        let batch = Batch::from_spans(Resource::new(), all.clone());
        let [first, second] = batch.halves().unwrap();
        assert_eq!((first.len(), second.len()), (3, 2));
        assert_eq!([spans(&first), spans(&second)].concat(), all);
    }

    #[test]
    fn one_span_has_no_halves() {
        assert!(Batch::from_spans(Resource::new(), [full_span(1)]).halves().is_none());
    }

    #[test]
    fn a_part_does_not_carry_the_bytes_of_other_spans() {
        let mut huge = full_span(1);
        huge.attributes.push(("prompt".to_owned(), Value::from("x".repeat(100_000))));
        let batch = Batch::from_spans(Resource::new(), [huge, full_span(2)]);
        assert!(batch.part(1..2).size_bytes() < 10_000);
    }
}
