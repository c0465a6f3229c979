//! Attributes and events, and what becomes of their values.

use crate::{holds, install_root};
use lumina::model::{Outcome, SpanKind, Value};
use lumina::testing::capture_sync;
use std::error::Error;
use std::fmt;
use tracing::field::Empty;
use tracing::{Span, info_span};

#[derive(Debug)]
struct Outer(std::num::ParseIntError);

impl fmt::Display for Outer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no number of tokens")
    }
}

impl Error for Outer {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}

fn error() -> Outer {
    Outer("many".parse::<u8>().unwrap_err())
}

#[tracing::instrument(err, skip_all, fields(model))]
fn instrumented(model: &str) -> Result<(), Outer> {
    Span::current().record("model", model);
    Err(error())
}

holds! {
    [under_the_root_subscriber, under_a_registry, under_a_shared_registry]

    fn values_keep_their_type() {
        let text = "gpt-4o-mini".to_owned();
        let captured = capture_sync(|| {
            let error = error();
            drop(info_span!(
                "typed", signed = -3, unsigned = 7u64, half = 0.5, yes = true, %text, list = ?[1, 2],
                small = 5i128, large = i128::MAX, empty = Empty,
                failure = &error as &(dyn Error + 'static), dotted.key = "v", "quoted key" = 1,
            ));
        });
        let span = captured.root().has_attribute("signed", -3).has_attribute("unsigned", 7);
        span.has_attribute("half", 0.5).has_attribute("yes", true);
        span.has_attribute("text", "gpt-4o-mini").has_attribute("list", "[1, 2]");
        span.has_attribute("small", 5).has_attribute("large", i128::MAX.to_string().as_str());
        span.has_attribute("dotted.key", "v").has_attribute("quoted key", 1);
        span.has_attribute("failure", "no number of tokens").lacks_attribute("empty");
        let sources = Value::from(vec!["invalid digit found in string"]);
        assert_eq!(span.attribute("failure.sources"), &sources);
    }

    fn fields_can_be_recorded_later_and_again() {
        let captured = capture_sync(|| {
            let span = info_span!("call", tokens = 1, answer = Empty);
            span.record("answer", "42");
            span.in_scope(|| {
                Span::current().record("tokens", 2);
                lumina::record!(undeclared = true);
            });
            span.record("unknown", 1);
        });
        let span = captured.root().has_attribute("tokens", 2).has_attribute("answer", "42");
        span.has_attribute("undeclared", true).lacks_attribute("unknown");
    }

    fn events_belong_to_the_current_span_whoever_made_it() {
        let captured = capture_sync(|| {
            tracing::info!("outside");
            lumina::span!("ours"; {
                tracing::warn!(cost = 0.5, "first");
                let span = info_span!("theirs");
                span.in_scope(|| {
                    tracing::info!("second");
                    lumina::event!("third");
                });
                tracing::info!(parent: &span, "fourth");
                tracing::info!(parent: None, "nowhere");
                tracing::info!("fifth");
            });
        });
        let ours = captured.span("ours").has_events(&["first", "fifth"]);
        ours.event("first").has_attribute("cost", 0.5).has_attribute("level", "WARN");
        captured.span("theirs").has_events(&["second", "third", "fourth"]);
        assert_eq!(captured.spans().len(), 2);
    }

    fn what_instrument_writes_is_understood() {
        let captured = capture_sync(|| instrumented("gpt").unwrap_err().to_string());
        let span = captured.span("instrumented").has_attribute("model", "gpt");
        span.outcome(Outcome::Error).status_message("no number of tokens");
    }

    fn the_fields_of_tracing_opentelemetry_mean_what_they_mean_there() {
        let captured = capture_sync(|| {
            drop(info_span!("request", otel.name = "GET /", otel.kind = "client"));
            let failed = info_span!("failed", otel.status_code = Empty);
            failed.record("otel.status_code", "ERROR");
            failed.record("otel.status_message", "not a field");
        });
        captured.span("GET /").kind(SpanKind::Client).lacks_attribute("otel.name");
        captured.span("failed").outcome(Outcome::Error);
    }

    fn a_parent_with_additions_does_not_pass_them_to_its_children() {
        let captured = capture_sync(|| {
            let parent = info_span!("parent").entered();
            tracing::info!("in parent");
            for _ in 0..3 {
                info_span!("child").in_scope(|| ());
            }
            info_span!("busy child").in_scope(|| tracing::info!("in child"));
            tracing::info!("in parent again");
            drop(parent);
        });
        captured.span("parent").has_events(&["in parent", "in parent again"]);
        captured.span("busy child").has_events(&["in child"]);
        assert!(captured.spans_named("child").iter().all(|child| child.data().events.is_empty()));
    }
}

#[test]
fn the_root_subscriber_leaves_out_what_is_more_verbose_than_info() {
    install_root();
    let captured = capture_sync(|| {
        let _kept = info_span!("kept").entered();
        let _left_out = tracing::debug_span!("left out").entered();
        tracing::debug!("left out");
        tracing::info!("kept");
        lumina::span!("ours"; ());
    });
    captured.root().has_events(&["kept"]).has_children(&["ours"]);
    assert_eq!(captured.spans().len(), 2);
}

holds! {
    // Where spans of ours are spans of `tracing` too.
    [under_the_root_subscriber, under_a_shared_registry]

    fn our_span_can_be_added_to_by_its_handle() {
        let captured = capture_sync(|| {
            lumina::span!("ours", answer = ""; {
                let handle = Span::current();
                handle.record("answer", "42");
                let _theirs = info_span!("theirs").entered();
                tracing::info!(parent: &handle, "from below");
                let linked = info_span!("linked");
                handle.follows_from(&linked);
                let dispatch = tracing::dispatcher::get_default(Clone::clone);
                std::thread::scope(|scope| {
                    scope.spawn(|| {
                        tracing::dispatcher::with_default(&dispatch, || {
                            handle.in_scope(|| tracing::info!("from elsewhere"));
                        });
                    });
                });
            });
        });
        let ours = captured.root().has_attribute("answer", "42");
        ours.has_events(&["from below", "from elsewhere"]).has_children(&["theirs"]);
        ours.is_linked_to(captured.span("linked"));
        assert_eq!(ours.data().links.len(), 1);
    }

    fn what_our_span_says_at_its_end_is_said_once() {
        #[lumina::traced(ok(|answer| size = answer.len()))]
        fn answer() -> Vec<u8> {
            vec![1, 2]
        }
        let captured = capture_sync(answer);
        let sizes = captured.root().data().attributes.iter().filter(|(key, _)| key == "size");
        assert_eq!(sizes.count(), 1);
    }
}
