//! Settings: what wins, what is refused, what is shown. What travels is tested against a receiver.

use super::config::{OtlpBuilder, OtlpCompression, OtlpConfigError, OtlpProtocol};
use super::settings::Settings;
use super::*;
use std::collections::HashMap;
use std::path::PathBuf;

fn env(pairs: &[(&str, &str)]) -> impl Fn(&str) -> Option<String> + use<> {
    let map: HashMap<String, String> =
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    move |name| map.get(name).cloned()
}

fn judge(builder: OtlpBuilder, pairs: &[(&str, &str)]) -> Result<Settings, OtlpConfigError> {
    builder.with_env(&env(pairs))?.judge()
}

fn uri(pairs: &[(&str, &str)]) -> String {
    judge(Otlp::builder(), pairs).unwrap().uri.to_string()
}

const GENERAL: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
const TRACES: &str = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";

#[test]
fn the_general_endpoint_gets_the_path_and_the_one_for_traces_is_complete() {
    assert_eq!(uri(&[]), "http://localhost:4318/v1/traces");
    assert_eq!(uri(&[(GENERAL, "https://a.example")]), "https://a.example/v1/traces");
    assert_eq!(uri(&[(GENERAL, "http://a:1/base/")]), "http://a:1/base/v1/traces");
    assert_eq!(uri(&[(GENERAL, "http://[::1]:1/?k=v")]), "http://[::1]:1/v1/traces?k=v");
    assert_eq!(uri(&[(TRACES, "http://a:1")]), "http://a:1/");
    assert_eq!(uri(&[(TRACES, "http://a:1/own/path")]), "http://a:1/own/path");
    assert_eq!(uri(&[("LUMINA_ENDPOINT", "http://l:1")]), "http://l:1/v1/traces");
}

#[test]
fn a_call_wins_over_lumina_over_traces_over_general_over_the_default() {
    let mut pairs = vec![(GENERAL, "http://general"), (TRACES, "http://traces")];
    assert_eq!(uri(&pairs[..1]), "http://general/v1/traces");
    assert_eq!(uri(&pairs), "http://traces/");
    pairs.push(("LUMINA_ENDPOINT", "http://lumina"));
    assert_eq!(uri(&pairs), "http://lumina/v1/traces");
    let called = judge(Otlp::builder().endpoint("http://call"), &pairs).unwrap();
    assert_eq!(called.uri, "http://call/v1/traces");
    pairs.push(("LUMINA_ENDPOINT", "  "));
    assert_eq!(uri(&pairs), "http://traces/", "blank counts as unset");

    let timeouts =
        [("OTEL_EXPORTER_OTLP_TIMEOUT", "2000"), ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "1000")];
    let timeout = |builder, pairs| judge(builder, pairs).unwrap().timeout;
    assert_eq!(timeout(Otlp::builder(), &[]), Duration::from_secs(10));
    assert_eq!(timeout(Otlp::builder(), &timeouts[..1]), Duration::from_secs(2));
    assert_eq!(timeout(Otlp::builder(), &timeouts), Duration::from_secs(1));
    let own = Duration::from_millis(3);
    assert_eq!(timeout(Otlp::builder().timeout(own), &timeouts), own);

    let gzip = [("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip")];
    let compression = |builder, pairs| judge(builder, pairs).unwrap().compression;
    assert_eq!(compression(Otlp::builder(), &[]), OtlpCompression::None);
    assert_eq!(compression(Otlp::builder(), &gzip), OtlpCompression::Gzip);
    let none = Otlp::builder().compression(OtlpCompression::None);
    assert_eq!(compression(none, &gzip), OtlpCompression::None);
}

#[test]
fn headers_are_joined_by_name_and_the_lumina_key_is_a_bearer() {
    let mut pairs = vec![
        ("OTEL_EXPORTER_OTLP_HEADERS", "general=1"),
        ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "authorization=Basic%20abc,x-a=env,x-b=env"),
    ];
    let headers = judge(Otlp::builder().header("X-A", "call"), &pairs).unwrap().headers;
    assert_eq!(headers["authorization"], "Basic abc");
    assert_eq!(
        (&headers["x-a"], &headers["x-b"]),
        (&"call".parse().unwrap(), &"env".parse().unwrap())
    );
    assert!(!headers.contains_key("general"), "the list for traces replaces the general one");
    pairs.push(("LUMINA_API_KEY", " lumina_live_x "));
    let headers = judge(Otlp::builder(), &pairs).unwrap().headers;
    assert_eq!(headers["authorization"], "Bearer lumina_live_x");
    let headers = judge(Otlp::builder().bearer("call"), &pairs).unwrap().headers;
    assert_eq!(headers["authorization"], "Bearer call");
}

