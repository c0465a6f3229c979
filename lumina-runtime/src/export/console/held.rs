//! Spans that wait for the root of their trace, within bounds of number, bytes and time.
//!
//! Nothing is ever dropped here: what is over a bound is handed out early, as a part of its trace.

use super::node::Node;
use super::recent::RecentlyShown;
use super::style::Glyphs;
use super::tree::Tree;
use crate::model::{Batch, TraceId};
use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

/// How much may wait, and for how long.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    pub(super) max_spans: usize,
    pub(super) max_bytes: usize,
    pub(super) max_wait: Duration,
}

/// Spans to be shown together.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) trace: TraceId,
    pub(super) service: String,
    pub(super) nodes: Vec<Node>,
    /// Whether other spans of the trace were shown before their root.
    pub(super) is_partial: bool,
}

#[derive(Debug)]
struct Waiting {
    nodes: Vec<Node>,
    service: String,
    since: Instant,
    /// Counts traces, to find the oldest.
    number: u64,
}

/// The waiting spans.
#[derive(Debug)]
pub(super) struct Held {
    bounds: Bounds,
    traces: HashMap<TraceId, Waiting>,
    spans: usize,
    bytes: usize,
    next_number: u64,
    shown: RecentlyShown,
}

impl Held {
    pub(super) fn new(bounds: Bounds) -> Self {
        Held {
            bounds,
            traces: HashMap::new(),
            spans: 0,
            bytes: 0,
            next_number: 0,
            shown: RecentlyShown::default(),
        }
    }

    pub(super) fn bounds_mut(&mut self) -> &mut Bounds {
        &mut self.bounds
    }

    /// Takes a batch in, and gives out what is due: trees whose root has come, children of spans
    /// shown before, what has waited too long, and the oldest of what is too much.
    pub(super) fn add(&mut self, batch: &Batch, now: Instant, glyphs: &Glyphs) -> Vec<Piece> {
        let service = batch.resource().get("service.name").map(ToString::to_string);
        let service = service.unwrap_or_default();
        let mut due: Vec<TraceId> = Vec::new();
        for span in batch.spans() {
            let trace = span.trace_id();
            let node = Node::new(span, glyphs);
            if self.is_ready(trace, &node) && !due.contains(&trace) {
                due.push(trace);
            }
            self.hold(trace, node, &service, now);
        }
        let mut pieces: Vec<Piece> =
            due.into_iter().filter_map(|trace| self.take_ready(trace)).collect();
        while let Some(trace) = self.overdue(now) {
            pieces.extend(self.take_trace(trace));
        }
        pieces
    }

    /// Gives out everything, oldest trace first.
    pub(super) fn take_all(&mut self) -> Vec<Piece> {
        let mut traces: Vec<(u64, TraceId)> =
            self.traces.iter().map(|(trace, waiting)| (waiting.number, *trace)).collect();
        traces.sort_unstable_by_key(|(number, _)| *number);
        traces.into_iter().filter_map(|(_, trace)| self.take_trace(trace)).collect()
    }

    fn is_ready(&self, trace: TraceId, node: &Node) -> bool {
        node.is_root || node.parent.is_some_and(|parent| self.shown.contains(trace, parent))
    }

    fn hold(&mut self, trace: TraceId, node: Node, service: &str, now: Instant) {
        self.spans += 1;
        self.bytes += node.size_bytes();
        let waiting = self.traces.entry(trace).or_insert_with(|| {
            self.next_number += 1;
            let (number, service) = (self.next_number, service.to_owned());
            Waiting { nodes: Vec::new(), service, since: now, number }
        });
        waiting.nodes.push(node);
    }

    /// The oldest trace, if it has waited too long or too much is waiting.
    fn overdue(&self, now: Instant) -> Option<TraceId> {
        let too_much = self.spans > self.bounds.max_spans || self.bytes > self.bounds.max_bytes;
        let (trace, oldest) = self.traces.iter().min_by_key(|(_, waiting)| waiting.number)?;
        let too_long = now.saturating_duration_since(oldest.since) > self.bounds.max_wait;
        (too_much || too_long).then_some(*trace)
    }

    fn remove(&mut self, trace: TraceId) -> Option<Waiting> {
        let waiting = self.traces.remove(&trace)?;
        self.spans -= waiting.nodes.len();
        self.bytes -= waiting.nodes.iter().map(Node::size_bytes).sum::<usize>();
        Some(waiting)
    }

    /// Takes the trees of a trace that are complete; the others go on waiting.
    fn take_ready(&mut self, trace: TraceId) -> Option<Piece> {
        let waiting = self.remove(trace)?;
        let tree = Tree::new(&waiting.nodes);
        let ready = tree.tops.iter().filter(|&&top| self.is_ready(trace, &waiting.nodes[top]));
        let ready: Vec<usize> = ready.copied().collect();
        let order = tree.below(&ready);
        self.shown.add(trace, order.iter().rev().map(|&at| waiting.nodes[at].span));
        let taken: HashSet<usize> = order.into_iter().collect();
        let (mut nodes, mut rest) = (Vec::new(), Vec::new());
        for (at, node) in waiting.nodes.into_iter().enumerate() {
            if taken.contains(&at) { nodes.push(node) } else { rest.push(node) }
        }
        let is_partial = self.shown.is_in_parts(trace);
        let piece = Piece { trace, service: waiting.service.clone(), nodes, is_partial };
        if !rest.is_empty() {
            self.spans += rest.len();
            self.bytes += rest.iter().map(Node::size_bytes).sum::<usize>();
            self.traces.insert(trace, Waiting { nodes: rest, ..waiting });
        }
        (!piece.nodes.is_empty()).then_some(piece)
    }

