//! Tasks: with the context they are children of the spawning span, without it nobody's.

use crate::{has_works, leaf, one_trace, work};
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use lumina::testing::capture;
use lumina::{Context, FutureExt as _};
use tokio::task::JoinSet;
use tracing::Instrument as _;

const TASKS: u32 = 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_join_set_of_tasks() {
    #[lumina::traced]
    async fn outer() {
        let mut tasks = JoinSet::new();
        for n in 0..TASKS {
            tasks.spawn(work(n).in_current_context());
        }
        tasks.join_all().await;
    }
    let captured = capture(outer()).await;
    has_works(one_trace(&captured, "outer"), TASKS);
}

#[tokio::test]
async fn a_stream_of_buffered_futures() {
    #[lumina::traced]
    async fn outer() -> u32 {
        let works = futures_util::stream::iter(0..TASKS).map(work).buffer_unordered(4);
        works.fold(0, async |sum, n| sum + n).await
    }
    let captured = capture(outer()).await;
    has_works(one_trace(&captured, "outer"), TASKS);
}

#[tokio::test]
async fn futures_in_no_order_and_futures_that_are_raced() {
    #[lumina::traced]
    async fn outer() {
        let mut works: FuturesUnordered<_> = (0..TASKS - 1).map(work).collect();
        while works.next().await.is_some() {}
        drop(
            futures_util::future::select(Box::pin(work(TASKS - 1)), std::future::pending::<()>())
                .await,
        );
    }
    let captured = capture(outer()).await;
    has_works(one_trace(&captured, "outer"), TASKS);
}

#[tokio::test]
async fn a_blocking_task() {
    #[lumina::traced]
    async fn outer() -> u32 {
        let context = Context::current();
        tokio::task::spawn_blocking(move || context.in_scope(|| leaf(7))).await.unwrap()
    }
    let captured = capture(outer()).await;
    one_trace(&captured, "outer").has_children(&["leaf"]);
}

#[tokio::test]
async fn in_current_span_of_tracing_carries_our_span_too() {
    #[lumina::traced]
    async fn outer() -> u32 {
        tokio::spawn(work(0).in_current_span()).await.unwrap()
    }
    let captured = capture(outer()).await;
    has_works(one_trace(&captured, "outer"), 1);
}

#[tokio::test]
async fn a_task_may_outlive_the_span_that_spawned_it() {
    #[lumina::traced]
    async fn outer() -> tokio::task::JoinHandle<u32> {
        tokio::spawn(work(0).in_current_context())
    }
    let captured = capture(async { outer().await.await.unwrap() }).await;
    has_works(one_trace(&captured, "outer"), 1);
    let (outer, work) = (captured.span("outer").data(), captured.span("work").data());
    assert!(work.start_unix_nanos >= outer.start_unix_nanos + outer.duration_nanos);
}

#[tokio::test]
async fn without_the_context_a_task_is_no_child_of_whoever_is_on_the_thread() {
    #[lumina::traced]
    async fn outer() -> u32 {
        let task = tokio::spawn(async { (Context::current().span_id(), work(7).await) });
        // While this span is entered again and again on the same thread, the task runs.
        for _ in 0..5 {
            work(0).await;
        }
        let (seen, n) = task.await.unwrap();
        assert_eq!(seen, None);
        n
    }
    let captured = capture(outer()).await;
    assert_eq!(*captured.output(), 7);
    let root = one_trace(&captured, "outer").has_children(&["work"; 5]);
    for work in root.children_named("work") {
        work.has_attribute("n", 0);
    }
}

#[tokio::test]
async fn the_context_at_the_call_counts_not_that_of_the_first_poll() {
    #[lumina::traced]
    async fn maker() -> lumina::InContext<impl Future<Output = u32>> {
        work(0).in_current_context()
    }
    #[lumina::traced]
    async fn poller(future: impl Future<Output = u32>) -> u32 {
        future.await
    }
    let captured = capture(async {
        let future = maker().await;
        poller(future).await;
        // Without the helper a future belongs to whoever polls it first.
        poller(work(1)).await
    })
    .await;
    captured.span("maker").has_children(&["work"]).child("work").has_attribute("n", 0);
    let pollers = captured.spans_named("poller");
    pollers[0].has_children(&[]);
    pollers[1].has_children(&["work"]);
}
