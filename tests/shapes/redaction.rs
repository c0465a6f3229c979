//! `#[redact]`: what it covers leaves no trace.

use crate::{record, record_future};
use lumina::model::SpanData;

const SECRET: &str = "hunter2";

/// Nothing of the span, however it is shown, contains the secret.
#[track_caller]
fn no_secret_in(span: &SpanData) {
    let shown = format!("{span:?}");
    assert!(!shown.contains(SECRET), "{shown}");
}

#[test]
fn redacted_parameters_are_replaced_by_their_class() {
    #[lumina::traced(capture(all))]
    fn login(
        #[redact] password: &str,
        #[redact(pii)] email: String,
        #[lumina::redact] pin: u32,
        user: u32,
    ) -> usize {
        password.len() + email.len() + pin as usize + user as usize
    }
    let (output, span) = record("login", || login(SECRET, SECRET.to_owned(), 1, 2));
    assert_eq!(output, 17);
    assert_eq!(span.attribute("password"), Some(&"[REDACTED]".into()));
    assert_eq!(span.attribute("email"), Some(&"[PII]".into()));
    assert_eq!(span.attribute("pin"), Some(&"[REDACTED]".into()));
    assert_eq!(span.attribute("user"), Some(&2.into()));
    no_secret_in(&span);
}

#[test]
fn without_capture_there_is_nothing_to_redact() {
    #[lumina::traced]
    fn login(#[redact] password: &str) -> usize {
        password.len()
    }
    let (_, span) = record("login", || login(SECRET));
    assert_eq!(span.attributes, []);
}

#[tokio::test]
async fn a_function_may_say_what_is_left() {
    fn last(card: &str) -> &str {
        &card[card.len() - 1..]
    }
    #[lumina::traced(capture(card, name))]
    async fn pay(
        #[redact(with = last)] card: &str,
        #[redact(with = |n: &String| n.len())] name: String,
    ) -> usize {
        tokio::task::yield_now().await;
        card.len() + name.len()
    }
    let (output, span) = record_future("pay", pay(SECRET, SECRET.to_owned())).await;
    assert_eq!(output, 14);
    assert_eq!(span.attribute("card"), Some(&"2".into()));
    assert_eq!(span.attribute("name"), Some(&7.into()));
    no_secret_in(&span);
}

#[test]
fn a_redactor_that_panics_leaks_nothing_and_harms_nobody() {
    fn broken(card: &str) -> String {
        assert!(card.is_empty(), "cannot redact");
        card.to_owned()
    }
    #[lumina::traced(capture(card, n))]
    fn pay(#[redact(with = broken)] card: &str, n: u32) -> u32 {
        n + card.len() as u32
    }
    let (output, span) = record("pay", || pay(SECRET, 1));
    assert_eq!(output, 8);
    assert_eq!(span.attribute("card"), Some(&"[REDACTED]".into()));
    assert_eq!(span.attribute("n"), Some(&1.into()));
    no_secret_in(&span);
}

#[test]
fn patterns_and_self_can_be_redacted() {
    #[derive(Debug)]
    struct Account(#[allow(dead_code)] &'static str);
    impl Account {
        #[lumina::traced(capture(all))]
        fn open(#[redact] &self, #[redact] (a, b): (&str, &str)) -> usize {
            a.len() + b.len()
        }
    }
    let (_, span) = record("open", || Account(SECRET).open((SECRET, SECRET)));
    assert_eq!(span.attributes.len(), 3);
    no_secret_in(&span);
}
