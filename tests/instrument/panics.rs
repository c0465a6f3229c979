//! Panics leave every span that they pass, once.
//!
//! The mock looks away while a thread unwinds; this room keeps a list of its own.

use crate::{Pending, block_on};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn push(&self, what: &str, id: u64) {
        self.0.lock().unwrap().push(format!("{what} {id}"));
    }

    /// What was done to the spans of a call that panics with `fallen`.
    fn of(call: impl FnOnce()) -> Vec<String> {
        let log = Log::default();
        let panic = tracing::subscriber::with_default(log.clone(), || {
            catch_unwind(AssertUnwindSafe(call)).unwrap_err()
        });
        assert_eq!(panic.downcast_ref::<&str>(), Some(&"fallen"));
        log.0.lock().unwrap().drain(..).collect()
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        let id = 1 + self.0.lock().unwrap().iter().filter(|line| line.starts_with("new")).count();
        self.push("new", id as u64);
        Id::from_u64(id as u64)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &Event<'_>) {}
    fn enter(&self, id: &Id) {
        self.push("enter", id.into_u64());
    }
    fn exit(&self, id: &Id) {
        self.push("exit", id.into_u64());
    }
    fn try_close(&self, id: Id) -> bool {
        self.push("close", id.into_u64());
        true
    }
}

#[test]
fn a_panic_leaves_and_closes_synchronous_spans_from_the_inside_out() {
    #[lumina::traced]
    fn outer() {
        inner().unwrap();
    }
    #[lumina::traced(err)]
    fn inner() -> Result<(), String> {
        panic!("fallen");
    }
    let expected =
        ["new 1", "enter 1", "new 2", "enter 2", "exit 2", "close 2", "exit 1", "close 1"];
    assert_eq!(Log::of(outer), expected);
}

#[test]
fn a_panic_in_a_poll_leaves_the_span_and_the_drop_enters_it_once_more() {
    #[lumina::traced]
    async fn fall() {
        Pending(1).await;
        panic!("fallen");
    }
    let expected =
        ["new 1", "enter 1", "exit 1", "enter 1", "exit 1", "enter 1", "exit 1", "close 1"];
    assert_eq!(Log::of(|| block_on(fall())), expected);
}
