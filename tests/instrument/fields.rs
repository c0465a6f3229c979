//! Attributes as fields: captured, written, declared, skipped.

use crate::{see, see_call};
use tracing::field::{Empty, debug, display};
use tracing_mock::{expect, subscriber};

#[test]
fn nothing_is_captured_by_default_unlike_with_tracing() {
    #[lumina::traced]
    fn quiet(secret: &str) -> usize {
        secret.len()
    }
    let new = expect::span().named("quiet").with_fields(expect::field("secret").only());
    // A field that must be there is not: the mock has to object.
    let (subscriber, handle) = subscriber::mock().new_span(new).run_with_handle();
    let objection = std::panic::catch_unwind(|| {
        tracing::subscriber::with_default(subscriber, || quiet("s3cret"));
        handle.assert_finished();
    });
    assert!(objection.is_err());
}

#[test]
fn primitives_are_captured_by_value_and_the_rest_by_debug() {
    #[derive(Debug)]
    struct Cart(#[allow(dead_code)] u8);
    #[lumina::traced(capture(all))]
    fn buy(id: u64, delta: i32, price: f64, gift: bool, note: &str, owned: String, cart: Cart) {
        let _ = (id, delta, price, gift, note, owned, cart);
    }
    let fields = expect::field("id")
        .with_value(&7u64)
        .and(expect::field("delta").with_value(&-3i32))
        .and(expect::field("price").with_value(&1.5f64))
        .and(expect::field("gift").with_value(&true))
        .and(expect::field("note").with_value(&"n"))
        .and(expect::field("owned").with_value(&"o"))
        .and(expect::field("cart").with_value(&debug(Cart(1))))
        .only();
    see_call("buy", expect::span().named("buy").with_fields(fields), || {
        buy(7, -3, 1.5, true, "n", "o".to_owned(), Cart(1));
    });
}

#[test]
fn written_fields_may_be_constants_expressions_and_dotted_names() {
    #[lumina::traced(capture(all), fields(shop = "corner", open = true, doors = 2, s.len = s.len(), s.is_empty = s.is_empty()))]
    fn visit(s: &str) {
        let _ = s;
    }
    let fields = expect::field("s")
        .with_value(&"hello")
        .and(expect::field("shop").with_value(&"corner"))
        .and(expect::field("open").with_value(&true))
        .and(expect::field("doors").with_value(&2i32))
        .and(expect::field("s.len").with_value(&5usize))
        .and(expect::field("s.is_empty").with_value(&false))
        .only();
    see_call("visit", expect::span().named("visit").with_fields(fields), || visit("hello"));
}

#[test]
fn a_written_field_replaces_the_captured_one() {
    #[lumina::traced(capture(all), fields(%s, length = s.len()))]
    fn shown(s: &str) {
        let _ = s;
    }
    #[lumina::traced(capture(all), fields(s = "other"))]
    fn replaced(s: &str) {
        let _ = s;
    }
    #[lumina::traced(capture(all), fields(s = &s))]
    fn borrowed(s: String) {
        drop(s);
    }
    let fields = expect::field("s")
        .with_value(&display("hello"))
        .and(expect::field("length").with_value(&5usize))
        .only();
    see_call("shown", expect::span().named("shown").with_fields(fields), || shown("hello"));
    let fields = expect::field("s").with_value(&"other").only();
    let new = expect::span().named("replaced").with_fields(fields);
    see_call("replaced", new, || replaced("hello"));
    let fields = expect::field("s").with_value(&"hello").only();
    let new = expect::span().named("borrowed").with_fields(fields);
    see_call("borrowed", new, || borrowed("hello".to_owned()));
}

#[test]
fn names_may_be_keywords_strings_or_constants() {
    const NAME: &str = "by.constant";
    const fn name() -> &'static str {
        "by.function"
    }
    #[lumina::traced(
        capture(all),
        skip(arg),
        fields(keywords.impl.type.fn = arg, "by.string" = 1, {NAME} = 2, {name()} = 3)
    )]
    fn named(arg: &str) {
        let _ = arg;
    }
    let fields = expect::field("keywords.impl.type.fn")
        .with_value(&"x")
        .and(expect::field("by.string").with_value(&1i32))
        .and(expect::field("by.constant").with_value(&2i32))
        .and(expect::field("by.function").with_value(&3i32))
        .only();
    see_call("named", expect::span().named("named").with_fields(fields), || named("x"));
}

