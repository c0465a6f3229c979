//! What receivers answer: read with suspicion, shown without secrets.

use super::wire::{Field, Fields};
use crate::export::Delivery;
use std::time::{Duration, SystemTime};

/// No answer that says something useful is longer.
pub(super) const MAX_ANSWER_BYTES: usize = 64 * 1024;

/// The longest wait that a receiver may ask for: a server must not be able to silence us for a day.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(300);

/// Text from a receiver is cut here.
const MAX_WORDS_CHARS: usize = 200;

/// Reads the body of a successful answer, `ExportTraceServiceResponse`, to `sent` spans.
///
/// The spans have been taken whatever the body says, so an odd one is a message, never a failure.
pub(super) fn delivery(body: &[u8], sent: u64, secrets: &Secrets) -> Delivery {
    let mut fields = Fields::new(body);
    let mut delivery = Delivery::default();
    for field in &mut fields {
        if let (1, Field::Bytes(partial)) = field {
            delivery = partial_success(partial, sent, secrets);
        }
    }
    if fields.is_malformed() {
        let words = secrets.words(body);
        delivery.message =
            Some(format!("success answered with a body that is not OTLP: {words:?}"));
    }
    delivery
}

fn partial_success(message: &[u8], sent: u64, secrets: &Secrets) -> Delivery {
    let mut delivery = Delivery::default();
    for field in Fields::new(message) {
        match field {
            (1, Field::Varint(rejected)) => {
                // An int64: a negative count is nonsense, and no more can be refused than was sent.
                let rejected = u64::try_from(rejected as i64).unwrap_or(0);
                delivery.rejected_spans = rejected.min(sent);
            }
            (2, Field::Bytes(words)) if !words.is_empty() => {
                delivery.message = Some(secrets.words(words));
            }
            _ => {}
        }
    }
    delivery
}

/// A `google.rpc.Status`: the form of errors over HTTP and of details over gRPC.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Status<'a> {
    pub(super) message: &'a [u8],
    /// From a `RetryInfo` among the details.
    pub(super) retry_after: Option<Duration>,
}

impl<'a> Status<'a> {
    /// Reads what makes sense; `None` if the bytes are something else.
    pub(super) fn read(bytes: &'a [u8]) -> Option<Status<'a>> {
        let mut status = Status::default();
        let mut fields = Fields::new(bytes);
        for field in &mut fields {
            match field {
                (2, Field::Bytes(message)) => status.message = message,
                (3, Field::Bytes(detail)) => {
                    status.retry_after = status.retry_after.or_else(|| retry_info(detail));
                }
                _ => {}
            }
        }
        (!fields.is_malformed()).then_some(status)
    }
}

/// The delay of an `Any` that holds a `google.rpc.RetryInfo`; without a delay, none is asked for.
fn retry_info(any: &[u8]) -> Option<Duration> {
    let (mut is_retry_info, mut value) = (false, &[][..]);
    for field in Fields::new(any) {
        match field {
            (1, Field::Bytes(url)) => is_retry_info = url.ends_with(b"/google.rpc.RetryInfo"),
            (2, Field::Bytes(bytes)) => value = bytes,
            _ => {}
        }
    }
    if !is_retry_info {
        return None;
    }
    let delay = Fields::new(value).find_map(|field| match field {
        (1, Field::Bytes(delay)) => Some(delay),
        _ => None,
    });
    let (mut seconds, mut nanos) = (0, 0);
    for field in Fields::new(delay.unwrap_or_default()) {
        match field {
            (1, Field::Varint(v)) => seconds = u64::try_from(v as i64).unwrap_or(0),
            (2, Field::Varint(v)) => nanos = u32::try_from(v).unwrap_or(0).min(999_999_999),
            _ => {}
        }
    }
    Some(Duration::new(seconds, nanos).min(MAX_RETRY_AFTER))
}

/// Reads `Retry-After`: seconds, or the date from which on the receiver wants to be asked again.
///
/// Source: RFC 9110, section 10.2.3.
pub(super) fn retry_after(header: &str, now: SystemTime) -> Option<Duration> {
    let header = header.trim();
    let wait = if !header.is_empty() && header.bytes().all(|byte| byte.is_ascii_digit()) {
        Duration::from_secs(header.parse().unwrap_or(u64::MAX))
    } else {
        let date = httpdate::parse_http_date(header).ok()?;
        date.duration_since(now).unwrap_or(Duration::ZERO)
    };
    Some(wait.min(MAX_RETRY_AFTER))
}

/// Texts that must never be shown, even if a receiver repeats them.
#[derive(Clone, Default)]
pub(super) struct Secrets(Vec<String>);

impl Secrets {
    /// Shorter values than this are no secrets, and would eat holes into messages.
    const MIN_BYTES: usize = 6;

