//! `parent = ..` and `follows_from = ..` with contexts.

use crate::leaf;
use lumina::Context;
use lumina::testing::{capture, capture_sync};

#[lumina::traced(span = here)]
fn origin() -> Context {
    here
}

#[test]
fn an_explicit_parent_wins_over_the_current_span_and_children_follow_it() {
    #[lumina::traced(parent = chosen)]
    fn by_value(chosen: Context) {
        leaf(0);
    }
    #[lumina::traced(parent = chosen)]
    fn by_ref(chosen: &Context) {
        let _ = chosen;
    }
    #[lumina::traced(parent = chosen)]
    fn optional(chosen: Option<Context>) {
        let _ = chosen;
    }
    #[lumina::traced]
    fn current(chosen: Context) {
        by_value(chosen);
        by_ref(&chosen);
        optional(Some(chosen));
        optional(None);
        leaf(1);
    }
    let captured = capture_sync(|| current(origin()));
    captured.span("origin").has_children(&["by_value", "by_ref", "optional"]);
    captured.span("by_value").has_children(&["leaf"]);
    captured.span("current").is_root().has_children(&["leaf"]);
    // `None` is no parent, as with tracing.
    captured.spans_named("optional")[1].is_root();
}

#[tokio::test]
async fn an_explicit_parent_of_a_future_counts_for_all_of_its_polls() {
    #[lumina::traced(parent = chosen)]
    async fn child(chosen: Context) {
        leaf(0);
        tokio::task::yield_now().await;
        leaf(1);
    }
    #[lumina::traced]
    async fn current(chosen: Context) {
        child(chosen).await;
        leaf(2);
    }
    let captured = capture(async { current(origin()).await }).await;
    captured.span("origin").child("child").has_children(&["leaf", "leaf"]);
    captured.span("current").has_children(&["leaf"]);
}

#[test]
fn none_begins_a_trace_of_its_own() {
    #[lumina::traced(parent = None)]
    fn detached() {
        leaf(0);
    }
    #[lumina::traced]
    fn current() {
        detached();
    }
    let captured = capture_sync(current);
    let (current, detached) = (captured.span("current"), captured.span("detached").is_root());
    detached.has_children(&["leaf"]);
    assert_ne!(current.data().trace_id, detached.data().trace_id);
}

#[test]
fn a_span_is_linked_to_all_that_it_follows_from() {
    #[lumina::traced(follows_from = causes)]
    fn batch(causes: &[Context]) {
        leaf(0);
    }
    #[lumina::traced(follows_from = [cause, Context::root()])]
    async fn future(cause: Context) {}
    let captured = capture_sync(|| {
        let causes = [origin(), origin(), Context::root()];
        batch(&causes);
        causes[0]
    });
    let [first, second] = captured.spans_named("origin")[..] else { panic!("{}", captured.tree()) };
    let batch = captured.span("batch").is_root().is_linked_to(first).is_linked_to(second);
    assert_eq!(batch.data().links.len(), 2);
    assert!(batch.child("leaf").data().links.is_empty());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let captured = capture_sync(|| runtime.block_on(async { future(origin()).await }));
    let origin = captured.span("origin");
    captured.span("future").is_linked_to(origin);
    assert_eq!(captured.span("future").data().links.len(), 1);
}

#[test]
fn the_context_of_a_span_that_is_over_is_still_a_parent() {
    let captured = capture_sync(|| origin().in_scope(|| leaf(0)));
    captured.span("origin").has_children(&["leaf"]);
}
