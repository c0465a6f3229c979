//! What the console keeps of a span until its tree is printed: safe, short text, a bounded number
//! of pieces.
//!
//! Waiting spans are therefore small, whatever prompts they carry.

use super::style::Glyphs;
use super::text::{SafeText, duration, number, type_name};
use crate::model::{Attributes, EventRef, Outcome, SpanId, SpanKind, SpanRef, ValueRef};
use crate::names;
use std::fmt;

const NAME_COLUMNS: usize = 80;
const KEY_COLUMNS: usize = 48;
const VALUE_COLUMNS: usize = 100;
const MESSAGE_COLUMNS: usize = 200;
const MAX_ATTRIBUTES: usize = 16;
const MAX_EVENTS: usize = 8;
const MAX_EVENT_ATTRIBUTES: usize = 6;
const MAX_LINKS: usize = 4;

/// One span, ready to be shown.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) span: SpanId,
    pub(super) parent: Option<SpanId>,
    /// Nobody in this process is its parent.
    pub(super) is_root: bool,
    pub(super) start_unix_nanos: u64,
    pub(super) end_unix_nanos: u64,
    /// What its parent only waited before it: the delay of a retry, the turn of a limit.
    pub(super) waited_nanos: u64,
    pub(super) name: String,
    /// The declared operation, or the kind, where either says something.
    pub(super) role: Option<&'static str>,
    pub(super) outcome: Outcome,
    /// What went wrong: type and message, or empty.
    pub(super) message: String,
    /// `key=value` each.
    pub(super) attributes: Vec<String>,
    /// Events, then links, then what is not shown: a line each.
    pub(super) details: Vec<String>,
}

impl Node {
    pub(super) fn new(span: SpanRef<'_>, glyphs: &Glyphs) -> Self {
        let (attributes, hidden_attributes) = attributes(span, glyphs);
        Node {
            span: span.span_id(),
            parent: span.parent_id(),
            is_root: span.parent_id().is_none() || span.is_parent_remote(),
            start_unix_nanos: span.start_unix_nanos(),
            end_unix_nanos: span.end_unix_nanos(),
            waited_nanos: waited_nanos(span),
            name: SafeText::of(span.name(), NAME_COLUMNS, glyphs.ellipsis),
            role: role(span),
            outcome: span.outcome(),
            message: message(span, glyphs),
            attributes,
            details: details(span, hidden_attributes, glyphs),
        }
    }

    pub(super) fn duration_nanos(&self) -> u64 {
        self.end_unix_nanos - self.start_unix_nanos
    }

    /// Bytes held, roughly.
    pub(super) fn size_bytes(&self) -> usize {
        let strings = self.attributes.iter().chain(&self.details);
        let text: usize = strings.map(|text| text.capacity() + size_of::<String>()).sum();
        size_of::<Self>() + self.name.capacity() + self.message.capacity() + text
    }
}

/// The waits before an attempt, of which its span tells.
fn waited_nanos(span: SpanRef<'_>) -> u64 {
    if span.attribute(names::RETRY_ATTEMPT).is_none() {
        return 0;
    }
    let known =
        [names::RETRY_DELAY_MS, names::LIMIT_WAIT_MS].map(|key| match span.attribute(key) {
            Some(ValueRef::F64(milliseconds)) => milliseconds.max(0.0) * 1e6,
            Some(ValueRef::I64(milliseconds)) => milliseconds.max(0) as f64 * 1e6,
            _ => 0.0,
        });
    // OK to cast: a float that is too large becomes the largest number.
    known.iter().sum::<f64>() as u64
}

