//! Code of the user that runs inside of lumina, and lumina inside of code that is ending.

use lumina::export::Memory;
use lumina::testing::capture_sync;
use std::cell::RefCell;
use std::fmt;
use std::time::Duration;

#[lumina::traced(capture(n))]
fn helper(n: u32) -> u32 {
    lumina::event!("helping", n = n);
    n + 1
}

/// Traces, records and logs while it is formatted.
struct Chatty(u32);

impl fmt::Debug for Chatty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        tracing::info!("formatting");
        lumina::record!(formatted = self.0);
        lumina::event!("formatted");
        let inner = helper(self.0);
        write!(f, "Chatty({inner})")
    }
}

#[test]
fn a_value_may_trace_while_it_is_formatted() {
    #[lumina::traced(capture(?chatty), attrs(plain = 1, again = ?chatty))]
    fn outer(chatty: &Chatty) -> u32 {
        lumina::record!(late = ?chatty);
        7
    }
    let captured = capture_sync(|| outer(&Chatty(1)));
    assert_eq!(*captured.output(), 7);
    let outer = captured.span("outer");
    for key in ["chatty", "again", "late"] {
        outer.has_attribute(key, "Chatty(2)");
    }
    outer.has_attribute("plain", 1).has_attribute("formatted", 1);
    assert_eq!(captured.spans_named("helper").len(), 3);
    for helper in captured.spans_named("helper") {
        helper.has_events(&["helping"]).has_attribute("n", 1);
    }
}

#[test]
fn an_error_may_trace_while_it_is_described() {
    #[lumina::traced]
    fn fail() -> Result<(), Chatty> {
        Err(Chatty(4))
    }
    let captured = capture_sync(|| fail().is_err());
    let fail = captured.span("fail").has_attribute("error.message", "Chatty(5)");
    fail.has_children(&["helper"]);
}

#[test]
fn a_redactor_may_open_a_span() {
    fn mask(text: &str) -> String {
        "*".repeat(helper(text.len() as u32 - 1) as usize)
    }
    #[lumina::traced(capture(card))]
    fn pay(#[redact(with = mask)] card: &str) -> usize {
        card.len()
    }
    let captured = capture_sync(|| pay("1234"));
    assert_eq!(*captured.output(), 4);
    captured.span("pay").has_attribute("card", "****").is_root();
    captured.span("helper").outcome(lumina::model::Outcome::Unset);
}

#[test]
fn attributes_may_call_traced_functions() {
    #[lumina::traced(attrs(n = helper(1)), ok(|n| m = helper(*n)))]
    fn outer() -> u32 {
        helper(5)
    }
    let captured = capture_sync(outer);
    captured.span("outer").has_attribute("n", 2).has_attribute("m", 7);
    assert_eq!(captured.spans_named("helper").len(), 3);
}

#[test]
fn a_thread_may_trace_while_its_locals_are_destroyed() {
    struct AtExit;
    impl Drop for AtExit {
        fn drop(&mut self) {
            helper(1);
            lumina::Context::current().in_scope(|| helper(2));
        }
    }
    thread_local! {
        static BEFORE: RefCell<Option<AtExit>> = const { RefCell::new(None) };
        static AFTER: RefCell<Option<AtExit>> = const { RefCell::new(None) };
    }
    let memory = Memory::with_max_spans(1000);
    let pipeline = lumina::builder()
        .variables(std::iter::empty::<(String, String)>())
        .exporter(memory.clone())
        .build_scoped()
        .unwrap();
    let context = pipeline.in_scope(lumina::Context::current);
    for _ in 0..20 {
        let thread = std::thread::spawn(move || {
            // Kept to the very end of the thread.
            std::mem::forget(context.attach());
            BEFORE.with(|slot| *slot.borrow_mut() = Some(AtExit));
            helper(0);
            AFTER.with(|slot| *slot.borrow_mut() = Some(AtExit));
        });
        thread.join().unwrap();
    }
    let report = pipeline.shutdown(Duration::from_secs(30));
    let spans = memory.spans();
    assert!(spans.iter().filter(|span| span.name == "helper").count() >= 20, "{report:?}");
    assert!(spans.iter().all(|span| span.outcome == lumina::model::Outcome::Unset));
}

/// Not from `enabled` or `register_callsite`, where call sites of `tracing` lock up as well.
#[test]
fn a_subscriber_may_call_traced_functions_while_it_makes_a_span() {
    use tracing::span::{Attributes, Id, Record};
    struct Chatters;
    impl tracing::Subscriber for Chatters {
        fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
            true
        }
        fn new_span(&self, _: &Attributes<'_>) -> Id {
            helper(4);
            Id::from_u64(1)
        }
        fn record(&self, _: &Id, _: &Record<'_>) {}
        fn record_follows_from(&self, _: &Id, _: &Id) {}
        fn event(&self, _: &tracing::Event<'_>) {
            helper(5);
        }
        fn enter(&self, _: &Id) {}
        fn exit(&self, _: &Id) {}
    }
    #[lumina::traced(ret)]
    fn outer() -> u32 {
        1
    }
    let captured = tracing::subscriber::with_default(Chatters, || capture_sync(outer));
    assert_eq!(*captured.output(), 1);
    assert_eq!(captured.spans_named("outer").len(), 1);
    assert!(!captured.spans_named("helper").is_empty());
}
