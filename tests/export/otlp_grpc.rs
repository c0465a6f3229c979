//! OTLP over gRPC: what travels, and how each code and failure is told.

use crate::{batch, export, permanent, retryable};
use lumina::export::{
    Delivery, ExportError, Exporter, Otlp, OtlpBuilder, OtlpCompression, OtlpProtocol,
};
use lumina_tests::otlp::{Answer, GrpcAnswer, GrpcReceiver, HttpReceiver};
use std::net::TcpListener;
use std::time::{Duration, Instant};
use tonic::Code;

fn to(url: impl Into<String>) -> OtlpBuilder {
    Otlp::builder().protocol(OtlpProtocol::Grpc).endpoint(url)
}

fn otlp(receiver: &GrpcReceiver) -> Otlp {
    to(receiver.url()).build().unwrap()
}

#[test]
fn a_batch_arrives_with_its_metadata_plain_and_compressed() {
    for compression in [OtlpCompression::None, OtlpCompression::Gzip] {
        let receiver = GrpcReceiver::start();
        let otlp =
            to(receiver.url()).compression(compression).bearer("k3y").header("X-Tenant", "7");
        let mut otlp = otlp.build().unwrap();
        for _ in 0..3 {
            assert_eq!(export(&mut otlp, &batch(3, 2_000)), Ok(Delivery::default()));
        }
        let request = &receiver.requests()[0];
        assert_eq!(request.header("authorization"), Some("Bearer k3y"));
        assert_eq!(request.header("x-tenant"), Some("7"));
        let gzip = (compression == OtlpCompression::Gzip).then_some("gzip");
        assert_eq!(request.header("grpc-encoding"), gzip);
        assert!(request.header("grpc-timeout").is_some());
        assert!(request.header("user-agent").unwrap().starts_with("lumina-otlp/"));
        assert_eq!(receiver.span_names().len(), 9);
        assert_eq!(receiver.span_names()[..3], ["s1", "s2", "s3"]);
    }
}

#[test]
fn the_retryable_codes_are_those_of_the_specification() {
    use Code::{
        Aborted, AlreadyExists, Cancelled, DataLoss, DeadlineExceeded, FailedPrecondition,
        Internal, InvalidArgument, NotFound, OutOfRange, PermissionDenied, ResourceExhausted,
        Unauthenticated, Unavailable, Unimplemented, Unknown,
    };
    let retried = [Cancelled, DeadlineExceeded, Aborted, OutOfRange, Unavailable, DataLoss];
    let r#final = [
        Unknown,
        InvalidArgument,
        NotFound,
        AlreadyExists,
        PermissionDenied,
        FailedPrecondition,
        Unimplemented,
        Internal,
        Unauthenticated,
        ResourceExhausted,
    ];
    let script = retried.iter().chain(&r#final).map(|code| GrpcAnswer::status(*code, "so it is"));
    let receiver = GrpcReceiver::scripted(script);
    let mut otlp = otlp(&receiver);
    for code in retried {
        let (reason, retry_after) = retryable(export(&mut otlp, &batch(1, 1)));
        assert!(reason.contains(&format!("{code:?}: so it is")), "{reason}");
        assert_eq!(retry_after, None);
    }
    for code in r#final {
        let reason = permanent(export(&mut otlp, &batch(1, 1)));
        assert!(reason.contains(&format!("{code:?}: so it is")), "{reason}");
    }
}

#[test]
fn a_retry_info_makes_exhaustion_retryable_and_sets_the_delay() {
    let delay = Duration::from_millis(1_500);
    let receiver = GrpcReceiver::scripted([
        GrpcAnswer::retry_in(Code::ResourceExhausted, delay),
        GrpcAnswer::retry_in(Code::Unavailable, Duration::from_secs(100_000)),
    ]);
    let mut otlp = otlp(&receiver);
    assert_eq!(retryable(export(&mut otlp, &batch(1, 1))).1, Some(delay));
    let capped = Some(Duration::from_secs(300));
    assert_eq!(retryable(export(&mut otlp, &batch(1, 1))).1, capped);
}

