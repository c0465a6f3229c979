//! From the generated code's calls to finished batches.

use super::{CollectCounters, PipelineConfig, PipelineId, Sink, close, flush, register};
use crate::__private::{
    Arg, AsyncSpan, End, Level, Operation, Site, SpanKind, SyncSpan, Traced, add_event, ignore,
    record_attributes,
};
use crate::Context;
use crate::model::{Batch, Limits, Outcome, Resource, SpanData, Value};
use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::time::{Duration, Instant};

static SITE: Site = Site::new(
    &SITE,
    "work",
    "collect::tests",
    Level::INFO,
    "tests.rs",
    1,
    "collect::tests",
    &["n", "model", "score", "answer"],
    SpanKind::Client,
    Operation::Llm,
);

#[derive(Default)]
struct Kept(Mutex<Vec<SpanData>>);

impl Sink for Kept {
    fn accept(&self, batch: Arc<Batch>) {
        self.0.lock().unwrap().extend(batch.spans().map(SpanData::from));
    }
}

struct Pipeline {
    id: PipelineId,
    kept: Arc<Kept>,
    counters: Arc<CollectCounters>,
}

impl Pipeline {
    fn new() -> Self {
        let (kept, counters) = (Arc::new(Kept::default()), Arc::default());
        let config = PipelineConfig {
            sink: kept.clone(),
            resource: Arc::new(Resource::new()),
            limits: Limits::default(),
            batch_spans: 512,
            batch_bytes: 1 << 20,
            batch_delay: Duration::from_secs(3600),
            counters: Arc::clone(&counters),
        };
        Pipeline { id: register(config).unwrap(), kept, counters }
    }

    fn context(&self) -> Context {
        Context::for_pipeline(self.id.0)
    }

    fn spans(&self) -> Vec<SpanData> {
        assert!(flush(self.id, Instant::now() + Duration::from_secs(10)));
        self.kept.0.lock().unwrap().clone()
    }
}

impl Drop for Pipeline {
    fn drop(&mut self) {
        close(self.id, Instant::now() + Duration::from_secs(10));
    }
}

fn enter(n: i64) -> SyncSpan {
    assert!(!SITE.is_off());
    SyncSpan::enter(&SITE, &[Arg::I64(n), Arg::Str("gpt-4o-mini"), Arg::F64(0.5)])
}

fn start(n: i64) -> AsyncSpan {
    assert!(!SITE.is_off());
    AsyncSpan::start(&SITE, &[Arg::I64(n)])
}

fn numbered(spans: &[SpanData], n: i64) -> SpanData {
    let wanted = Some(&Value::I64(n));
    spans.iter().find(|span| span.attribute("n") == wanted).expect("the span").clone()
}

#[test]
fn a_tree_of_spans_arrives_with_its_values() {
    let pipeline = Pipeline::new();
    pipeline.context().in_scope(|| {
        let root = enter(1);
        let child = enter(2);
        child.end(|end| end.ok());
        root.end(|end| end.set(3, Arg::Str("42")));
    });
    let spans = pipeline.spans();
    let (root, child) = (numbered(&spans, 1), numbered(&spans, 2));
    assert_eq!((root.parent_id, child.parent_id), (None, Some(root.span_id)));
    assert_eq!(child.trace_id, root.trace_id);
    assert_eq!((root.outcome, child.outcome), (Outcome::Unset, Outcome::Ok));
    assert_eq!(root.attribute("answer"), Some(&Value::from("42")));
    assert_eq!(root.attribute("model"), Some(&Value::from("gpt-4o-mini")));
    assert_eq!(root.attribute("score"), Some(&Value::F64(0.5)));
    assert_eq!((root.name.as_str(), root.kind), ("work", SpanKind::Client));
    assert_eq!(root.operation, Operation::Llm);
    assert!(root.start_unix_nanos <= child.start_unix_nanos);
    assert!(root.duration_nanos >= child.duration_nanos && root.duration_nanos < 5_000_000_000);
    assert_eq!(Context::current(), Context::root());
}

