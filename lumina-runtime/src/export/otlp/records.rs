//! Requests that wait on disk: each is an `ExportTraceServiceRequest` as it will be sent.
//!
//! Halving works on the wire, so that what a later version wrote is halved as well: fields that are
//! not known are kept.

use super::encode::{Encoder, by_scope};
use super::wire::{Field, Fields, put_bytes, put_varint};
use crate::export::{SpoolEncoder, SpoolRecord};
use crate::model::Batch;
use std::ops::Range;

/// `ExportTraceServiceRequest` in Protocol Buffers.
const FORMAT: u8 = 1;

pub(super) struct Records {
    encoder: Encoder,
    max_request_bytes: usize,
}

impl Records {
    pub(super) fn new(max_request_bytes: usize) -> Self {
        Records { encoder: Encoder::default(), max_request_bytes }
    }
}

impl SpoolEncoder for Records {
    fn format(&self) -> u8 {
        FORMAT
    }

    fn encode(&mut self, batch: &Batch) -> Vec<SpoolRecord> {
        let spans = by_scope(batch);
        let mut records = Vec::new();
        let mut rest = &spans[..];
        while !rest.is_empty() {
            let taken = self.encoder.encode(batch.resource(), rest, self.max_request_bytes);
            // OK to cast: a batch has fewer spans than its arenas can number.
            let payload = self.encoder.bytes().to_vec();
            records.push(SpoolRecord { payload, spans: taken as u32 });
            rest = &rest[taken..];
        }
        records
    }

    fn halves(&self, record: &[u8]) -> Option<[SpoolRecord; 2]> {
        let spans = count(record, &[1, 2, 2])?;
        if spans < 2 {
            return None;
        }
        let middle = spans.div_ceil(2);
        let half = |range: Range<usize>| {
            let taken = range.len() as u32;
            let mut cut = Cut { range, seen: 0 };
            let payload = cut.message(record, &[1, 2, 2]).map(|(payload, _)| payload)?;
            Some(SpoolRecord { payload, spans: taken })
        };
        Some([half(0..middle)?, half(middle..spans)?])
    }
}

/// The number of messages at the end of a path of field numbers; `None` for bytes that make no
/// sense.
fn count(message: &[u8], path: &[u64]) -> Option<usize> {
    let Some((number, rest)) = path.split_first() else { return Some(1) };
    let mut found = 0;
    let mut fields = Fields::new(message);
    for (field, value) in &mut fields {
        if let (true, Field::Bytes(inner)) = (field == *number, value) {
            found += count(inner, rest)?;
        }
    }
    (!fields.is_malformed()).then_some(found)
}

/// Copies messages without those at the end of a path that are out of range.
struct Cut {
    range: Range<usize>,
    seen: usize,
}

impl Cut {
    /// The copy, and how many messages at the end of `path` are in it.
    fn message(&mut self, message: &[u8], path: &[u64]) -> Option<(Vec<u8>, usize)> {
        let (number, rest) = path.split_first()?;
        let (mut out, mut kept) = (Vec::with_capacity(message.len()), 0);
        for (field, value) in Fields::new(message) {
            match value {
                Field::Bytes(inner) if field == *number && rest.is_empty() => {
                    let is_kept = self.range.contains(&self.seen);
                    self.seen += 1;
                    if is_kept {
                        put(&mut out, field, inner)?;
                        kept += 1;
                    }
                }
                Field::Bytes(inner) if field == *number => {
                    let (inner, spans) = self.message(inner, rest)?;
                    // A scope without spans is not worth its bytes.
                    if spans > 0 {
                        put(&mut out, field, &inner)?;
                        kept += spans;
                    }
                }
                Field::Bytes(inner) => put(&mut out, field, inner)?,
                Field::Varint(value) => {
                    put_varint(&mut out, field << 3);
                    put_varint(&mut out, value);
                }
                // Nothing on these paths has one today; what a later version adds is left out.
                Field::Fixed => {}
            }
        }
        Some((out, kept))
    }
}

/// Appends a length-delimited field; `None` for a number that has no one-byte tag, of which there
/// is none on our paths.
fn put(out: &mut Vec<u8>, field: u64, bytes: &[u8]) -> Option<()> {
    let tag = u8::try_from(field << 3 | 2).ok().filter(|tag| *tag < 0x80)?;
    put_bytes(out, tag, bytes);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Resource, SpanData, SpanId, TraceId};
    use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
    use prost::Message;

    fn batch(spans: u64) -> Batch {
        let mut resource = Resource::new();
        resource.set("service.name", "support");
        let spans = (1..=spans).map(|n| {
            let mut span = SpanData::new(TraceId(7), SpanId(n), format!("span {n}"));
            span.scope = format!("scope {}", n % 3).into();
            span.attributes.push(("text".to_owned(), "x".repeat(n as usize * 10).into()));
            span
        });
        Batch::from_spans(resource, spans)
    }

    fn decoded(record: &SpoolRecord) -> ExportTraceServiceRequest {
        ExportTraceServiceRequest::decode(&record.payload[..]).unwrap()
    }

    fn spans(request: &ExportTraceServiceRequest) -> Vec<String> {
        let scopes = request.resource_spans.iter().flat_map(|resource| &resource.scope_spans);
        let named = |scope: &opentelemetry_proto::tonic::trace::v1::ScopeSpans| {
            let name = scope.scope.as_ref().unwrap().name.clone();
            let spans = scope.spans.iter().map(|span| format!("{name}/{}", span.name));
            spans.collect::<Vec<_>>()
        };
        scopes.flat_map(named).collect()
    }

    #[test]
    fn a_batch_becomes_requests_within_the_limit_with_every_span_once() {
        let mut records = Records::new(2_000);
        let made = records.encode(&batch(30));
        assert!(made.len() > 2 && made.iter().all(|record| record.payload.len() <= 2_000));
        let mut seen: Vec<String> =
            made.iter().flat_map(|record| spans(&decoded(record))).collect();
        assert_eq!(seen.len(), 30);
        seen.dedup();
        assert_eq!(seen.len(), 30);
        assert!(made.iter().all(|r| spans(&decoded(r)).len() == r.spans as usize));
    }

    #[test]
    fn halves_are_requests_with_the_same_resource_scopes_and_spans() {
        let mut records = Records::new(usize::MAX);
        for count in [2, 3, 30] {
            let [whole] = records.encode(&batch(count)).try_into().unwrap();
            let halves = records.halves(&whole.payload).unwrap();
            assert_eq!(halves[0].spans + halves[1].spans, count as u32);
            let [first, second] = halves.each_ref().map(decoded);
            assert_eq!(first.resource_spans[0].resource, second.resource_spans[0].resource);
            assert_eq!([spans(&first), spans(&second)].concat(), spans(&decoded(&whole)));
        }
    }

    #[test]
    fn one_span_has_no_halves_and_neither_has_nonsense() {
        let mut records = Records::new(usize::MAX);
        let [one] = records.encode(&batch(1)).try_into().unwrap();
        assert_eq!(records.halves(&one.payload), None);
        assert_eq!(records.halves(&one.payload[..one.payload.len() - 1]), None);
        assert_eq!(records.halves(b"not a request"), None);
    }
}
