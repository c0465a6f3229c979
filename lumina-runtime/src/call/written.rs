//! Small functions and traits that generated code calls, so that rustc infers what the user left
//! out and reports what the user got wrong where the user wrote it.

use super::fallible::Fallible;
use super::judgement::Judgement;
use super::resolve::Resolve;
use crate::policy::error::Interrupted;
use std::future::Ready;
use std::num::NonZeroU32;

/// Gives a closure the type of the judge of a function that returns `R`.
#[inline(always)]
pub fn judge<R: Fallible, J: FnMut(&R::Err, &mut Judgement)>(judge: J) -> J {
    judge
}

/// Gives a closure the type of a predicate on the values of a function that returns `R`.
#[inline(always)]
pub fn until<R: Fallible, U: FnMut(&R::Ok) -> bool>(until: U) -> U {
    until
}

/// Whether a value is the one awaited.
pub trait Until<T> {
    /// Whether it runs code of the user's, which belongs to the attempt.
    const LOOKS: bool = true;

    /// Whether it is.
    fn accepts(&mut self, value: &T) -> bool;

    /// How many tokens it tells were used.
    #[inline(always)]
    fn used(&mut self, _value: &T) -> Option<u64> {
        None
    }
}

/// Every value is.
#[derive(Debug)]
pub struct Anything;

impl<T> Until<T> for Anything {
    const LOOKS: bool = false;

    #[inline(always)]
    fn accepts(&mut self, _: &T) -> bool {
        true
    }
}

impl<T, P: FnMut(&T) -> bool> Until<T> for P {
    fn accepts(&mut self, value: &T) -> bool {
        self(value)
    }
}

/// What a predicate of the user's says; its parameter's type is known from the value before it.
#[inline(always)]
pub fn holds<T: ?Sized>(value: &T, predicate: impl FnOnce(&T) -> bool) -> bool {
    predicate(value)
}

/// A number of calls.
///
/// # Panics
///
/// If it is zero; in generated code, while the program is compiled.
#[must_use]
pub const fn calls(count: u32) -> NonZeroU32 {
    match NonZeroU32::new(count) {
        Some(count) => count,
        None => panic!("a number of calls must be at least 1"),
    }
}

/// A number of calls of which the later ones are hedges.
///
/// # Panics
///
/// If it is below two; in generated code, while the program is compiled.
#[must_use]
pub const fn hedged_calls(count: u32) -> NonZeroU32 {
    match NonZeroU32::new(count) {
        Some(calls) if count > 1 => calls,
        _ => panic!("`max` counts the first call, so a hedge needs at least 2"),
    }
}

/// An error that can say that a policy interrupted the call.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot say that a policy interrupted the call",
    label = "adds errors of the type `lumina::Interrupted`",
    note = "write `impl From<lumina::Interrupted> for {Self}`, or give the policy its own error: \
            `err = |interrupted| ..`"
)]
pub trait FromInterrupted {
    /// The error.
    fn from_interrupted(interrupted: Interrupted) -> Self;
}

#[diagnostic::do_not_recommend]
impl<E: From<Interrupted>> FromInterrupted for E {
    #[inline(always)]
    fn from_interrupted(interrupted: Interrupted) -> Self {
        E::from(interrupted)
    }
}

/// The `Result` of a function without a policy that interrupts: whether its error can be made of an
/// interruption all the same.
///
/// What holds where it can be is found before what [`CannotTake`] says of every type; no bound is
/// asked for, so that a type that is no `Result` is reported by others, once.
#[derive(Debug)]
pub struct Takes<R>(std::marker::PhantomData<R>);

impl<T, E: From<Interrupted>> Takes<Result<T, E>> {
    /// It can be.
    pub const ERRORS: bool = true;

    /// Makes the error.
    pub fn error(interrupted: Interrupted) -> E {
        E::from(interrupted)
    }
}

/// See [`Takes`].
pub trait CannotTake {
    /// It cannot be, as far as is known of the type.
    const ERRORS: bool = false;

    /// Makes no error.
    ///
    /// # Panics
    ///
    /// Always: the engine does not ask for it.
    fn error<E>(interrupted: Interrupted) -> E {
        crate::__private::uninterrupted(interrupted)
    }
}

impl<R> CannotTake for Takes<R> {}

/// Whether an error of `$result` can be made of an interruption.
#[doc(hidden)]
#[macro_export]
macro_rules! __takes_errors {
    ($result:ty) => {{
        #[allow(unused_imports)]
        use $crate::__private::CannotTake as _;
        <$crate::__private::Takes<$result>>::ERRORS
    }};
}

/// An error of `$result` made of an interruption, where one can be.
#[doc(hidden)]
#[macro_export]
macro_rules! __taken_error {
    ($result:ty, $interrupted:expr) => {{
        #[allow(unused_imports)]
        use $crate::__private::CannotTake as _;
        <$crate::__private::Takes<$result>>::error($interrupted)
    }};
}

/// Marks an error.
#[derive(Debug)]
pub struct TheError;
/// Marks a function that makes an error.
#[derive(Debug)]
pub struct MakesError;

/// What `err = ..` may be, for a function whose error is `E`: an error, or a function that makes one
/// of an interruption.
#[diagnostic::on_unimplemented(
    message = "`err` is neither an error of the type `{E}` nor a function that makes one",
    label = "expected `{E}` or a function of `lumina::Interrupted`"
)]
pub trait IntoErr<E, Marker> {
    /// The error.
    fn into_err(self, interrupted: Interrupted) -> E;
}

#[diagnostic::do_not_recommend]
impl<E> IntoErr<E, TheError> for E {
    fn into_err(self, _: Interrupted) -> E {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<E, F: FnOnce(Interrupted) -> E> IntoErr<E, MakesError> for F {
    fn into_err(self, interrupted: Interrupted) -> E {
        self(interrupted)
    }
}

/// Calls a closure, whose parameter's type is known by this.
#[inline(always)]
pub fn interrupted_by<E>(interrupted: Interrupted, err: impl FnOnce(Interrupted) -> E) -> E {
    err(interrupted)
}

/// What a fallback of a synchronous function gives, as that function's own type.
pub fn resolve_now<R, Marker>(step: impl Resolve<R, Marker, Future = Ready<R>>) -> R {
    step.resolve().into_inner()
}

/// What cannot be reached, though rustc cannot see it.
///
/// # Panics
///
/// Always: the engine answered with a step that the function does not have.
#[cold]
pub fn unreachable() -> ! {
    unreachable!("the engine went on past the function's last step")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hedge_needs_two_calls() {
        assert_eq!(hedged_calls(2).get(), 2);
        for too_few in [0, 1] {
            assert!(std::panic::catch_unwind(|| hedged_calls(too_few)).is_err(), "{too_few}");
        }
    }
}
