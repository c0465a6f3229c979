//! What goes first: told by examples, and by random queues.

use super::*;
use crate::export::worker::retry::{Jitter, RetryPolicy};
use crate::export::worker::{Notify, Queue, WorkerConfig};
use crate::model::{Outcome, Resource, SpanData, SpanId};
use std::time::Duration;

fn span(trace: u64, id: u64, parent: Option<u64>, outcome: Outcome) -> SpanData {
    let mut span = SpanData::new(TraceId(trace.into()), SpanId(id), "s");
    span.parent_id = parent.map(SpanId);
    span.outcome = outcome;
    span
}

fn queue(max_spans: usize, max_bytes: usize) -> Queue {
    let config = WorkerConfig {
        queue_spans: max_spans,
        queue_bytes: max_bytes,
        attempt_timeout: Duration::from_secs(60),
        retry: RetryPolicy::default(),
        notify: Notify::new(|_| {}),
    };
    Queue::new(&config, None)
}

fn offer(queue: &Queue, spans: Vec<SpanData>) {
    queue.offer(Arc::new(Batch::from_spans(Resource::new(), spans)));
}

/// What waits: (trace, span), the oldest first.
fn waiting(queue: &Queue) -> Vec<(u64, u64)> {
    let state = queue.lock();
    let spans = state.queue.iter().flat_map(|queued| queued.batch.spans());
    spans.map(|span| (span.trace_id().0 as u64, span.span_id().0)).collect()
}

/// A root (1) with two children, the last of which may have failed.
fn trace(number: u64, last: Outcome) -> Vec<SpanData> {
    let mut spans = vec![
        span(number, 2, Some(1), Outcome::Ok),
        span(number, 3, Some(1), last),
        span(number, 1, None, Outcome::Ok),
    ];
    spans.iter_mut().for_each(|span| span.name = "of a trace".to_owned());
    spans
}

#[test]
fn whole_traces_go_before_children_and_those_before_roots_and_errors() {
    let kept = |max: usize| {
        let queue = queue(max, usize::MAX);
        offer(&queue, trace(1, Outcome::Error));
        offer(&queue, trace(2, Outcome::Ok));
        offer(&queue, trace(3, Outcome::Ok));
        waiting(&queue)
    };
    let third = [(3, 2), (3, 3), (3, 1)];
    assert_eq!(kept(9).len(), 9);
    assert_eq!(kept(8).len(), 8, "more than one child of the oldest batch");
    assert_eq!(kept(5), [&[(1, 3), (1, 1)], &third[..]].concat());
    assert_eq!(kept(2), [(1, 3), (1, 1)]);
    assert_eq!(kept(1), [(1, 3), (1, 1)], "a batch that waits alone is above no bound");
}

#[test]
fn a_root_stays_as_long_as_an_error_of_its_trace_waits_in_another_batch() {
    let queue = queue(3, usize::MAX);
    offer(&queue, vec![span(1, 2, Some(1), Outcome::Error)]);
    offer(&queue, vec![span(1, 1, None, Outcome::Ok)]);
    offer(&queue, trace(2, Outcome::Ok));
    assert_eq!(
        waiting(&queue),
        [(1, 2), (1, 1)],
        "a trace went as a whole, with one span too many"
    );
}

#[test]
fn a_long_overload_is_counted_to_the_last_span_and_keeps_every_error_that_fits() {
    let queue = queue(100, usize::MAX);
    for number in 1..=1_000 {
        let outcome = if number % 50 == 0 { Outcome::Error } else { Outcome::Ok };
        offer(&queue, trace(number, outcome));
    }
    let kept = waiting(&queue);
    let counts = queue.counts();
    assert_eq!(counts.received, 3_000);
    assert_eq!(counts.pending_spans, kept.len() as u64);
    assert_eq!(counts.dropped.get(DropReason::QueueFull), 3_000 - kept.len() as u64);
    assert!(kept.len() > 90, "{}", kept.len());
    let errors = kept.iter().filter(|(trace, span)| trace % 50 == 0 && *span == 3).count();
    assert_eq!(errors, 20);
}

/// Random batches and bounds: the bounds hold, the numbers fit, nothing goes without need, and no
/// root or error goes while a child that ended well stays.
#[test]
fn random_queues_keep_the_order_of_what_goes() {
    let mut random = Jitter::new();
    let mut below = |n: u64| (random.next() * n as f64) as u64;
    for round in 0..300 {
        let (max_spans, tight) = (1 + below(40) as usize, below(2) == 0);
        let max_bytes = if tight { 2_000 + below(20_000) as usize } else { usize::MAX };
        let queue = queue(max_spans, max_bytes);
        let (mut sent, mut next) = (0, 1);
        for _ in 0..below(30) {
            let spans = (0..1 + below(12)).map(|_| {
                next += 1;
                let outcome = if below(6) == 0 { Outcome::Error } else { Outcome::Ok };
                span(below(8), next, (below(4) > 0).then_some(1), outcome)
            });
            let spans: Vec<SpanData> = spans.collect();
            let before = queue.counts();
            let added = Batch::from_spans(Resource::new(), spans.clone());
            let (len, bytes) = (added.len() as u64, added.size_bytes());
            sent += len;
            offer(&queue, spans);
            let after = queue.counts();
            assert_eq!(after.received, sent);
            assert_eq!(after.received, after.pending_spans + after.dropped.total());
            let fits = before.pending_spans + len <= max_spans as u64
                && before.pending_bytes + bytes <= max_bytes;
            let is_dropped = after.dropped.total() > before.dropped.total();
            assert!(!(fits && is_dropped), "round {round}: dropped without need");
            check(&queue, max_spans, max_bytes, fits || before.pending_spans == 0);
        }
    }
}

fn check(queue: &Queue, max_spans: usize, max_bytes: usize, may_be_whole: bool) {
    let state = queue.lock();
    let (spans, bytes) = (state.counts.pending_spans, state.counts.pending_bytes);
    assert_eq!(spans, state.queue.iter().map(|queued| queued.batch.len() as u64).sum::<u64>());
    assert_eq!(bytes, state.queue.iter().map(|queued| queued.batch.size_bytes()).sum::<usize>());
    if state.queue.len() > 1 {
        assert!(spans <= max_spans as u64 && bytes <= max_bytes, "{spans} spans, {bytes} bytes");
    }
    let children = state.queue.iter().flat_map(|queued| queued.batch.spans());
    let children = children.filter(|span| !is_root(*span) && !span.outcome().is_error()).count();
    let stripped = state.queue.iter().filter(|queued| queued.is_stripped);
    let mut in_stripped = stripped.flat_map(|queued| queued.batch.spans());
    assert!(
        in_stripped.all(|span| is_root(span) || span.outcome().is_error()),
        "a batch that is not looked through again has spans that could go"
    );
    // Roots and errors went, so nothing else may be left but what came in the last batch whole.
    let lost_important = state.queue.iter().all(|queued| queued.is_stripped);
    assert!(!lost_important || children == 0 || may_be_whole);
}
