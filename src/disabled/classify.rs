//! What an error says of itself, where nobody asks.

use super::ErrorKind;
use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

/// An error that knows what it means to a policy.
///
/// Without the feature `enable` there are no policies, and nobody asks: the trait is here so that
/// implementations compile, and what `derive(Classify)` makes says nothing.
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

    /// The other side's own name or number for the error.
    fn code(&self) -> Option<Cow<'_, str>> {
        None
    }
}

impl Classify for std::io::Error {}

impl Classify for ErrorKind {
    fn kind(&self) -> ErrorKind {
        *self
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
