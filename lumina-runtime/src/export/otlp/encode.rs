//! Spans as OTLP: `ExportTraceServiceRequest` written straight from a batch.
//!
//! No message tree is built: [`Encoder::encode`] writes ids, times and text from the batch's arenas
//! into one buffer, which it keeps from batch to batch. How a request travels is told elsewhere.
//!
//! What has no place of its own in OTLP:
//!
//! | in the model | in OTLP |
//! |---|---|
//! | `U64` above `i64::MAX` | string of its digits, since OTLP's integers are signed |
//! | `Json` | string |
//! | outcome `Ok` | status `OK`: the application's own word, which the specification reserves this status for |
//! | outcome `Error` | status `ERROR` with the message |
//! | `Panic`, `Cancelled`, `Incomplete` | status `ERROR`, `error.type` unless the span has one, `lumina.outcome`; the last one also `lumina.incomplete = true` |
//! | operation | attribute `lumina.operation`, unless the span has one |
//!
//! Source: opentelemetry-proto, `trace/v1/trace.proto`; OpenTelemetry specification, "Set Status".

mod scopes;
mod span;
#[cfg(test)]
mod tests;
mod value;

use super::wire::{close, open, put_bytes};
use crate::model::{Resource, SpanRef};

pub(super) use scopes::by_scope;

/// A buffer this much over the usual request's size is given back after use.
const KEPT_BYTES: usize = 8 * 1024 * 1024;

/// Encodes requests, one at a time, into a buffer of its own.
#[derive(Default)]
pub(super) struct Encoder {
    bytes: Vec<u8>,
}

impl Encoder {
    /// Encodes as many of `spans` as fit into `limit_bytes`, and returns their number.
    ///
    /// A first span that is larger than the limit travels alone. Neighbours of one scope share its
    /// message, hence [`by_scope`]. The request is in [`bytes`](Self::bytes).
    pub(super) fn encode(
        &mut self,
        resource: &Resource,
        spans: &[SpanRef<'_>],
        limit_bytes: usize,
    ) -> usize {
        let out = &mut self.bytes;
        out.clear();
        out.shrink_to(KEPT_BYTES);
        let resource_spans = open(out, 0x0a, 3);
        value::put_resource(out, resource);
        let mut taken = 0;
        while taken < spans.len() {
            let before = taken;
            taken += put_scope(out, &spans[taken..], limit_bytes, taken == 0);
            if taken == before {
                break;
            }
        }
        close(out, resource_spans);
        taken
    }

    /// The last request encoded.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// Writes the `ScopeSpans` of the first spans' scope, and returns how many spans it took: none, and
/// leaves nothing behind, if not even one fits.
fn put_scope(out: &mut Vec<u8>, spans: &[SpanRef<'_>], limit_bytes: usize, force: bool) -> usize {
    let start = out.len();
    let scope = spans[0].scope();
    let scope_spans = open(out, 0x12, 3);
    let instrumentation_scope = open(out, 0x0a, 1);
    if !scope.is_empty() {
        put_bytes(out, 0x0a, scope.as_bytes());
    }
    close(out, instrumentation_scope);
    let mut taken = 0;
    for span in spans.iter().take_while(|span| scopes::same(span.scope(), scope)) {
        let before = out.len();
        span::put_span(out, *span);
        if out.len() > limit_bytes && !(force && taken == 0) {
            out.truncate(before);
            break;
        }
        taken += 1;
    }
    if taken == 0 {
        out.truncate(start);
    } else {
        close(out, scope_spans);
    }
    taken
}
