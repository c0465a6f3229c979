//! The kinds of errors that a caller treats differently.

use std::fmt;

/// What went wrong, in the terms in which a caller can react.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// It took too long.
    Timeout,
    /// The other side could not be reached, or the connection broke.
    Connection,
    /// Too many requests or tokens in too short a time.
    RateLimited,
    /// The other side has no capacity for anybody.
    Overloaded,
    /// The other side failed.
    Server,
    /// A circuit breaker stands between.
    CircuitOpen,
    /// The answer makes no sense.
    InvalidResponse,
    /// The account has nothing left. Waiting a minute does not help.
    QuotaExceeded,
    /// Not known, or not allowed.
    Unauthorized,
    /// What was asked for does not exist.
    NotFound,
    /// The request makes no sense, and will make none the next time.
    InvalidRequest,
    /// The prompt is longer than the model can take.
    ContextLength,
    /// The content was refused.
    ContentFiltered,
    /// Somebody no longer wanted the answer.
    Cancelled,
    /// Anything else, or not known.
    Other,
}

impl ErrorKind {
    /// The kind that an HTTP status says.
    ///
    /// Retryable are 408, 429 and everything from 500 on, 529 ("overloaded") included; not so any
    /// other below 500.
    ///
    /// ```
    /// use lumina::ErrorKind;
    /// assert_eq!(ErrorKind::from_status(429), ErrorKind::RateLimited);
    /// assert!(ErrorKind::from_status(529).is_retryable());
    /// assert!(!ErrorKind::from_status(404).is_retryable());
    /// ```
    pub const fn from_status(status: u16) -> Self {
        match status {
            401 | 403 => ErrorKind::Unauthorized,
            402 => ErrorKind::QuotaExceeded,
            404 | 410 => ErrorKind::NotFound,
            408 | 504 => ErrorKind::Timeout,
            429 => ErrorKind::RateLimited,
            503 | 529 => ErrorKind::Overloaded,
            400..=499 => ErrorKind::InvalidRequest,
            500..=599 => ErrorKind::Server,
            // Neither a failure of the request nor of the server: it is the answer that surprises.
            _ => ErrorKind::InvalidResponse,
        }
    }

    /// Whether another attempt may succeed, as far as the kind tells.
    pub const fn is_retryable(self) -> bool {
        match self {
            ErrorKind::Timeout
            | ErrorKind::Connection
            | ErrorKind::RateLimited
            | ErrorKind::Overloaded
            | ErrorKind::Server
            | ErrorKind::CircuitOpen
            | ErrorKind::InvalidResponse
            | ErrorKind::Other => true,
            ErrorKind::QuotaExceeded
            | ErrorKind::Unauthorized
            | ErrorKind::NotFound
            | ErrorKind::InvalidRequest
            | ErrorKind::ContextLength
            | ErrorKind::ContentFiltered
            | ErrorKind::Cancelled => false,
        }
    }

    /// The name used in attributes.
    pub const fn as_str(self) -> &'static str {
        match self {
            ErrorKind::Timeout => "timeout",
            ErrorKind::Connection => "connection",
            ErrorKind::RateLimited => "rate_limited",
            ErrorKind::Overloaded => "overloaded",
            ErrorKind::Server => "server",
            ErrorKind::CircuitOpen => "circuit_open",
            ErrorKind::InvalidResponse => "invalid_response",
            ErrorKind::QuotaExceeded => "quota_exceeded",
            ErrorKind::Unauthorized => "unauthorized",
            ErrorKind::NotFound => "not_found",
            ErrorKind::InvalidRequest => "invalid_request",
            ErrorKind::ContextLength => "context_length",
            ErrorKind::ContentFiltered => "content_filtered",
            ErrorKind::Cancelled => "cancelled",
            ErrorKind::Other => "other",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
