//! Synchronous functions.

use crate::{outcome, record};
use lumina::model::Outcome::{Error, Ok as Success, Unset};
use lumina::testing::capture_sync;
use std::collections::HashMap;
use std::fmt::Debug;

#[derive(Clone, Debug, Default, PartialEq)]
struct Cart {
    items: Vec<u32>,
    names: HashMap<u32, String>,
}

impl Cart {
    #[lumina::traced]
    fn len(&self) -> usize {
        self.items.len()
    }

    #[lumina::traced(capture(item))]
    fn add(&mut self, item: u32) -> &mut Self {
        self.items.push(item);
        self
    }

    #[lumina::traced]
    fn first_mut(&mut self) -> Option<&mut u32> {
        self.items.first_mut()
    }

    #[lumina::traced]
    fn name_of(&mut self, item: u32) -> Result<&mut String, &'static str> {
        self.names.get_mut(&item).ok_or("unknown")
    }

    #[lumina::traced]
    fn into_items(self) -> Vec<u32> {
        self.items
    }

    #[lumina::traced(err)]
    fn checked(mut self, limit: usize) -> Result<Self, String> {
        self.items.sort_unstable();
        if self.items.len() > limit { Err(format!("more than {limit}")) } else { Ok(self) }
    }
}

#[test]
fn methods_by_reference_by_mutable_reference_and_by_value() {
    let mut cart = Cart { items: vec![7], ..Cart::default() };
    assert_eq!(outcome("len", || cart.len()), (1, Unset));
    let (_, span) = record("add", || cart.add(8).items.len());
    assert_eq!(span.attribute("item"), Some(&8.into()));
    record("first_mut", || *cart.first_mut().unwrap() = 9);
    assert_eq!(outcome("into_items", || cart.clone().into_items()), (vec![9, 8], Unset));
    assert_eq!(
        outcome("checked", || cart.clone().checked(5).map(|cart| cart.items)),
        (Ok(vec![8, 9]), Success)
    );
    assert_eq!(
        outcome("checked", || cart.checked(1).unwrap_err()),
        ("more than 1".to_owned(), Error)
    );
}

#[test]
fn a_result_may_borrow_from_a_mutable_self() {
    let mut cart = Cart::default();
    cart.names.insert(1, "tea".to_owned());
    let (length, success) = outcome("name_of", || {
        let name = cart.name_of(1).unwrap();
        name.push('s');
        name.len()
    });
    assert_eq!((length, success), (4, Success));
    assert_eq!(outcome("name_of", || cart.name_of(2).is_err()), (true, Error));
    assert_eq!(cart.names[&1], "teas");
}

#[test]
fn lifetimes_are_left_alone() {
    #[lumina::traced]
    fn longest<'a, 'b: 'a>(a: &'a str, b: &'b str) -> &'a str {
        if a.len() > b.len() { a } else { b }
    }
    #[lumina::traced]
    fn halves<'t>(text: &'t str, at: &str) -> Result<(&'t str, &'t str), ()> {
        text.split_once(at).ok_or(())
    }
    #[lumina::traced]
    fn for_all(read: impl for<'x> Fn(&'x str) -> &'x str) -> usize {
        read("abc").len()
    }
    assert_eq!(record("longest", || longest("ab", "c")).0, "ab");
    assert_eq!(outcome("halves", || halves("a=b", "=")), (Ok(("a", "b")), Success));
    assert_eq!(record("for_all", || for_all(|x| &x[1..])).0, 2);
}

#[test]
fn generics_const_generics_and_where_clauses() {
    #[lumina::traced(capture(?value))]
    fn repeat<T, const N: usize>(value: T) -> [T; N]
    where
        T: Clone + Debug,
    {
        std::array::from_fn(|_| value.clone())
    }
    #[lumina::traced]
    fn try_into_any<T, U: TryFrom<T>>(value: T) -> Result<U, U::Error> {
        U::try_from(value)
    }
    let (output, span) = record("repeat", || repeat::<_, 3>("a"));
    assert_eq!(output, ["a"; 3]);
    assert_eq!(span.attribute("value"), Some(&"\"a\"".into()));
    assert_eq!(outcome("try_into_any", || try_into_any::<_, u8>(7i32).is_ok()), (true, Success));
    assert_eq!(outcome("try_into_any", || try_into_any::<_, u8>(700i32).is_ok()), (false, Error));
}

#[test]
fn impl_trait_in_arguments_and_returns() {
    #[lumina::traced]
    fn evens(numbers: impl IntoIterator<Item = u32>) -> impl Iterator<Item = u32> {
        numbers.into_iter().filter(|n| n % 2 == 0)
    }
    #[lumina::traced]
    fn fallible(good: bool) -> Result<impl Fn(u32) -> u32, String> {
        if good { Ok(move |n| n + u32::from(good)) } else { Err("bad".into()) }
    }
    #[lumina::traced]
    fn adder(by: u32) -> impl Fn(u32) -> u32 {
        move |n| n + by
    }
    assert_eq!(record("evens", || evens([1, 2, 4]).sum::<u32>()).0, 6);
    assert_eq!(outcome("fallible", || fallible(true).map(|f| f(1))), (Ok(2), Success));
    assert_eq!(outcome("fallible", || fallible(false).is_err()), (true, Error));
    assert_eq!(record("adder", || adder(2)(3)).0, 5);
}

