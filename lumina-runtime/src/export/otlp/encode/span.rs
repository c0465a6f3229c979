//! One span: `Span`, `Span.Event`, `Span.Link`, `Status`.

use super::super::wire::{close, open, put_bytes, put_count};
use super::value::put_attribute;
use crate::model::{EventRef, LinkRef, Outcome, SpanRef, ValueRef};
use crate::names;

/// What was recorded was sampled.
const SAMPLED: u32 = 0x001;
/// Whether the parent is in another process is known.
const HAS_IS_REMOTE: u32 = 0x100;
/// The parent is in another process.
const IS_REMOTE: u32 = 0x200;

/// Tag of `Span.attributes`.
const ATTRIBUTE: u8 = 0x4a;

/// What [`put_head`] writes, and what of it a root has.
const HEAD_BYTES: usize = 64;
const ROOT_HEAD_BYTES: usize = 54;

const STATUS_OK: u8 = 1;
const STATUS_ERROR: u8 = 2;

/// Appends a `ScopeSpans.spans` field.
pub(super) fn put_span(out: &mut Vec<u8>, span: SpanRef<'_>) {
    let message = open(out, 0x12, 2);
    put_head(out, span);
    put_bytes(out, 0x2a, span.name().as_bytes());
    for (key, value) in span.attributes() {
        put_attribute(out, ATTRIBUTE, key, value);
    }
    put_own_attributes(out, span);
    put_count(out, 0x50, span.dropped_attributes());
    for event in span.events() {
        put_event(out, event);
    }
    put_count(out, 0x60, span.dropped_events());
    for link in span.links() {
        put_link(out, link);
    }
    put_count(out, 0x70, span.dropped_links());
    put_status(out, span);
    close(out, message);
}

/// Ids, flags, kind and times: of fixed width, so written in place.
///
/// Fields may come in any order; the parent comes last because a root has none.
#[inline]
fn put_head(out: &mut Vec<u8>, span: SpanRef<'_>) {
    let mut flags = SAMPLED | HAS_IS_REMOTE;
    if span.is_parent_remote() {
        flags |= IS_REMOTE;
    }
    let start = out.len();
    out.extend_from_slice(&[0; HEAD_BYTES]);
    let Some(head) = out[start..].first_chunk_mut::<HEAD_BYTES>() else { return };
    head[..2].copy_from_slice(&[0x0a, 16]);
    head[2..18].copy_from_slice(&span.trace_id().0.to_be_bytes());
    head[18..20].copy_from_slice(&[0x12, 8]);
    head[20..28].copy_from_slice(&span.span_id().0.to_be_bytes());
    // Field 16, the only one whose tag takes two bytes.
    head[28..30].copy_from_slice(&[0x85, 0x01]);
    head[30..34].copy_from_slice(&flags.to_le_bytes());
    head[34..36].copy_from_slice(&[0x30, span.kind() as u8]);
    head[36] = 0x39;
    head[37..45].copy_from_slice(&span.start_unix_nanos().to_le_bytes());
    head[45] = 0x41;
    head[46..54].copy_from_slice(&span.end_unix_nanos().to_le_bytes());
    if let Some(parent) = span.parent_id() {
        head[54..56].copy_from_slice(&[0x22, 8]);
        head[56..64].copy_from_slice(&parent.0.to_be_bytes());
    } else {
        out.truncate(start + ROOT_HEAD_BYTES);
    }
}

/// Attributes that say what OTLP has no field for.
fn put_own_attributes(out: &mut Vec<u8>, span: SpanRef<'_>) {
    if let Some(operation) = span.operation().as_str() {
        put_unless_set(out, span, names::OPERATION, ValueRef::Str(operation));
    }
    let outcome = span.outcome();
    if matches!(outcome, Outcome::Panic | Outcome::Cancelled | Outcome::Incomplete) {
        put_unless_set(out, span, names::ERROR_TYPE, ValueRef::Str(outcome.as_str()));
        put_unless_set(out, span, names::OUTCOME, ValueRef::Str(outcome.as_str()));
    }
    if outcome == Outcome::Incomplete {
        put_unless_set(out, span, names::INCOMPLETE, ValueRef::Bool(true));
    }
}

/// Receivers expect each key once.
fn put_unless_set(out: &mut Vec<u8>, span: SpanRef<'_>, key: &str, value: ValueRef<'_>) {
    if span.attribute(key).is_none() {
        put_attribute(out, ATTRIBUTE, key, value);
    }
}

fn put_event(out: &mut Vec<u8>, event: EventRef<'_>) {
    let message = open(out, 0x5a, 1);
    out.push(0x09);
    out.extend_from_slice(&event.time_unix_nanos().to_le_bytes());
    put_bytes(out, 0x12, event.name().as_bytes());
    for (key, value) in event.attributes() {
        put_attribute(out, 0x1a, key, value);
    }
    put_count(out, 0x20, event.dropped_attributes());
    close(out, message);
}

fn put_link(out: &mut Vec<u8>, link: LinkRef<'_>) {
    let message = open(out, 0x6a, 1);
    put_bytes(out, 0x0a, &link.trace_id().0.to_be_bytes());
    put_bytes(out, 0x12, &link.span_id().0.to_be_bytes());
    close(out, message);
}

/// A message goes with an error only; an unset status is not written at all.
fn put_status(out: &mut Vec<u8>, span: SpanRef<'_>) {
    let message = match span.outcome() {
        Outcome::Unset => return,
        Outcome::Ok => {
            out.extend_from_slice(&[0x7a, 2, 0x18, STATUS_OK]);
            return;
        }
        Outcome::Error => "",
        Outcome::Panic => "panicked",
        Outcome::Cancelled => "cancelled before it was done",
        Outcome::Incomplete => "still open when the pipeline shut down",
    };
    let message = match span.status_message() {
        "" => message,
        own => own,
    };
    let status = open(out, 0x7a, 1);
    if !message.is_empty() {
        put_bytes(out, 0x12, message.as_bytes());
    }
    out.extend_from_slice(&[0x18, STATUS_ERROR]);
    close(out, status);
}
