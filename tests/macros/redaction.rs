//! That what is marked `#[redact]` never reaches a span as it is.
#![allow(unused_variables, reason = "what matters is what is recorded of them")]

use lumina::testing::{Captured, capture_sync};
use lumina::traced;

const SECRET: &str = "hunter2";

fn last_two(card: &&str) -> String {
    format!("..{}", &card[card.len() - 2..])
}

#[traced(capture(all), ok(|_| again = email))]
fn everything(
    #[redact] password: &str,
    #[redact(pii)] email: &str,
    #[redact(with = last_two)] card: &str,
    #[redact] (left, right): (&str, &str),
) -> Result<(), ()> {
    Ok(())
}

#[test]
fn captured_parameters_are_replaced() {
    let spans = capture_sync(|| everything(SECRET, SECRET, SECRET, (SECRET, SECRET)));
    spans
        .span("everything")
        .has_attribute("password", "[REDACTED]")
        .has_attribute("email", "[PII]")
        .has_attribute("card", "..r2")
        .has_attribute("left", "[REDACTED]")
        .has_attribute("right", "[REDACTED]")
        .has_attribute("again", "[PII]");
    assert!(!shown(&spans).contains(SECRET), "{}", shown(&spans));
}

#[traced(capture(?a), fields(b = %b), attrs(c.copy = c.clone(), d = &d[..]))]
fn every_way(#[redact] a: &str, #[redact] b: &str, #[redact] c: String, #[redact] d: String) {}

#[test]
fn no_form_of_capture_gets_past() {
    let spans = capture_sync(|| every_way(SECRET, SECRET, SECRET.into(), SECRET.into()));
    for key in ["a", "b", "c.copy", "d"] {
        spans.span("every_way").has_attribute(key, "[REDACTED]");
    }
    assert!(!shown(&spans).contains(SECRET), "{}", shown(&spans));
}

#[traced(attrs(length = raw(password.len())), capture(raw(token)))]
fn allowed(#[redact] password: &str, token: &str) {}

#[test]
fn raw_allows_what_tells_nothing() {
    let spans = capture_sync(|| allowed(SECRET, "the"));
    spans.span("allowed").has_attribute("length", 7).has_attribute("token", "the");
}

fn shown<T>(spans: &Captured<T>) -> String {
    format!("{:?}", spans.spans())
}
