//! OTLP over HTTP: what travels, and how each kind of answer and failure is told.

use crate::{LONG, batch, export, permanent, retryable};
use lumina::export::{Delivery, ExportError, Exporter, Otlp, OtlpBuilder, OtlpCompression};
use lumina_tests::otlp::{Answer, HttpReceiver};
use std::net::TcpListener;
use std::time::{Duration, Instant};

fn to(receiver: &HttpReceiver) -> OtlpBuilder {
    Otlp::builder().endpoint(receiver.url())
}

fn otlp(receiver: &HttpReceiver) -> Otlp {
    to(receiver).build().unwrap()
}

#[test]
fn a_batch_arrives_as_one_request_with_the_headers_of_the_specification_and_our_own() {
    let receiver = HttpReceiver::start();
    let mut otlp = to(&receiver).bearer("k3y-of-mine").header("X-Tenant", "7").build().unwrap();
    assert_eq!(export(&mut otlp, &batch(3, 5)), Ok(Delivery::default()));
    let requests = receiver.requests();
    let [request] = &requests[..] else { panic!("{} requests", requests.len()) };
    assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/v1/traces"));
    assert_eq!(request.header("content-type"), Some("application/x-protobuf"));
    assert_eq!(request.header("content-encoding"), None);
    assert_eq!(request.header("authorization"), Some("Bearer k3y-of-mine"));
    assert_eq!(request.header("x-tenant"), Some("7"));
    assert!(request.header("user-agent").unwrap().starts_with("lumina-otlp/"));
    assert_eq!(receiver.span_names(), ["s1", "s2", "s3"]);
    let resource = request.request.as_ref().unwrap().resource_spans[0].resource.clone().unwrap();
    assert_eq!(resource.attributes[0].key, "service.name");
}

#[test]
fn gzip_shrinks_what_travels_and_nothing_else() {
    let receiver = HttpReceiver::start();
    let (mut plain, mut gzip) =
        (otlp(&receiver), to(&receiver).compression(OtlpCompression::Gzip).build().unwrap());
    let batch = batch(50, 100);
    for _ in 0..2 {
        assert_eq!(export(&mut plain, &batch), Ok(Delivery::default()));
        assert_eq!(export(&mut gzip, &batch), Ok(Delivery::default()));
    }
    let requests = receiver.requests();
    assert_eq!(requests[1].header("content-encoding"), Some("gzip"));
    assert!(requests[1].body_bytes * 4 < requests[0].body_bytes, "{requests:?}");
    assert!(requests.iter().all(|request| request.request == requests[0].request));
}

#[test]
fn one_connection_serves_many_batches() {
    let receiver = HttpReceiver::start();
    let mut otlp = otlp(&receiver);
    for _ in 0..5 {
        export(&mut otlp, &batch(1, 1)).unwrap();
    }
    assert_eq!((receiver.requests().len(), receiver.connections()), (5, 1));
}

#[test]
fn the_retryable_statuses_are_those_of_the_specification() {
    let statuses =
        [201, 301, 307, 400, 401, 403, 404, 408, 422, 429, 500, 501, 502, 503, 504, 505, 599];
    let receiver = HttpReceiver::scripted(statuses.map(Answer::status));
    let mut otlp = otlp(&receiver);
    for status in statuses {
        let result = export(&mut otlp, &batch(1, 1));
        match status {
            201 => assert_eq!(result, Ok(Delivery::default())),
            429 | 502 | 503 | 504 => {
                let (reason, retry_after) = retryable(result);
                assert!(reason.contains(&status.to_string()), "{reason}");
                assert_eq!(retry_after, None);
            }
            _ => {
                let reason = permanent(result);
                assert!(reason.contains(&status.to_string()), "{reason}");
            }
        }
    }
    assert_eq!(receiver.requests().len(), statuses.len(), "one request an attempt");
}

#[test]
fn a_redirect_is_not_followed() {
    let target = HttpReceiver::start();
    let receiver = HttpReceiver::scripted([Answer::status(307).header("location", &target.url())]);
    permanent(export(&mut otlp(&receiver), &batch(1, 1)));
    assert_eq!(target.requests().len(), 0);
}

#[test]
fn retry_after_is_honoured_on_retryable_statuses_in_seconds_and_as_a_date() {
    let receiver = HttpReceiver::scripted([
        Answer::status(503).header("retry-after", "7"),
        Answer::status(429).header("Retry-After", "Fri, 31 Dec 2100 23:59:59 GMT"),
        Answer::status(429).header("retry-after", "Mon, 01 Jan 2001 00:00:00 GMT"),
        Answer::status(502).header("retry-after", "when it suits you"),
    ]);
    let mut otlp = otlp(&receiver);
    let mut attempt = || retryable(export(&mut otlp, &batch(1, 1))).1;
    assert_eq!(attempt(), Some(Duration::from_secs(7)));
    assert_eq!(attempt(), Some(Duration::from_secs(300)), "capped");
    assert_eq!(attempt(), Some(Duration::ZERO));
    assert_eq!(attempt(), None);
}

