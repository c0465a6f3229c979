//! Spans that move between threads and tasks.

use crate::holds;
use lumina::testing::{capture, capture_sync};
use lumina::{Context, FutureExt};
use std::collections::HashSet;
use tokio::task::JoinSet;
use tracing::instrument::WithSubscriber;
use tracing::{Dispatch, Instrument, Span, dispatcher, info_span};

const FUTURES: i64 = 200;

#[lumina::traced(capture(i))]
async fn ours(i: i64) {
    tokio::task::yield_now().await;
    tracing::info!(i, "in ours");
}

async fn task(i: i64) {
    for round in 0..10 {
        tracing::info!(i, round, "in task");
        ours(i).await;
        tokio::task::yield_now().await;
    }
    Span::current().record("done", true);
}

fn runtime() -> tokio::runtime::Runtime {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(4).enable_all().build().expect("a runtime")
}

/// Each future's spans and events are its own, however often it changed threads.
fn futures_keep_their_spans() {
    let captured = runtime().block_on(capture(async {
        let tasks: Vec<_> = (0..FUTURES)
            .map(|i| {
                let span = info_span!("task", i, done = tracing::field::Empty);
                tokio::spawn(task(i).instrument(span).with_current_subscriber())
            })
            .collect();
        for task in tasks {
            task.await.expect("no panic");
        }
    }));
    let tasks = captured.spans_named("task");
    assert_eq!(tasks.len(), FUTURES as usize);
    let numbers: HashSet<_> = tasks.iter().map(|task| task.attribute("i").to_string()).collect();
    assert_eq!(numbers.len(), FUTURES as usize);
    for task in tasks {
        task.has_attribute("done", true).is_root();
        assert_eq!(task.data().events.len(), 10);
        let ours = task.children_named("ours");
        assert_eq!(ours.len(), 10);
        for span in ours {
            assert_eq!(span.attribute("i"), task.attribute("i"));
            span.has_events(&["in ours"]);
        }
    }
    assert_eq!(captured.spans().len(), 11 * FUTURES as usize);
}

holds! {
    [under_the_root_subscriber, under_a_registry, under_a_shared_registry]

    fn futures_keep_their_spans_whoever_polls_them() {
        futures_keep_their_spans();
    }
}

holds! {
    // Where spans of ours are spans of `tracing` too.
    [under_the_root_subscriber, under_a_shared_registry]

    fn in_current_span_carries_our_span_into_a_task() {
        async fn work() {
            tokio::task::yield_now().await;
            info_span!("work").in_scope(|| tracing::info!("working"));
            tracing::info!("for the spawner");
        }
        #[lumina::traced]
        async fn spawner(tasks: &mut JoinSet<()>) {
            tasks.spawn(work().in_current_span().with_current_subscriber());
            tasks.spawn(ours(1).in_current_context().with_current_subscriber());
        }
        let captured = runtime().block_on(capture(async {
            let mut tasks = JoinSet::new();
            spawner(&mut tasks).await;
            // The tasks go on when the span that they are in has ended.
            tasks.join_all().await;
        }));
        let children = captured.root().children();
        assert_eq!(children.len(), 2, "{}", captured.tree());
        captured.span("work").has_parent("spawner").has_events(&["working"]);
        captured.span("ours").has_parent("spawner");
    }
}

/// Runs `f` on another thread, under the same subscriber.
fn elsewhere<R: Send>(f: impl FnOnce() -> R + Send) -> R {
    let dispatch = dispatcher::get_default(Dispatch::clone);
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| dispatcher::with_default(&dispatch, f));
        thread.join().expect("no panic")
    })
}

holds! {
    [under_the_root_subscriber, under_a_registry, under_a_shared_registry]

    fn a_span_can_be_closed_on_another_thread() {
        let captured = capture_sync(|| {
            let moved = info_span!("moved", n = 1);
            moved.in_scope(|| tracing::info!("here"));
            elsewhere(move || {
                moved.in_scope(|| tracing::info!("there"));
                drop(info_span!(parent: &moved, "child"));
                moved.record("n", 2);
            });
            let kept = info_span!("kept", n = 1);
            elsewhere(|| kept.in_scope(|| tracing::info!("there")));
            elsewhere(|| {
                kept.record("n", 2);
                tracing::info!(parent: &kept, "there again");
            });
        });
        let moved = captured.span("moved").has_attribute("n", 2).has_events(&["here", "there"]);
        moved.has_children(&["child"]);
        captured.span("kept").has_attribute("n", 2).has_events(&["there", "there again"]);
    }

    fn a_span_can_be_entered_by_many_threads_at_once() {
        let captured = capture_sync(|| {
            let span = info_span!("shared");
            let entered = std::sync::Barrier::new(4);
            let dispatch = dispatcher::get_default(Dispatch::clone);
            std::thread::scope(|scope| {
                for n in 0..4 {
                    let (span, entered, dispatch) = (&span, &entered, &dispatch);
                    scope.spawn(move || {
                        dispatcher::with_default(dispatch, || {
                            let _guard = span.enter();
                            entered.wait();
                            info_span!("part", n).in_scope(|| tracing::info!("part"));
                            tracing::info!(n, "shared");
                            entered.wait();
                        });
                    });
                }
            });
        });
        let shared = captured.root();
        assert_eq!(shared.children_named("part").len(), 4);
        assert_eq!(shared.data().events.len(), 4);
    }

    fn a_context_that_was_taken_along_adds_to_its_span() {
        let captured = capture_sync(|| {
            let _span = info_span!("span").entered();
            let context = Context::current();
            elsewhere(|| context.in_scope(|| {
                tracing::info!("there");
                drop(info_span!("child"));
            }));
            context.in_scope(|| tracing::info!("here"));
        });
        captured.root().has_events(&["there", "here"]).has_children(&["child"]);
    }
}
