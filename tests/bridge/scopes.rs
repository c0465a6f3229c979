//! Several subscribers in one process, each for a while or for a task.

use crate::{here, install_root, registry};
use lumina::testing::{capture, capture_sync};
use tracing::instrument::WithSubscriber;
use tracing::subscriber::{NoSubscriber, with_default};
use tracing::{Instrument, Span, info_span};

#[test]
fn subscribers_that_take_turns_make_one_tree() {
    install_root();
    let captured = capture_sync(|| {
        let _global = info_span!("global").entered();
        with_default(registry(), || {
            let _first = info_span!("first").entered();
            with_default(registry(), || {
                let _second = info_span!("second").entered();
                lumina::span!("ours"; tracing::info!("hello"));
            });
            drop(info_span!("first again"));
        });
        drop(info_span!("global again"));
    });
    captured.has_spans(&["global", "first", "second", "ours", "first again", "global again"]);
    captured.span("global").is_root().has_children(&["first", "global again"]);
    captured.span("first").has_children(&["second", "first again"]);
    captured.span("ours").has_parent("second").has_events(&["hello"]);
}

#[test]
fn without_a_subscriber_our_spans_are_recorded_all_the_same() {
    install_root();
    let captured = capture_sync(|| {
        with_default(NoSubscriber::new(), || {
            let _theirs = info_span!("theirs").entered();
            lumina::span!("ours"; tracing::info!("not heard"));
        });
    });
    captured.has_spans(&["ours"]);
    captured.root().has_events(&[]);
}

#[test]
fn equal_ids_of_two_subscribers_are_not_mixed_up() {
    let captured = capture_sync(|| {
        let (one, two) = (tracing::Dispatch::new(registry()), tracing::Dispatch::new(registry()));
        let open = |dispatch, name| {
            tracing::dispatcher::with_default(dispatch, || info_span!("span", name))
        };
        let (first, second) = (open(&one, "first"), open(&two, "second"));
        assert_eq!(first.id().unwrap(), second.id().unwrap());
        // Each guard leaves its own span, whatever the order.
        let (inner, outer) = (first.enter(), second.enter());
        drop(inner);
        drop(open(&two, "below second"));
        drop(outer);
        assert_eq!(here(), None);
    });
    let named = |name: &str| {
        let wanted = lumina::model::Value::from(name);
        let spans = captured.spans_named("span");
        *spans.iter().find(|span| span.attribute("name") == &wanted).unwrap()
    };
    assert_eq!(named("below second").data().parent_id, Some(named("second").data().span_id));
    named("first").is_root();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tasks_can_have_subscribers_of_their_own() {
    install_root();
    async fn work(name: &'static str) {
        for _ in 0..20 {
            async { tokio::task::yield_now().await }.instrument(info_span!("step", name)).await;
            assert_eq!(Span::current().metadata().map(|m| m.name()), Some("task"));
        }
    }
    let captured = capture(async {
        // Made under the subscriber under which it is entered, as `tracing` asks.
        let task = |name| async move { work(name).instrument(info_span!("task", name)).await };
        tokio::join!(
            task("global"),
            task("one").with_subscriber(registry()),
            task("two").with_subscriber(registry()),
        );
    })
    .await;
    let tasks = captured.spans_named("task");
    assert_eq!(tasks.len(), 3);
    for task in tasks {
        let steps = task.children_named("step");
        assert_eq!(steps.len(), 20);
        assert!(steps.iter().all(|step| step.attribute("name") == task.attribute("name")));
    }
}
