//! What an error says of itself: is another attempt worth it, when, and what is it called?
//!
//! One answer for the retry, the reason of a fallback and the attributes `error.*`. Errors of other
//! crates are known in the files below; [`probe`] asks any error at all.

#[cfg(feature = "async-openai")]
mod async_openai;
mod io;
mod kind;
pub mod probe;
#[cfg(feature = "reqwest")]
mod reqwest;
mod retry_after;
pub(crate) mod said;

pub use kind::ErrorKind;
pub use retry_after::retry_after;

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

/// An error that knows what it means to a policy.
///
/// Implemented for an operation's error, it decides whether the operation is called again; without
/// it, every error is worth another attempt. Ready for `std::io::Error` and
/// [`Interrupted`](crate::Interrupted), and by features for the errors of `reqwest` and
/// `async-openai`, also where they are inside an `anyhow::Error` or a boxed error.
///
/// # Examples
///
/// ```
/// use lumina_runtime::{Classify, ErrorKind};
/// use std::time::Duration;
///
/// enum LlmError {
///     Api { status: u16, retry_after: Option<Duration> },
///     Refused,
/// }
///
/// impl Classify for LlmError {
///     fn kind(&self) -> ErrorKind {
///         match self {
///             LlmError::Api { status, .. } => ErrorKind::from_status(*status),
///             LlmError::Refused => ErrorKind::ContentFiltered,
///         }
///     }
///
///     fn retry_after(&self) -> Option<Duration> {
///         match self {
///             LlmError::Api { retry_after, .. } => *retry_after,
///             LlmError::Refused => None,
///         }
///     }
/// }
///
/// assert!(LlmError::Api { status: 429, retry_after: None }.retryable());
/// assert!(!LlmError::Api { status: 400, retry_after: None }.retryable());
/// assert!(!LlmError::Refused.retryable());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say what it means to a policy",
    label = "does not implement `lumina::Classify`",
    note = "derive or implement `lumina::Classify` for it; a variant around it may say `retryable` \
            or `permanent` instead of `transparent`"
)]
pub trait Classify {
    /// What kind of error this is. [`ErrorKind::Other`] unless said otherwise.
    fn kind(&self) -> ErrorKind {
        ErrorKind::Other
    }

    /// Whether another attempt may succeed. As its kind says, unless said otherwise.
    fn retryable(&self) -> bool {
        self.kind().is_retryable()
    }

    /// How long the other side asked to wait before another attempt.
    fn retry_after(&self) -> Option<Duration> {
        None
    }

    /// The other side's own name or number for the error, such as `context_length_exceeded` or
    /// `429`.
    fn code(&self) -> Option<Cow<'_, str>> {
        None
    }
}

macro_rules! as_what_it_holds {
    ($($holder:ty),*) => {$(
        impl<T: Classify + ?Sized> Classify for $holder {
            fn kind(&self) -> ErrorKind {
                (**self).kind()
            }

            fn retryable(&self) -> bool {
                (**self).retryable()
            }

            fn retry_after(&self) -> Option<Duration> {
                (**self).retry_after()
            }

            fn code(&self) -> Option<Cow<'_, str>> {
                (**self).code()
            }
        }
    )*};
}

as_what_it_holds!(&T, Box<T>, Arc<T>, Rc<T>);

/// All that an error says, asked once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class<'a> {
    /// [`Classify::kind`].
    pub kind: ErrorKind,
    /// [`Classify::retryable`].
    pub retryable: bool,
    /// [`Classify::retry_after`].
    pub retry_after: Option<Duration>,
    /// [`Classify::code`].
    pub code: Option<Cow<'a, str>>,
}

impl<'a> Class<'a> {
    /// Of an error that says nothing: worth another attempt.
    pub const UNKNOWN: Class<'static> =
        Class { kind: ErrorKind::Other, retryable: true, retry_after: None, code: None };

    /// Asks `error`.
    pub fn of<E: Classify + ?Sized>(error: &'a E) -> Self {
        Class {
            kind: error.kind(),
            retryable: error.retryable(),
            retry_after: error.retry_after(),
            code: error.code(),
        }
    }
}
