//! The main job, end to end: the support assistant answers from this repository's documents, and
//! its spans come out of a file and of an OTLP receiver.
//!
//! It runs once; each test is one claim about what came of it.

mod received;
mod run;

use lumina::model::{Outcome, SpanData, Value};
use lumina_examples::assistant::{AccountError, SupportError, Tier};
use run::{FIRST_TOKEN, KEY, ORDER, PERSONAL, Run, run};

/// The children of a span, by start.
fn children<'r>(run: &'r Run, parent: &SpanData) -> Vec<&'r SpanData> {
    let is_child = |span: &&SpanData| span.parent_id == Some(parent.span_id);
    let mut children: Vec<_> = run.in_file.iter().map(|(span, _)| span).filter(is_child).collect();
    children.sort_by_key(|span| span.start_unix_nanos);
    children
}

fn names(spans: &[&SpanData]) -> Vec<String> {
    spans.iter().map(|span| span.name.clone()).collect()
}

/// The roots of this name, in the order of the requests.
fn roots<'r>(run: &'r Run, name: &str) -> Vec<&'r SpanData> {
    let is_root = |span: &&SpanData| span.parent_id.is_none() && span.name == name;
    let mut roots: Vec<_> = run.in_file.iter().map(|(span, _)| span).filter(is_root).collect();
    roots.sort_by_key(|span| span.start_unix_nanos);
    roots
}

#[track_caller]
fn child<'r>(run: &'r Run, parent: &SpanData, name: &str) -> &'r SpanData {
    let found = children(run, parent).into_iter().find(|span| span.name == name);
    found.unwrap_or_else(|| panic!("no {name} below {}", parent.name))
}

#[track_caller]
fn text<'s>(span: &'s SpanData, key: &str) -> &'s str {
    match span.attribute(key) {
        Some(Value::Str(text)) => text,
        other => panic!("{key} of {} is {other:?}", span.name),
    }
}

#[track_caller]
fn number(span: &SpanData, key: &str) -> f64 {
    match span.attribute(key) {
        Some(Value::I64(number)) => *number as f64,
        Some(Value::F64(number)) => *number,
        other => panic!("{key} of {} is {other:?}", span.name),
    }
}

#[test]
fn every_span_is_delivered_twice_and_reported() {
    let run = run();
    assert!(run.report.complete && run.report.is_lossless(), "{}", run.report);
    assert_eq!(run.report.emitted as usize, run.in_file.len());
    assert_eq!(run.in_file.len(), run.received.len());
}

#[test]
fn file_and_receiver_agree_on_everything() {
    let run = run();
    for (in_file, received) in run.in_file.iter().zip(&run.received) {
        assert_eq!(in_file, received);
    }
    let service = run.in_file[0].1.iter().find(|(key, _)| key == "service.name");
    assert_eq!(service.map(|(_, value)| value), Some(&Value::from("support-assistant")));
}

#[test]
fn a_request_is_one_tree_of_named_steps() {
    let run = run();
    let steps = ["authenticate", "fetch-customer", "fetch-orders", "retrieve", "generate"];
    let [simple, long, unknown] = roots(run, "support-request")[..] else { panic!("three roots") };
    assert_eq!(names(&children(run, simple)), steps);
    assert_eq!(names(&children(run, long))[..4], steps[..4]);
    assert_eq!(names(&children(run, long))[4], "generate-stream");
    assert_eq!(names(&children(run, unknown)), steps[..3]);
    for (span, _) in &run.in_file {
        let parent = run.in_file.iter().find(|(other, _)| Some(other.span_id) == span.parent_id);
        assert!(parent.is_none_or(|(parent, _)| parent.trace_id == span.trace_id), "{}", span.name);
    }
    assert!(simple.trace_id != long.trace_id && long.trace_id != unknown.trace_id);
}

#[test]
fn joined_look_ups_run_at_the_same_time() {
    let run = run();
    for request in roots(run, "support-request") {
        let customer = child(run, request, "fetch-customer");
        let orders = child(run, request, "fetch-orders");
        assert!(orders.start_unix_nanos < customer.end_unix_nanos());
    }
}

#[test]
fn answers_come_from_the_passages_that_were_retrieved() {
    let run = run();
    let root = roots(run, "support-request")[0];
    let retrieve = child(run, root, "retrieve");
    let answer = run.answers[0].as_ref().unwrap();
    let Some(Value::Array(recorded)) = retrieve.attribute("retrieval.sources") else {
        panic!("{retrieve:?}")
    };
    let cited = |source: &String| answer.text.contains(&format!("[{source}]"));
    assert!(answer.sources.iter().any(cited), "{answer:?}");
    let recorded: Vec<String> = recorded.iter().map(ToString::to_string).collect();
    assert_eq!(recorded, answer.sources);
    assert_eq!(number(retrieve, "retrieval.hits"), answer.sources.len() as f64);
    assert!(number(retrieve, "retrieval.top_score") > 0.0);
    assert_eq!(root.attribute("quality.contains_citation"), Some(&Value::Bool(true)));
    assert_eq!(number(root, "quality.response_length"), answer.text.len() as f64);
}

