//! What `#[derive(Classify)]` takes for an answer: the values that users write after a key.

use super::{Class, Classify, ErrorKind};
use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

/// A value of `kind = ..`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no kind of error",
    label = "neither an `ErrorKind` nor an HTTP status",
    note = "`kind` is a word such as `timeout`, a `lumina::ErrorKind`, or an HTTP status as a `u16`"
)]
pub trait SaysKind {
    /// The kind.
    fn says_kind(self) -> ErrorKind;
}

impl SaysKind for ErrorKind {
    fn says_kind(self) -> ErrorKind {
        self
    }
}

/// An HTTP status.
impl SaysKind for u16 {
    fn says_kind(self) -> ErrorKind {
        ErrorKind::from_status(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T: SaysKind + Copy> SaysKind for &T {
    fn says_kind(self) -> ErrorKind {
        (*self).says_kind()
    }
}

/// A value of `retry_after = ..`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no time to wait",
    label = "neither a `Duration` nor an `Option<Duration>`",
    note = "a number has no unit: write `std::time::Duration::from_secs(..)`"
)]
pub trait SaysRetryAfter {
    /// How long to wait.
    fn says_retry_after(self) -> Option<Duration>;
}

impl SaysRetryAfter for Duration {
    fn says_retry_after(self) -> Option<Duration> {
        Some(self)
    }
}

impl SaysRetryAfter for Option<Duration> {
    fn says_retry_after(self) -> Option<Duration> {
        self
    }
}

impl SaysRetryAfter for Option<&Duration> {
    fn says_retry_after(self) -> Option<Duration> {
        self.copied()
    }
}

#[diagnostic::do_not_recommend]
impl<T: SaysRetryAfter + Copy> SaysRetryAfter for &T {
    fn says_retry_after(self) -> Option<Duration> {
        (*self).says_retry_after()
    }
}

/// A value of `code = ..`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no code of an error",
    label = "neither a text nor an integer",
    note = "a `code` is a `&str`, a `String`, an integer, or an `Option` of one of these; \
            write `code = value.to_string()` for what has a `Display`"
)]
pub trait SaysCode<'a> {
    /// The code.
    fn says_code(self) -> Option<Cow<'a, str>>;
}

macro_rules! texts {
    ($($text:ty),*) => {$(
        impl<'a> SaysCode<'a> for &'a $text {
            fn says_code(self) -> Option<Cow<'a, str>> {
                Some(Cow::Borrowed(&**self))
            }
        }

        impl<'a> SaysCode<'a> for &'a Option<$text> {
            fn says_code(self) -> Option<Cow<'a, str>> {
                self.as_ref()?.says_code()
            }
        }

        impl<'a> SaysCode<'a> for Option<&'a $text> {
            fn says_code(self) -> Option<Cow<'a, str>> {
                self?.says_code()
            }
        }
    )*};
}
texts!(String, Box<str>, Arc<str>, &str, Cow<'_, str>);

macro_rules! owned {
    ($($text:ty),*) => {$(
        impl<'a> SaysCode<'a> for $text {
            fn says_code(self) -> Option<Cow<'a, str>> {
                Some(self.into())
            }
        }

        impl<'a> SaysCode<'a> for Option<$text> {
            fn says_code(self) -> Option<Cow<'a, str>> {
                self.map(Into::into)
            }
        }
    )*};
}
owned!(&'a str, String, Cow<'a, str>);

macro_rules! integers {
    ($($integer:ty),*) => {$(
        impl<'a> SaysCode<'a> for $integer {
            fn says_code(self) -> Option<Cow<'a, str>> {
                Some(Cow::Owned(self.to_string()))
            }
        }

        impl<'a> SaysCode<'a> for Option<$integer> {
            fn says_code(self) -> Option<Cow<'a, str>> {
                self?.says_code()
            }
        }

        impl<'a> SaysCode<'a> for &$integer {
            fn says_code(self) -> Option<Cow<'a, str>> {
                (*self).says_code()
            }
        }

        impl<'a> SaysCode<'a> for &Option<$integer> {
            fn says_code(self) -> Option<Cow<'a, str>> {
                (*self)?.says_code()
            }
        }
    )*};
}
integers!(i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize);

/// What is made on the spot to answer for an error: a function of `with` may return a kind alone.
impl Classify for ErrorKind {
    fn kind(&self) -> ErrorKind {
        *self
    }
}

/// Asks what will be gone before the answer is used.
pub fn asked<E: Classify + ?Sized>(error: &E) -> Class<'static> {
    let Class { kind, retryable, retry_after, code } = Class::of(error);
    Class { kind, retryable, retry_after, code: code.map(|code| Cow::Owned(code.into_owned())) }
}
