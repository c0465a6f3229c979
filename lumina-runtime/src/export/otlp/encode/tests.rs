//! What we write is what the published protobuf types read, field by field.

use super::{Encoder, by_scope};
use crate::model::{
    Batch, EventData, LinkData, Operation, Outcome, Resource, SpanData, SpanId, SpanKind, TraceId,
    Value,
};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, ArrayValue, KeyValue, any_value};
use opentelemetry_proto::tonic::trace::v1::{Span, Status, span};
use prost::Message;
use std::collections::BTreeMap;

/// Decodes every request of `batch`: scope and span by span id.
fn decode(batch: &Batch, limit_bytes: usize) -> (BTreeMap<u64, (String, Span)>, Vec<usize>) {
    let (mut spans, mut sizes) = (BTreeMap::new(), Vec::new());
    let mut encoder = Encoder::default();
    let ordered = by_scope(batch);
    let mut rest = &ordered[..];
    while !rest.is_empty() {
        let taken = encoder.encode(batch.resource(), rest, limit_bytes);
        assert!(taken > 0, "every request takes a span further");
        rest = &rest[taken..];
        sizes.push(encoder.bytes().len());
        let request = ExportTraceServiceRequest::decode(encoder.bytes()).expect("valid protobuf");
        let [resource_spans] = &request.resource_spans[..] else { panic!("one process") };
        let resource = resource_spans.resource.clone().unwrap_or_default();
        assert_eq!(
            resource.attributes,
            batch.resource().attributes().map(pair).collect::<Vec<_>>()
        );
        let before = spans.len();
        for scope_spans in &resource_spans.scope_spans {
            let scope = scope_spans.scope.clone().unwrap_or_default().name;
            for span in &scope_spans.spans {
                let id = u64::from_be_bytes(span.span_id[..].try_into().unwrap());
                assert!(
                    spans.insert(id, (scope.clone(), span.clone())).is_none(),
                    "span sent twice"
                );
            }
        }
        assert_eq!(spans.len() - before, taken, "the number announced");
    }
    (spans, sizes)
}

fn pair((key, value): (&str, &Value)) -> KeyValue {
    KeyValue { key: key.to_owned(), value: Some(any(value)), ..KeyValue::default() }
}

fn any(value: &Value) -> AnyValue {
    use any_value::Value as Any;
    let value = match value {
        Value::Bool(v) => Any::BoolValue(*v),
        Value::I64(v) => Any::IntValue(*v),
        Value::U64(v) => Any::StringValue(v.to_string()),
        Value::F64(v) => Any::DoubleValue(*v),
        Value::Str(v) | Value::Json(v) => Any::StringValue(v.clone()),
        Value::Array(v) => Any::ArrayValue(ArrayValue { values: v.iter().map(any).collect() }),
    };
    AnyValue { value: Some(value) }
}

/// The span that a receiver should see, before the attributes that the encoder adds.
fn expected(data: &SpanData) -> Span {
    let pairs = |pairs: &[(String, Value)]| pairs.iter().map(|(k, v)| pair((k, v))).collect();
    Span {
        trace_id: data.trace_id.0.to_be_bytes().to_vec(),
        span_id: data.span_id.0.to_be_bytes().to_vec(),
        parent_span_id: data.parent_id.map_or(vec![], |id| id.0.to_be_bytes().to_vec()),
        flags: if data.parent_remote { 0x301 } else { 0x101 },
        name: data.name.clone(),
        kind: data.kind as i32,
        start_time_unix_nano: data.start_unix_nanos,
        end_time_unix_nano: data.start_unix_nanos.saturating_add(data.duration_nanos),
        attributes: pairs(&data.attributes),
        dropped_attributes_count: data.dropped_attributes,
        events: data
            .events
            .iter()
            .map(|event| span::Event {
                time_unix_nano: event.time_unix_nanos,
                name: event.name.clone(),
                attributes: pairs(&event.attributes),
                dropped_attributes_count: event.dropped_attributes,
            })
            .collect(),
        dropped_events_count: data.dropped_events,
        links: data
            .links
            .iter()
            .map(|link| span::Link {
                trace_id: link.trace_id.0.to_be_bytes().to_vec(),
                span_id: link.span_id.0.to_be_bytes().to_vec(),
                ..span::Link::default()
            })
            .collect(),
        dropped_links_count: data.dropped_links,
        status: None,
        trace_state: String::new(),
    }
}

