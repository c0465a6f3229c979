//! Code around the macro that used to trip it: names, lints, and known faults of
//! `tracing::instrument` that are none here.
#![deny(unused, clippy::all, clippy::pedantic)]

use crate::{block_on, entered, polled, see, see_call};
use std::fmt::{Debug, Display};
use tracing_mock::{expect, subscriber};

#[test]
fn a_parameter_may_be_called_like_a_function_of_tracing() {
    #[lumina::traced(capture(%display, ?debug), attrs(field = field, span = span, event = event))]
    fn named(display: u8, debug: u8, field: u8, span: u8, event: u8) -> u8 {
        display + debug + field + span + event
    }
    #[lumina::traced(capture(all), err)]
    fn failing(display: &str) -> Result<usize, String> {
        if display.is_empty() { Err(display.to_owned()) } else { Ok(display.len()) }
    }
    let new = expect::span().named("named");
    assert_eq!(see_call("named", new, || named(1, 2, 3, 4, 5)), 15);
    let new = expect::span().named("failing").with_fields(expect::field("display"));
    assert_eq!(see_call("failing", new, || failing("four")), Ok(4));
}

#[test]
fn mut_parameters_can_be_reassigned() {
    #[lumina::traced(capture(all))]
    async fn countdown(mut n: u8) -> u8 {
        while n > 3 {
            n -= 1;
        }
        n
    }
    #[lumina::traced(capture(all), err)]
    fn trimmed(mut text: &str) -> Result<&str, String> {
        while let Some(rest) = text.strip_prefix(' ') {
            text = rest;
        }
        Ok(text)
    }
    let span = expect::span().named("countdown");
    let new = span.clone().with_fields(expect::field("n").with_value(&9u8).only());
    let expected = subscriber::mock().new_span(new);
    assert_eq!(see(polled(expected, &span, 1), || block_on(countdown(9))), 3);
    let new = expect::span().named("trimmed").with_fields(expect::field("text").with_value(&"  x"));
    assert_eq!(see_call("trimmed", new, || trimmed("  x")), Ok("x"));
}

#[test]
fn the_users_own_names_do_not_meet_those_of_the_macro() {
    use ::tracing::field::Empty;
    #[allow(dead_code, non_camel_case_types)]
    mod shadows {
        pub(super) struct Option;
        pub(super) struct Result;
        pub(super) struct Box;
        pub(super) struct Some;
    }
    #[allow(unused_imports)]
    use shadows::{Box, Option, Result, Some};

    mod tracing {
        pub(super) fn answer() -> &'static str {
            "mine"
        }
    }
    mod core {}
    mod std {}

    #[lumina::traced(fields(f = Empty), ret)]
    fn mine() -> &'static str {
        tracing::answer()
    }
    let span = expect::span().named("mine");
    let expected = subscriber::mock()
        .new_span(span.clone())
        .enter(span.clone())
        .event(expect::event().with_fields(expect::field("return")))
        .exit(span.clone())
        .drop_span(span);
    assert_eq!(see(expected, mine), "mine");
}

#[test]
fn bodies_keep_their_inner_attributes_and_lints() {
    #[lumina::traced]
    async fn inner_attribute() -> u8 {
        #![allow(unused_variables, clippy::items_after_statements)]
        let unused = 1;
        2
    }
    #[lumina::traced]
    async fn only_a_comment() {
        // hello
        // else
    }
    #[lumina::traced(err)]
    fn suspicious_else() -> Result<u8, std::num::TryFromIntError> {
        {}
        u8::try_from(7)
    }
    let span = expect::span();
    let expected = entered(subscriber::mock().new_span(span.clone()), &span, 2);
    let expected = entered(expected.new_span(span.clone()), &span, 2);
    let expected = entered(expected.new_span(span.clone()), &span, 1);
    let output = see(expected, || {
        let two = block_on(inner_attribute());
        block_on(only_a_comment());
        (two, suspicious_else().ok())
    });
    assert_eq!(output, (2, Some(7)));
}

#[test]
fn results_may_hold_types_that_have_no_name() {
    #[lumina::traced(err)]
    async fn in_a_future(n: u32) -> Result<impl Iterator<Item = u32>, &'static str> {
        Ok((0..9).filter(move |x| *x < n))
    }
    #[lumina::traced(err, ret(Debug))]
    fn debuggable(n: u32) -> Result<impl Display + Debug, &'static str> {
        Ok(n + 1)
    }
    let span = expect::span().named("in_a_future");
    let expected = polled(subscriber::mock().new_span(span.clone()), &span, 1);
    assert_eq!(see(expected, || block_on(in_a_future(3)).unwrap().count()), 3);
    let span = expect::span().named("debuggable");
    let shown = expect::field("return").with_value(&::tracing::field::debug(8u32));
    let expected = subscriber::mock()
        .new_span(span.clone())
        .enter(span.clone())
        .event(expect::event().with_fields(shown))
        .exit(span.clone())
        .drop_span(span);
    assert_eq!(see(expected, || debuggable(7).unwrap().to_string()), "8");
}
