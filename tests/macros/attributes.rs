//! What becomes an attribute, under which name and as which type.
#![allow(unused_variables, reason = "what matters is what is recorded of them")]

use lumina::model::{Operation, SpanKind, Value};
use lumina::testing::{capture, capture_sync};
use lumina::traced;

struct Order {
    id: u64,
    total: f64,
    paid: bool,
    tags: Vec<&'static str>,
}

const ORDER: Order = Order { id: 7, total: 9.5, paid: true, tags: Vec::new() };
const KEY: &str = "key.of.a.constant";

#[traced]
fn silent(_secretive: &str) {}

#[test]
fn nothing_is_captured_unless_asked_for() {
    let spans = capture_sync(|| silent("x"));
    assert_eq!(spans.span("silent").data().attributes.len(), 0);
}

#[traced(attrs("order.id" = order.id, order.total, paid = order.paid, tags = &order.tags, {KEY} = 1, sum = 1 + 2))]
fn typed(order: &Order) {}

#[test]
fn values_keep_their_type_and_names_their_dots() {
    let order = Order { tags: vec!["a", "b"], ..ORDER };
    let spans = capture_sync(|| typed(&order));
    spans
        .span("typed")
        .has_attribute("order.id", 7)
        .has_attribute("order.total", 9.5)
        .has_attribute("paid", true)
        .has_attribute("tags", vec!["a", "b"])
        .has_attribute(KEY, 1)
        .has_attribute("sum", 3);
}

#[derive(Debug, serde::Serialize)]
struct Filter {
    max: u8,
}

impl std::fmt::Display for Filter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "up to {}", self.max)
    }
}

#[traced(attrs(%filter, debug = ?filter, json = json(filter), json(filter.max)))]
fn formatted(filter: &Filter) {}

