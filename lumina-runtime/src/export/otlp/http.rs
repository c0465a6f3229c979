//! OTLP over HTTP/1.1: one `POST` an attempt.
//!
//! Says what came of it; waiting and trying again are the worker's. Retryable are a failed or
//! timed-out connection, a broken answer and the statuses 429, 502, 503 and 504; every other status
//! but 413 is final. A certificate that is not accepted is retryable too: it may be renewed while
//! we run, and spans that the queue can hold are not lost to an expired one.
//!
//! Source: OTLP specification 1.5, "OTLP/HTTP Response".

use super::answer::{self, MAX_ANSWER_BYTES, Secrets, Status};
use super::config::OtlpCompression;
use super::resolve::Addresses;
use super::settings::Settings;
use crate::export::{Delivery, ExportError};
use flate2::write::GzEncoder;
use std::io::{Read, Write};
use std::time::{Duration, SystemTime};
use ureq::http::{HeaderMap, Response, StatusCode, Uri, header};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::unversioned::transport::DefaultConnector;
use ureq::{Agent, Body};

/// A body above this asks for permission first (`Expect: 100-continue`): a receiver that finds it
/// too large by its announced length often answers and closes at once, and its answer would be lost
/// in the broken connection.
const ASK_FIRST_BYTES: usize = 512 * 1024;

/// How long a receiver that does not know `Expect` keeps us waiting.
const ASK_FIRST_WAIT: Duration = Duration::from_millis(500);

/// The way to one receiver.
pub(super) struct Http {
    agent: Agent,
    addresses: Addresses,
    uri: Uri,
    /// Without query, which may hold a key.
    shown: String,
    headers: HeaderMap,
    secrets: Secrets,
    compression: OtlpCompression,
    gzipped: Vec<u8>,
    /// Whether the receiver may be asked first: cleared once it refused to be.
    ask_first: bool,
}

impl Http {
    pub(super) fn new(settings: &Settings) -> Self {
        let roots = match &settings.certificates {
            None => RootCerts::WebPki,
            Some(certificates) => RootCerts::new_with_certs(certificates.parsed()),
        };
        let mut config = Agent::config_builder()
            .tls_config(TlsConfig::builder().root_certs(roots).build())
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_await_100(Some(ASK_FIRST_WAIT))
            .max_response_header_size(MAX_ANSWER_BYTES)
            .max_idle_connections(1)
            .user_agent(super::USER_AGENT)
            .accept("application/x-protobuf");
        if settings.is_loopback() {
            // What `HTTPS_PROXY` and its like name cannot reach our own machine's loopback.
            config = config.proxy(None);
        }
        let addresses = Addresses::default();
        Http {
            agent: Agent::with_parts(config.build(), DefaultConnector::new(), addresses.clone()),
            addresses,
            uri: settings.uri.clone(),
            shown: settings.shown_uri(),
            headers: settings.headers.clone(),
            secrets: settings.secrets(),
            compression: settings.compression,
            gzipped: Vec::new(),
            ask_first: true,
        }
    }

    /// Sends `request`, which holds `spans` spans.
    pub(super) fn send(
        &mut self,
        request: &[u8],
        spans: u64,
        timeout: Duration,
    ) -> Result<Delivery, ExportError> {
        if self.compression == OtlpCompression::Gzip {
            self.gzip(request);
        }
        match self.post(request, timeout) {
            Ok(response) => self.judge(response, spans),
            Err(error) => {
                // The host may have moved.
                self.addresses.forget();
                let what = self.describe(&error, timeout);
                let reason = format!("cannot deliver to {}: {what}", self.shown);
                Err(ExportError::Retryable { reason, retry_after: None })
            }
        }
    }

    fn gzip(&mut self, request: &[u8]) {
        self.gzipped.clear();
        self.gzipped.shrink_to(MAX_ANSWER_BYTES.max(request.len()));
        let gzipped = std::mem::take(&mut self.gzipped);
        let mut encoder = GzEncoder::new(gzipped, flate2::Compression::fast());
        // Writing into a `Vec` does not fail.
        if encoder.write_all(request).is_ok()
            && let Ok(gzipped) = encoder.finish()
        {
            self.gzipped = gzipped;
        }
    }

    fn post(&self, request: &[u8], timeout: Duration) -> Result<Response<Body>, ureq::Error> {
        let gzip = self.compression == OtlpCompression::Gzip && !self.gzipped.is_empty();
        let body = if gzip { &self.gzipped } else { request };
        let mut post = self.agent.post(self.uri.clone());
        for (name, value) in &self.headers {
            post = post.header(name, value);
        }
        post = post.header(header::CONTENT_TYPE, "application/x-protobuf");
        if gzip {
            post = post.header(header::CONTENT_ENCODING, "gzip");
        }
        if self.ask_first && body.len() > ASK_FIRST_BYTES {
            post = post.header(header::EXPECT, "100-continue");
        }
        post.config().timeout_global(Some(timeout)).build().send(body)
    }

    fn judge(&mut self, response: Response<Body>, spans: u64) -> Result<Delivery, ExportError> {
        let (head, body) = response.into_parts();
        let mut answer = Vec::new();
        // OK to ignore a failure: what counts is the status, which is here; and to stop reading at
        // the limit: dropping the body closes the connection.
        let _ = body.into_reader().take(MAX_ANSWER_BYTES as u64).read_to_end(&mut answer);
        if head.status.is_success() {
            return Ok(answer::delivery(&answer, spans, &self.secrets));
        }
        let status = Status::read(&answer);
        let words = self.secrets.words(status.as_ref().map_or(&answer, |status| status.message));
        let separator = if words.is_empty() { "" } else { ": " };
        let reason = format!("{} answered {}{separator}{words}", self.shown, head.status);
        Err(match head.status {
            StatusCode::TOO_MANY_REQUESTS
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT => {
                let header = head.headers.get(header::RETRY_AFTER);
                let retry_after = header
                    .and_then(|value| value.to_str().ok())
                    .and_then(|value| answer::retry_after(value, SystemTime::now()))
                    .or(status.and_then(|status| status.retry_after));
                ExportError::Retryable { reason, retry_after }
            }
            StatusCode::PAYLOAD_TOO_LARGE => ExportError::TooLarge { reason },
            StatusCode::EXPECTATION_FAILED if self.ask_first => {
                self.ask_first = false;
                ExportError::Retryable { reason, retry_after: Some(Duration::ZERO) }
            }
            _ => ExportError::Permanent { reason },
        })
    }

    /// Only from parts that hold no secret: some of `ureq`'s messages repeat the whole URL.
    fn describe(&self, error: &ureq::Error, timeout: Duration) -> String {
        match error {
            ureq::Error::Timeout(at) => format!("no answer within {timeout:?} ({at})"),
            ureq::Error::BadUri(_) => "the URL is not usable".to_owned(),
            other => self.secrets.words(other.to_string().as_bytes()),
        }
    }
}
