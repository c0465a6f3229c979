//! `async_openai::error::OpenAIError`. It keeps the status and the API's own code, but no headers;
//! of a server's wish for a delay the message's "Please try again in 1.2s" is left.

use super::retry_after::in_words;
use super::{Classify, ErrorKind};
use async_openai::error::{ApiErrorResponse, OpenAIError};
use std::borrow::Cow;
use std::time::Duration;

// Not recommended: what rustc lists must not depend on a feature.
#[diagnostic::do_not_recommend]
impl Classify for OpenAIError {
    fn kind(&self) -> ErrorKind {
        match self {
            OpenAIError::Reqwest(error) => Classify::kind(error),
            OpenAIError::ApiError(answer) => answer.kind(),
            OpenAIError::JSONDeserialize(..) => ErrorKind::InvalidResponse,
            OpenAIError::StreamError(_) => ErrorKind::Connection,
            OpenAIError::FileSaveError(_)
            | OpenAIError::FileReadError(_)
            | OpenAIError::InvalidArgument(_) => ErrorKind::InvalidRequest,
            // There is one more with the feature `middleware`.
            #[allow(unreachable_patterns)]
            _ => ErrorKind::Other,
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            OpenAIError::ApiError(answer) => answer.retry_after(),
            _ => None,
        }
    }

    fn code(&self) -> Option<Cow<'_, str>> {
        match self {
            OpenAIError::Reqwest(error) => error.code(),
            OpenAIError::ApiError(answer) => answer.code(),
            _ => None,
        }
    }
}

// Not recommended: what rustc lists must not depend on a feature.
#[diagnostic::do_not_recommend]
impl Classify for ApiErrorResponse {
    fn kind(&self) -> ErrorKind {
        match self.api_error.code.as_deref().or(self.api_error.r#type.as_deref()) {
            // Sent with 429, but no waiting helps.
            Some("insufficient_quota" | "billing_hard_limit_reached") => ErrorKind::QuotaExceeded,
            Some("context_length_exceeded" | "string_above_max_length") => ErrorKind::ContextLength,
            Some("content_filter" | "content_policy_violation") => ErrorKind::ContentFiltered,
            _ => ErrorKind::from_status(self.status_code.as_u16()),
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        if self.kind() == ErrorKind::RateLimited { in_words(&self.api_error.message) } else { None }
    }

    /// The API's own code, else the type of the error, else the HTTP status.
    fn code(&self) -> Option<Cow<'_, str>> {
        let named = self.api_error.code.as_deref().or(self.api_error.r#type.as_deref());
        Some(named.map_or_else(|| Cow::Owned(self.status_code.as_str().to_owned()), Cow::Borrowed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_openai::error::ApiError;

    fn answered(status: u16, code: Option<&str>, message: &str) -> OpenAIError {
        let api_error =
            ApiError { message: message.into(), code: code.map(Into::into), ..Default::default() };
        let status_code = reqwest::StatusCode::from_u16(status).unwrap();
        OpenAIError::ApiError(ApiErrorResponse { status_code, api_error })
    }

    #[test]
    fn a_rate_limit_is_waited_for_as_long_as_its_message_says() {
        let error = answered(429, Some("rate_limit_exceeded"), "Please try again in 1.5s. Visit");
        assert_eq!((error.kind(), error.retryable()), (ErrorKind::RateLimited, true));
        assert_eq!(error.retry_after(), Some(Duration::from_millis(1_500)));
        assert_eq!(error.code().as_deref(), Some("rate_limit_exceeded"));
    }

    #[test]
    fn an_exhausted_quota_is_no_rate_limit() {
        let error = answered(429, Some("insufficient_quota"), "You exceeded your current quota");
        assert_eq!((error.kind(), error.retryable()), (ErrorKind::QuotaExceeded, false));
    }

    #[test]
    fn a_prompt_that_is_too_long_is_not_sent_again() {
        let error =
            answered(400, Some("context_length_exceeded"), "maximum context length is 8192");
        assert_eq!((error.kind(), error.retryable()), (ErrorKind::ContextLength, false));
    }

    #[test]
    fn without_a_code_the_status_speaks() {
        let error = answered(529, None, "Overloaded");
        assert_eq!((error.kind(), error.retryable()), (ErrorKind::Overloaded, true));
        assert_eq!(error.code().as_deref(), Some("529"));
        assert!(!OpenAIError::InvalidArgument("no".into()).retryable());
    }
}
