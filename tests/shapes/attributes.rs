//! Values: their types, where they come from, how they look when they arrive.

use crate::{outcome, record, record_future};
use lumina::model::{Operation, Outcome, SpanKind, Value};
use std::borrow::Cow;
use std::num::NonZeroU8;
use std::sync::Arc;

#[test]
fn values_keep_their_type() {
    #[lumina::traced(attrs(
        yes = true,
        int = -7i8,
        big = u64::MAX,
        small = 7u64,
        wide = i128::from(i64::MIN),
        wider = u128::MAX,
        float = 0.1f32,
        text = "t",
        owned = String::from("o"),
        cow = Cow::Borrowed("c"),
        letter = 'x',
        non_zero = NonZeroU8::MAX,
        shared = Arc::new(5u32),
        some = Some("s"),
        none = None::<u32>,
    ))]
    fn typed() {}
    let (_, span) = record("typed", typed);
    let expected: &[(&str, Value)] = &[
        ("yes", true.into()),
        ("int", (-7i64).into()),
        ("big", Value::U64(u64::MAX)),
        ("small", Value::I64(7)),
        ("wide", Value::I64(i64::MIN)),
        ("wider", u128::MAX.to_string().into()),
        ("float", f64::from(0.1f32).into()),
        ("text", "t".into()),
        ("owned", "o".into()),
        ("cow", "c".into()),
        ("letter", "x".into()),
        ("non_zero", 255.into()),
        ("shared", 5.into()),
        ("some", "s".into()),
    ];
    let found: Vec<(&str, Value)> =
        span.attributes.iter().map(|(key, value)| (key.as_str(), value.clone())).collect();
    assert_eq!(found, expected);
}

#[test]
fn floats_that_are_no_numbers_stay_what_they_are() {
    #[lumina::traced(attrs(nan = f64::NAN, inf = f64::INFINITY, neg = f32::NEG_INFINITY, zero = -0.0))]
    fn floats() {}
    let (_, span) = record("floats", floats);
    assert!(matches!(span.attribute("nan"), Some(Value::F64(v)) if v.is_nan()));
    assert_eq!(span.attribute("inf"), Some(&f64::INFINITY.into()));
    assert_eq!(span.attribute("neg"), Some(&f64::NEG_INFINITY.into()));
    assert!(matches!(span.attribute("zero"), Some(Value::F64(v)) if v.is_sign_negative()));
}

#[test]
fn arrays_keep_the_type_of_their_elements() {
    #[lumina::traced(attrs(
        bools = [true, false],
        ints = vec![1i64, -2],
        floats = &[0.5, 1.5][..],
        texts = vec!["a", "b"],
        owned = vec![String::from("c")],
        empty = Vec::<u32>::new(),
    ))]
    fn arrays() {}
    let (_, span) = record("arrays", arrays);
    assert_eq!(span.attribute("bools"), Some(&[true, false].into()));
    assert_eq!(span.attribute("ints"), Some(&[1i64, -2].into()));
    assert_eq!(span.attribute("floats"), Some(&[0.5, 1.5].into()));
    assert_eq!(span.attribute("texts"), Some(&["a", "b"].into()));
    assert_eq!(span.attribute("owned"), Some(&["c"].into()));
    assert_eq!(span.attribute("empty"), Some(&Value::Array(Vec::new())));
}