    /// Takes header values; of `Bearer x` also `x` alone.
    pub(super) fn new<'v>(values: impl IntoIterator<Item = &'v [u8]>) -> Self {
        let mut secrets = Secrets::default();
        for value in values {
            let value = String::from_utf8_lossy(value);
            secrets.0.push(value.trim().to_owned());
            secrets.0.extend(value.split_whitespace().map(str::to_owned));
        }
        secrets.0.retain(|secret| secret.len() >= Self::MIN_BYTES && secret != "Bearer");
        // The longest first, so that no part of it stays behind.
        secrets.0.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        secrets.0.dedup();
        secrets
    }

    /// A receiver's text for a message: one line, cut, without secrets.
    pub(super) fn words(&self, text: &[u8]) -> String {
        // A secret cut by the limit would not be recognised, so the limit comes last.
        let text = &text[..text.len().min(MAX_ANSWER_BYTES)];
        let mut text = String::from_utf8_lossy(text).into_owned();
        for secret in &self.0 {
            text = text.replace(secret, "[REDACTED]");
        }
        let plain = text.trim().chars().map(|c| if c.is_control() { ' ' } else { c });
        plain.take(MAX_WORDS_CHARS).collect()
    }
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "[{} secrets]", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use opentelemetry_proto::tonic::collector::trace::v1::{
        ExportTracePartialSuccess, ExportTraceServiceResponse,
    };
    use prost::Message;

    fn partial(rejected_spans: i64, error_message: &str) -> Vec<u8> {
        let partial =
            ExportTracePartialSuccess { rejected_spans, error_message: error_message.to_owned() };
        ExportTraceServiceResponse { partial_success: Some(partial) }.encode_to_vec()
    }

    fn read(body: &[u8]) -> (u64, Option<String>) {
        let delivery = delivery(body, 10, &Secrets::default());
        (delivery.rejected_spans, delivery.message)
    }

    #[test]
    fn partial_success_is_told_and_bounded_by_what_was_sent() {
        assert_eq!(read(b""), (0, None));
        assert_eq!(read(&partial(0, "")), (0, None));
        assert_eq!(read(&partial(3, "bad ids")), (3, Some("bad ids".to_owned())));
        assert_eq!(read(&partial(0, "old schema")), (0, Some("old schema".to_owned())));
        assert_eq!(read(&partial(i64::MAX, "x")).0, 10);
        assert_eq!(read(&partial(-4, "x")).0, 0);
    }

    #[test]
    fn an_odd_body_of_a_success_is_a_message() {
        let (rejected, message) = read(b"<html>\x1b[31mall fine</html>");
        assert_eq!(rejected, 0);
        let message = message.unwrap();
        assert!(message.contains("not OTLP") && message.contains("all fine"), "{message}");
        assert!(!message.contains('\x1b'));
    }