#[test]
fn unsafe_and_extern_functions() {
    #[lumina::traced]
    unsafe fn read(at: *const u32) -> u32 {
        // SAFETY: the caller's promise.
        unsafe { *at }
    }
    #[lumina::traced]
    extern "C" fn add(a: i32, b: i32) -> i32 {
        a + b
    }
    #[lumina::traced]
    #[allow(improper_ctypes_definitions)]
    unsafe extern "C" fn fails(code: i32) -> Result<i32, i32> {
        Err(code)
    }
    let n = 7;
    // SAFETY: `n` is there.
    assert_eq!(record("read", || unsafe { read(&raw const n) }).0, 7);
    let add: extern "C" fn(i32, i32) -> i32 = add;
    assert_eq!(record("add", || add(2, 3)).0, 5);
    // SAFETY: nothing unsafe is done.
    assert_eq!(outcome("fails", || unsafe { fails(3) }), (Err(3), Error));
}

#[test]
fn patterns_bind_as_they_did() {
    struct Point(i32, i32);
    #[lumina::traced(capture(x, label, rest))]
    fn pattern(
        Point(x, _): Point,
        (label, [first, rest @ ..]): (&str, [i64; 3]),
        &mut ref mut total: &mut i64,
        _: (),
    ) -> i64 {
        *total += i64::from(x) + first + rest[0];
        *total
    }
    let point = Point(1, 2);
    assert_eq!(point.1, 2);
    let (output, span) = record("pattern", || pattern(point, ("l", [10, 20, 30]), &mut 100, ()));
    assert_eq!(output, 131);
    assert_eq!(span.attribute("label"), Some(&"l".into()));
    assert_eq!(span.attribute("rest"), Some(&[20i64, 30].into()));
}

#[test]
fn return_and_question_mark_leave_the_function_and_not_the_closures_in_it() {
    #[lumina::traced]
    fn sum(texts: &[&str]) -> Result<u32, std::num::ParseIntError> {
        let parse = |text: &str| -> Result<u32, std::num::ParseIntError> {
            if text.is_empty() {
                return Ok(0);
            }
            let n: u32 = text.parse()?;
            Ok(n)
        };
        let mut total = 0;
        for text in texts {
            if *text == "stop" {
                return Ok(total);
            }
            total += parse(text)?;
        }
        Ok(total)
    }
    assert_eq!(outcome("sum", || sum(&["1", "", "2"])), (Ok(3), Success));
    assert_eq!(outcome("sum", || sum(&["1", "stop", "x"])), (Ok(1), Success));
    assert_eq!(outcome("sum", || sum(&["x"]).is_err()), (true, Error));
}

#[test]
fn a_function_that_never_returns_is_traced_until_it_panics() {
    #[lumina::traced]
    fn forever(n: u8) -> ! {
        panic!("after {n}");
    }
    let (caught, span) = record("forever", || std::panic::catch_unwind(|| forever(3)));
    assert_eq!(caught.unwrap_err().downcast_ref::<String>().unwrap(), "after 3");
    assert_eq!(span.outcome, lumina::model::Outcome::Panic);
}

#[test]
fn recursion_and_nested_functions_make_a_chain() {
    #[lumina::traced(capture(n))]
    fn down(n: u32) -> u32 {
        #[lumina::traced]
        fn leaf() -> u32 {
            0
        }
        if n == 0 { leaf() } else { 1 + down(n - 1) }
    }
    let captured = capture_sync(|| down(2));
    assert_eq!(*captured.output(), 2);
    captured.has_spans(&["down", "down", "down", "leaf"]);
    captured.span("leaf").parent().has_attribute("n", 0).parent().parent().is_root();
}

#[test]
fn the_outcome_is_seen_through_aliases_and_generics() {
    type Fallible<T> = Result<T, std::fmt::Error>;
    #[lumina::traced]
    fn alias(good: bool) -> Fallible<()> {
        if good { Ok(()) } else { Err(std::fmt::Error) }
    }
    #[lumina::traced]
    fn option(some: bool) -> Option<u8> {
        some.then_some(1)
    }
    #[lumina::traced]
    fn generic<T>(value: T) -> T {
        value
    }
    assert_eq!(outcome("alias", || alias(true).is_ok()), (true, Success));
    assert_eq!(outcome("alias", || alias(false).is_ok()), (false, Error));
    assert_eq!(outcome("option", || option(false)), (None, Unset));
    // The bounds of `T` do not say that it is a `Result`.
    assert_eq!(outcome("generic", || generic(Err::<(), u8>(1))), (Err(1), Unset));
}
