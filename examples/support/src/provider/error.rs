//! Refusals: each error answer of the wire, made in one place.

use std::time::Duration;

use hyper::StatusCode;

use super::wire::{ErrorBody, ErrorDetails};

/// Why a server did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProviderError {
    /// No port of the loopback address could be bound, or no thread or runtime started.
    #[error("cannot start the mock provider")]
    Start(#[from] std::io::Error),

    /// A rate is no probability.
    #[error("fault rate `{name}` is {value}; accepted: 0 to 1")]
    Rate {
        /// The field of [`Faults`](super::Faults).
        name: &'static str,
        /// Its value.
        value: f64,
    },

    /// The rates exceed all requests.
    #[error("fault rates sum up to {total}; accepted: at most 1")]
    Rates {
        /// Their sum.
        total: f64,
    },

    /// A [`Fault::ServerError`](super::Fault::ServerError) with a status of another kind.
    #[error("status {status} is not a server error; accepted: 500 to 599")]
    Status {
        /// The status given.
        status: u16,
    },

    /// The environment names a provider and no key for it.
    #[error(
        "`OPENAI_BASE_URL` is set and `OPENAI_API_KEY` is not; set both, or neither for the mock"
    )]
    NoKey,
}

/// An answer with an error body.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    pub(super) body: ErrorBody,
    pub(super) retry_after: Option<Duration>,
}

impl Refusal {
    fn new(
        status: StatusCode,
        kind: &'static str,
        code: Option<&'static str>,
        message: impl Into<String>,
    ) -> Self {
        let message = message.into();
        let error = ErrorDetails { message, kind, param: None, code };
        Self { status, body: ErrorBody { error }, retry_after: None }
    }

    fn with_param(mut self, param: &'static str) -> Self {
        self.body.error.param = Some(param);
        self
    }

    /// A request that is wrong in itself; `param` is the member at fault.
    pub(super) fn invalid(param: &'static str, message: impl Into<String>) -> Self {
        Self::malformed(message).with_param(param)
    }

    pub(super) fn malformed(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request_error", None, message)
    }

    pub(super) fn too_large(limit_bytes: usize) -> Self {
        let message = format!("The request body is larger than {limit_bytes} bytes.");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "invalid_request_error", None, message)
    }

    pub(super) fn no_such_url(method: &hyper::Method, path: &str) -> Self {
        let message = format!("Invalid URL ({method} {path})");
        Self::new(StatusCode::NOT_FOUND, "invalid_request_error", None, message)
    }

    pub(super) fn no_such_model(model: &str) -> Self {
        let message =
            format!("The model `{model}` does not exist or you do not have access to it.");
        Self::new(StatusCode::NOT_FOUND, "invalid_request_error", Some("model_not_found"), message)
    }

    /// No key, or not ours. The key is not repeated.
    pub(super) fn unauthorized(given: bool) -> Self {
        let (code, message) = if given {
            (Some("invalid_api_key"), "Incorrect API key provided.")
        } else {
            (None, "You didn't provide an API key. Send it as `Authorization: Bearer <key>`.")
        };
        Self::new(StatusCode::UNAUTHORIZED, "invalid_request_error", code, message)
    }

    pub(super) fn rate_limited(retry_after: Option<Duration>) -> Self {
        let wait = retry_after.map(|wait| format!(" Please try again in {wait:?}."));
        let message = format!("Rate limit reached for requests.{}", wait.unwrap_or_default());
        let code = Some("rate_limit_exceeded");
        let refusal = Self::new(StatusCode::TOO_MANY_REQUESTS, "requests", code, message);
        Self { retry_after, ..refusal }
    }

    pub(super) fn quota_exceeded() -> Self {
        let message =
            "You exceeded your current quota, please check your plan and billing details.";
        let kind = "insufficient_quota";
        Self::new(StatusCode::TOO_MANY_REQUESTS, kind, Some(kind), message)
    }

    pub(super) fn context_length_exceeded() -> Self {
        let message = "This model's maximum context length is smaller than your messages.";
        let code = Some("context_length_exceeded");
        Self::new(StatusCode::BAD_REQUEST, "invalid_request_error", code, message)
            .with_param("messages")
    }

    pub(super) fn server_error(status: StatusCode) -> Self {
        let message = "The server had an error while processing your request. Sorry about that!";
        Self::new(status, "server_error", None, message)
    }
}
