//! Parents and links: the context's, explicit ones, none.

use crate::{Mock, block_on, entered, polled, see};
use tracing::{Id, Span};
use tracing_mock::span::ExpectedSpan;
use tracing_mock::{expect, subscriber};

fn made(mock: Mock, span: &ExpectedSpan) -> Mock {
    mock.new_span(span.clone().with_ancestry(expect::is_contextual_root()))
}

#[test]
fn the_parent_is_the_current_span() {
    #[lumina::traced]
    fn child() {}
    let (outer, span) = (expect::span().named("outer"), expect::span().named("child"));
    let mut expected = made(subscriber::mock(), &outer);
    expected = entered(made(expected, &span), &span, 1).enter(outer.clone());
    let below = span.clone().with_ancestry(expect::has_contextual_parent("outer"));
    expected = entered(expected.new_span(below), &span, 1).exit(outer);
    see(expected, || {
        let outer = tracing::info_span!("outer");
        child();
        outer.in_scope(child);
    });
}

#[test]
fn a_span_of_tracing_can_have_a_traced_function_as_parent() {
    #[lumina::traced]
    fn above() {
        tracing::info_span!("below").in_scope(|| ());
    }
    let (above_span, below) = (expect::span().named("above"), expect::span().named("below"));
    let child = below.clone().with_ancestry(expect::has_contextual_parent("above"));
    let expected = made(subscriber::mock(), &above_span).enter(above_span.clone()).new_span(child);
    see(entered(expected, &below, 1).exit(above_span), above);
}

/// The expectation for a call of `child` inside of `current` with the explicit parent `chosen`.
fn explicit() -> Mock {
    let (current, span) = (expect::span().named("current"), expect::span().named("child"));
    let expected = made(made(subscriber::mock(), &current), &expect::span().named("chosen"));
    let below = span.clone().with_ancestry(expect::has_explicit_parent("chosen"));
    entered(expected.enter(current.clone()).new_span(below), &span, 1).exit(current)
}

#[track_caller]
fn see_explicit(call: impl FnOnce(&Span)) {
    see(explicit(), || {
        let (current, chosen) = (tracing::info_span!("current"), tracing::info_span!("chosen"));
        current.in_scope(|| call(&chosen));
    });
}

#[test]
fn an_explicit_parent_may_be_a_span_or_its_id_owned_borrowed_or_optional() {
    #[lumina::traced(name = "child", parent = span)]
    fn by_ref(span: &Span) {
        let _ = span;
    }
    #[lumina::traced(name = "child", parent = span.clone())]
    fn by_value(span: Span) {
        drop(span);
    }
    #[lumina::traced(name = "child", parent = id)]
    fn by_id(id: &Id) {
        let _ = id;
    }
    #[lumina::traced(name = "child", parent = span.id())]
    fn by_optional_id(span: &Span) {
        let _ = span;
    }
    #[lumina::traced(name = "child", parent = span)]
    fn by_optional_span(span: Option<&Span>) {
        let _ = span;
    }
    see_explicit(by_ref);
    see_explicit(|span| by_value(span.clone()));
    see_explicit(|span| by_id(&span.id().unwrap()));
    see_explicit(by_optional_id);
    see_explicit(|span| by_optional_span(Some(span)));
}

#[test]
fn a_generic_parent_needs_no_bound_but_that_of_tracing() {
    #[lumina::traced(capture(all), skip(chosen), parent = chosen)]
    fn child<P: Into<Option<Id>>>(chosen: P) {}
    see_explicit(|span| child(span));
    see_explicit(|span| child(span.id()));
}

#[test]
fn the_target_may_come_before_the_parent() {
    #[lumina::traced(target = "shop", name = "child", parent = span)]
    fn call(span: &Span) {
        let _ = span;
    }
    see_explicit(call);
}

#[test]
fn no_parent_makes_a_root() {
    #[lumina::traced(parent = None)]
    fn child() {}
    let (current, span) = (expect::span().named("current"), expect::span().named("child"));
    let root = span.clone().with_ancestry(expect::is_explicit_root());
    let expected = made(subscriber::mock(), &current).enter(current.clone()).new_span(root);
    see(entered(expected, &span, 1).exit(current), || {
        tracing::info_span!("current").in_scope(child);
    });
}

#[test]
fn a_future_takes_its_parent_where_it_is_first_polled() {
    #[lumina::traced]
    async fn child() {}
    let (outer, span) = (expect::span().named("outer"), expect::span().named("child"));
    let below = span.clone().with_ancestry(expect::has_contextual_parent("outer"));
    let expected = made(subscriber::mock(), &outer).enter(outer.clone()).new_span(below);
    see(polled(expected, &span, 1).exit(outer), || {
        let future = child();
        tracing::info_span!("outer").in_scope(|| block_on(future));
    });
}

#[test]
fn a_span_follows_from_all_that_are_given() {
    #[lumina::traced(follows_from = causes)]
    fn call(causes: &[Id]) {
        let _ = causes;
    }
    #[lumina::traced(name = "call", follows_from = causes)]
    async fn future(causes: impl IntoIterator<Item = impl Into<Option<Id>>>) {}

    let (span, a, b) =
        (expect::span().named("call"), expect::span().named("a"), expect::span().named("b"));
    let expected = || {
        made(made(subscriber::mock(), &a), &b)
            .new_span(span.clone())
            .follows_from(span.clone(), a.clone())
            .follows_from(span.clone(), b.clone())
    };
    see(entered(expected(), &span, 1), || {
        let (a, b) = (tracing::info_span!("a"), tracing::info_span!("b"));
        call(&[a.id().unwrap(), b.id().unwrap()]);
    });
    see(polled(expected(), &span, 1), || {
        let (a, b) = (tracing::info_span!("a"), tracing::info_span!("b"));
        block_on(future([&a, &b]));
    });
}

#[test]
fn a_span_that_the_subscriber_does_not_know_is_no_cause() {
    #[lumina::traced(follows_from = [Span::none(), Span::current()])]
    fn call() {}
    let span = expect::span().named("call");
    see(entered(subscriber::mock().new_span(span.clone()), &span, 1), call);
}