/// Compares by encoding again, since NaN equals nothing.
#[track_caller]
fn assert_same(actual: &Span, expected: &Span) {
    assert_eq!(actual.encode_to_vec(), expected.encode_to_vec(), "{actual:?} != {expected:?}");
}

/// A fixed sequence of numbers: xorshift.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: u64) -> usize {
        (self.next() % end) as usize
    }

    fn number(&mut self) -> u64 {
        let edges = [0, 1, 127, 128, i64::MAX as u64, i64::MAX as u64 + 1, u64::MAX];
        match self.below(3) {
            0 => edges[self.below(edges.len() as u64)],
            _ => self.next() >> self.below(64),
        }
    }

    fn text(&mut self) -> String {
        const PIECES: [&str; 8] =
            ["", "plain", "ünïcödé", "\0", "👩‍👩‍👧", "שלום", "\u{10FFFF}", "\\u0000\""];
        let text: String = (0..self.below(4)).map(|_| PIECES[self.below(8)]).collect();
        match self.below(20) {
            0 => text.repeat(50) + &"x".repeat(self.below(40_000)),
            _ => text,
        }
    }

    fn value(&mut self) -> Value {
        match self.below(7) {
            0 => Value::Bool(self.below(2) == 0),
            1 => Value::I64(self.number() as i64),
            2 => Value::from(self.number()),
            3 => {
                let floats = [f64::NAN, f64::INFINITY, -0.0, f64::MIN_POSITIVE, 0.5];
                Value::F64(floats[self.below(5)])
            }
            4 => Value::Json(format!("{{\"k\":{}}}", self.next())),
            5 => Value::Array((0..self.below(5)).map(|_| Value::from(self.number())).collect()),
            _ => Value::Str(self.text()),
        }
    }

    fn attributes(&mut self) -> Vec<(String, Value)> {
        let count = match self.below(30) {
            0 => 1_000,
            _ => self.below(6),
        };
        // The number keeps keys apart; one key may be empty, one may be long.
        let key = |numbers: &mut Self, i| match (i, numbers.below(40)) {
            (0, 0) => String::new(),
            (1, 0) => "k".repeat(100_000),
            _ => format!("{i}{}", numbers.text()),
        };
        (0..count).map(|i| (key(self, i), self.value())).collect()
    }

    fn span(&mut self, id: u64) -> SpanData {
        let mut span =
            SpanData::new(TraceId(u128::from(self.next()) << 64 | 1), SpanId(id), self.text());
        span.parent_id = (self.below(2) == 0).then(|| SpanId(self.next()));
        span.parent_remote = self.below(2) == 0;
        span.scope = ["", "app", "app::model", "app::tools"][self.below(4)].into();
        use SpanKind::{Client, Consumer, Internal, Producer, Server};
        span.kind = [Internal, Server, Client, Producer, Consumer][self.below(5)];
        span.start_unix_nanos = self.number();
        span.duration_nanos = self.number();
        span.attributes = self.attributes();
        for _ in 0..self.below(3) {
            let (name, time_unix_nanos) = (self.text(), self.number());
            let (attributes, dropped_attributes) = (self.attributes(), self.number() as u32);
            span.events.push(EventData { name, time_unix_nanos, attributes, dropped_attributes });
        }
        for _ in 0..self.below(3) {
            let trace_id = TraceId(u128::from(self.next()));
            span.links.push(LinkData { trace_id, span_id: SpanId(self.next()) });
        }
        span.dropped_attributes = self.number() as u32;
        span.dropped_events = self.number() as u32;
        span.dropped_links = self.number() as u32;
        span
    }
}

fn resource() -> Resource {
    let mut resource = Resource::new();
    resource.set("service.name", "support");
    resource.set("host.cores", 8);
    resource.set("tags", vec![vec!["a", "b"], vec![]]);
    resource.set("big", u64::MAX);
    resource
}

#[test]
fn every_field_of_any_span_arrives_whatever_the_request_size() {
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    for round in 0..40 {
        let spans: Vec<SpanData> = (1..=30).map(|id| numbers.span(id)).collect();
        let batch = Batch::from_spans(resource(), spans.clone());
        let limit = [usize::MAX, 200_000, 3_000, 0][round % 4];
        let (decoded, sizes) = decode(&batch, limit);
        assert_eq!(decoded.len(), spans.len());
        for span in &spans {
            let (scope, actual) = &decoded[&span.span_id.0];
            assert_eq!(scope, &span.scope);
            assert_same(actual, &expected(span));
        }
        assert_eq!(sizes.len() == spans.len(), limit == 0, "a limit of zero: one by one");
        assert_eq!(sizes.len() == 1, limit == usize::MAX);
    }
}

