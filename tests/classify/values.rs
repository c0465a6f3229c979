//! What may stand after `kind =`, `retryable =`, `retry_after =` and `code =`.

use crate::{SECOND, said};
use lumina::{Classify, ErrorKind};
use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

#[derive(Classify)]
#[classify(kind = status, retry_after = wait, code = code)]
struct Fields {
    status: u16,
    wait: Duration,
    code: String,
}

#[test]
fn a_field_says_it() {
    let limited = Fields { status: 429, wait: SECOND, code: "slow_down".to_owned() };
    let expected = (ErrorKind::RateLimited, true, Some(SECOND), Some("slow_down".to_owned()));
    assert_eq!(said(&limited), expected);
    let refused = Fields { status: 400, ..limited };
    assert_eq!(said(&refused).0, ErrorKind::InvalidRequest);
    assert!(!refused.retryable());
}

#[test]
fn a_code_is_borrowed_from_the_field_that_has_it() {
    let error = Fields { status: 500, wait: SECOND, code: "broken".to_owned() };
    assert!(matches!(error.code(), Some(Cow::Borrowed("broken"))));
}

#[derive(Classify)]
enum Expressions {
    #[classify(kind = ErrorKind::from_status(*_0), retryable = *_0 == 418, code = _0)]
    Status(u16, #[allow(dead_code)] u16),
    #[classify(retry_after = Duration::from_millis(*millis), code = format!("wait-{millis}"))]
    Wait { millis: u64 },
    #[classify(kind = kind, retryable = again, retry_after = r#type.map(Duration::from_secs))]
    Own { kind: ErrorKind, again: bool, r#type: Option<u64> },
    #[classify(code = self.number(), retry_after = PAUSE)]
    Method,
}

const PAUSE: Option<Duration> = Some(SECOND);

impl Expressions {
    fn number(&self) -> i64 {
        if matches!(self, Expressions::Method) { -7 } else { 0 }
    }
}

#[test]
fn an_expression_sees_the_fields_and_self() {
    let teapot = Expressions::Status(418, 1);
    let expected = (ErrorKind::InvalidRequest, true, None, Some("418".to_owned()));
    assert_eq!(said(&teapot), expected);
    assert!(!Expressions::Status(503, 1).retryable());
    let wait = Expressions::Wait { millis: 250 };
    assert_eq!(wait.retry_after(), Some(Duration::from_millis(250)));
    assert_eq!(wait.code().as_deref(), Some("wait-250"));
    let own = Expressions::Own { kind: ErrorKind::Server, again: false, r#type: Some(1) };
    assert_eq!(said(&own), (ErrorKind::Server, false, Some(SECOND), None));
    let method = Expressions::Method;
    assert_eq!(said(&method), (ErrorKind::Other, true, Some(SECOND), Some("-7".to_owned())));
}

macro_rules! codes {
    ($($name:ident: $ty:ty = $value:expr => $said:expr;)*) => {
        $(#[derive(Classify)] #[classify(code = code)] struct $name<'a> { code: $ty, _of: &'a () })*

        #[test]
        fn every_text_and_integer_is_a_code() {
            $(assert_eq!($name { code: $value, _of: &() }.code().as_deref(), $said);)*
        }
    };
}
codes! {
    Text: &'a str = "a" => Some("a");
    MaybeText: Option<&'a str> = None => None;
    Owned: String = "b".to_owned() => Some("b");
    MaybeOwned: Option<String> = Some("c".to_owned()) => Some("c");
    Shared: Arc<str> = "d".into() => Some("d");
    MaybeBoxed: Option<Box<str>> = Some("e".into()) => Some("e");
    Either: Cow<'a, str> = Cow::Borrowed("f") => Some("f");
    Number: u32 = 7 => Some("7");
    MaybeNumber: Option<i16> = Some(-7) => Some("-7");
}

#[derive(Classify)]
#[classify(retry_after = wait)]
struct Hint<'a> {
    wait: Option<&'a Duration>,
}

#[test]
fn a_hint_may_be_borrowed() {
    assert_eq!(Hint { wait: Some(&SECOND) }.retry_after(), Some(SECOND));
    assert_eq!(Hint { wait: None }.retry_after(), None);
}
