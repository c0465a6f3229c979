//! Spans to lines: the schema as written, described at [`Jsonl`](super::Jsonl).

use super::json::{Members, push_finite, push_integer, push_string};
use crate::model::{Attributes, Batch, Resource, SpanRef, Value, ValueRef};

/// How each line begins; the number is the version of the schema.
pub(super) const LINE_START: &str = "{\"v\":1,\"trace_id\":\"";

/// Integers up to this are the same in a reader that knows doubles only.
///
/// Source: ECMAScript, `Number.MAX_SAFE_INTEGER`.
const MAX_SAFE: u64 = (1 << 53) - 1;

/// Appends one line for each span of `batch`.
pub(super) fn encode(batch: &Batch, out: &mut String) {
    let mut resource = String::new();
    push_resource(&mut resource, batch.resource());
    for span in batch.spans() {
        push_span(out, span, &resource);
        out.push('\n');
    }
}

fn push_resource(out: &mut String, resource: &Resource) {
    let mut members = Members::object(out);
    for (key, value) in resource.attributes() {
        members.key(out, key);
        push_value(out, value);
    }
    members.end(out);
}

fn push_span(out: &mut String, span: SpanRef<'_>, resource: &str) {
    let mut members = Members::object(out);
    members.key(out, "v");
    push_integer(out, 1);
    members.string(out, "trace_id", &span.trace_id().to_string());
    members.string(out, "span_id", &span.span_id().to_string());
    if let Some(parent) = span.parent_id() {
        members.string(out, "parent_id", &parent.to_string());
    }
    if span.is_parent_remote() {
        members.key(out, "parent_remote");
        out.push_str("true");
    }
    members.string(out, "name", span.name());
    members.string(out, "scope", span.scope());
    members.string(out, "kind", span.kind().as_str());
    if let Some(operation) = span.operation().as_str() {
        members.string(out, "operation", operation);
    }
    members.string(out, "outcome", span.outcome().as_str());
    if !span.status_message().is_empty() {
        members.string(out, "status_message", span.status_message());
    }
    push_time(out, &mut members, "start_unix_nanos", span.start_unix_nanos());
    members.key(out, "duration_nanos");
    push_integer(out, span.duration_nanos());
    push_attributes(out, &mut members, span.attributes());
    members.count(out, "dropped_attributes", span.dropped_attributes());
    push_events(out, &mut members, span);
    members.count(out, "dropped_events", span.dropped_events());
    push_links(out, &mut members, span);
    members.count(out, "dropped_links", span.dropped_links());
    members.key(out, "resource");
    out.push_str(resource);
    members.end(out);
}

/// Nanoseconds since 1970 do not fit a double: they are text.
fn push_time(out: &mut String, members: &mut Members, key: &str, unix_nanos: u64) {
    members.string(out, key, &unix_nanos.to_string());
}

fn push_attributes(out: &mut String, members: &mut Members, attributes: Attributes<'_>) {
    if attributes.len() == 0 {
        return;
    }
    members.key(out, "attributes");
    let mut object = Members::object(out);
    for (key, value) in attributes {
        object.key(out, key);
        push_value_ref(out, value);
    }
    object.end(out);
}

fn push_events(out: &mut String, members: &mut Members, span: SpanRef<'_>) {
    if span.events().len() == 0 {
        return;
    }
    members.key(out, "events");
    let mut array = Members::array(out);
    for event in span.events() {
        array.next(out);
        let mut object = Members::object(out);
        object.string(out, "name", event.name());
        push_time(out, &mut object, "time_unix_nanos", event.time_unix_nanos());
        push_attributes(out, &mut object, event.attributes());
        object.count(out, "dropped_attributes", event.dropped_attributes());
        object.end(out);
    }
    array.end(out);
}

fn push_links(out: &mut String, members: &mut Members, span: SpanRef<'_>) {
    if span.links().len() == 0 {
        return;
    }
    members.key(out, "links");
    let mut array = Members::array(out);
    for link in span.links() {
        array.next(out);
        let mut object = Members::object(out);
        object.string(out, "trace_id", &link.trace_id().to_string());
        object.string(out, "span_id", &link.span_id().to_string());
        object.end(out);
    }
    array.end(out);
}

fn push_value_ref(out: &mut String, value: ValueRef<'_>) {
    match value {
        ValueRef::Bool(v) => push_bool(out, v),
        ValueRef::I64(v) => push_i64(out, v),
        ValueRef::U64(v) => push_u64(out, v),
        ValueRef::F64(v) => push_f64(out, v),
        ValueRef::Str(v) => push_string(out, v),
        ValueRef::Json(v) => push_marked(out, "json", v),
        ValueRef::Array(v) => {
            let mut array = Members::array(out);
            for element in v.iter() {
                array.next(out);
                push_value_ref(out, element);
            }
            array.end(out);
        }
    }
}