fn one(change: impl FnOnce(&mut SpanData)) -> Span {
    let mut span = SpanData::new(TraceId(1), SpanId(2), "answer");
    change(&mut span);
    let batch = Batch::from_spans(Resource::new(), [span]);
    decode(&batch, usize::MAX).0.remove(&2).unwrap().1
}

fn attribute(span: &Span, key: &str) -> Vec<AnyValue> {
    let named = span.attributes.iter().filter(|attribute| attribute.key == key);
    named.filter_map(|attribute| attribute.value.clone()).collect()
}

#[test]
fn each_outcome_has_its_status_and_says_what_status_cannot() {
    let cases = [
        (Outcome::Unset, "", None, None),
        (Outcome::Unset, "ignored", None, None),
        (Outcome::Ok, "ignored", Some((1, "")), None),
        (Outcome::Error, "overloaded", Some((2, "overloaded")), None),
        (Outcome::Error, "", Some((2, "")), None),
        (Outcome::Panic, "", Some((2, "panicked")), Some("panic")),
        (Outcome::Panic, "index 3", Some((2, "index 3")), Some("panic")),
        (Outcome::Cancelled, "", Some((2, "cancelled before it was done")), Some("cancelled")),
        (
            Outcome::Incomplete,
            "",
            Some((2, "still open when the pipeline shut down")),
            Some("incomplete"),
        ),
    ];
    for (outcome, message, status, kind) in cases {
        let span = one(|span| {
            span.outcome = outcome;
            span.status_message = message.to_owned();
        });
        let status =
            status.map(|(code, message): (i32, &str)| Status { message: message.to_owned(), code });
        assert_eq!(span.status, status, "{outcome:?}");
        let kind: Vec<AnyValue> = kind.map(|kind| any(&Value::from(kind))).into_iter().collect();
        assert_eq!(attribute(&span, "error.type"), kind, "{outcome:?}");
        assert_eq!(attribute(&span, "lumina.outcome"), kind, "{outcome:?}");
        let incomplete = attribute(&span, "lumina.incomplete");
        assert_eq!(incomplete.len(), usize::from(outcome == Outcome::Incomplete));
    }
}

#[test]
fn what_the_encoder_adds_never_repeats_a_key_of_the_span() {
    let span = one(|span| {
        span.outcome = Outcome::Panic;
        span.operation = Operation::Tool;
        span.attributes = vec![
            ("error.type".to_owned(), Value::from("Overflow")),
            ("lumina.operation".to_owned(), Value::from("mine")),
        ];
    });
    assert_eq!(attribute(&span, "error.type"), [any(&Value::from("Overflow"))]);
    assert_eq!(attribute(&span, "lumina.operation"), [any(&Value::from("mine"))]);
    assert_eq!(attribute(&span, "lumina.outcome"), [any(&Value::from("panic"))]);
}

#[test]
fn a_declared_operation_is_an_attribute_and_an_undeclared_one_is_not() {
    let declared = one(|span| span.operation = Operation::Llm);
    assert_eq!(attribute(&declared, "lumina.operation"), [any(&Value::from("llm"))]);
    assert!(one(|_| ()).attributes.is_empty());
}

#[test]
fn a_giant_span_travels_alone_and_the_others_stay_within_the_limit() {
    let spans = (1..=100).map(|id| {
        let mut span = SpanData::new(TraceId(1), SpanId(id), "s");
        span.scope = format!("scope{}", id % 7).into();
        let len = if id == 50 { 1_000_000 } else { 500 };
        span.attributes = vec![("prompt".to_owned(), Value::from("x".repeat(len)))];
        span
    });
    let batch = Batch::from_spans(Resource::new(), spans);
    let (decoded, sizes) = decode(&batch, 10_000);
    assert_eq!(decoded.len(), 100);
    let over: Vec<_> = sizes.iter().filter(|size| **size > 10_000 + 8).collect();
    assert_eq!(over.len(), 1, "{sizes:?}");
    assert!(sizes.len() < 12, "requests are filled: {sizes:?}");
}
