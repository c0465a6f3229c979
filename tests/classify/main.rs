//! `#[derive(Classify)]`: what the errors of a type mean to policies.
#![forbid(unsafe_code)]
#![deny(warnings, clippy::all, clippy::pedantic)]
#![allow(clippy::trivially_copy_pass_by_ref, reason = "fields are given by reference")]

use lumina::{Classify, ErrorKind};
use std::borrow::Cow;
use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);

/// Everything that an error says.
type Said = (ErrorKind, bool, Option<Duration>, Option<String>);

fn said(error: &(impl Classify + ?Sized)) -> Said {
    let code = error.code().map(Cow::into_owned);
    (error.kind(), error.retryable(), error.retry_after(), code)
}

fn kind(kind: ErrorKind) -> Said {
    (kind, kind.is_retryable(), None, None)
}

#[derive(Classify)]
enum Words {
    #[classify(kind = rate_limited, retry_after = wait, code = "slow_down")]
    Limited {
        wait: Option<Duration>,
    },
    #[classify(kind = context_length)]
    TooLong(#[allow(dead_code)] String),
    #[classify(kind = server, permanent)]
    Broken,
    #[classify(kind = not_found, retryable, retry_after = "1.5s", code = 404)]
    Missing,
    Unknown,
}

#[test]
fn a_variant_says_what_its_words_say() {
    let limited = Words::Limited { wait: Some(SECOND) };
    let expected = (ErrorKind::RateLimited, true, Some(SECOND), Some("slow_down".to_owned()));
    assert_eq!(said(&limited), expected);
    assert_eq!(said(&Words::Limited { wait: None }).2, None);
    assert_eq!(said(&Words::TooLong(String::new())), kind(ErrorKind::ContextLength));
    assert_eq!(said(&Words::Broken), (ErrorKind::Server, false, None, None));
    let missing = (ErrorKind::NotFound, true, Some(SECOND * 3 / 2), Some("404".to_owned()));
    assert_eq!(said(&Words::Missing), missing);
}

#[test]
fn a_variant_without_words_is_an_error_like_any_other() {
    assert_eq!(said(&Words::Unknown), kind(ErrorKind::Other));
    assert!(Words::Unknown.retryable());
}

mod defaults;
mod hygiene;
mod sources;
mod values;