#[test]
fn a_declared_field_is_empty_until_it_is_recorded() {
    #[lumina::traced(fields(given = "yes", later, also = Empty, third = tracing::field::Empty))]
    fn declared() {
        let span = tracing::Span::current();
        span.record("later", 5u64).record("also", "there");
    }
    let span = expect::span().named("declared");
    let only_given = expect::field("given").with_value(&"yes").only();
    let expected = subscriber::mock()
        .new_span(span.clone().with_fields(only_given))
        .enter(span.clone())
        .record(span.clone(), expect::field("later").with_value(&5u64))
        .record(span.clone(), expect::field("also").with_value(&"there"))
        .exit(span.clone())
        .drop_span(span);
    see(expected, declared);
}

#[test]
fn attributes_of_the_result_are_declared_at_once_and_recorded_at_the_end() {
    #[lumina::traced(ok(|n| "tokens.output" = *n), err(|e| "error.code" = e.len()))]
    fn answer(good: bool) -> Result<u64, String> {
        if good { Ok(12) } else { Err("four".to_owned()) }
    }
    let span = expect::span().named("answer");
    let call = |recorded| {
        subscriber::mock()
            .new_span(span.clone())
            .enter(span.clone())
            .exit(span.clone())
            .record(span.clone(), recorded)
            .drop_span(span.clone())
    };
    let tokens = expect::field("tokens.output").with_value(&12u64);
    assert_eq!(see(call(tokens), || answer(true)), Ok(12));
    let code = expect::field("error.code").with_value(&4u64);
    assert_eq!(see(call(code), || answer(false)), Err("four".to_owned()));
}

#[test]
fn the_result_of_a_future_is_recorded_before_the_span_closes() {
    #[lumina::traced(ok(|n| "tokens.output" = *n))]
    async fn answer() -> u64 {
        12
    }
    let span = expect::span().named("answer");
    let expected = crate::entered(subscriber::mock().new_span(span.clone()), &span, 1)
        .record(span.clone(), expect::field("tokens.output").with_value(&12u64));
    let expected = crate::entered(expected, &span, 1).drop_span(span);
    assert_eq!(see(expected, || crate::block_on(answer())), 12);
}

#[test]
fn skipped_parameters_need_no_debug() {
    struct Opaque;
    #[lumina::traced(capture(all), skip(opaque))]
    fn skip_one(kept: u8, opaque: Opaque) {
        let _ = (kept, opaque);
    }
    #[lumina::traced(capture(all), skip_all, fields(extra = 1))]
    fn skip_every(a: u8, b: Opaque) {
        let _ = (a, b);
    }
    let fields = expect::field("kept").with_value(&1u8).only();
    let new = expect::span().named("skip_one").with_fields(fields);
    see_call("skip_one", new, || skip_one(1, Opaque));
    let fields = expect::field("extra").with_value(&1i32).only();
    let new = expect::span().named("skip_every").with_fields(fields);
    see_call("skip_every", new, || skip_every(1, Opaque));
}

#[test]
fn what_is_redacted_does_not_reach_other_subscribers() {
    #[lumina::traced(capture(all))]
    fn login(
        #[redact] password: &str,
        #[redact(pii)] email: &str,
        #[redact(with = str::len)] pin: &str,
    ) {
        let _ = (password, email, pin);
    }
    let fields = expect::field("password")
        .with_value(&"[REDACTED]")
        .and(expect::field("email").with_value(&"[PII]"))
        .and(expect::field("pin").with_value(&4usize))
        .only();
    let new = expect::span().named("login").with_fields(fields);
    see_call("login", new, || login("hunter2", "a@example.org", "1234"));
}
