//! What no program should do, and some do.

use crate::{LONG, here, holds, install_root, pipeline, registry};
use lumina::testing::capture_sync;
use std::cell::{Cell, RefCell};
use std::fmt;
use tracing::{Span, info_span};

/// A value whose formatting is traced.
struct Chatty;

impl fmt::Debug for Chatty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let _theirs = info_span!("formatting", depth = 1).entered();
        tracing::info!("in between");
        lumina::span!("formatting ours"; lumina::record!(bytes = 6));
        f.write_str("chatty")
    }
}

/// A value that cannot be formatted.
struct Panics;

impl fmt::Debug for Panics {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("not today")
    }
}

holds! {
    // Not beside `fmt`: it holds a lock while it formats, and would wait for itself.
    [under_the_root_subscriber, under_a_registry]

    fn a_value_may_be_traced_while_it_is_formatted() {
        let captured = capture_sync(|| {
            let outer = info_span!("outer", before = 1, value = ?Chatty, after = "x").entered();
            tracing::info!(value = ?Chatty, "event");
            outer.record("value", tracing::field::debug(Chatty));
            drop(outer);
            assert_eq!(here(), None);
        });
        let outer = captured.span("outer").has_attribute("before", 1).has_attribute("after", "x");
        outer.has_attribute("value", "chatty").event("event").has_attribute("value", "chatty");
        for ours in captured.spans_named("formatting ours") {
            ours.has_attribute("bytes", 6);
        }
    }

    fn a_value_that_panics_does_not_harm_the_call() {
        let captured = capture_sync(|| {
            let outer = info_span!("outer", value = ?Panics, after = 1).entered();
            tracing::info!(value = ?Panics, "event");
            drop(outer);
            drop(info_span!("next"));
        });
        let outer = captured.span("outer").has_attribute("after", 1);
        outer.attribute_contains("value", "panicked").has_events(&["event"]);
        captured.span("next").is_root();
    }

    fn a_span_with_an_event_of_half_a_megabyte_arrives() {
        let captured = capture_sync(|| {
            let text = "é".repeat(250_000);
            let _outer = info_span!("outer", text).entered();
            tracing::info!(text, "event");
            drop(info_span!("child"));
        });
        let outer = captured.span("outer").attribute_contains("text", "500000 bytes");
        outer.has_events(&["event"]).has_children(&["child"]);
    }

    fn guards_that_are_forgotten_end_with_their_thread() {
        let captured = capture_sync(|| {
            let outer = info_span!("outer");
            let context = outer.in_scope(lumina::Context::current);
            let dispatch = tracing::dispatcher::get_default(Clone::clone);
            std::thread::spawn(move || {
                tracing::dispatcher::with_default(&dispatch, || {
                    context.in_scope(|| {
                        std::mem::forget(info_span!("forgotten").entered());
                        drop(info_span!("below forgotten"));
                    });
                });
            })
            .join()
            .unwrap();
            drop(outer);
        });
        captured.span("below forgotten").has_parent("forgotten");
    }
}

/// Spans within each other, `depth` of them.
fn nest(depth: usize) {
    let (pipeline, memory) = pipeline();
    let in_between = |n: usize| {
        if n.is_multiple_of(5_000) {
            assert!(pipeline.flush(LONG).complete);
        }
    };
    pipeline.in_scope(|| {
        let mut guards = Vec::new();
        for n in 0..depth {
            guards.push(info_span!("level", n).entered());
            in_between(n);
        }
        for n in (0..depth).rev() {
            drop(guards.pop());
            in_between(n);
        }
        assert_eq!(here(), None);
    });
    let report = pipeline.shutdown(LONG);
    assert!(report.is_lossless(), "{report}");
    let mut spans = memory.take();
    assert_eq!(spans.len(), depth);
    spans.sort_by_key(|span| match span.attribute("n") {
        Some(lumina::model::Value::I64(n)) => *n,
        other => panic!("{other:?}"),
    });
    assert_eq!(spans[0].parent_id, None);
    assert!(spans.windows(2).all(|pair| pair[1].parent_id == Some(pair[0].span_id)));
}