fn push_value(out: &mut String, value: &Value) {
    match value {
        Value::Bool(v) => push_bool(out, *v),
        Value::I64(v) => push_i64(out, *v),
        Value::U64(v) => push_u64(out, *v),
        Value::F64(v) => push_f64(out, *v),
        Value::Str(v) => push_string(out, v),
        Value::Json(v) => push_marked(out, "json", v),
        Value::Array(v) => {
            let mut array = Members::array(out);
            for element in v {
                array.next(out);
                push_value(out, element);
            }
            array.end(out);
        }
    }
}

fn push_bool(out: &mut String, value: bool) {
    out.push_str(if value { "true" } else { "false" });
}

fn push_i64(out: &mut String, value: i64) {
    if value.unsigned_abs() <= MAX_SAFE {
        push_integer(out, value);
    } else {
        push_marked(out, "i64", &value.to_string());
    }
}

fn push_u64(out: &mut String, value: u64) {
    push_marked(out, "u64", &value.to_string());
}

fn push_f64(out: &mut String, value: f64) {
    if value.is_finite() {
        push_finite(out, value);
    } else if value.is_nan() {
        push_marked(out, "f64", "NaN");
    } else {
        push_marked(out, "f64", if value > 0.0 { "Infinity" } else { "-Infinity" });
    }
}

/// What JSON has no type for: an object with the type's name as its only key.
fn push_marked(out: &mut String, kind: &str, text: &str) {
    let mut object = Members::object(out);
    object.string(out, kind, text);
    object.end(out);
}

#[cfg(test)]
mod tests {
    use super::super::random::Random;
    use super::*;
    use crate::model::{Outcome, SpanData, SpanId, TraceId};

    fn lines(spans: impl IntoIterator<Item = SpanData>) -> String {
        let mut resource = Resource::new();
        resource.set("service.name", "support");
        let mut out = String::new();
        encode(&Batch::from_spans(resource, spans), &mut out);
        out
    }

    #[test]
    fn the_schema() {
        let mut span = SpanData::new(TraceId(0xab), SpanId(2), "say \"hi\"");
        span.scope = "support::answer".into();
        span.parent_id = Some(SpanId(1));
        span.outcome = Outcome::Error;
        span.status_message = "overloaded".to_owned();
        span.start_unix_nanos = 1_700_000_000_000_000_001;
        span.duration_nanos = 1_500;
        span.attributes = vec![
            ("text".to_owned(), Value::from("a\nb")),
            ("count".to_owned(), Value::from(3)),
            ("large".to_owned(), Value::from(i64::MIN)),
            ("larger".to_owned(), Value::from(u64::MAX)),
            ("whole".to_owned(), Value::from(1.0)),
            ("none".to_owned(), Value::from(f64::NAN)),
            ("list".to_owned(), Value::from([true, false])),
            ("document".to_owned(), Value::Json("{\"a\": 1}".to_owned())),
        ];
        span.dropped_events = 2;
        let expected = concat!(
            r#"{"v":1,"trace_id":"000000000000000000000000000000ab","span_id":"0000000000000002","#,
            r#""parent_id":"0000000000000001","name":"say \"hi\"","scope":"support::answer","#,
            r#""kind":"internal","outcome":"error","status_message":"overloaded","#,
            r#""start_unix_nanos":"1700000000000000001","duration_nanos":1500,"#,
            r#""attributes":{"text":"a\nb","count":3,"large":{"i64":"-9223372036854775808"},"#,
            r#""larger":{"u64":"18446744073709551615"},"whole":1.0,"none":{"f64":"NaN"},"#,
            r#""list":[true,false],"document":{"json":"{\"a\": 1}"}},"dropped_events":2,"#,
            r#""resource":{"service.name":"support"}}"#,
            "\n"
        );
        assert_eq!(lines([span]), expected);
        assert!(expected.starts_with(LINE_START));
    }

    #[test]
    fn any_span_is_one_line_of_json() {
        let mut random = Random::new(1);
        for _ in 0..300 {
            let spans = [random.span(), random.span()];
            let out = lines(spans.clone());
            assert_eq!(out.lines().count(), 2, "{out:?}");
            assert!(out.ends_with('\n'));
            for (line, span) in out.lines().zip(spans) {
                let read: serde_json::Value = serde_json::from_str(line).unwrap();
                assert_eq!(read["name"], span.name);
                assert_eq!(read["resource"]["service.name"], "support");
            }
        }
    }
}
