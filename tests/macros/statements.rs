//! `record!`, `event!` and `span!` in a body.

use lumina::model::Outcome;
use lumina::testing::{capture, capture_sync};
use lumina::{event, record, span, traced};

const KEY: &str = "a.constant";

#[traced]
fn recording(user: &str, count: u32) {
    record!(count, "user.name" = user, %user, tags = ["a", "b"], {KEY} = true);
    record!(count = 2);
}

#[test]
fn record_sets_and_replaces() {
    let spans = capture_sync(|| recording("ann", 1));
    spans
        .span("recording")
        .has_attribute("count", 2)
        .has_attribute("user.name", "ann")
        .has_attribute("user", "ann")
        .has_attribute("tags", vec!["a", "b"])
        .has_attribute(KEY, true);
}

#[traced]
fn eventful(key: &str) {
    event!("started");
    event!(KEY, key, size = 3);
}

#[test]
fn events_have_a_name_and_attributes() {
    let spans = capture_sync(|| eventful("k"));
    let span = spans.span("eventful").has_events(&["started", KEY]);
    span.event(KEY).has_attribute("key", "k").has_attribute("size", 3);
}

fn found(key: &str) -> Result<usize, String> {
    let length = span!("look-up", key, hit = _; {
        record!(hit = !key.is_empty());
        if key.is_empty() {
            return Err("no key".to_owned());
        }
        key.len()
    });
    span!("check"; if length > 3 { Err("long".to_owned()) } else { Ok(length) })
}

#[test]
fn a_block_is_a_span_that_can_be_left_any_way() {
    let spans = capture_sync(|| [found(""), found("abc"), found("abcd")]);
    let [left, _, _] = spans.spans_named("look-up")[..] else { panic!("{}", spans.tree()) };
    left.has_attribute("hit", false).has_attribute("key", "");
    let [fine, long] = spans.spans_named("check")[..] else { panic!("{}", spans.tree()) };
    fine.outcome(Outcome::Ok);
    long.outcome(Outcome::Error).has_attribute("error.message", "long");
}

#[traced]
async fn waiting(fail: bool) -> Result<u32, String> {
    let answer = span!("ask", fail; {
        tokio::task::yield_now().await;
        if fail { Err("refused".to_owned()) } else { Ok(1) }
    })?;
    Ok(span!("count"; answer + 1))
}

#[tokio::test]
async fn a_block_that_waits_is_a_span_of_its_own_future() {
    let spans = capture(async { tokio::join!(waiting(true), waiting(false)) }).await;
    assert_eq!(spans.output(), &(Err("refused".to_owned()), Ok(2)));
    let [failed, fine] = spans.spans_named("waiting")[..] else { panic!("{}", spans.tree()) };
    failed.has_children(&["ask"]).child("ask").outcome(Outcome::Error);
    fine.has_children(&["ask", "count"]).child("ask").outcome(Outcome::Ok);
}

#[tokio::test]
async fn a_waiting_block_can_be_spawned() {
    let task = tokio::spawn(async { span!("ask"; tokio::task::yield_now().await) });
    task.await.expect("no panic");
}
