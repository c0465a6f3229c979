//! What policies need to know of a returned value, and what they say of it.

/// A `Result`, under whatever name: only a function that returns one can have policies.
#[diagnostic::on_unimplemented(
    message = "a policy needs a function that returns a `Result`, and `{Self}` is none",
    label = "not a `Result`",
    note = "`retry`, `fallback`, `timeout`, `breaker` and `limit` act on errors; \
            return a `Result<T, E>`"
)]
pub trait Fallible: Sized {
    /// The value of success.
    type Ok;
    /// The error.
    type Err;

    /// The value by reference.
    #[allow(clippy::missing_errors_doc, reason = "an accessor, not an operation")]
    fn as_result(&self) -> Result<&Self::Ok, &Self::Err>;
    /// The value.
    #[allow(clippy::missing_errors_doc, reason = "an accessor, not an operation")]
    fn into_result(self) -> Result<Self::Ok, Self::Err>;
    /// Success.
    fn from_ok(value: Self::Ok) -> Self;
    /// Failure.
    fn from_err(error: Self::Err) -> Self;
}

impl<T, E> Fallible for Result<T, E> {
    type Ok = T;
    type Err = E;

    #[inline(always)]
    fn as_result(&self) -> Result<&T, &E> {
        self.as_ref()
    }

    #[inline(always)]
    fn into_result(self) -> Result<T, E> {
        self
    }

    #[inline(always)]
    fn from_ok(value: T) -> Self {
        Ok(value)
    }

    #[inline(always)]
    fn from_err(error: E) -> Self {
        Err(error)
    }
}

/// How to go on after an attempt or a fallback of a function that returns `R`, a `Result` with the
/// error `E`.
#[derive(Debug)]
pub enum Step<R, E> {
    /// The call is over, with this value.
    Done(R),
    /// Another attempt.
    Again,
    /// The next fallback that [`Call::wants`](super::Call::wants); the error of the step before it.
    Next(E),
}