#[test]
fn what_is_added_in_between_stays_with_its_span() {
    let pipeline = Pipeline::new();
    pipeline.context().in_scope(|| {
        let _outer = enter(1);
        add_event("first", &[("k", Arg::Bool(true))]);
        {
            let _inner = enter(2);
            record_attributes(&[("late", Arg::U64(7)), ("n", Arg::I64(3))]);
        }
        add_event("second", &[]);
    });
    let spans = pipeline.spans();
    let (outer, inner) = (numbered(&spans, 1), numbered(&spans, 3));
    let events: Vec<&str> = outer.events.iter().map(|event| event.name.as_str()).collect();
    assert_eq!(events, ["first", "second"]);
    assert_eq!(outer.events[0].attributes, [("k".to_owned(), Value::Bool(true))]);
    assert_eq!(inner.attribute("late"), Some(&Value::I64(7)));
    assert!(inner.events.is_empty());
}

#[test]
fn a_future_is_one_span_however_it_is_polled() {
    let pipeline = Pipeline::new();
    let future = |n| {
        let span = start(n);
        let mut polls = 0;
        let inner = std::future::poll_fn(move |_| {
            polls += 1;
            add_event("polled", &[]);
            if polls < 4 { Poll::Pending } else { Poll::Ready(polls) }
        });
        Traced::new(span, inner, |polls: &i32, end: &mut End| {
            end.set(3, Arg::I64((*polls).into()));
        })
    };
    pipeline.context().in_scope(|| {
        let mut task = std::task::Context::from_waker(Waker::noop());
        let (mut a, mut b) = (pin!(future(1)), pin!(future(2)));
        for _ in 0..3 {
            assert!(a.as_mut().poll(&mut task).is_pending());
            assert!(b.as_mut().poll(&mut task).is_pending());
            assert_eq!(Context::current().span_id(), None);
        }
        assert!(a.as_mut().poll(&mut task).is_ready());
        // `b` ends on another thread, and `a` future that is dropped is cancelled.
        let waker = Waker::noop();
        std::thread::scope(|scope| {
            scope.spawn(move || {
                let mut task = std::task::Context::from_waker(waker);
                assert!(b.as_mut().poll(&mut task).is_ready());
            });
        });
        let mut dropped = Box::pin(future(3));
        assert!(dropped.as_mut().poll(&mut task).is_pending());
    });
    let spans = pipeline.spans();
    assert_eq!(spans.len(), 3);
    for n in [1, 2] {
        let span = numbered(&spans, n);
        assert_eq!(span.events.len(), 4, "{n}");
        assert_eq!(span.attribute("answer"), Some(&Value::I64(4)));
    }
    assert_eq!(numbered(&spans, 3).outcome, Outcome::Cancelled);
    assert_eq!(numbered(&spans, 3).attribute("error.type"), Some(&Value::from("cancelled")));
}

#[test]
fn a_panic_is_told_from_a_return_and_a_cancellation() {
    let pipeline = Pipeline::new();
    pipeline.context().in_scope(|| {
        let caught = std::panic::catch_unwind(|| {
            let _span = enter(1);
            panic!("out of tokens");
        });
        assert_eq!(caught.unwrap_err().downcast_ref(), Some(&"out of tokens"));
        let caught = std::panic::catch_unwind(|| {
            let span = start(2);
            let future = async { panic!("late") };
            let mut future = Box::pin(Traced::new(span, future, ignore::<()>));
            let mut task = std::task::Context::from_waker(Waker::noop());
            let polled = std::panic::AssertUnwindSafe(|| future.as_mut().poll(&mut task));
            // As an executor does: the future is dropped long after its panic was caught.
            std::panic::catch_unwind(polled).is_err()
        });
        assert!(caught.unwrap());
        assert_eq!(Context::current().span_id(), None);
    });
    let spans = pipeline.spans();
    for (n, message) in [(1, "out of tokens"), (2, "late")] {
        let span = numbered(&spans, n);
        assert_eq!(span.outcome, Outcome::Panic, "{n}");
        assert_eq!(span.status_message, message);
        assert_eq!(span.attribute("error.type"), Some(&Value::from("panic")));
    }
}

