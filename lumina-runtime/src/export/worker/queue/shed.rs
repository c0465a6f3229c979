//! What goes when the queue is full: what people miss least.
//!
//! ```text
//! of each batch, the oldest first:
//! 1  whole traces without an error, so that the others stay whole
//! 2  spans below a root that ended well
//! and when every batch has gone through that:
//! 3  the oldest batch with what is left in it: roots and errors
//! ```
//!
//! Never more than is needed, but for the rest of the last trace. Each batch is looked through from
//! the oldest on and never again once it holds nothing of 1 and 2, so that a long overload costs no
//! more a span than a short one. What is being delivered stays.

use super::super::super::DropReason;
use super::{Queued, State};
use crate::model::{Batch, SpanRef, TraceId};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Drops and counts spans until the bounds are kept, or one batch is left and nothing else pending.
pub(super) fn make_room(state: &mut State, max_spans: u64, max_bytes: usize) {
    let mut failed: Option<HashSet<TraceId>> = None;
    loop {
        let counts = &state.counts;
        let spans = counts.pending_spans.saturating_sub(max_spans);
        let bytes = counts.pending_bytes.saturating_sub(max_bytes);
        let is_alone =
            state.queue.len() == 1 && state.queue[0].batch.len() as u64 == counts.pending_spans;
        if (spans, bytes) == (0, 0) || is_alone {
            return;
        }
        match state.queue.iter().position(|queued| !queued.is_stripped) {
            Some(at) => {
                let failed = failed.get_or_insert_with(|| failed_traces(state));
                strip(state, at, spans, bytes, failed);
            }
            None => match state.queue.pop_front() {
                Some(queued) => forget(state, queued.batch.len(), queued.batch.size_bytes()),
                // Everything is being delivered.
                None => return,
            },
        }
    }
}

fn forget(state: &mut State, spans: usize, bytes: usize) {
    state.counts.pending_spans -= spans as u64;
    state.counts.pending_bytes -= bytes;
    state.counts.dropped.add(DropReason::QueueFull, spans as u64);
}

fn failed_traces(state: &State) -> HashSet<TraceId> {
    let spans = state.queue.iter().flat_map(|queued| queued.batch.spans());
    spans.filter(|span| span.outcome().is_error()).map(SpanRef::trace_id).collect()
}

fn is_root(span: SpanRef<'_>) -> bool {
    span.parent_id().is_none() || span.is_parent_remote()
}

/// Takes spans out of one batch: enough of them, or all that may go before roots and errors.
fn strip(state: &mut State, at: usize, spans: u64, bytes: usize, failed: &HashSet<TraceId>) {
    let Queued { batch, .. } = &state.queue[at];
    let (len, size) = (batch.len(), batch.size_bytes());
    // By their mean size: whether it was enough is looked at again.
    let enough = (spans as usize).max(bytes.div_ceil((size / len.max(1)).max(1)));
    let mut keep = vec![true; len];
    let mut dropped = drop_whole_traces(batch, failed, enough, &mut keep);
    let children =
        batch.spans().enumerate().filter(|(_, s)| !is_root(*s) && !s.outcome().is_error());
    for (index, _) in children {
        if dropped >= enough {
            break;
        }
        dropped += usize::from(std::mem::take(&mut keep[index]));
    }
    let rest = (dropped > 0 && dropped < len).then(|| Arc::new(batch.only(&keep)));
    forget(state, dropped, 0);
    if dropped == len {
        state.queue.remove(at);
        state.counts.pending_bytes -= size;
    } else {
        let queued = &mut state.queue[at];
        queued.is_stripped = dropped < enough;
        if let Some(rest) = rest {
            queued.batch = rest;
            state.counts.pending_bytes -= size;
            state.counts.pending_bytes += state.queue[at].batch.size_bytes();
        }
    }
}

/// Marks the spans of traces whose root is here and that did not fail; returns their number.
fn drop_whole_traces(
    batch: &Batch,
    failed: &HashSet<TraceId>,
    enough: usize,
    keep: &mut [bool],
) -> usize {
    let mut traces: HashMap<TraceId, Vec<usize>> = HashMap::new();
    let mut whole = Vec::new();
    for (index, span) in batch.spans().enumerate() {
        traces.entry(span.trace_id()).or_default().push(index);
        if is_root(span) && !failed.contains(&span.trace_id()) {
            whole.push(span.trace_id());
        }
    }
    let mut dropped = 0;
    for trace in whole {
        if dropped >= enough {
            break;
        }
        // Removed, since a trace may have two roots.
        for index in traces.remove(&trace).unwrap_or_default() {
            keep[index] = false;
            dropped += 1;
        }
    }
    dropped
}

#[cfg(test)]
mod tests;