#[test]
fn a_request_knows_whose_it_is_and_what_it_costs() {
    let run = run();
    let requests = roots(run, "support-request");
    assert_eq!(text(requests[0], "customer.tier"), "free");
    assert_eq!(text(requests[1], "customer.tier"), "enterprise");
    assert_eq!(text(requests[1], "order.id"), ORDER);
    assert_eq!(requests[0].attribute("order.id"), None);
    for request in requests {
        assert_eq!(text(request, "cost_center"), "customer-support");
    }
}

#[test]
fn the_model_follows_the_question_and_says_what_it_used() {
    let run = run();
    let calls = [("generate", Tier::Budget), ("generate-stream", Tier::Premium)];
    for (root, (name, tier)) in roots(run, "support-request").iter().zip(calls) {
        let call = child(run, root, name);
        assert_eq!(call.operation.as_str(), Some("llm"));
        assert_eq!(text(call, "model.tier"), tier.as_str());
        assert_eq!(text(call, "gen_ai.request.model"), tier.model());
        assert_eq!(text(call, "gen_ai.response.model"), tier.model());
        assert!(text(call, "gen_ai.response.id").starts_with("chatcmpl-"));
        assert!(number(call, "gen_ai.usage.input_tokens") > 0.0);
        assert!(number(call, "gen_ai.usage.output_tokens") > 0.0);
        let reasons = call.attribute("gen_ai.response.finish_reasons");
        assert_eq!(reasons, Some(&Value::from(["stop"])));
        let [event] = &root.events[..] else { panic!("{:?}", root.events) };
        assert_eq!(event.name, "model-chosen");
        assert!(event.attributes.contains(&("model.tier".to_owned(), tier.as_str().into())));
    }
}

#[test]
fn a_streamed_answer_has_one_span_to_its_last_piece() {
    let run = run();
    let root = roots(run, "support-request")[1];
    let stream = child(run, root, "generate-stream");
    let answer = run.answers[1].as_ref().unwrap();
    assert_eq!((stream.outcome, answer.tier), (Outcome::Ok, Tier::Premium));
    assert_eq!(number(stream, "stream.items"), number(stream, "gen_ai.usage.output_tokens"));
    // From the request on, not from when the provider began to answer.
    let first = number(stream, "gen_ai.response.time_to_first_chunk");
    let whole = stream.duration_nanos as f64 / 1e9;
    assert!((FIRST_TOKEN.as_secs_f64()..whole).contains(&first), "{first} of {whole} seconds");
}

#[test]
fn an_unknown_order_is_an_error_where_it_was_found_and_above() {
    let run = run();
    let unknown = AccountError::UnknownOrder {
        customer_id: "cus_grace".to_owned(),
        order_id: ORDER.to_owned(),
    };
    assert!(matches!(&run.answers[2], Err(SupportError::LookUp(error)) if *error == unknown));
    let root = roots(run, "support-request")[2];
    let orders = child(run, root, "fetch-orders");
    assert_eq!((root.outcome, orders.outcome), (Outcome::Error, Outcome::Error));
    assert!(text(orders, "error.type").ends_with("AccountError"));
    assert_eq!(orders.status_message, unknown.to_string());
    assert_eq!(root.attribute("error.sources"), Some(&Value::from([unknown.to_string()])));
    assert_eq!(child(run, root, "fetch-customer").outcome, Outcome::Ok);
}

#[test]
fn no_question_and_no_key_leaves_the_process() {
    let run = run();
    let request = roots(run, "support-request")[0];
    assert_eq!(text(request, "question"), "[PII]");
    assert_eq!(text(child(run, request, "authenticate"), "key"), "[REDACTED]");
    for (place, everything) in [
        ("the file", &run.file_text),
        ("the receiver", &run.received_text),
        ("the console", &run.console_text),
    ] {
        assert!(everything.contains("[PII]"), "{place} holds no spans");
        for secret in PERSONAL.into_iter().chain([KEY, "sk-mock"]) {
            assert!(!everything.contains(secret), "{secret:?} is in {place}");
        }
    }
}

#[test]
fn the_health_check_is_served_traced_and_right() {
    let run = run();
    assert_eq!(run.health["status"], "healthy");
    assert_eq!(run.health["exporters"].as_array().map(Vec::len), Some(3));
    let [check] = roots(run, "health-check")[..] else { panic!("one check") };
    assert_eq!(text(check, "health.status"), "healthy");
    let provider = child(run, check, "check-provider");
    assert_eq!(Some(number(provider, "models")), run.health["models"].as_f64());
}

#[test]
fn the_console_shows_each_request_as_a_tree() {
    let run = run();
    let shown: Vec<&str> = run.console_text.lines().collect();
    let roots: Vec<_> = shown.iter().filter(|line| line.contains("support-request")).collect();
    assert_eq!(roots.len(), 3, "{}", run.console_text);
    assert!(roots[2].contains("SupportError: look-up failed"), "{}", run.console_text);
    let orders: Vec<_> = shown.iter().filter(|line| line.contains("fetch-orders")).collect();
    assert!(orders.iter().all(|line| line.contains("∥")), "{}", run.console_text);
}
