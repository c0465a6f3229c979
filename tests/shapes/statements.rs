//! `record!`, `event!` and `span!` inside traced functions.

use crate::record;
use lumina::model::{Outcome, Value};
use lumina::testing::{capture, capture_sync};
use tokio::task::yield_now;

#[tokio::test]
async fn record_sets_attributes_declared_or_not_on_the_current_span() {
    #[lumina::traced(attrs(cache.hit = _, tier = "free"))]
    async fn outer() {
        lumina::record!(cache.hit = true, "late" = 1);
        inner();
        yield_now().await;
        lumina::record!(tier = "paid", %late.shown = 2u8, list = [1, 2]);
    }
    #[lumina::traced]
    fn inner() {
        lumina::record!(mine = "inner");
    }
    let captured = capture(outer()).await;
    captured
        .root()
        .has_attribute("cache.hit", true)
        .has_attribute("late", 1)
        .has_attribute("tier", "paid")
        .has_attribute("late.shown", "2")
        .has_attribute("list", [1, 2])
        .lacks_attribute("mine")
        .child("inner")
        .has_attribute("mine", "inner");
}

#[test]
fn outside_of_a_span_the_statements_do_nothing_and_evaluate_nothing() {
    let evaluated = std::cell::Cell::new(0);
    let evaluate = || evaluated.replace(evaluated.get() + 1);
    let captured = capture_sync(|| {
        lumina::record!(n = evaluate());
        lumina::event!("nothing", n = evaluate());
    });
    captured.has_spans(&[]);
    assert_eq!(evaluated.get(), 0);
}

#[test]
fn events_keep_their_order_their_attributes_and_their_span() {
    #[lumina::traced]
    fn outer() {
        lumina::event!("first", n = 1, text = "a");
        inner();
        lumina::event!("last");
    }
    #[lumina::traced]
    fn inner() {
        lumina::event!("inside", %n = 2);
    }
    let captured = capture_sync(outer);
    let root = captured.root().has_events(&["first", "last"]);
    root.event("first").has_attribute("n", 1).has_attribute("text", "a");
    root.child("inner").event("inside").has_attribute("n", "2");
    let times: Vec<u64> = root.data().events.iter().map(|event| event.time_unix_nanos).collect();
    assert!(times.is_sorted());
    assert!(times[0] >= root.data().start_unix_nanos);
}

#[test]
fn a_block_is_a_span_and_leaves_the_function_as_it_would() {
    #[lumina::traced]
    fn search(text: &str) -> Result<u32, std::num::ParseIntError> {
        for word in text.split(' ') {
            let n = lumina::span!("parse", word = word; {
                if word.is_empty() {
                    continue;
                }
                if word == "stop" {
                    return Ok(0);
                }
                word.parse::<u32>()
            })?;
            lumina::span!("check"; if n > 5 { break });
        }
        Ok(text.len() as u32)
    }
    let captured = capture_sync(|| search("1  2 9 x"));
    assert_eq!(*captured.output(), Ok(8));
    let root = captured.root();
    root.has_children(&["parse", "check", "parse", "parse", "check", "parse", "check"]);
    root.children_named("parse")[3].has_attribute("word", "9").outcome(Outcome::Ok);
    assert_eq!(capture_sync(|| search("1 stop")).into_output(), Ok(0));
    let captured = capture_sync(|| search("x"));
    captured.root().outcome(Outcome::Error).child("parse").outcome(Outcome::Error);
}

#[tokio::test]
async fn a_block_that_waits_is_a_span_across_its_polls() {
    #[lumina::traced]
    async fn work() -> u32 {
        let waited = lumina::span!("waits", n = 1, later = _; {
            yield_now().await;
            lumina::record!(later = "set");
            inner().await
        });
        inner().await + waited
    }
    #[lumina::traced]
    async fn inner() -> u32 {
        yield_now().await;
        1
    }
    let captured = capture(work()).await;
    assert_eq!(*captured.output(), 2);
    let root = captured.root().has_children(&["waits", "inner"]);
    root.child("waits")
        .has_attribute("n", 1)
        .has_attribute("later", "set")
        .has_children(&["inner"]);
}

#[test]
fn a_panic_leaves_a_block() {
    fn fall(down: bool) -> u32 {
        lumina::span!("falls"; if down { panic!("fallen") } else { 1 })
    }
    let captured = capture_sync(|| assert!(std::panic::catch_unwind(|| fall(true)).is_err()));
    captured.span("falls").outcome(Outcome::Panic).has_attribute("error.message", "fallen");
}

#[test]
fn names_of_blocks_and_events_may_be_made_at_run_time() {
    #[lumina::traced]
    fn call(n: u32) {
        lumina::event!(&format!("step {n}"), n = n);
    }
    let (_, span) = record("call", || call(3));
    assert_eq!(span.events[0].name, "step 3");
    assert_eq!(span.events[0].attributes, [("n".to_owned(), Value::I64(3))]);
}
