//! What the words of an enum mean for its variants: what is nearer wins, answer by answer.

use crate::{SECOND, kind, said};
use lumina::{Classify, ErrorKind};

#[derive(Classify)]
#[classify(kind = server, retry_after = "1s")]
#[classify(code = "provider")]
enum WithDefaults {
    Plain,
    #[classify(kind = timeout)]
    Kind,
    #[classify(retryable)]
    Flag,
    #[classify(retry_after = "2s", code = "own")]
    Values,
    #[classify(permanent)]
    Final,
}

#[test]
fn a_silent_variant_says_what_its_enum_says() {
    let code = Some("provider".to_owned());
    let plain = (ErrorKind::Server, true, Some(SECOND), code.clone());
    assert_eq!(said(&WithDefaults::Plain), plain);
    assert_eq!(said(&WithDefaults::Flag), plain);
    assert_eq!(said(&WithDefaults::Kind), (ErrorKind::Timeout, true, Some(SECOND), code));
}

#[test]
fn a_variant_changes_single_answers() {
    let own = Some("own".to_owned());
    assert_eq!(said(&WithDefaults::Values), (ErrorKind::Server, true, Some(2 * SECOND), own));
}

#[test]
fn a_permanent_variant_does_not_inherit_a_wait() {
    let code = Some("provider".to_owned());
    assert_eq!(said(&WithDefaults::Final), (ErrorKind::Server, false, None, code));
}

#[derive(Classify)]
#[classify(permanent)]
enum Permanent {
    Plain,
    #[classify(kind = connection)]
    Kind,
    #[classify(kind = connection, permanent)]
    Both,
}

#[test]
fn the_kind_of_a_variant_says_more_than_a_flag_of_the_enum() {
    assert_eq!(said(&Permanent::Plain), (ErrorKind::Other, false, None, None));
    assert_eq!(said(&Permanent::Kind), kind(ErrorKind::Connection));
    assert_eq!(said(&Permanent::Both), (ErrorKind::Connection, false, None, None));
}

#[derive(Classify)]
#[classify(with = by_name, code = self.name())]
enum Asked {
    Busy,
    #[classify(kind = other)]
    Strange,
}

impl Asked {
    fn name(&self) -> &'static str {
        match self {
            Asked::Busy => "busy",
            Asked::Strange => "strange",
        }
    }
}

fn by_name(error: &Asked) -> ErrorKind {
    match error.name() {
        "busy" => ErrorKind::Overloaded,
        _ => ErrorKind::Cancelled,
    }
}

#[test]
fn a_function_of_the_enum_is_given_the_error() {
    let busy = (ErrorKind::Overloaded, true, None, Some("busy".to_owned()));
    assert_eq!(said(&Asked::Busy), busy);
    let strange = (ErrorKind::Other, true, None, Some("strange".to_owned()));
    assert_eq!(said(&Asked::Strange), strange);
}
