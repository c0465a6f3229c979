use super::*;
use crate::model::{
    EventData, LinkData, Operation, Outcome, SpanData, SpanId, SpanKind, TraceId, Value,
};
use std::panic::{AssertUnwindSafe, catch_unwind};

fn span(id: u64, parent: Option<u64>, name: &str) -> SpanData {
    let mut span = SpanData::new(TraceId(1), SpanId(id), name);
    span.parent_id = parent.map(SpanId);
    span.start_unix_nanos = id;
    span
}

fn answer() -> Captured {
    let mut llm = span(3, Some(1), "llm");
    llm.outcome = Outcome::Error;
    llm.status_message = "overloaded".to_owned();
    llm.kind = SpanKind::Client;
    llm.operation = Operation::Llm;
    llm.attributes = vec![("retry.attempt".to_owned(), Value::from(2))];
    llm.events = vec![EventData {
        name: "first_token".to_owned(),
        time_unix_nanos: 3,
        attributes: vec![("n".to_owned(), Value::from(1))],
        dropped_attributes: 0,
    }];
    llm.links = vec![LinkData { trace_id: TraceId(1), span_id: SpanId(2) }];
    let mut again = span(4, Some(1), "llm");
    again.attributes = vec![("retry.attempt".to_owned(), Value::from("3"))];
    Captured::from_spans([
        again,
        llm,
        span(2, Some(1), "retrieve"),
        span(1, None, "answer"),
        span(9, Some(8), "stray"),
    ])
}

/// The message that the assertion fails with.
#[track_caller]
fn failure(assertion: impl FnOnce(&Captured)) -> String {
    let captured = answer();
    let panic = catch_unwind(AssertUnwindSafe(|| assertion(&captured))).expect_err("it holds");
    *panic.downcast::<String>().unwrap()
}

#[test]
fn what_holds_can_be_chained() {
    let captured = answer();
    captured.has_spans(&["answer", "retrieve", "llm", "llm", "stray"]);
    let answer = captured.root().has_children(&["retrieve", "llm", "llm"]);
    let retrieve = answer.child("retrieve").has_parent("answer").outcome(Outcome::Unset);
    answer.children_named("llm")[0]
        .has_attribute("retry.attempt", 2)
        .attribute_contains("retry.attempt", "2")
        .has_attribute_key("retry.attempt")
        .lacks_attribute("retry.max")
        .outcome(Outcome::Error)
        .status_message("overloaded")
        .kind(SpanKind::Client)
        .operation(Operation::Llm)
        .is_linked_to(retrieve)
        .has_events(&["first_token"])
        .event("first_token")
        .has_attribute("n", 1)
        .span()
        .parent()
        .is_root();
}

#[test]
fn a_failure_prints_the_tree() {
    let message = failure(|captured| seen(captured.span("rerank")));
    assert_eq!(
        message,
        "expected one span `rerank`, found 0; captured:
  answer [unset]
    retrieve [unset]
    llm [error: overloaded]
        retry.attempt = I64(2)
        event first_token
            n = I64(1)
    llm [unset]
        retry.attempt = Str(\"3\")
  stray [unset] (child of 0000000000000008, not captured)
"
    );
}

#[test]
fn every_assertion_can_fail() {
    type Assertion = fn(&Captured);
    let failing: [(Assertion, &str); 19] = [
        (|c| seen(c.span("llm")), "expected one span `llm`, found 2"),
        (|c| seen(c.has_spans(&["answer"])), "expected the spans"),
        (|c| seen(Captured::from_spans([]).root().data() == c.root().data()), "one root, found 0"),
        (|c| seen(c.root().child("llm")), "span `answer`: expected one child `llm`, found 2"),
        (|c| seen(c.span("stray").parent()), "expected a parent, found none"),
        (|c| seen(c.span("stray").is_root()), "expected no parent"),
        (|c| seen(c.span("retrieve").has_parent("llm")), "parent `llm`, found `answer`"),
        (|c| seen(c.root().has_children(&["llm"])), "expected the children"),
        (|c| seen(llm(c).has_attribute("retry.attempt", "2")), "Str(\"2\"), found I64(2)"),
        (|c| seen(llm(c).attribute_contains("retry.attempt", "3")), "expected `3`"),
        (|c| seen(llm(c).has_attribute_key("x")), "expected an attribute `x`"),
        (|c| seen(llm(c).lacks_attribute("retry.attempt")), "expected no attribute"),
        (|c| seen(llm(c).attribute("x")), "expected an attribute `x`, found none"),
        (|c| seen(llm(c).outcome(Outcome::Ok)), "expected Ok, found Error"),
        (|c| seen(llm(c).status_message("fine")), "expected status \"fine\""),
        (|c| seen(llm(c).kind(SpanKind::Server)), "expected kind Server"),
        (|c| seen(llm(c).operation(Operation::Tool)), "expected Tool, found Llm"),
        (|c| seen(llm(c).event("last_token")), "expected one event `last_token`, found none"),
        (|c| seen(llm(c).event("first_token").has_attribute("n", 2)), "event `first_token`: "),
    ];
    for (assertion, expected) in failing {
        let message = failure(assertion);
        assert!(message.contains(expected), "{expected:?} is not in {message:?}");
    }
    let message = failure(|c| seen(c.root().is_linked_to(c.root())));
    assert!(message.contains("expected a link to `answer`"), "{message}");
    let message = failure(|c| seen(c.root().has_events(&["x"])));
    assert!(message.contains("expected the events"), "{message}");
}

fn llm(captured: &Captured) -> SpanCheck<'_> {
    captured.spans_named("llm")[0]
}

