//! Patterns in the place of a parameter: each binding is a field, by `Debug`.

use crate::see_call;
use tracing::field::debug;
use tracing_mock::expect;
use tracing_mock::field::ExpectedFields;

/// The fields `names` with the values 1, 2, 3, ...
fn numbered(names: &[&'static str]) -> ExpectedFields {
    let mut fields = ExpectedFields::default();
    for (value, &name) in (1u8..).zip(names) {
        fields = fields.and(expect::field(name).with_value(&debug(value)));
    }
    fields.only()
}

#[test]
fn tuples_and_nested_tuples() {
    #[lumina::traced(capture(all))]
    fn call((a, (b, _), c): (u8, (u8, u8), u8)) -> u8 {
        a + b + c
    }
    let new = expect::span().named("call").with_fields(numbered(&["a", "b", "c"]));
    assert_eq!(see_call("call", new, || call((1, (2, 9), 3))), 6);
}

#[test]
fn references_keep_the_rule_of_the_type() {
    #[lumina::traced(capture(all))]
    fn call(&a: &u8, &mut b: &mut u8) -> u8 {
        a + b
    }
    let fields =
        expect::field("a").with_value(&1u8).and(expect::field("b").with_value(&2u8)).only();
    let new = expect::span().named("call").with_fields(fields);
    assert_eq!(see_call("call", new, || call(&1, &mut 2)), 3);
}

#[test]
fn tuple_structs_structs_and_their_shorthands() {
    struct Pair(u8, u8);
    struct Point {
        x: u8,
        y: u8,
        rest: u8,
    }
    #[lumina::traced(capture(all))]
    fn call(Pair(a, b): Pair, Point { x, y: renamed, .. }: Point) -> u8 {
        a + b + x + renamed
    }
    let new = expect::span().named("call").with_fields(numbered(&["a", "b", "x", "renamed"]));
    let point = Point { x: 3, y: 4, rest: 5 };
    assert_eq!(point.rest, 5);
    assert_eq!(see_call("call", new, || call(Pair(1, 2), point)), 10);
}

#[test]
fn slices_and_bindings_of_the_whole() {
    #[derive(Clone, Copy, Debug)]
    struct Id(u8);
    #[lumina::traced(capture(all))]
    fn call([a, b]: [u8; 2], whole @ Id(part): Id) -> u8 {
        a + b + whole.0 + part
    }
    let fields = expect::field("a")
        .with_value(&debug(1u8))
        .and(expect::field("b").with_value(&debug(2u8)))
        .and(expect::field("whole").with_value(&debug(Id(3))))
        .and(expect::field("part").with_value(&debug(3u8)))
        .only();
    let new = expect::span().named("call").with_fields(fields);
    assert_eq!(see_call("call", new, || call([1, 2], Id(3))), 9);
}

#[test]
fn parameters_without_a_name_are_no_fields() {
    #[lumina::traced(capture(all))]
    fn call(_: u8, kept: u8) -> u8 {
        kept
    }
    let fields = expect::field("kept").with_value(&2u8).only();
    let new = expect::span().named("call").with_fields(fields);
    assert_eq!(see_call("call", new, || call(1, 2)), 2);
}

#[test]
fn self_can_be_taken_apart_by_name() {
    struct Point {
        x: u8,
    }
    impl Point {
        #[lumina::traced(capture(all), skip(self), fields(x = self.x))]
        fn call(&self, (a, b): (u8, u8)) -> u8 {
            self.x + a + b
        }
    }
    let fields = expect::field("a")
        .with_value(&debug(1u8))
        .and(expect::field("b").with_value(&debug(2u8)))
        .and(expect::field("x").with_value(&3u8))
        .only();
    let new = expect::span().named("call").with_fields(fields);
    assert_eq!(see_call("call", new, || Point { x: 3 }.call((1, 2))), 6);
}