#[test]
fn without_a_receiver_the_environment_makes_no_exporter_and_is_not_judged() {
    let pairs = [("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json"), ("LUMINA_ENDPOINT", "")];
    assert!(Otlp::from_env(&env(&pairs)).unwrap().is_none());
    let pairs = [("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json"), (GENERAL, "http://a")];
    assert!(Otlp::from_env(&env(&pairs)).is_err());
    let otlp = Otlp::from_env(&env(&pairs[1..])).unwrap().unwrap();
    assert_eq!(otlp.endpoint(), "http://a/v1/traces");
}

#[test]
fn a_wrong_value_is_refused_with_its_variable_and_what_is_accepted() {
    let cases = [
        (GENERAL, "localhost:4318", "http://localhost:4318"),
        (GENERAL, "ftp://a", "http://localhost:4318"),
        (GENERAL, "http://", "http://localhost:4318"),
        (TRACES, "http://a:port/", "http://localhost:4318"),
        (TRACES, "http://a:99999/", "http://localhost:4318"),
        ("LUMINA_ENDPOINT", "http://a b", "http://localhost:4318"),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "0", "milliseconds"),
        ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "10s", "milliseconds"),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "zstd", "gzip, none"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json", "http/protobuf, grpc"),
    ];
    for (name, value, accepted) in cases {
        let error = judge(Otlp::builder(), &[(name, value)]).unwrap_err().to_string();
        assert!(error.starts_with(name), "{error}");
        assert!(error.contains(value) && error.contains(accepted), "{error}");
    }
}

#[test]
fn no_error_and_no_debug_shows_a_secret() {
    let wrong = [
        (GENERAL, "http://user:s3cret@host"),
        (GENERAL, "ftp://user:s3cret@host/?key=s3cret"),
        ("LUMINA_API_KEY", "s3cret\u{7}"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "s3cret"),
    ];
    for pair in wrong {
        let error = judge(Otlp::builder(), &[pair]).unwrap_err();
        assert!(error.to_string().starts_with(pair.0), "{error}");
        assert!(!format!("{error} {error:?}").contains("s3cret"), "{error}");
    }
    let builder = Otlp::builder()
        .traces_url("http://host/own?key=s3cret")
        .header("x-key", "s3cret")
        .bearer("s3cret");
    assert!(!format!("{builder:?}").contains("s3cret"));
    let otlp = builder.build().unwrap();
    let shown = format!("{otlp:?} {}", otlp.endpoint());
    assert!(!shown.contains("s3cret"), "{shown}");
    assert!(shown.contains("http://host/own") && shown.contains("x-key"), "{shown}");
}

#[test]
fn certificates_that_cannot_be_used_are_refused_with_their_path() {
    let missing = PathBuf::from("no/such/file.pem");
    let error = Otlp::builder().certificate_file(&missing).build().unwrap_err();
    assert!(error.to_string().contains("no/such/file.pem"), "{error}");
    // A file that has no certificate: this package's manifest.
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let pairs = [("OTEL_EXPORTER_OTLP_CERTIFICATE", manifest)];
    let error = judge(Otlp::builder(), &pairs).unwrap_err().to_string();
    assert!(error.contains("OTEL_EXPORTER_OTLP_CERTIFICATE: no certificate"), "{error}");
}

#[cfg(feature = "otlp-grpc")]
#[test]
fn grpc_takes_the_endpoint_as_it_is() {
    let mut pairs = vec![("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")];
    assert_eq!(uri(&pairs), "http://localhost:4317/");
    pairs.push((GENERAL, "https://a.example"));
    let settings = judge(Otlp::builder(), &pairs).unwrap();
    assert_eq!(settings.uri, "https://a.example/");
    assert_eq!(settings.protocol, OtlpProtocol::Grpc);
}

#[cfg(not(feature = "otlp-grpc"))]
#[test]
fn grpc_that_was_not_compiled_in_is_refused_with_the_feature_it_needs() {
    let error = judge(Otlp::builder(), &[("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")]).unwrap_err();
    let error = error.to_string();
    assert!(error.starts_with("OTEL_EXPORTER_OTLP_PROTOCOL"), "{error}");
    assert!(error.contains("`otlp-grpc`"), "{error}");
    let called = Otlp::builder().protocol(OtlpProtocol::Grpc).build().unwrap_err();
    assert!(called.to_string().starts_with("protocol()"), "{called}");
}
