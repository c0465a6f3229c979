//! Where requests go: from the URL that a user gives to the one that is called.
//!
//! Source: OpenTelemetry specification, "Endpoint URLs for OTLP/HTTP".

use super::config::{Given, OtlpConfigError, OtlpProtocol};
use ureq::http::Uri;
use ureq::http::uri::PathAndQuery;

const ACCEPTED_ENDPOINT: &str = "a URL such as http://localhost:4318 or https://otlp.example.com";

/// Where requests go.
#[derive(Clone)]
pub(super) struct Endpoint {
    pub(super) url: String,
    /// The specification: the general endpoint gets `/v1/traces`, the one for traces is complete.
    pub(super) is_complete: bool,
}

/// The receiver on this machine, at the conventional port.
pub(super) fn default(protocol: OtlpProtocol) -> Given<Endpoint> {
    let url = match protocol {
        OtlpProtocol::HttpProtobuf => "http://localhost:4318",
        OtlpProtocol::Grpc => "http://localhost:4317",
    };
    Given { by: "default", value: Endpoint { url: url.to_owned(), is_complete: false } }
}

/// Judges an endpoint, and completes it for `protocol`.
pub(super) fn parse(
    endpoint: &Given<Endpoint>,
    protocol: OtlpProtocol,
) -> Result<Uri, OtlpConfigError> {
    let url = endpoint.value.url.trim();
    let invalid = || OtlpConfigError::Invalid {
        setting: endpoint.by,
        value: shown_url(url),
        accepted: ACCEPTED_ENDPOINT,
    };
    let uri: Uri = url.parse().map_err(|_| invalid())?;
    let has_host = uri.host().is_some_and(|host| !host.is_empty());
    if !matches!(uri.scheme_str(), Some("http" | "https")) || !has_host {
        return Err(invalid());
    }
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    if authority.contains('@') {
        return Err(OtlpConfigError::InvalidSecret {
            setting: endpoint.by,
            problem: "the URL holds a user name or password, which belong into a header".to_owned(),
            accepted: ACCEPTED_ENDPOINT,
        });
    }
    // A port that is none is dropped in silence by `port_u16`.
    if uri.port().is_none() && authority.rsplit_once(':').is_some_and(|(_, p)| !p.ends_with(']')) {
        return Err(invalid());
    }
    if endpoint.value.is_complete || protocol == OtlpProtocol::Grpc {
        return Ok(uri);
    }
    let query = uri.query().map_or(String::new(), |query| format!("?{query}"));
    let path = format!("{}/v1/traces{query}", uri.path().trim_end_matches('/'));
    let mut parts = uri.into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(path).map_err(|_| invalid())?);
    Uri::from_parts(parts).map_err(|_| invalid())
}

/// A URL as it may be shown: without user name, password and query.
pub(super) fn shown_url(url: &str) -> String {
    let (start, rest) = match url.find("://") {
        Some(at) => url.split_at(at + 3),
        None => ("", url),
    };
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let authority_end = rest.find('/').unwrap_or(rest.len());
    let (authority, path) = rest.split_at(authority_end);
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    format!("{start}{authority}{path}")
}