#[test]
fn sigils_choose_display_debug_and_json() {
    let spans = capture_sync(|| formatted(&Filter { max: 3 }));
    spans
        .span("formatted")
        .has_attribute("filter", "up to 3")
        .has_attribute("debug", "Filter { max: 3 }")
        .has_attribute("json", Value::Json(r#"{"max":3}"#.to_owned()))
        .has_attribute("filter.max", Value::Json("3".to_owned()));
}

#[traced(capture(all), skip(skipped), fields(d = 4))]
fn all((a, b): (u8, u8), filter: Filter, text: &str, skipped: u8, d: u8, r#type: bool) {}

#[test]
fn capture_all_follows_the_rule_of_tracing() {
    let spans = capture_sync(|| all((1, 2), Filter { max: 3 }, "t", 9, 9, true));
    spans
        .span("all")
        .has_attribute("a", "1")
        .has_attribute("b", "2")
        .has_attribute("filter", "Filter { max: 3 }")
        .has_attribute("text", "t")
        .has_attribute("d", 4)
        .has_attribute("type", true)
        .lacks_attribute("skipped");
}

#[traced(capture(b, ?a, json(filter)))]
fn chosen(a: Option<u8>, b: Option<u8>, filter: Filter, _other: u8) {}

#[test]
fn capture_of_a_list_records_the_list() {
    let spans = capture_sync(|| chosen(Some(1), None, Filter { max: 3 }, 4));
    spans
        .span("chosen")
        .has_attribute("a", "Some(1)")
        .has_attribute("filter", Value::Json(r#"{"max":3}"#.to_owned()))
        .lacks_attribute("b")
        .lacks_attribute("_other");
}

#[traced(attrs(cache.hit = _, never = _), fields(bare))]
fn declared() {
    lumina::record!(cache.hit = true, bare = "later");
}

#[test]
fn declared_names_are_recorded_later_or_not_at_all() {
    let spans = capture_sync(declared);
    spans
        .span("declared")
        .has_attribute("cache.hit", true)
        .has_attribute("bare", "later")
        .lacks_attribute("never");
}

#[traced(attrs(status = "started"), ok(|n| status = "done", n = *n), err(|e| status = "failed", %e))]
fn finish(n: i32) -> Result<i32, String> {
    if n < 0 { Err("negative".to_owned()) } else { Ok(n * 2) }
}

#[test]
fn results_are_read_on_both_ways_out() {
    let spans = capture_sync(|| (finish(4), finish(-1)));
    let [done, failed] = spans.spans_named("finish")[..] else { panic!("{}", spans.tree()) };
    done.has_attribute("status", "done").has_attribute("n", 8).lacks_attribute("e");
    failed.has_attribute("status", "failed").has_attribute("e", "negative").lacks_attribute("n");
}

type Outcome<T> = Result<T, String>;

#[traced(ok(|(left, right)| left = *left, right = *right))]
async fn aliased<T: Copy + Into<i64>>(value: T) -> Outcome<(i64, bool)> {
    Ok((value.into(), true))
}

#[traced(ok(|text: &String| length = text.len()))]
fn plain() -> String {
    "four".to_owned()
}

#[tokio::test]
async fn ok_reads_aliases_and_plain_values_by_pattern() {
    let spans = capture(async { (aliased(3u8).await, plain()) }).await;
    spans.span("aliased").has_attribute("left", 3).has_attribute("right", true);
    spans.span("plain").has_attribute("length", 4);
}

struct Model {
    name: String,
}

impl Model {
    #[traced(attrs(%self.name), ok(|n| chars = *n, by = %self.name))]
    async fn count(&self, prompt: String) -> Result<usize, String> {
        Ok(prompt.len())
    }
}

#[tokio::test]
async fn ok_may_use_what_the_body_leaves_alone() {
    let model = Model { name: "small".to_owned() };
    let spans = capture(model.count("abc".to_owned())).await;
    spans
        .span("count")
        .has_attribute("self.name", "small")
        .has_attribute("chars", 3)
        .has_attribute("by", "small");
}

const NAME: &str = "a-constant-name";

#[traced(name = NAME, kind = client, llm, level = "debug", target = "elsewhere")]
fn described() {}

#[test]
fn name_kind_operation_level_and_target_are_the_spans() {
    let spans = capture_sync(described);
    let span = spans.span(NAME).kind(SpanKind::Client).operation(Operation::Llm);
    assert_eq!(span.data().scope, "elsewhere");
}

fn counted(calls: &std::cell::Cell<u32>) -> u32 {
    calls.set(calls.get() + 1);
    calls.get()
}

#[traced(attrs(n = counted(calls)), ok(|_| m = counted(calls)))]
fn counting(calls: &std::cell::Cell<u32>) -> Result<(), String> {
    lumina::record!(o = counted(calls));
    lumina::event!("e", p = counted(calls));
    Ok(())
}

#[test]
fn values_are_evaluated_once() {
    let calls = std::cell::Cell::new(0);
    let spans = capture_sync(|| counting(&calls));
    assert_eq!(calls.get(), 4);
    spans.span("counting").has_attribute("n", 1).has_attribute("o", 2).has_attribute("m", 4);
}

#[test]
fn outside_a_span_the_statements_evaluate_nothing() {
    let calls = std::cell::Cell::new(0);
    lumina::record!(o = counted(&calls));
    lumina::event!("e", p = counted(&calls));
    assert_eq!(calls.get(), 0);
}

#[traced(attrs(a = a), capture(b))]
fn conditional(
    #[cfg(any(unix, not(unix)))] a: u8,
    #[cfg(all(unix, not(unix)))] b: Missing,
    c: u8,
) -> u8 {
    c
}

#[test]
fn a_parameter_that_is_configured_away_is_not_recorded() {
    let spans = capture_sync(|| conditional(1, 2));
    spans.span("conditional").has_attribute("a", 1).lacks_attribute("b");
}

#[traced(capture(all), fields(error = error))]
fn every_value_type_of_tracing(
    wrapping: std::num::Wrapping<u32>,
    non_zero: std::num::NonZeroU128,
    large: u128,
    error: &(dyn std::error::Error + 'static),
) {
}

#[test]
fn what_tracing_records_as_a_value_is_a_value_here() {
    let error = std::fmt::Error;
    let (wrapping, one) = (std::num::Wrapping(7), std::num::NonZeroU128::MIN);
    let spans = capture_sync(|| every_value_type_of_tracing(wrapping, one, 1 << 100, &error));
    spans
        .span("every_value_type_of_tracing")
        .has_attribute("wrapping", 7)
        .has_attribute("non_zero", 1)
        .has_attribute("large", (1u128 << 100).to_string())
        .has_attribute("error", error.to_string());
}