#[test]
fn a_request_that_the_receiver_finds_too_large_is_told_as_such() {
    let receiver = GrpcReceiver::with_max_message(1_000_000);
    let mut otlp = otlp(&receiver);
    let result = export(&mut otlp, &batch(30, 100_000));
    assert!(matches!(result, Err(ExportError::TooLarge { .. })), "{result:?}");
    let words = "grpc: received message larger than max (5000000 vs. 4194304)";
    let receiver = GrpcReceiver::scripted([
        GrpcAnswer::status(Code::ResourceExhausted, words),
        GrpcAnswer::status(Code::OutOfRange, "batch is too large"),
    ]);
    let mut otlp = self::otlp(&receiver);
    for _ in 0..2 {
        let result = export(&mut otlp, &batch(2, 1));
        assert!(matches!(result, Err(ExportError::TooLarge { .. })), "{result:?}");
    }
}

#[test]
fn partial_success_is_told_and_an_answer_beyond_measure_is_a_success() {
    let receiver = GrpcReceiver::scripted([
        GrpcAnswer::partial(2, "no ids"),
        GrpcAnswer::partial(1, "x".repeat(1_000_000)),
    ]);
    let mut otlp = otlp(&receiver);
    let refused = export(&mut otlp, &batch(3, 1)).unwrap();
    assert_eq!(refused, Delivery { rejected_spans: 2, message: Some("no ids".to_owned()) });
    let delivery = export(&mut otlp, &batch(3, 1)).unwrap();
    assert_eq!(delivery.rejected_spans, 0);
    assert!(delivery.message.unwrap().contains("too long"));
}

#[test]
fn no_connection_and_a_broken_conversation_are_retryable() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut nobody = to(format!("http://{closed}")).build().unwrap();
    let (reason, _) = retryable(export(&mut nobody, &batch(1, 1)));
    assert!(reason.contains(&closed.to_string()) && reason.contains("refused"), "{reason}");
    let mut unknown = to("http://nowhere.invalid").build().unwrap();
    retryable(export(&mut unknown, &batch(1, 1)));
    // Receivers that speak HTTP/1.1, something else, or nothing.
    for answer in [Answer::ok(), Answer::reset(), Answer::raw("SSH-2.0\r\n"), Answer::close()] {
        let receiver = HttpReceiver::scripted(vec![answer.clone(); 10]);
        let result = export(&mut to(receiver.url()).build().unwrap(), &batch(1, 1));
        let (reason, _) = retryable(result);
        assert!(reason.contains("cannot deliver"), "{answer:?}: {reason}");
    }
}

#[test]
fn an_attempt_ends_with_its_time_out_and_the_next_one_connects_anew() {
    let deaf = TcpListener::bind("127.0.0.1:0").unwrap();
    let receiver = GrpcReceiver::scripted([GrpcAnswer::Silence, GrpcAnswer::Silence]);
    let timeout = Duration::from_millis(300);
    for url in [receiver.url(), format!("http://{}", deaf.local_addr().unwrap())] {
        let mut otlp = to(url).timeout(timeout).build().unwrap();
        let start = Instant::now();
        let (reason, _) = retryable(export(&mut otlp, &batch(1, 1)));
        assert!(reason.contains("no answer within 300ms"), "{reason}");
        assert!(start.elapsed() < timeout + Duration::from_secs(2), "{:?}", start.elapsed());
    }
    let mut otlp = to(receiver.url()).timeout(timeout).build().unwrap();
    retryable(export(&mut otlp, &batch(1, 1)));
    assert_eq!(export(&mut otlp, &batch(1, 1)), Ok(Delivery::default()));
}

#[test]
fn it_works_inside_any_runtime_and_can_be_dropped_there() {
    let receiver = GrpcReceiver::start();
    let current = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let multi = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
    for runtime in [current, multi] {
        let mut otlp = otlp(&receiver);
        runtime.block_on(async move {
            assert_eq!(export(&mut otlp, &batch(1, 1)), Ok(Delivery::default()));
            drop(otlp);
        });
    }
    assert_eq!(receiver.requests().len(), 2);
}

#[test]
fn no_failure_repeats_a_key_that_the_receiver_echoes() {
    const KEY: &str = "lumina_live_0123456789";
    let echo = format!("no such key: {KEY}");
    let receiver = GrpcReceiver::scripted([
        GrpcAnswer::status(Code::Unauthenticated, &echo),
        GrpcAnswer::status(Code::Unavailable, &echo),
    ]);
    let mut otlp = to(receiver.url()).bearer(KEY).build().unwrap();
    for _ in 0..2 {
        let error = export(&mut otlp, &batch(1, 1)).unwrap_err();
        let shown = format!("{error} {error:?} {otlp:?}");
        assert!(!shown.contains(KEY) && shown.contains("[REDACTED]"), "{shown}");
    }
    assert_eq!(otlp.name(), "otlp");
}