    #[test]
    fn retry_after_is_read_in_both_forms_and_capped() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        let cases = [
            ("0", Some(0)),
            (" 7 ", Some(7)),
            ("99999999999999999999999", Some(300)),
            ("86400", Some(300)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(0)),
            ("Sun, 06 Nov 1994 08:50:07 GMT", Some(30)),
            ("Sunday, 06-Nov-94 08:49:47 GMT", Some(10)),
            ("Sun Nov  6 08:49:57 1994", Some(20)),
            ("Sun, 06 Nov 1994 08:40:00 GMT", Some(0)),
            ("Fri, 31 Dec 2100 00:00:00 GMT", Some(300)),
            ("", None),
            ("-1", None),
            ("soon", None),
        ];
        for (header, seconds) in cases {
            assert_eq!(retry_after(header, now), seconds.map(Duration::from_secs), "{header:?}");
        }
    }

    #[derive(Clone, PartialEq, Message)]
    struct ProtoStatus {
        #[prost(int32, tag = "1")]
        code: i32,
        #[prost(string, tag = "2")]
        message: String,
        #[prost(message, repeated, tag = "3")]
        details: Vec<ProtoAny>,
    }

    #[derive(Clone, PartialEq, Message)]
    struct ProtoAny {
        #[prost(string, tag = "1")]
        type_url: String,
        #[prost(bytes = "vec", tag = "2")]
        value: Vec<u8>,
    }

    #[derive(Clone, PartialEq, Message)]
    struct ProtoDuration {
        #[prost(int64, tag = "1")]
        seconds: i64,
        #[prost(int32, tag = "2")]
        nanos: i32,
    }

    #[derive(Clone, PartialEq, Message)]
    struct ProtoRetryInfo {
        #[prost(message, optional, tag = "1")]
        retry_delay: Option<ProtoDuration>,
    }

    fn status(type_url: &str, retry_delay: Option<(i64, i32)>) -> Vec<u8> {
        let retry_delay = retry_delay.map(|(seconds, nanos)| ProtoDuration { seconds, nanos });
        let value = ProtoRetryInfo { retry_delay }.encode_to_vec();
        let other = ProtoAny { type_url: "type.googleapis.com/x".to_owned(), value: vec![1] };
        let details = vec![other, ProtoAny { type_url: type_url.to_owned(), value }];
        ProtoStatus { code: 8, message: "busy".to_owned(), details }.encode_to_vec()
    }

    #[test]
    fn a_status_gives_its_message_and_the_delay_of_its_retry_info() {
        const RETRY_INFO: &str = "type.googleapis.com/google.rpc.RetryInfo";
        let cases = [
            (RETRY_INFO, Some((2, 500_000_000)), Some(Duration::from_millis(2_500))),
            (RETRY_INFO, Some((i64::MAX, 0)), Some(MAX_RETRY_AFTER)),
            (RETRY_INFO, Some((-1, -1)), Some(Duration::ZERO)),
            (RETRY_INFO, None, Some(Duration::ZERO)),
            ("type.googleapis.com/google.rpc.DebugInfo", Some((2, 0)), None),
        ];
        for (url, delay, retry_after) in cases {
            let bytes = status(url, delay);
            assert_eq!(Status::read(&bytes), Some(Status { message: b"busy", retry_after }));
        }
        assert_eq!(Status::read(b"not found"), None);
    }

    #[test]
    fn a_header_value_that_a_receiver_repeats_is_not_shown() {
        let secrets = Secrets::new([&b"Bearer lumina_live_abcdef"[..], b"short", b"tenant-7 "]);
        let said = b"bad token lumina_live_abcdef (Bearer lumina_live_abcdef) of tenant-7, short";
        let words = secrets.words(said);
        assert_eq!(words, "bad token [REDACTED] ([REDACTED]) of [REDACTED], short");
        assert_eq!(format!("{secrets:?}"), "[3 secrets]");
        let long = format!("{}lumina_live_abcdef", "x".repeat(MAX_WORDS_CHARS - 5));
        assert!(secrets.words(long.as_bytes()).ends_with("[REDA"));
    }
}