#[test]
fn an_idle_threads_spans_arrive_and_open_ones_are_handed_over_at_the_end() {
    let pipeline = Pipeline::new();
    let context = pipeline.context();
    let (wait, go_on) = std::sync::mpsc::channel::<()>();
    let (ready, is_ready) = std::sync::mpsc::channel::<()>();
    let idle = std::thread::spawn(move || {
        context.in_scope(|| {
            let open = enter(1);
            drop(enter(2));
            ready.send(()).unwrap();
            go_on.recv().unwrap();
            drop(open);
            drop(enter(3));
            ready.send(()).unwrap();
            go_on.recv().unwrap();
            std::mem::forget(enter(4));
            ready.send(()).unwrap();
            go_on.recv().unwrap();
        });
    });
    is_ready.recv().unwrap();
    assert_eq!(pipeline.spans().len(), 1);
    wait.send(()).unwrap();
    is_ready.recv().unwrap();
    let spans = pipeline.spans();
    assert_eq!(spans.len(), 3);
    assert_eq!(numbered(&spans, 2).parent_id, Some(numbered(&spans, 1).span_id));
    wait.send(()).unwrap();
    is_ready.recv().unwrap();
    assert!(close(pipeline.id, Instant::now() + Duration::from_secs(10)));
    let spans = pipeline.kept.0.lock().unwrap().clone();
    assert_eq!(spans.len(), 4);
    assert_eq!(numbered(&spans, 4).outcome, Outcome::Incomplete);
    drop(wait);
    let _ = idle.join();
}

#[test]
fn many_threads_lose_nothing_and_count_exactly() {
    const THREADS: i64 = 4;
    const SPANS: i64 = 5_000;
    let pipeline = Pipeline::new();
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let context = pipeline.context();
            scope.spawn(move || {
                context.in_scope(|| {
                    for n in 0..SPANS {
                        let span = enter(thread * SPANS + n);
                        if n % 7 == 0 {
                            add_event("seventh", &[]);
                        }
                        drop(span);
                    }
                });
            });
        }
    });
    let spans = pipeline.spans();
    let emitted = pipeline.counters.emitted();
    let dropped = pipeline.counters.dropped_buffer_full.load(std::sync::atomic::Ordering::Relaxed);
    assert_eq!(emitted, (THREADS * SPANS) as u64);
    assert_eq!(spans.len() as u64 + dropped, emitted);
    let mut seen: Vec<i64> = spans
        .iter()
        .map(|span| match span.attribute("n") {
            Some(Value::I64(n)) => *n,
            other => panic!("{other:?}"),
        })
        .collect();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), spans.len());
    for span in &spans {
        let Some(Value::I64(n)) = span.attribute("n") else { unreachable!() };
        assert_eq!(span.events.len(), usize::from(n % SPANS % 7 == 0), "{n}");
    }
}

#[test]
fn a_record_larger_than_a_stage_arrives_whole() {
    let pipeline = Pipeline::new();
    let prompt = "é".repeat(10_000);
    pipeline.context().in_scope(|| {
        let _outer = SyncSpan::enter(&SITE, &[Arg::I64(1), Arg::Str(&prompt)]);
        add_event("big", &[("text", Arg::Str(&prompt))]);
        drop(enter(2));
    });
    let spans = pipeline.spans();
    let outer = numbered(&spans, 1);
    assert_eq!(outer.attribute("model"), Some(&Value::from(prompt.as_str())));
    assert_eq!(outer.events[0].attributes[0].1, Value::from(prompt.as_str()));
    assert_eq!(numbered(&spans, 2).parent_id, Some(outer.span_id));
}

