//! Lines to spans: the schema as read. Whatever does not fit it makes the line unreadable.

use super::read::Record;
use super::tree::Tree;
use crate::model::{
    EventData, LinkData, Operation, Outcome, Resource, SpanData, SpanId, SpanKind, TraceId, Value,
};
use std::sync::Arc;

/// The span of one line, or `None` if it is not a line of version 1.
pub(super) fn decode(line: &[u8]) -> Option<Record> {
    let mut fields = Fields::of(serde_json::from_slice(line).ok()?)?;
    if integer(fields.take("v")?)? != 1 {
        return None;
    }
    let resource = Arc::new(resource(fields.take("resource")?)?);
    Some(Record { span: span(fields)?, resource })
}

fn span(mut fields: Fields) -> Option<SpanData> {
    let (trace, span) = (fields.trace_id()?, fields.span_id("span_id")?);
    let mut data = SpanData::new(trace, span, fields.text("name")?);
    data.parent_id = match fields.take("parent_id") {
        None => None,
        Some(id) => Some(SpanId(hex(&text(id)?, 16)? as u64)),
    };
    data.parent_remote = match fields.take("parent_remote") {
        None => false,
        Some(Tree::Bool(remote)) => remote,
        Some(_) => return None,
    };
    data.scope = fields.text("scope")?.into();
    data.kind = kind(&fields.text("kind")?)?;
    data.operation = match fields.take("operation") {
        None => Operation::Unspecified,
        Some(name) => operation(&text(name)?)?,
    };
    data.outcome = outcome(&fields.text("outcome")?)?;
    data.status_message = match fields.take("status_message") {
        None => String::new(),
        Some(message) => text(message)?,
    };
    data.start_unix_nanos = fields.time("start_unix_nanos")?;
    data.duration_nanos = integer(fields.take("duration_nanos")?)?;
    data.attributes = fields.attributes()?;
    data.dropped_attributes = fields.count("dropped_attributes")?;
    data.events = fields.list("events")?.into_iter().map(event).collect::<Option<_>>()?;
    data.dropped_events = fields.count("dropped_events")?;
    data.links = fields.list("links")?.into_iter().map(link).collect::<Option<_>>()?;
    data.dropped_links = fields.count("dropped_links")?;
    Some(data)
}

fn event(tree: Tree) -> Option<EventData> {
    let mut fields = Fields::of(tree)?;
    Some(EventData {
        name: fields.text("name")?,
        time_unix_nanos: fields.time("time_unix_nanos")?,
        attributes: fields.attributes()?,
        dropped_attributes: fields.count("dropped_attributes")?,
    })
}

fn link(tree: Tree) -> Option<LinkData> {
    let mut fields = Fields::of(tree)?;
    Some(LinkData { trace_id: fields.trace_id()?, span_id: fields.span_id("span_id")? })
}

fn resource(tree: Tree) -> Option<Resource> {
    let mut resource = Resource::new();
    for (key, tree) in Fields::of(tree)?.0 {
        resource.set(key, value(tree)?);
    }
    Some(resource)
}

/// The members of an object, of which some may be missing and others unknown.
struct Fields(Vec<(String, Tree)>);

impl Fields {
    fn of(tree: Tree) -> Option<Self> {
        match tree {
            Tree::Object(members) => Some(Fields(members)),
            _ => None,
        }
    }

    fn take(&mut self, key: &str) -> Option<Tree> {
        let at = self.0.iter().position(|(known, _)| known == key)?;
        Some(self.0.swap_remove(at).1)
    }

    fn text(&mut self, key: &str) -> Option<String> {
        text(self.take(key)?)
    }

    fn trace_id(&mut self) -> Option<TraceId> {
        Some(TraceId(hex(&self.text("trace_id")?, 32)?))
    }

    fn span_id(&mut self, key: &str) -> Option<SpanId> {
        Some(SpanId(hex(&self.text(key)?, 16)? as u64))
    }

    fn time(&mut self, key: &str) -> Option<u64> {
        self.text(key)?.parse().ok()
    }

    fn count(&mut self, key: &str) -> Option<u32> {
        match self.take(key) {
            None => Some(0),
            Some(count) => integer(count)?.try_into().ok(),
        }
    }

    fn list(&mut self, key: &str) -> Option<Vec<Tree>> {
        match self.take(key) {
            None => Some(Vec::new()),
            Some(Tree::Array(elements)) => Some(elements),
            Some(_) => None,
        }
    }

    fn attributes(&mut self) -> Option<Vec<(String, Value)>> {
        let Some(tree) = self.take("attributes") else { return Some(Vec::new()) };
        Fields::of(tree)?.0.into_iter().map(|(key, tree)| Some((key, value(tree)?))).collect()
    }
}

/// Arrays within arrays are no attribute values, but a resource may hold them.
fn value(tree: Tree) -> Option<Value> {
    match tree {
        Tree::Bool(value) => Some(Value::Bool(value)),
        Tree::I64(value) => Some(Value::I64(value)),
        Tree::U64(value) => Some(Value::U64(value)),
        Tree::F64(value) => Some(Value::F64(value)),
        Tree::Text(value) => Some(Value::Str(value)),
        // OK to recurse: the parser has refused what is nested too deep.
        Tree::Array(elements) => {
            Some(Value::Array(elements.into_iter().map(value).collect::<Option<_>>()?))
        }
        Tree::Object(mut members) => match (members.pop()?, members.is_empty()) {
            ((kind, Tree::Text(text)), true) => marked(&kind, text),
            _ => None,
        },
    }
}

fn marked(kind: &str, text: String) -> Option<Value> {
    match (kind, text.as_str()) {
        ("i64", text) => text.parse().ok().map(Value::I64),
        ("u64", text) => text.parse::<u64>().ok().map(Value::from),
        ("f64", "NaN") => Some(Value::F64(f64::NAN)),
        ("f64", "Infinity") => Some(Value::F64(f64::INFINITY)),
        ("f64", "-Infinity") => Some(Value::F64(f64::NEG_INFINITY)),
        ("json", _) => Some(Value::Json(text)),
        _ => None,
    }
}

fn text(tree: Tree) -> Option<String> {
    match tree {
        Tree::Text(text) => Some(text),
        _ => None,
    }
}

fn integer(tree: Tree) -> Option<u64> {
    match tree {
        Tree::I64(value) => value.try_into().ok(),
        Tree::U64(value) => Some(value),
        _ => None,
    }
}

/// Exactly `digits` hexadecimal digits: `from_str_radix` alone would take a sign.
fn hex(text: &str, digits: usize) -> Option<u128> {
    let is_hex = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex.then(|| u128::from_str_radix(text, 16).ok()).flatten()
}

fn kind(name: &str) -> Option<SpanKind> {
    use SpanKind::{Client, Consumer, Internal, Producer, Server};
    [Internal, Server, Client, Producer, Consumer].into_iter().find(|kind| kind.as_str() == name)
}

fn operation(name: &str) -> Option<Operation> {
    use Operation::{Agent, Chain, Embedding, Llm, Retriever, Tool};
    let known = [Llm, Embedding, Retriever, Tool, Agent, Chain];
    known.into_iter().find(|operation| operation.as_str() == Some(name))
}

fn outcome(name: &str) -> Option<Outcome> {
    use Outcome::{Cancelled, Error, Incomplete, Ok, Panic, Unset};
    let known = [Unset, Ok, Error, Panic, Cancelled, Incomplete];
    known.into_iter().find(|outcome| outcome.as_str() == name)
}
