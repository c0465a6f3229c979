//! Captured spans as text: what a failing assertion prints.

use crate::model::{EventData, SpanData, Value};
use std::fmt::Write;

/// One line a span, children below their parent, attributes and events below their span.
///
/// A span whose parent was not captured is shown at the outermost level and says so.
pub(super) fn tree(spans: &[SpanData]) -> String {
    let mut out = String::new();
    let has_parent = |span: &SpanData| spans.iter().any(|other| is_parent(other, span));
    // A stack and not recursion: captured code may nest deeply.
    let outermost = spans.iter().rev().filter(|span| !has_parent(span));
    let mut stack: Vec<(&SpanData, usize)> = outermost.map(|span| (span, 1)).collect();
    while let Some((span, depth)) = stack.pop() {
        put_span(&mut out, span, depth);
        let children = spans.iter().rev().filter(|child| is_parent(span, child));
        stack.extend(children.map(|child| (child, depth + 1)));
    }
    if out.is_empty() { "  no span".to_owned() } else { out }
}

fn is_parent(parent: &SpanData, child: &SpanData) -> bool {
    child.trace_id == parent.trace_id && child.parent_id == Some(parent.span_id)
}

fn put_span(out: &mut String, span: &SpanData, depth: usize) {
    let indent = 2 * depth;
    let orphan = match span.parent_id {
        Some(parent) if depth == 1 => format!(" (child of {parent}, not captured)"),
        _ => String::new(),
    };
    let message = match span.status_message.as_str() {
        "" => String::new(),
        message => format!(": {message}"),
    };
    // OK to ignore: a `String` takes any text.
    let _ =
        writeln!(out, "{:indent$}{} [{}{message}]{orphan}", "", span.name, span.outcome.as_str());
    put_attributes(out, &span.attributes, indent + 4);
    for EventData { name, attributes, .. } in &span.events {
        let _ = writeln!(out, "{:1$}event {name}", "", indent + 4);
        put_attributes(out, attributes, indent + 8);
    }
}

fn put_attributes(out: &mut String, attributes: &[(String, Value)], indent: usize) {
    for (key, value) in attributes {
        let _ = writeln!(out, "{:indent$}{key} = {}", "", typed(value));
    }
}

/// A value with its type, as in `I64(2)`: that is what an assertion may have got wrong.
fn typed(value: &Value) -> String {
    const MAX_CHARS: usize = 200;
    let text = format!("{value:?}");
    match text.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text,
    }
}

pub(super) fn mismatch(key: &str, expected: &Value, found: Option<&Value>) -> String {
    let found = found.map_or("none".to_owned(), typed);
    format!("expected attribute `{key}` = {}, found {found}", typed(expected))
}