#[test]
fn a_span_that_ends_on_another_thread_keeps_what_both_threads_added() {
    let pipeline = Pipeline::new();
    pipeline.context().in_scope(|| {
        for n in 0..200 {
            let span = start(n);
            let mut first = true;
            let inner = std::future::poll_fn(move |_| {
                add_event("polled", &[]);
                if std::mem::take(&mut first) { Poll::Pending } else { Poll::Ready(()) }
            });
            let mut future = Box::pin(Traced::new(span, inner, ignore::<()>));
            let mut task = std::task::Context::from_waker(Waker::noop());
            assert!(future.as_mut().poll(&mut task).is_pending());
            let other = std::thread::spawn(move || {
                let mut task = std::task::Context::from_waker(Waker::noop());
                assert!(future.as_mut().poll(&mut task).is_ready());
            });
            other.join().unwrap();
        }
    });
    let spans = pipeline.spans();
    assert_eq!(spans.len(), 200);
    assert!(spans.iter().all(|span| span.events.len() == 2));
}

/// Gives its items one by one; an item that is `None` panics.
struct Items(std::vec::IntoIter<Option<Result<u8, &'static str>>>);

impl futures_core::Stream for Items {
    type Item = Result<u8, &'static str>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> Poll<Option<Self::Item>> {
        add_event("polled", &[]);
        Poll::Ready(self.0.next().map(|item| item.expect("broken pipe")))
    }
}

const MAKING: Duration = Duration::from_secs(3);

/// Takes up to `take` items of a traced stream.
fn consume(n: i64, items: Vec<Option<Result<u8, &'static str>>>, take: usize) {
    use futures_core::Stream;
    let look = |item: &Result<u8, &'static str>, end: &mut End| {
        crate::__probe_outcome!(item, end);
    };
    // As if it had taken its time to make the stream.
    let asked = Instant::now().checked_sub(MAKING);
    let items = Items(items.into_iter());
    let stream = crate::__private::TracedStream::new(start(n), asked, items, look);
    let mut stream = pin!(stream);
    let mut task = std::task::Context::from_waker(Waker::noop());
    for _ in 0..take {
        assert!(stream.as_mut().poll_next(&mut task).is_ready());
        assert_eq!(Context::current().span_id(), None);
    }
}

#[test]
fn a_stream_is_one_span_however_it_ends() {
    let pipeline = Pipeline::new();
    pipeline.context().in_scope(|| {
        consume(1, vec![Some(Ok(1)), Some(Ok(2))], 3);
        consume(2, vec![Some(Ok(1)), Some(Ok(2))], 1);
        consume(3, vec![Some(Ok(1))], 0);
        consume(4, vec![Some(Ok(1)), Some(Err("cut off")), Some(Ok(2))], 4);
        let panicking = || consume(5, vec![Some(Ok(1)), None], 2);
        assert!(std::panic::catch_unwind(panicking).is_err());
    });
    let spans = pipeline.spans();
    assert_eq!(spans.len(), 5);
    let expected = [
        (1, Outcome::Ok, 2, 3),
        (2, Outcome::Cancelled, 1, 1),
        (3, Outcome::Cancelled, 0, 0),
        (4, Outcome::Error, 3, 4),
        (5, Outcome::Panic, 1, 2),
    ];
    for (n, outcome, items, polls) in expected {
        let span = numbered(&spans, n);
        assert_eq!(span.outcome, outcome, "{n}");
        assert_eq!(span.attribute("stream.items"), Some(&Value::I64(items)), "{n}");
        assert_eq!(span.events.len(), polls, "{n}");
        let first = span.attribute("gen_ai.response.time_to_first_chunk");
        let since_asked =
            |first: &Value| matches!(first, Value::F64(first) if *first >= MAKING.as_secs_f64());
        assert_eq!(first.map(since_asked), (items > 0).then_some(true), "{n}: {first:?}");
    }
    assert_eq!(numbered(&spans, 4).status_message, "cut off");
}

#[test]
fn a_flush_waits_for_threads_that_are_just_handing_over() {
    let pipeline = Pipeline::new();
    let context = pipeline.context();
    for round in 1..=500 {
        // A scope ends with the work of its threads, while they still leave their stages.
        std::thread::scope(|scope| {
            for n in 0..4 {
                scope.spawn(move || {
                    context.in_scope(|| {
                        let _span = enter(n);
                        add_event("so that there is an END record", &[]);
                    });
                });
            }
        });
        assert_eq!(pipeline.spans().len(), 4 * round);
    }
}
