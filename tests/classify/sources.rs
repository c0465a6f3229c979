//! Errors for which another answers: `transparent` and `with`.

use crate::{SECOND, kind, said};
use lumina::{Classify, ErrorKind, Interrupted};
use std::error::Error;
use std::io;
use std::time::Duration;

type Boxed = Box<dyn Error + Send + Sync>;

#[derive(Debug, thiserror::Error, Classify)]
enum Wrapping {
    #[error(transparent)]
    #[classify(transparent)]
    Io(#[from] io::Error),
    #[error("interrupted in {model}")]
    #[classify(transparent, code = model)]
    Interrupted { model: String, source: Interrupted },
    #[error("at {place}")]
    #[classify(transparent, permanent)]
    Placed {
        place: u32,
        #[source]
        cause: Interrupted,
    },
    #[error(transparent)]
    #[classify(transparent)]
    Boxed(Boxed),
    #[error(transparent)]
    #[classify(transparent)]
    Any(anyhow::Error),
}

fn limited() -> Interrupted {
    Interrupted::RateLimited { limit: "provider", retry_after: SECOND }
}

#[test]
fn a_transparent_variant_says_what_its_source_says() {
    let refused = Wrapping::from(io::Error::from(io::ErrorKind::PermissionDenied));
    assert_eq!(refused.kind(), ErrorKind::Unauthorized);
    assert!(!refused.retryable());
    let boxed = Wrapping::Boxed(limited().into());
    let code = Some("rate_limited".to_owned());
    assert_eq!(said(&boxed), (ErrorKind::RateLimited, true, Some(SECOND), code.clone()));
    let any = Wrapping::Any(limited().into());
    assert_eq!(said(&any), (ErrorKind::RateLimited, true, Some(SECOND), code));
}

#[test]
fn other_words_of_a_transparent_variant_come_first() {
    let named = Wrapping::Interrupted { model: "small".to_owned(), source: limited() };
    let code = Some("small".to_owned());
    assert_eq!(said(&named), (ErrorKind::RateLimited, true, Some(SECOND), code));
    let placed = Wrapping::Placed { place: 1, cause: limited() };
    let code = Some("rate_limited".to_owned());
    assert_eq!(said(&placed), (ErrorKind::RateLimited, false, None, code));
}

#[derive(Classify)]
#[classify(transparent)]
struct Newtype(Wrapping);

#[derive(Classify)]
enum Generic<E, F: Clone = u8>
where
    E: Send,
{
    #[classify(transparent)]
    Inner(Box<E>),
    #[classify(kind = invalid_response)]
    Other(#[allow(dead_code)] F),
}

#[test]
fn structs_and_generic_types_hand_on() {
    let inner = Newtype(Wrapping::Boxed(limited().into()));
    assert_eq!(inner.retry_after(), Some(SECOND));
    let generic: Generic<Interrupted> = Generic::Inner(Box::new(limited()));
    assert_eq!(generic.kind(), ErrorKind::RateLimited);
    let other: Generic<Interrupted, String> = Generic::Other(String::new());
    assert_eq!(said(&other), kind(ErrorKind::InvalidResponse));
}

/// What a function may return: all that an error says.
#[derive(Classify)]
#[classify(kind = kind, retry_after = wait, code = code)]
struct Verdict {
    kind: ErrorKind,
    wait: Option<Duration>,
    code: String,
}

fn verdict(status: &u16, body: &str) -> Verdict {
    let wait = body.parse().ok().map(Duration::from_secs);
    Verdict { kind: ErrorKind::from_status(*status), wait, code: format!("http-{status}") }
}

mod foreign {
    pub(super) struct Fault(pub(super) bool);

    pub(super) fn kind(fault: &Fault) -> lumina::ErrorKind {
        if fault.0 { lumina::ErrorKind::Server } else { lumina::ErrorKind::InvalidRequest }
    }
}

#[derive(Classify)]
enum Asking {
    #[classify(with = verdict)]
    Http(u16, String),
    #[classify(with = foreign::kind, code = "fault")]
    Foreign { fault: foreign::Fault },
}

#[test]
fn a_function_is_given_the_fields_and_answers_for_them() {
    let busy = Asking::Http(503, "1".to_owned());
    let code = Some("http-503".to_owned());
    assert_eq!(said(&busy), (ErrorKind::Overloaded, true, Some(SECOND), code));
    let fault = Asking::Foreign { fault: foreign::Fault(false) };
    let code = Some("fault".to_owned());
    assert_eq!(said(&fault), (ErrorKind::InvalidRequest, false, None, code));
    assert!(Asking::Foreign { fault: foreign::Fault(true) }.retryable());
}

#[tokio::test(start_paused = true)]
async fn one_derive_drives_retry_wait_and_attributes() {
    use lumina::traced;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[derive(Debug, thiserror::Error, Classify)]
    enum ModelError {
        #[error("too many requests")]
        #[classify(kind = rate_limited, retry_after = wait, code = "429")]
        Limited { wait: Duration },
        #[error("the prompt is too long")]
        #[classify(kind = context_length)]
        TooLong,
    }

    static CALLS: AtomicU32 = AtomicU32::new(0);

    #[traced]
    #[retry(max = 5, jitter = none)]
    async fn ask() -> Result<(), ModelError> {
        match CALLS.fetch_add(1, Ordering::Relaxed) {
            0 => Err(ModelError::Limited { wait: 7 * SECOND }),
            _ => Err(ModelError::TooLong),
        }
    }

    let started = tokio::time::Instant::now();
    let spans = lumina::testing::capture(ask()).await;
    assert_eq!(started.elapsed(), 7 * SECOND);
    assert_eq!(CALLS.load(Ordering::Relaxed), 2);
    spans.span("ask").has_attribute("retry.stopped", "permanent");
    let attempts = spans.spans_named("ask.attempt");
    let kinds = [("rate_limited", true), ("context_length", false)];
    assert_eq!(attempts.len(), kinds.len());
    for (attempt, (kind, retryable)) in attempts.into_iter().zip(kinds) {
        attempt.has_attribute("error.kind", kind).has_attribute("error.retryable", retryable);
    }
}
