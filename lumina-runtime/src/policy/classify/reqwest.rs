//! `reqwest::Error`. It keeps the status, but no headers: a server's wish for a delay is lost with
//! the response, unless the caller reads it ([`retry_after`](super::retry_after)) into an error of
//! its own.

use super::{Classify, ErrorKind};
use std::borrow::Cow;

// Not recommended: what rustc lists must not depend on a feature.
#[diagnostic::do_not_recommend]
impl Classify for reqwest::Error {
    fn kind(&self) -> ErrorKind {
        if let Some(status) = self.status() {
            ErrorKind::from_status(status.as_u16())
        } else if self.is_timeout() {
            ErrorKind::Timeout
        } else if self.is_builder() || self.is_redirect() {
            ErrorKind::InvalidRequest
        } else if self.is_decode() {
            ErrorKind::InvalidResponse
        } else if self.is_connect() || self.is_request() || self.is_body() {
            ErrorKind::Connection
        } else {
            ErrorKind::Other
        }
    }

    /// The HTTP status.
    fn code(&self) -> Option<Cow<'_, str>> {
        self.status().map(|status| Cow::Owned(status.as_str().to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(status: u16) -> reqwest::Error {
        let response = http::Response::builder().status(status).body("").unwrap();
        reqwest::Response::from(response).error_for_status().unwrap_err()
    }

    #[test]
    fn a_status_decides() {
        for (status, retryable) in
            [(429, true), (500, true), (529, true), (400, false), (404, false)]
        {
            let error = answered(status);
            assert_eq!(error.retryable(), retryable, "{status}");
            assert_eq!(error.code(), Some(Cow::Owned(status.to_string())));
        }
    }

    /// A client, also where another package of the build has reqwest without a TLS provider.
    fn client() -> reqwest::Client {
        // OK to ignore: the error says that there is a choice already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        reqwest::Client::new()
    }

    #[test]
    fn a_request_that_cannot_be_built_is_not_worth_another_attempt() {
        let error = client().get("not a url").build().unwrap_err();
        assert_eq!((error.kind(), error.retryable()), (ErrorKind::InvalidRequest, false));
        assert_eq!(error.code(), None);
    }

    #[tokio::test]
    async fn a_server_that_is_not_there_is_worth_another_attempt() {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let url = format!("http://127.0.0.1:{port}/");
        let error = client().get(url).send().await.unwrap_err();
        assert_eq!((error.kind(), error.retryable()), (ErrorKind::Connection, true));
    }
}
