//! OTLP over TLS: own authorities are trusted, others are not, and nothing is sent in the clear.

use crate::{batch, export, retryable};
use lumina::export::{Delivery, Otlp, OtlpProtocol};
use lumina_tests::otlp::{GrpcReceiver, HttpReceiver, TestCertificate};

#[test]
fn a_receiver_with_a_certificate_of_our_own_is_trusted_by_both_protocols() {
    let certificate = TestCertificate::new();
    let http = HttpReceiver::with_tls(&certificate);
    let grpc = GrpcReceiver::with_tls(&certificate);
    let pairs = [(OtlpProtocol::HttpProtobuf, http.url()), (OtlpProtocol::Grpc, grpc.url())];
    for (protocol, url) in pairs {
        let otlp = Otlp::builder().protocol(protocol).endpoint(url);
        let mut otlp = otlp.certificate_file(certificate.path()).build().unwrap();
        assert_eq!(export(&mut otlp, &batch(2, 1)), Ok(Delivery::default()), "{protocol:?}");
    }
    assert_eq!(
        (http.span_names(), grpc.span_names()),
        (vec!["s1".into(), "s2".into()], vec!["s1".into(), "s2".into()])
    );
}

#[test]
fn the_certificate_can_come_from_the_environment() {
    let certificate = TestCertificate::new();
    let http = HttpReceiver::with_tls(&certificate);
    let env = |name: &str| match name {
        "OTEL_EXPORTER_OTLP_ENDPOINT" => Some(http.url()),
        "OTEL_EXPORTER_OTLP_CERTIFICATE" => certificate.path().to_str().map(str::to_owned),
        _ => None,
    };
    let mut otlp = Otlp::from_env(&env).unwrap().unwrap();
    assert_eq!(export(&mut otlp, &batch(1, 1)), Ok(Delivery::default()));
}

#[test]
fn a_certificate_that_is_not_trusted_is_retryable_and_nothing_is_sent() {
    let (certificate, another) = (TestCertificate::new(), TestCertificate::new());
    let http = HttpReceiver::with_tls(&certificate);
    let grpc = GrpcReceiver::with_tls(&certificate);
    let pairs = [(OtlpProtocol::HttpProtobuf, http.url()), (OtlpProtocol::Grpc, grpc.url())];
    for (protocol, url) in pairs {
        let public = Otlp::builder().protocol(protocol).endpoint(url);
        let other = public.clone().certificate_file(another.path());
        for builder in [public, other] {
            let result = export(&mut builder.bearer("k3y-of-mine").build().unwrap(), &batch(1, 1));
            let (reason, _) = retryable(result);
            assert!(reason.contains("certificate"), "{protocol:?}: {reason}");
        }
    }
    assert_eq!(http.requests().len() + grpc.requests().len(), 0);
}

#[test]
fn a_name_that_the_certificate_does_not_have_is_refused() {
    let certificate = TestCertificate::new();
    let http = HttpReceiver::with_tls(&certificate);
    let url = http.url().replace("localhost", "127.0.0.1");
    let otlp = Otlp::builder().endpoint(url).certificate_file(certificate.path());
    let (reason, _) = retryable(export(&mut otlp.build().unwrap(), &batch(1, 1)));
    assert!(reason.contains("not valid for name"), "{reason}");
    assert_eq!(http.requests().len(), 0);
}
