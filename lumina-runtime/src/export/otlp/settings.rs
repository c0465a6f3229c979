//! What the transports work from.

use super::answer::Secrets;
use super::certificates::Certificates;
use super::config::{OtlpCompression, OtlpProtocol};
use super::endpoint::shown_url;
use std::fmt;
use std::time::Duration;
use ureq::http::{HeaderMap, HeaderName, HeaderValue, Uri};

/// A checked configuration: every value present and usable.
#[derive(Clone)]
pub(super) struct Settings {
    pub(super) uri: Uri,
    pub(super) protocol: OtlpProtocol,
    pub(super) compression: OtlpCompression,
    pub(super) timeout: Duration,
    /// `None`: the public authorities built in.
    pub(super) certificates: Option<Certificates>,
    pub(super) headers: HeaderMap,
    pub(super) max_request_bytes: usize,
}

impl Settings {
    /// The receiver's URL as it may be shown.
    pub(super) fn shown_uri(&self) -> String {
        shown_url(&self.uri.to_string())
    }

    pub(super) fn is_loopback(&self) -> bool {
        let host = self.uri.host().unwrap_or_default().trim_matches(['[', ']']);
        host == "localhost" || host.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
    }

    /// What no message may repeat: header values and the values of the query.
    pub(super) fn secrets(&self) -> Secrets {
        let query = self.uri.query().unwrap_or_default().split(['&', '=']);
        let query = query.map(str::as_bytes);
        Secrets::new(self.headers.values().map(HeaderValue::as_bytes).chain(query))
    }

    pub(super) fn header_names(&self) -> Vec<&HeaderName> {
        self.headers.keys().collect()
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("endpoint", &self.shown_uri())
            .field("protocol", &self.protocol)
            .field("compression", &self.compression)
            .field("timeout", &self.timeout)
            .field("own_certificates", &self.certificates.is_some())
            .field("headers", &self.header_names())
            .field("max_request_bytes", &self.max_request_bytes)
            .finish()
    }
}
