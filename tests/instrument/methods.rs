//! Functions of every kind that `instrument` takes: methods, generics, nested, unsafe, extern.

use crate::{see, see_call};
use std::fmt::Debug;
use tracing::Level;
use tracing_mock::{expect, subscriber};

#[derive(Clone, Debug, PartialEq)]
struct Counter(u8);

impl Counter {
    #[lumina::traced(capture(all))]
    fn by_ref(&self, more: u8) -> u8 {
        self.0 + more
    }

    #[lumina::traced(capture(all))]
    fn by_mut(&mut self, more: u8) -> &mut u8 {
        self.0 += more;
        &mut self.0
    }

    #[lumina::traced(capture(all))]
    fn by_value(self) -> u8 {
        self.0
    }

    #[lumina::traced(capture(all), skip(self), fields(inner = self.0))]
    #[allow(clippy::boxed_local)]
    fn by_box(self: Box<Self>) -> Self {
        *self
    }

    #[lumina::traced]
    fn made() -> Self {
        Counter(0)
    }
}

#[test]
fn methods_capture_self_by_debug() {
    let with_self = |name: &'static str| {
        let counter = expect::field("self").with_value(&tracing::field::debug(Counter(1)));
        expect::span().named(name).with_fields(counter)
    };
    assert_eq!(see_call("by_ref", with_self("by_ref"), || Counter(1).by_ref(2)), 3);
    assert_eq!(see_call("by_mut", with_self("by_mut"), || *Counter(1).by_mut(2)), 3);
    assert_eq!(see_call("by_value", with_self("by_value"), || Counter(1).by_value()), 1);
    let new =
        expect::span().named("by_box").with_fields(expect::field("inner").with_value(&1u8).only());
    assert_eq!(see_call("by_box", new, || Box::new(Counter(1)).by_box()), Counter(1));
    assert_eq!(see_call("made", expect::span().named("made"), Counter::made), Counter(0));
}

#[test]
fn generic_arguments_are_captured_by_debug() {
    #[lumina::traced(capture(all))]
    fn pair<S, T: Debug, const N: usize>(left: S, right: [T; N]) -> usize
    where
        S: Debug,
    {
        let _ = left;
        right.len()
    }
    let fields = expect::field("left")
        .with_value(&tracing::field::debug(Counter(1)))
        .and(expect::field("right").with_value(&tracing::field::debug([true, false])))
        .only();
    let new = expect::span().named("pair").with_fields(fields);
    assert_eq!(see_call("pair", new, || pair(Counter(1), [true, false])), 2);
}

#[test]
fn impl_trait_stands_for_arguments_and_returns() {
    #[lumina::traced(capture(all))]
    fn counted(limit: usize, step: impl Into<usize> + Debug + Copy) -> impl Iterator<Item = usize> {
        (0..limit).step_by(step.into())
    }
    let fields = expect::field("limit")
        .with_value(&5usize)
        .and(expect::field("step").with_value(&tracing::field::debug(2u8)))
        .only();
    let new = expect::span().named("counted").with_fields(fields);
    assert_eq!(see_call("counted", new, || counted(5, 2u8).count()), 3);
}

#[test]
fn nested_functions_have_spans_of_their_own() {
    #[lumina::traced(level = "warn")]
    fn outer() -> u8 {
        #[lumina::traced(level = "debug")]
        fn inner() -> u8 {
            3
        }
        inner() + 1
    }
    let outer_span = expect::span().named("outer").at_level(Level::WARN);
    let inner_span = expect::span().named("inner").at_level(Level::DEBUG);
    let expected = subscriber::mock()
        .new_span(outer_span.clone())
        .enter(outer_span.clone())
        .new_span(inner_span.clone().with_ancestry(expect::has_contextual_parent("outer")))
        .enter(inner_span.clone())
        .exit(inner_span.clone())
        .drop_span(inner_span)
        .exit(outer_span.clone())
        .drop_span(outer_span);
    assert_eq!(see(expected, outer), 4);
}

#[test]
fn unsafe_and_extern_functions_are_traced() {
    #[lumina::traced(capture(all))]
    unsafe fn read(at: *const u8) -> u8 {
        // SAFETY: the caller's promise.
        unsafe { *at }
    }
    #[lumina::traced(capture(all))]
    extern "C" fn add(a: i32, b: i32) -> i32 {
        a + b
    }
    let byte = 7u8;
    // SAFETY: the byte is there.
    let read_it = || unsafe { read(&raw const byte) };
    assert_eq!(see_call("read", expect::span().named("read"), read_it), 7);
    let callback: extern "C" fn(i32, i32) -> i32 = add;
    assert_eq!(see_call("add", expect::span().named("add"), || callback(2, 3)), 5);
}

#[test]
fn every_way_out_of_the_body_closes_the_span() {
    #[lumina::traced]
    fn early(n: u8) -> Option<u8> {
        if n == 0 {
            return None;
        }
        let half = n.checked_sub(2)?;
        Some(half)
    }
    for (n, output) in [(0, None), (1, None), (5, Some(3))] {
        assert_eq!(see_call("early", expect::span().named("early"), || early(n)), output);
    }
}