    /// Takes all of a trace, complete or not.
    fn take_trace(&mut self, trace: TraceId) -> Option<Piece> {
        let waiting = self.remove(trace)?;
        self.shown.add(trace, waiting.nodes.iter().map(|node| node.span));
        let is_partial = self.shown.is_in_parts(trace);
        self.shown.note_part(trace);
        Some(Piece { trace, service: waiting.service, nodes: waiting.nodes, is_partial })
    }
}

#[cfg(test)]
mod tests {
    use super::super::style::UNICODE;
    use super::*;
    use crate::model::{Resource, SpanData, SpanId};

    const BOUNDS: Bounds =
        Bounds { max_spans: 4, max_bytes: usize::MAX, max_wait: Duration::from_secs(30) };

    /// `(trace, id, parent)`; parent 0 is none.
    fn batch(spans: &[(u128, u64, u64)]) -> Batch {
        let spans = spans.iter().map(|&(trace, id, parent)| {
            let mut span = SpanData::new(TraceId(trace), SpanId(id), "step");
            span.parent_id = (parent != 0).then_some(SpanId(parent));
            span
        });
        Batch::from_spans(Resource::new(), spans)
    }

    fn ids(pieces: &[Piece]) -> Vec<(u128, Vec<u64>)> {
        let ids = |piece: &Piece| piece.nodes.iter().map(|node| node.span.0).collect();
        pieces.iter().map(|piece| (piece.trace.0, ids(piece))).collect()
    }

    fn add(held: &mut Held, spans: &[(u128, u64, u64)], now: Instant) -> Vec<(u128, Vec<u64>)> {
        ids(&held.add(&batch(spans), now, &UNICODE))
    }

    #[test]
    fn spans_wait_for_their_root_over_batches() {
        let (mut held, now) = (Held::new(BOUNDS), Instant::now());
        assert_eq!(add(&mut held, &[(1, 3, 2), (2, 9, 8)], now), []);
        assert_eq!(add(&mut held, &[(1, 2, 1), (1, 1, 0)], now), [(1, vec![3, 2, 1])]);
        assert_eq!((held.spans, held.traces.len()), (1, 1));
    }

    #[test]
    fn a_root_does_not_take_what_is_not_below_it() {
        let (mut held, now) = (Held::new(BOUNDS), Instant::now());
        assert_eq!(add(&mut held, &[(1, 5, 4), (1, 2, 1), (1, 1, 0)], now), [(1, vec![2, 1])]);
        assert_eq!(add(&mut held, &[(1, 4, 0)], now), [(1, vec![5, 4])]);
    }

    #[test]
    fn a_late_child_of_a_shown_span_does_not_wait() {
        let (mut held, now) = (Held::new(BOUNDS), Instant::now());
        add(&mut held, &[(1, 1, 0)], now);
        assert_eq!(add(&mut held, &[(1, 3, 2)], now), []);
        assert_eq!(add(&mut held, &[(1, 2, 1)], now), [(1, vec![3, 2])]);
    }

    #[test]
    fn too_many_spans_or_bytes_push_the_oldest_trace_out_in_parts() {
        let now = Instant::now();
        for bounds in [BOUNDS, Bounds { max_spans: usize::MAX, max_bytes: 2000, ..BOUNDS }] {
            let mut held = Held::new(bounds);
            let spans: Vec<_> = (2..40).map(|id| (u128::from(id), id, 1)).collect();
            let out = add(&mut held, &spans, now);
            assert_eq!(out[0], (2, vec![2]));
            assert!(held.spans <= bounds.max_spans && held.bytes <= bounds.max_bytes);
            assert_eq!(out.len() + held.spans, spans.len());
        }
    }

    #[test]
    fn a_root_that_never_comes_is_not_waited_for_longer_than_the_bound() {
        let (mut held, now) = (Held::new(BOUNDS), Instant::now());
        add(&mut held, &[(1, 3, 2)], now);
        assert_eq!(add(&mut held, &[(2, 9, 8)], now + Duration::from_secs(30)), []);
        let later = now + Duration::from_secs(31);
        assert_eq!(add(&mut held, &[(3, 9, 8)], later), [(1, vec![3])]);
    }

    #[test]
    fn a_tree_whose_parts_were_shown_is_known_as_partial() {
        let (mut held, now) = (Held::new(BOUNDS), Instant::now());
        add(&mut held, &[(1, 3, 2)], now);
        assert_eq!(ids(&held.take_all()), [(1, vec![3])]);
        assert!(held.add(&batch(&[(1, 2, 0)]), now, &UNICODE)[0].is_partial);
        assert!(!held.add(&batch(&[(2, 2, 0)]), now, &UNICODE)[0].is_partial);
    }

    #[test]
    fn what_is_given_out_is_held_no_longer() {
        let (mut held, now) = (Held::new(BOUNDS), Instant::now());
        for trace in 1..100 {
            held.add(&batch(&[(trace, 1, 0), (trace, 5, 4)]), now, &UNICODE);
            held.take_all();
        }
        assert_eq!((held.spans, held.bytes, held.traces.len()), (0, 0, 0));
    }
}