#[test]
fn json_takes_whatever_serde_can_serialise() {
    #[derive(serde::Serialize)]
    struct Order {
        id: u32,
        tags: Vec<&'static str>,
        note: Option<String>,
    }
    #[lumina::traced(attrs(order = json(order), "order.tags" = json(order.tags)))]
    fn place(order: &Order) -> u32 {
        order.id
    }
    let order = Order { id: 7, tags: vec!["new"], note: None };
    let (_, span) = record("place", || place(&order));
    let json = r#"{"id":7,"tags":["new"],"note":null}"#;
    assert_eq!(span.attribute("order"), Some(&Value::Json(json.to_owned())));
    assert_eq!(span.attribute("order.tags"), Some(&Value::Json(r#"["new"]"#.to_owned())));
}

#[test]
fn what_serde_refuses_is_no_harm() {
    struct Refuses;
    impl serde::Serialize for Refuses {
        fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("not today"))
        }
    }
    #[lumina::traced(attrs(x = json(Refuses)))]
    fn call() -> u8 {
        1
    }
    let (output, span) = record("call", call);
    assert_eq!(output, 1);
    assert!(span.attribute("x").unwrap().to_string().contains("not today"));
}

#[test]
fn sigils_format_and_expressions_are_evaluated_in_place() {
    struct User {
        tier: u8,
        name: &'static str,
    }
    const REGION: &str = "eu";
    #[lumina::traced(attrs(%user.tier, ?user.name, region = REGION, sum = user.tier + 1, name.len = user.name.len(), shown = %format_args!("<{}>", user.name)))]
    fn greet(user: &User) {
        let _ = user;
    }
    let (_, span) = record("greet", || greet(&User { tier: 2, name: "ann" }));
    assert_eq!(span.attribute("user.tier"), Some(&"2".into()));
    assert_eq!(span.attribute("user.name"), Some(&"\"ann\"".into()));
    assert_eq!(span.attribute("region"), Some(&"eu".into()));
    assert_eq!(span.attribute("sum"), Some(&3.into()));
    assert_eq!(span.attribute("name.len"), Some(&3.into()));
    assert_eq!(span.attribute("shown"), Some(&"<ann>".into()));
}

#[tokio::test]
async fn attributes_of_the_result_are_read_from_the_result() {
    struct Answer {
        tokens: u64,
        cost: f64,
    }
    #[derive(Debug)]
    struct Failure {
        code: u16,
    }
    #[lumina::traced(
        ok(|r| "tokens.output" = r.tokens, cost.usd = r.cost, both = r.tokens),
        err(|Failure { code }| "error.code" = *code, both = *code),
        attrs(model = "m", both = _),
    )]
    async fn ask(good: bool) -> Result<Answer, Failure> {
        tokio::task::yield_now().await;
        if good { Ok(Answer { tokens: 9, cost: 0.25 }) } else { Err(Failure { code: 429 }) }
    }
    let (_, span) = record_future("ask", ask(true)).await;
    assert_eq!(span.outcome, Outcome::Ok);
    assert_eq!(span.attribute("tokens.output"), Some(&9.into()));
    assert_eq!(span.attribute("cost.usd"), Some(&0.25.into()));
    assert_eq!(span.attribute("both"), Some(&9.into()));
    assert_eq!(span.attribute("error.code"), None);
    let (_, span) = record_future("ask", ask(false)).await;
    assert_eq!(span.outcome, Outcome::Error);
    assert_eq!(span.attribute("error.code"), Some(&429.into()));
    assert_eq!(span.attribute("both"), Some(&429.into()));
    assert_eq!(span.attribute("tokens.output"), None);
}

#[test]
fn ok_reads_plain_values_too() {
    #[lumina::traced(ok(|n| n = *n, doubled = *n * 2))]
    fn plain(n: u32) -> u32 {
        n
    }
    #[lumina::traced(ok(|(left, _)| %left))]
    fn taken_apart() -> (u8, &'static str) {
        (1, "b")
    }
    #[lumina::traced(ok(|found| found = found.is_some()))]
    fn option(n: Option<u32>) -> Option<u32> {
        n
    }
    let (_, span) = record("plain", || plain(4));
    assert_eq!(
        (span.attribute("n"), span.attribute("doubled")),
        (Some(&4.into()), Some(&8.into()))
    );
    assert_eq!(record("taken_apart", taken_apart).1.attribute("left"), Some(&"1".into()));
    assert_eq!(record("option", || option(None)).1.attribute("found"), Some(&false.into()));
}

#[test]
fn operation_kind_and_target_arrive() {
    #[lumina::traced(name = "ask", llm, kind = client, target = "shop::model")]
    fn ask() {}
    let (_, span) = record("ask", ask);
    assert_eq!((span.operation, span.kind), (Operation::Llm, SpanKind::Client));
    assert_eq!(span.scope, "shop::model");
    macro_rules! operations {
        ($($word:ident $operation:ident),*) => {$({
            #[lumina::traced("step", $word)]
            fn step() {}
            assert_eq!(record("step", step).1.operation, Operation::$operation);
        })*};
    }
    operations!(tool Tool, retriever Retriever, embedding Embedding, agent Agent, chain Chain);
}

#[test]
fn the_body_sees_its_span_under_the_name_that_it_asked_for() {
    #[lumina::traced(span = here)]
    fn plain() -> Option<String> {
        here.traceparent()
    }
    let (traceparent, span) = record("plain", plain);
    let expected = format!("00-{}-{}-01", span.trace_id, span.span_id);
    assert_eq!(traceparent, Some(expected));
}

#[test]
fn nothing_is_captured_unless_asked_for() {
    #[lumina::traced]
    fn quiet(secret: &str) -> usize {
        secret.len()
    }
    assert_eq!(record("quiet", || quiet("hunter2")).1.attributes, []);
    assert_eq!(outcome("quiet", || quiet("hunter2")).0, 7);
}