#[test]
fn partial_success_is_told_with_its_count_and_words() {
    let receiver =
        HttpReceiver::scripted([Answer::partial(2, "no ids"), Answer::partial(0, "old schema")]);
    let mut otlp = otlp(&receiver);
    let refused = export(&mut otlp, &batch(3, 1)).unwrap();
    assert_eq!(refused, Delivery { rejected_spans: 2, message: Some("no ids".to_owned()) });
    let warned = export(&mut otlp, &batch(3, 1)).unwrap();
    assert_eq!(warned, Delivery { rejected_spans: 0, message: Some("old schema".to_owned()) });
}

#[test]
fn a_success_with_an_odd_body_is_a_success_with_a_message() {
    let endless = vec![b'a'; 10_000_000];
    let cut = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf".to_vec();
    let receiver = HttpReceiver::scripted([
        Answer::ok().body("<html>welcome</html>").header("content-type", "text/html"),
        Answer::ok().body(endless),
        Answer::raw(cut),
    ]);
    let mut otlp = otlp(&receiver);
    for words in ["welcome", "aaaa", "half"] {
        let delivery = export(&mut otlp, &batch(1, 1)).unwrap();
        assert_eq!(delivery.rejected_spans, 0);
        let message = delivery.message.unwrap();
        assert!(message.contains("not OTLP") && message.contains(words), "{message}");
        assert!(message.len() < 400, "{} bytes", message.len());
    }
}

#[test]
fn no_connection_and_a_broken_conversation_are_retryable() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut nobody = Otlp::builder().endpoint(format!("http://{closed}")).build().unwrap();
    let (reason, _) = retryable(export(&mut nobody, &batch(1, 1)));
    assert!(reason.contains(&closed.to_string()) && reason.contains("refused"), "{reason}");

    let mut unknown = Otlp::builder().endpoint("http://nowhere.invalid").build().unwrap();
    retryable(export(&mut unknown, &batch(1, 1)));

    let script = [
        Answer::close(),
        Answer::reset(),
        Answer::raw("SSH-2.0-OpenSSH_9.6\r\n"),
        Answer::raw(vec![0; 1_000]),
        Answer::raw(format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "y".repeat(1_000_000))),
        Answer::raw("HTTP/1.1 999999 what\r\n\r\n"),
    ];
    let attempts = script.len();
    let receiver = HttpReceiver::scripted(script);
    let mut otlp = otlp(&receiver);
    for _ in 0..attempts {
        retryable(export(&mut otlp, &batch(1, 1)));
    }
    assert_eq!(receiver.requests().len(), attempts);
    assert_eq!(export(&mut otlp, &batch(1, 1)), Ok(Delivery::default()), "and then it goes on");
}

#[test]
fn an_attempt_ends_with_its_time_out_whatever_the_receiver_does() {
    // A receiver that does not even accept: its backlog takes the connection.
    let deaf = TcpListener::bind("127.0.0.1:0").unwrap();
    let deaf_url = format!("http://{}", deaf.local_addr().unwrap());
    let receiver = HttpReceiver::scripted([Answer::silence(), Answer::trickle()]);
    let big = batch(1, 3_000_000);
    for (url, batch) in
        [(receiver.url(), &big), (receiver.url(), &big), (deaf_url.clone(), &big), (deaf_url, &big)]
    {
        let timeout = Duration::from_millis(300);
        let mut otlp = Otlp::builder().endpoint(url).timeout(timeout).build().unwrap();
        let start = Instant::now();
        let (reason, _) = retryable(export(&mut otlp, batch));
        assert!(reason.contains("no answer within 300ms"), "{reason}");
        assert!(start.elapsed() >= timeout, "{:?}", start.elapsed());
        assert!(start.elapsed() < timeout + Duration::from_secs(2), "{:?}", start.elapsed());
    }
}

#[test]
fn the_deadline_of_the_call_bounds_an_attempt_too() {
    let receiver = HttpReceiver::scripted([Answer::silence()]);
    let mut otlp = to(&receiver).timeout(LONG).build().unwrap();
    let start = Instant::now();
    retryable(otlp.export(&batch(1, 1), start + Duration::from_millis(200)));
    assert!(start.elapsed() < LONG / 2, "{:?}", start.elapsed());
    let (reason, _) = retryable(otlp.export(&batch(1, 1), Instant::now()));
    assert!(reason.contains("no time left"), "{reason}");
}