fn role(span: SpanRef<'_>) -> Option<&'static str> {
    let kind = || (span.kind() != SpanKind::Internal).then(|| span.kind().as_str());
    span.operation().as_str().or_else(kind)
}

/// `error.type: message` of a failed span.
fn message(span: SpanRef<'_>, glyphs: &Glyphs) -> String {
    const NOTHING: ValueRef<'_> = ValueRef::Str("");
    let show = |text: &dyn fmt::Display| SafeText::of(text, MESSAGE_COLUMNS, glyphs.ellipsis);
    let known = |key| span.attribute(key).unwrap_or(NOTHING);
    let message = match span.status_message() {
        "" if span.outcome().is_error() => known("error.message"),
        message => ValueRef::Str(message),
    };
    // A panic or a cancelled future is named by its outcome already.
    let kind = match (span.outcome(), known("error.type")) {
        (Outcome::Error, ValueRef::Str(kind)) => type_name(kind),
        _ => String::new(),
    };
    match (kind.is_empty(), message == NOTHING) {
        (true, _) => show(&message),
        (false, true) => show(&kind),
        (false, false) => show(&format_args!("{kind}: {message}")),
    }
}

/// The attributes worth a place on the screen, and how many others there are.
///
/// Where the code is and which thread ran it is left out, and so is what the status says already.
fn attributes(span: SpanRef<'_>, glyphs: &Glyphs) -> (Vec<String>, usize) {
    let is_in_status =
        |key| span.outcome().is_error() && matches!(key, "error.type" | "error.message");
    let is_place = |key: &str| key.starts_with("code.") || key.starts_with("thread.");
    let worth: Vec<(&str, _)> =
        span.attributes().filter(|(key, _)| !is_in_status(*key) && !is_place(key)).collect();
    let shown = worth.iter().take(MAX_ATTRIBUTES);
    let shown = shown.map(|(key, value)| pair(key, *value, glyphs)).collect();
    let hidden = worth.len().saturating_sub(MAX_ATTRIBUTES);
    (shown, hidden.saturating_add(span.dropped_attributes() as usize))
}

/// `key=value`, in quotes if the value would fall apart without.
fn pair(key: &str, value: ValueRef<'_>, glyphs: &Glyphs) -> String {
    let key = SafeText::of(key, KEY_COLUMNS, glyphs.ellipsis);
    let value = match value {
        ValueRef::F64(value) => number(value),
        value => SafeText::of(value, VALUE_COLUMNS, glyphs.ellipsis),
    };
    let is_bare = !value.is_empty() && !value.contains(' ') || value.starts_with(['{', '[']);
    if is_bare { format!("{key}={value}") } else { format!("{key}=\"{value}\"") }
}

fn details(span: SpanRef<'_>, hidden_attributes: usize, glyphs: &Glyphs) -> Vec<String> {
    let mut details: Vec<String> = span
        .events()
        .take(MAX_EVENTS)
        .map(|event| event_line(event, span.start_unix_nanos(), glyphs))
        .collect();
    details.extend(span.links().take(MAX_LINKS).map(|link| {
        format!("{} linked to span {} of trace {}", glyphs.link, link.span_id(), link.trace_id())
    }));
    let hidden_events = span.events().len().saturating_sub(MAX_EVENTS) as u64;
    let hidden_links = span.links().len().saturating_sub(MAX_LINKS) as u64;
    let hidden: Vec<String> = [
        (hidden_attributes as u64, "attributes"),
        (hidden_events + u64::from(span.dropped_events()), "events"),
        (hidden_links + u64::from(span.dropped_links()), "links"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, what)| format!("{count} {what}"))
    .collect();
    if !hidden.is_empty() {
        details.push(format!("{} not shown: {}", glyphs.ellipsis, hidden.join(", ")));
    }
    details
}

/// `· chunk +120ms tokens=3`
fn event_line(event: EventRef<'_>, span_start: u64, glyphs: &Glyphs) -> String {
    let name = SafeText::of(event.name(), NAME_COLUMNS, glyphs.ellipsis);
    // An event before its span's start shows as at the start: the clock was set back.
    let after = event.time_unix_nanos().saturating_sub(span_start);
    let mut line = format!("{} {name} +{}", glyphs.event, duration(after, glyphs.micro));
    let attributes: Attributes<'_> = event.attributes();
    let hidden = attributes.len().saturating_sub(MAX_EVENT_ATTRIBUTES);
    for (key, value) in attributes.take(MAX_EVENT_ATTRIBUTES) {
        line.push(' ');
        line.push_str(&pair(key, value, glyphs));
    }
    if hidden > 0 {
        line.push(' ');
        line.push_str(glyphs.ellipsis);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::super::style::UNICODE;
    use super::*;
    use crate::model::{Batch, EventData, Resource, SpanData, TraceId, Value};

    fn node(change: impl FnOnce(&mut SpanData)) -> Node {
        let mut span = SpanData::new(TraceId(1), SpanId(2), "answer");
        change(&mut span);
        let batch = Batch::from_spans(Resource::new(), [span]);
        Node::new(batch.spans().next().unwrap(), &UNICODE)
    }

    #[test]
    fn a_failure_says_its_type_and_message_once() {
        let node = node(|span| {
            span.outcome = Outcome::Error;
            span.attributes = vec![
                ("error.type".to_owned(), Value::from("RateLimited")),
                ("error.message".to_owned(), Value::from("too many requests")),
                ("attempt".to_owned(), Value::from(2)),
            ];
        });
        assert_eq!(node.message, "RateLimited: too many requests");
        assert_eq!(node.attributes, ["attempt=2"]);
    }

    #[test]
    fn a_type_is_named_without_its_path_and_text_has_none() {
        let message = |kind: &str| {
            let node = node(|span| {
                span.outcome = Outcome::Error;
                span.status_message = "gone".to_owned();
                span.attributes = vec![("error.type".to_owned(), Value::from(kind))];
            });
            node.message
        };
        assert_eq!(message("shop::orders::Unknown<shop::Order>"), "Unknown<Order>: gone");
        assert_eq!(message("alloc::string::String"), "gone");
        assert_eq!(message("timeout"), "timeout: gone");
    }

    #[test]
    fn attributes_are_quoted_only_when_they_would_fall_apart() {
        let node = node(|span| {
            span.attributes = vec![
                ("a".to_owned(), Value::from("one")),
                ("b".to_owned(), Value::from("one two")),
                ("c".to_owned(), Value::from("")),
                ("d".to_owned(), Value::from([1, 2])),
                ("e".to_owned(), Value::from(2.0 / 3.0)),
                ("code.line".to_owned(), Value::from(7)),
            ];
        });
        assert_eq!(node.attributes, ["a=one", "b=\"one two\"", "c=\"\"", "d=[1, 2]", "e=0.6667"]);
    }

    #[test]
    fn a_node_is_small_whatever_the_span_carries() {
        let huge = "é".repeat(2_000_000);
        let many =
            |n: usize| (0..n).map(|i| (format!("{huge:.1000}{i}"), Value::from(huge.as_str())));
        let node = node(|span| {
            span.name = huge.clone();
            span.outcome = Outcome::Error;
            span.status_message = huge.clone();
            span.attributes = many(40).collect();
            span.events = vec![
                EventData {
                    name: huge.clone(),
                    time_unix_nanos: 5,
                    attributes: many(2).collect(),
                    dropped_attributes: 0,
                };
                20
            ];
        });
        assert!(node.size_bytes() < 20_000, "{} bytes", node.size_bytes());
        assert_eq!(node.details.last().unwrap(), "… not shown: 24 attributes, 12 events");
    }
}