fn seen<T>(_: T) {}

mod real {
    //! With spans that are really recorded.

    use super::super::*;
    use crate::__private::{AsyncSpan, Level, Site, SyncSpan, Traced, ignore};
    use crate::model::{Operation, Outcome, SpanKind};

    static OUTER: Site = site(&OUTER, "outer");
    static INNER: Site = site(&INNER, "inner");

    const fn site(this: &'static Site, name: &'static str) -> Site {
        let (kind, operation) = (SpanKind::Internal, Operation::Unspecified);
        Site::new(this, name, "t", Level::INFO, file!(), line!(), "t", &[], kind, operation)
    }

    fn enter(site: &'static Site) -> SyncSpan {
        if site.is_off() { SyncSpan::off() } else { SyncSpan::enter(site, &[]) }
    }

    fn start(site: &'static Site) -> AsyncSpan {
        if site.is_off() { AsyncSpan::off() } else { AsyncSpan::start(site, &[]) }
    }

    fn work() {
        let _outer = enter(&OUTER);
        let _inner = enter(&INNER);
    }

    #[test]
    fn captures_side_by_side_do_not_see_each_other() {
        let counts: Vec<usize> = std::thread::scope(|scope| {
            let capture = |n: usize| capture_sync(|| (0..n).for_each(|_| work())).spans().len();
            let threads: Vec<_> = (1..9).map(|n| scope.spawn(move || capture(n))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(counts, [2, 4, 6, 8, 10, 12, 14, 16]);
    }

    #[test]
    fn a_future_gives_its_spans_and_its_output() {
        let inner = async { Traced::new(start(&INNER), async { 42 }, ignore).await };
        let outer = async { Traced::new(start(&OUTER), inner, ignore).await };
        let captured = crate::testing::block_on(capture(outer));
        assert_eq!(*captured.output(), 42);
        captured.has_spans(&["outer", "inner"]).root().child("inner");
    }

    #[test]
    fn a_span_that_is_open_at_the_end_is_incomplete() {
        let captured = capture_sync(|| start(&OUTER));
        captured.span("outer").outcome(Outcome::Incomplete);
    }

    #[test]
    fn spans_of_tracing_are_captured_with_ours() {
        let captured = capture_sync(|| {
            let _outer = enter(&OUTER);
            tracing::info_span!("foreign", n = 1).in_scope(work);
            tracing::debug_span!("below the level").in_scope(|| ());
        });
        captured.has_spans(&["outer", "foreign", "outer", "inner"]);
        let foreign = captured.span("foreign").has_attribute("n", 1).has_parent("outer");
        foreign.child("outer").child("inner");
    }

    #[test]
    fn spans_of_tracing_in_a_future_are_captured_until_it_is_dropped() {
        use tracing::Instrument;
        struct OnDrop;
        impl Drop for OnDrop {
            fn drop(&mut self) {
                tracing::info_span!("dropped").in_scope(|| ());
            }
        }
        let future = async {
            let _dropped = OnDrop;
            std::future::pending::<()>().await;
        };
        let once = async {
            let mut future = Box::pin(future.instrument(tracing::info_span!("foreign")));
            let waker = std::task::Waker::noop();
            let mut context = std::task::Context::from_waker(waker);
            assert!(future.as_mut().poll(&mut context).is_pending());
        };
        let captured = crate::testing::block_on(capture(once));
        captured.has_spans(&["foreign", "dropped"]).span("dropped").has_parent("foreign");
    }
}