#[test]
fn a_refusal_by_length_is_understood_even_if_the_body_is_never_read() {
    let receiver = HttpReceiver::with_max_body(8_000_000);
    // More than the buffers on the way hold, so that the refusal overtakes the body.
    let mut otlp = to(&receiver).max_request_bytes(100_000_000).build().unwrap();
    let result = export(&mut otlp, &batch(15, 1_000_000));
    assert!(matches!(result, Err(ExportError::TooLarge { .. })), "{result:?}");
    // Having learned, it splits what is as large.
    assert_eq!(export(&mut otlp, &batch(15, 1_000_000)), Ok(Delivery::default()));
    assert_eq!(receiver.span_names().len(), 15);
}

#[test]
fn a_batch_above_the_limit_travels_as_several_requests() {
    let receiver = HttpReceiver::start();
    let mut otlp = to(&receiver).max_request_bytes(10_000).build().unwrap();
    assert_eq!(export(&mut otlp, &batch(100, 1_000)), Ok(Delivery::default()));
    let requests = receiver.requests();
    assert!((11..=13).contains(&requests.len()), "{} requests", requests.len());
    assert!(requests.iter().all(|request| request.body_bytes <= 10_000));
    let expected: Vec<String> = (1..=100).map(|id| format!("s{id}")).collect();
    assert_eq!(receiver.span_names(), expected);
}

#[test]
fn the_next_attempt_goes_on_where_the_last_one_failed() {
    let receiver = HttpReceiver::scripted([
        Answer::ok(),
        Answer::partial(1, "odd"),
        Answer::status(503),
        Answer::close(),
    ]);
    let mut otlp = to(&receiver).max_request_bytes(10_000).build().unwrap();
    let split = batch(50, 1_000);
    retryable(export(&mut otlp, &split));
    let after_two = receiver.requests().len();
    assert_eq!(after_two, 3);
    retryable(export(&mut otlp, &split));
    let delivery = export(&mut otlp, &split).unwrap();
    assert_eq!(delivery, Delivery { rejected_spans: 1, message: Some("odd".to_owned()) });
    // The third request was sent three times, every other one once.
    let mut names = receiver.span_names();
    let third = receiver.requests()[2].spans().len();
    names.sort();
    assert_eq!(names.len(), 50 + 2 * third);
    names.dedup();
    assert_eq!(names.len(), 50);
    // Another batch starts from its beginning.
    export(&mut otlp, &batch(2, 1)).unwrap();
    assert_eq!(receiver.span_names().len(), 52 + 2 * third);
}

#[test]
fn one_refused_request_of_several_costs_its_own_spans_only() {
    for status in [400, 413] {
        let script = [Answer::ok(), Answer::status(status).body("poison")];
        let receiver = HttpReceiver::scripted(script);
        let mut otlp = to(&receiver).max_request_bytes(1).build().unwrap();
        let delivery = export(&mut otlp, &batch(5, 10)).unwrap();
        assert_eq!(delivery.rejected_spans, 1, "{status}");
        let message = delivery.message.unwrap();
        assert!(message.contains("poison") && message.contains(&status.to_string()), "{message}");
        assert_eq!(receiver.requests().len(), 5);
    }
}

#[test]
fn no_failure_repeats_a_key_that_the_receiver_echoes() {
    const KEY: &str = "lumina_live_0123456789";
    let echo = format!("no such key: {KEY}\u{1b}[2J\nBearer {KEY}");
    let receiver = HttpReceiver::scripted([
        Answer::status(401).body(echo.clone()),
        Answer::status(503).body(echo.clone()),
        Answer::ok().body(echo),
        Answer::partial(1, &format!("bad {KEY}")),
    ]);
    let url = format!("{}/v1/traces?token={KEY}", receiver.url());
    let mut otlp = Otlp::builder().traces_url(url).bearer(KEY).build().unwrap();
    for _ in 0..4 {
        let shown = match export(&mut otlp, &batch(1, 1)) {
            Ok(delivery) => delivery.message.unwrap(),
            Err(error) => format!("{error} {error:?}"),
        };
        assert!(!shown.contains(KEY) && !shown.contains('\u{1b}'), "{shown}");
        assert!(shown.contains("[REDACTED]"), "{shown}");
    }
    assert_eq!(receiver.requests()[0].path, format!("/v1/traces?token={KEY}"));
    drop(receiver);
    let (reason, _) = retryable(export(&mut otlp, &batch(1, 1)));
    assert!(!reason.contains(KEY), "{reason}");
}
