//! What the receiver got, as lumina's own model: from the published types, by the meaning that
//! OpenTelemetry gives to them.

use lumina::model::{
    EventData, LinkData, Operation, Outcome, SpanData, SpanId, SpanKind, TraceId, Value,
};
use lumina_tests::otlp::Received;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value};
use opentelemetry_proto::tonic::trace::v1::{Span, span, status};

/// A span and the attributes of its resource.
pub(crate) type Described = (SpanData, Vec<(String, Value)>);

/// All spans of all requests, by id.
pub(crate) fn described(requests: &[Received]) -> Vec<Described> {
    let mut spans = Vec::new();
    for request in requests {
        for of_resource in request.request.clone().expect("it makes sense").resource_spans {
            let resource = of_resource.resource.expect("a resource").attributes;
            let resource: Vec<_> = resource.into_iter().map(attribute).collect();
            for of_scope in of_resource.scope_spans {
                let scope = of_scope.scope.expect("a scope").name;
                for span in of_scope.spans {
                    spans.push((span_data(&scope, span), resource.clone()));
                }
            }
        }
    }
    spans.sort_by_key(|(span, _)| span.span_id);
    spans
}

fn span_data(scope: &str, span: Span) -> SpanData {
    let id = |bytes: &[u8]| SpanId(u64::from_be_bytes(bytes.try_into().expect("eight bytes")));
    let trace = |bytes: &[u8]| TraceId(u128::from_be_bytes(bytes.try_into().expect("sixteen")));
    let mut data = SpanData::new(trace(&span.trace_id), id(&span.span_id), span.name);
    data.parent_id = (!span.parent_span_id.is_empty()).then(|| id(&span.parent_span_id));
    data.scope = scope.to_owned().into();
    data.kind = match span::SpanKind::try_from(span.kind).expect("a kind") {
        span::SpanKind::Internal => SpanKind::Internal,
        span::SpanKind::Server => SpanKind::Server,
        span::SpanKind::Client => SpanKind::Client,
        other => panic!("the assistant has no span of kind {other:?}"),
    };
    let status = span.status.unwrap_or_default();
    data.outcome = match status.code() {
        status::StatusCode::Unset => Outcome::Unset,
        status::StatusCode::Ok => Outcome::Ok,
        status::StatusCode::Error => Outcome::Error,
    };
    data.status_message = status.message;
    data.start_unix_nanos = span.start_time_unix_nano;
    data.duration_nanos = span.end_time_unix_nano - span.start_time_unix_nano;
    data.attributes = span.attributes.into_iter().map(attribute).collect();
    data.operation = take_operation(&mut data.attributes);
    data.events = span.events.into_iter().map(event).collect();
    let link = |link: span::Link| LinkData::new(trace(&link.trace_id), id(&link.span_id));
    data.links = span.links.into_iter().map(link).collect();
    data.dropped_attributes = span.dropped_attributes_count;
    data.dropped_events = span.dropped_events_count;
    data.dropped_links = span.dropped_links_count;
    data
}

/// OTLP has no field for it: an attribute of lumina's stands for it.
fn take_operation(attributes: &mut Vec<(String, Value)>) -> Operation {
    let Some(at) = attributes.iter().position(|(key, _)| key == "lumina.operation") else {
        return Operation::Unspecified;
    };
    match attributes.remove(at).1 {
        Value::Str(name) if name == "llm" => Operation::Llm,
        Value::Str(name) if name == "retriever" => Operation::Retriever,
        other => panic!("the assistant has no operation {other:?}"),
    }
}

fn event(event: span::Event) -> EventData {
    let mut data = EventData::new(event.name, event.time_unix_nano);
    data.attributes = event.attributes.into_iter().map(attribute).collect();
    data.dropped_attributes = event.dropped_attributes_count;
    data
}

fn attribute(attribute: KeyValue) -> (String, Value) {
    (attribute.key, value(attribute.value.expect("a value")))
}

fn value(any: AnyValue) -> Value {
    match any.value.expect("not empty") {
        any_value::Value::StringValue(text) => Value::Str(text),
        any_value::Value::BoolValue(flag) => Value::Bool(flag),
        any_value::Value::IntValue(number) => Value::I64(number),
        any_value::Value::DoubleValue(number) => Value::F64(number),
        any_value::Value::ArrayValue(array) => {
            Value::Array(array.values.into_iter().map(value).collect())
        }
        other => panic!("the assistant records no {other:?}"),
    }
}
