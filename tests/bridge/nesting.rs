//! Who is whose parent.

use crate::{here, holds, install_root};
use lumina::testing::capture_sync;
use tracing::{Id, Span, info_span};

#[lumina::traced(parent = parent)]
fn below(parent: &Span) {}

#[lumina::traced(follows_from = [before])]
fn after(before: &Span) {}

#[lumina::traced(parent = parent)]
fn below_id(parent: Option<Id>) {}

#[lumina::traced(follows_from = [before])]
fn after_id(before: Option<Id>) {}

holds! {
    [under_the_root_subscriber, under_a_registry, under_a_shared_registry]

    fn spans_nest_whoever_made_them() {
        let captured = capture_sync(|| {
            lumina::span!("pipeline"; {
                let _library = info_span!("library", retries = 3).entered();
                lumina::span!("llm"; info_span!("request").in_scope(|| ()));
                drop(info_span!("late"));
            });
        });
        captured.has_spans(&["pipeline", "library", "llm", "request", "late"]);
        captured.root().has_children(&["library"]);
        let library = captured.span("library").has_attribute("retries", 3);
        library.has_children(&["llm", "late"]);
        captured.span("llm").has_children(&["request"]);
    }

    fn a_span_that_is_not_entered_is_nobodys_parent() {
        let captured = capture_sync(|| {
            let span = info_span!("idle");
            drop(info_span!("next"));
            drop(span);
            assert_eq!(here(), None);
        });
        captured.span("idle").is_root();
        captured.span("next").is_root();
    }

    fn an_explicit_parent_wins_over_the_current_span() {
        let captured = capture_sync(|| {
            let parent = info_span!("parent");
            let _current = info_span!("current").entered();
            drop(info_span!(parent: &parent, "child"));
            drop(info_span!(parent: parent.id(), "child by id"));
            drop(info_span!(parent: None, "alone"));
            below(&parent);
        });
        captured.span("parent").has_children(&["child", "child by id", "below"]);
        captured.span("current").has_children(&[]);
        captured.span("alone").is_root();
        let traces = ["parent", "current", "alone"].map(|name| captured.span(name).data().trace_id);
        assert!(traces[0] != traces[1] && traces[1] != traces[2] && traces[0] != traces[2]);
    }

    fn the_id_of_a_closed_span_means_nothing() {
        let captured = capture_sync(|| {
            let closed = info_span!("closed").id();
            // In the same place, perhaps.
            let other = info_span!("other");
            tracing::info!(parent: closed.clone(), "nowhere");
            other.follows_from(closed.clone());
            below_id(closed.clone());
            after_id(closed);
        });
        for name in ["closed", "other", "below_id", "after_id"] {
            let span = captured.span(name).is_root().has_children(&[]).has_events(&[]);
            assert!(span.data().links.is_empty());
        }
    }

    fn spans_that_follow_from_others_are_linked() {
        let captured = capture_sync(|| {
            let (first, second) = (info_span!("first"), info_span!("second"));
            second.follows_from(&first);
            second.follows_from(Span::none());
            let closed = info_span!("closed").id();
            second.follows_from(closed);
            after(&first);
        });
        captured.span("second").is_linked_to(captured.span("first"));
        captured.span("after").is_linked_to(captured.span("first"));
        assert_eq!(captured.span("second").data().links.len(), 1);
        assert!(captured.span("first").data().links.is_empty());
    }

    fn guards_may_be_dropped_in_any_order() {
        let captured = capture_sync(|| {
            let first = info_span!("first").entered();
            let second = info_span!("second").entered();
            drop(first);
            drop(info_span!("below second"));
            drop(second);
            assert_eq!(here(), None);
            lumina::span!("outer"; {
                let leaving = lumina::span!("inner"; info_span!("leaving").entered());
                drop(info_span!("below outer"));
                drop(leaving);
                drop(info_span!("below outer too"));
            });
            assert_eq!(here(), None);
        });
        captured.span("below second").has_parent("second");
        captured.span("leaving").has_parent("inner");
        captured.span("outer").has_children(&["inner", "below outer", "below outer too"]);
    }

    fn a_span_can_be_entered_within_itself() {
        let captured = capture_sync(|| {
            let span = info_span!("span");
            let outer = span.enter();
            let inner = span.enter();
            drop(info_span!("twice in"));
            drop(inner);
            drop(info_span!("once in"));
            drop(outer);
            assert_eq!(here(), None);
        });
        captured.root().has_children(&["twice in", "once in"]);
    }
}

#[test]
fn a_span_below_a_closed_one_begins_a_trace() {
    install_root();
    let captured = capture_sync(|| {
        let closed = info_span!("closed").id();
        let _other = info_span!("other").entered();
        drop(info_span!(parent: closed, "orphan"));
    });
    captured.span("orphan").is_root();
}

holds! {
    // Where spans of ours are spans of `tracing` too.
    [under_the_root_subscriber, under_a_shared_registry]

    fn the_current_span_of_tracing_is_ours() {
        let captured = capture_sync(|| {
            assert!(Span::current().is_none());
            lumina::span!("ours"; {
                let current = Span::current();
                assert_eq!(current.metadata().map(|metadata| metadata.name()), Some("ours"));
                assert_eq!(current, Span::current());
                let within = info_span!("theirs").in_scope(Span::current);
                assert_eq!(within.metadata().map(|metadata| metadata.name()), Some("theirs"));
                drop(info_span!(parent: &current, "below"));
                let _theirs = info_span!("theirs too").entered();
                below(&current);
            });
        });
        captured.root().has_children(&["theirs", "below", "theirs too", "below"]);
    }

    fn a_handle_of_our_span_is_a_parent_even_after_its_end() {
        let captured = capture_sync(|| {
            let handle = lumina::span!("ours"; Span::current());
            handle.in_scope(|| {
                drop(info_span!("late"));
                lumina::span!("later"; ());
            });
            drop(info_span!(parent: &handle, "last"));
            assert_eq!(here(), None);
        });
        captured.root().has_children(&["late", "later", "last"]);
        assert_eq!(captured.spans().len(), 4);
    }
}