#[test]
fn a_hundred_thousand_spans_can_be_within_each_other() {
    install_root();
    nest(100_000);
}

#[test]
fn ten_thousand_spans_can_be_within_each_other_in_a_registry() {
    // Entering the n-th span costs the registry n steps.
    tracing::subscriber::with_default(registry(), || nest(10_000));
}

/// Uses everything when it is dropped: after the thread's own end, for some of what it uses.
struct AtTheEnd(&'static str);

impl Drop for AtTheEnd {
    fn drop(&mut self) {
        let span = info_span!("at the end", name = self.0, text = ?"formatted");
        span.in_scope(|| {
            tracing::info!("at the end");
            span.record("name", "other");
            drop(info_span!(parent: &span, "child"));
            lumina::span!("ours"; drop(Span::current()));
        });
        drop(span.clone());
        lumina::event!("nowhere");
        DROPPED.with(|dropped| dropped.set(dropped.get() + 1));
        if DROPPED.with(Cell::get) == 3 {
            FINISHED.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        }
    }
}

static FINISHED: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);

thread_local! {
    static DROPPED: Cell<u32> = const { Cell::new(0) };
    static FIRST: RefCell<Option<AtTheEnd>> = const { RefCell::new(None) };
    static SECOND: RefCell<Option<AtTheEnd>> = const { RefCell::new(None) };
    static THIRD: RefCell<Option<AtTheEnd>> = const { RefCell::new(None) };
}

#[test]
fn threads_that_trace_while_they_end_do_not_panic() {
    install_root();
    let before = FINISHED.load(std::sync::atomic::Ordering::Relaxed);
    const THREADS: usize = 8;
    let (pipeline, memory) = pipeline();
    pipeline.in_scope(|| {
        let context = lumina::Context::current();
        for _ in 0..THREADS {
            // Destructors run in or against the order of first use: one registers before ours,
            // one between them, one after.
            let thread = std::thread::spawn(move || {
                context.attach_forever();
                FIRST.with(|first| *first.borrow_mut() = Some(AtTheEnd("first")));
                let span = info_span!("work");
                SECOND.with(|second| *second.borrow_mut() = Some(AtTheEnd("second")));
                span.in_scope(|| lumina::span!("ours"; drop(Span::current())));
                THIRD.with(|third| *third.borrow_mut() = Some(AtTheEnd("third")));
            });
            thread.join().unwrap();
        }
    });
    let finished = FINISHED.load(std::sync::atomic::Ordering::Relaxed) - before;
    assert_eq!(finished, THREADS);
    let report = pipeline.shutdown(LONG);
    assert!(report.complete, "{report}");
    let work = memory.take().into_iter().filter(|span| span.name == "work");
    assert_eq!(work.count(), THREADS);
}

/// For destructors of thread-locals, which run outside of any scope.
trait AttachForever {
    fn attach_forever(&self);
}

impl AttachForever for lumina::Context {
    fn attach_forever(&self) {
        std::mem::forget(self.attach());
    }
}

#[test]
fn ids_that_were_never_given_are_ignored() {
    install_root();
    let captured = capture_sync(|| {
        tracing::dispatcher::get_default(|dispatch| {
            for id in [1, 42, u64::MAX, 1 << 32 | 1, 7 << 32 | 9_999] {
                let id = tracing::Id::from_u64(id);
                dispatch.enter(&id);
                dispatch.exit(&id);
                dispatch.record_follows_from(&id, &id);
                dispatch.try_close(dispatch.clone_span(&id));
            }
        });
        drop(info_span!("span"));
        assert_eq!(here(), None);
    });
    captured.has_spans(&["span"]);
}

#[test]
fn a_span_may_outlive_the_scope_of_its_subscriber() {
    install_root();
    let captured = capture_sync(|| {
        let span = tracing::subscriber::with_default(registry(), || info_span!("outlives"));
        span.in_scope(|| tracing::info!("hello"));
    });
    captured.root().has_events(&["hello"]);
}
