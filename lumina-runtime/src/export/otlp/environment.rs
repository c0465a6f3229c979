//! The environment's say: `LUMINA_*`, then `OTEL_EXPORTER_OTLP_TRACES_*`, then
//! `OTEL_EXPORTER_OTLP_*`.
//!
//! Source: OpenTelemetry specification, "OpenTelemetry Protocol Exporter". Where it asks for a
//! warning on a wrong value, we refuse: set-up is the moment at which somebody is looking.

use super::config::{Given, Layer, OtlpCompression, OtlpConfigError, OtlpProtocol};
use super::endpoint::Endpoint;
use super::headers;
use std::time::Duration;

/// The two names of an OTLP variable: for traces, for every signal.
type Names = [&'static str; 2];

const ENDPOINT: Names = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];
const HEADERS: Names = ["OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS"];
const TIMEOUT: Names = ["OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT"];
const COMPRESSION: Names =
    ["OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", "OTEL_EXPORTER_OTLP_COMPRESSION"];
const PROTOCOL: Names = ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"];
const CERTIFICATE: Names =
    ["OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE", "OTEL_EXPORTER_OTLP_CERTIFICATE"];

/// Whether a variable says which receiver: without one, the others may be meant for others.
pub(super) fn names_a_receiver(lookup: &(impl Fn(&str) -> Option<String> + ?Sized)) -> bool {
    let names = ["LUMINA_ENDPOINT", ENDPOINT[0], ENDPOINT[1]];
    names.into_iter().filter_map(lookup).any(|value| !value.trim().is_empty())
}

/// Reads every variable that says how to reach a receiver.
pub(super) fn read(
    lookup: &(impl Fn(&str) -> Option<String> + ?Sized),
) -> Result<Layer, OtlpConfigError> {
    let get = |name: &'static str| {
        let value = lookup(name)?.trim().to_owned();
        (!value.is_empty()).then_some(Given { by: name, value })
    };
    let first = |names: Names| names.into_iter().find_map(get);
    let mut layer = Layer {
        endpoint: get("LUMINA_ENDPOINT").or_else(|| first(ENDPOINT)).map(endpoint),
        ..Layer::default()
    };
    if let Some(list) = first(HEADERS) {
        layer.headers = headers::parse(list.by, &list.value)?;
    }
    if let Some(key) = get("LUMINA_API_KEY") {
        let bearer = format!("Bearer {}", key.value);
        let (name, value) = headers::pair(key.by, "authorization", bearer.as_bytes())?;
        layer.headers.insert(name, value);
    }
    layer.timeout = first(TIMEOUT).map(timeout).transpose()?;
    layer.compression = first(COMPRESSION).map(compression).transpose()?;
    layer.protocol = first(PROTOCOL).map(protocol).transpose()?;
    layer.certificate =
        first(CERTIFICATE).map(|path| Given { by: path.by, value: path.value.into() });
    Ok(layer)
}

fn endpoint(given: Given<String>) -> Given<Endpoint> {
    let is_complete = given.by == ENDPOINT[0];
    Given { by: given.by, value: Endpoint { url: given.value, is_complete } }
}

fn invalid(given: Given<String>, accepted: &'static str) -> OtlpConfigError {
    OtlpConfigError::Invalid { setting: given.by, value: given.value, accepted }
}

fn timeout(given: Given<String>) -> Result<Given<Duration>, OtlpConfigError> {
    match given.value.parse() {
        Ok(milliseconds) if milliseconds > 0 => {
            Ok(Given { by: given.by, value: Duration::from_millis(milliseconds) })
        }
        _ => Err(invalid(given, "a whole number of milliseconds, at least 1")),
    }
}

fn compression(given: Given<String>) -> Result<OtlpCompression, OtlpConfigError> {
    match given.value.as_str() {
        "none" => Ok(OtlpCompression::None),
        "gzip" => Ok(OtlpCompression::Gzip),
        _ => Err(invalid(given, "gzip, none")),
    }
}

fn protocol(given: Given<String>) -> Result<Given<OtlpProtocol>, OtlpConfigError> {
    let value = match given.value.as_str() {
        "http/protobuf" => OtlpProtocol::HttpProtobuf,
        "grpc" => OtlpProtocol::Grpc,
        _ => return Err(invalid(given, "http/protobuf, grpc")),
    };
    Ok(Given { by: given.by, value })
}
