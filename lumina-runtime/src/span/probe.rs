//! Looking at a returned value without knowing its type: is it a `Result`, and what can be said of
//! its error?
//!
//! The compiler decides, by which methods exist. An inherent method wins over a trait's, so
//! [`Probe`] has its own for `Result` and a trait's for the rest; among traits, the one whose
//! implementation needs fewer references wins, so the traits of [`ErrorProbe`] are implemented for
//! ever more references, the most telling for the most ("autoref specialisation"). It works
//! through aliases and in generic functions, where it goes by the bounds.

use super::end::End;
use super::error;
use std::any::type_name;
use std::convert::Infallible;
use std::error::Error;
use std::fmt::{Debug, Display};

/// A returned value.
#[derive(Debug)]
pub struct Probe<'a, T>(pub &'a T);

impl<'a, T, E> Probe<'a, Result<T, E>> {
    /// The value of `Ok`.
    #[inline(always)]
    pub fn ok_value(&self) -> Option<&'a T> {
        self.0.as_ref().ok()
    }

    /// The error.
    #[inline(always)]
    pub fn err_value(&self) -> Option<&'a E> {
        self.0.as_ref().err()
    }

    /// Notes that there was no error.
    #[inline(always)]
    pub fn note_ok(&self, end: &mut End) {
        end.ok();
    }
}

/// A value that is not known to be a `Result`.
pub trait PlainValue<'a> {
    /// The value's type.
    type Plain: 'a;

    /// The value.
    fn ok_value(&self) -> Option<&'a Self::Plain>;

    /// None.
    #[inline(always)]
    fn err_value(&self) -> Option<&'a Infallible> {
        None
    }

    /// Nothing: a plain value is no promise of success.
    #[inline(always)]
    fn note_ok(&self, _end: &mut End) {}
}

impl<'a, T> PlainValue<'a> for Probe<'a, T> {
    type Plain = T;

    #[inline(always)]
    fn ok_value(&self) -> Option<&'a T> {
        Some(self.0)
    }
}

/// A returned error.
#[derive(Debug)]
pub struct ErrorProbe<'a, E: ?Sized>(pub &'a E);

/// A `std::error::Error`.
pub trait ByError {
    /// Records type, message and sources.
    fn describe(&self, end: &mut End);
}

impl<E: Error> ByError for &&&&&ErrorProbe<'_, E> {
    fn describe(&self, end: &mut End) {
        error::by_error(end, type_name::<E>(), &self.0);
    }
}

/// Gives access to a thread-safe error, such as `anyhow::Error` and boxed errors.
pub trait ByThreadSafeInner {
    /// Records type, message and sources.
    fn describe(&self, end: &mut End);
}

impl<'e, E: AsRef<dyn Error + Send + Sync + 'e>> ByThreadSafeInner for &&&&ErrorProbe<'_, E> {
    fn describe(&self, end: &mut End) {
        error::by_error(end, type_name::<E>(), self.0.as_ref());
    }
}

/// Gives access to an error, such as `Box<dyn Error>`.
pub trait ByInner {
    /// Records type, message and sources.
    fn describe(&self, end: &mut End);
}

impl<'e, E: AsRef<dyn Error + 'e>> ByInner for &&&ErrorProbe<'_, E> {
    fn describe(&self, end: &mut End) {
        error::by_error(end, type_name::<E>(), self.0.as_ref());
    }
}

/// Can be shown.
pub trait ByDisplay {
    /// Records type and message.
    fn describe(&self, end: &mut End);
}

impl<E: Display> ByDisplay for &&ErrorProbe<'_, E> {
    fn describe(&self, end: &mut End) {
        error::by_display(end, type_name::<E>(), self.0);
    }
}

/// Can be shown to a programmer.
pub trait ByDebug {
    /// Records type and message.
    fn describe(&self, end: &mut End);
}

impl<E: Debug> ByDebug for &ErrorProbe<'_, E> {
    fn describe(&self, end: &mut End) {
        error::by_debug(end, type_name::<E>(), self.0);
    }
}

/// Says nothing.
pub trait ByType {
    /// Records the type.
    fn describe(&self, end: &mut End);
}

impl<E> ByType for ErrorProbe<'_, E> {
    fn describe(&self, end: &mut End) {
        error::by_type(end, type_name::<E>());
    }
}

/// Records on `$end` whether `$out`, a reference to what was returned, is an error, and which.
#[doc(hidden)]
#[macro_export]
macro_rules! __probe_outcome {
    ($out:expr, $end:expr) => {{
        #[allow(unused_imports)]
        use $crate::__private::probe::*;
        match $crate::__private::probe::Probe($out).err_value() {
            $crate::__private::core::option::Option::Some(__error) => {
                (&&&&&&$crate::__private::probe::ErrorProbe(__error)).describe($end)
            }
            $crate::__private::core::option::Option::None => {
                $crate::__private::probe::Probe($out).note_ok($end)
            }
        }
    }};
}

#[cfg(test)]
mod tests {
    use crate::model::Outcome;
    use crate::record::decode::{Decoded, attributes};
    use crate::record::encode::Key;
    use crate::span::End;
    use std::fmt;

    #[derive(Debug)]
    struct Known(Option<Box<dyn std::error::Error + Send + Sync>>);
    impl fmt::Display for Known {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("known")
        }
    }
    impl std::error::Error for Known {
        fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
            self.0.as_deref().map(|error| error as _)
        }
    }
    #[derive(Debug)]
    struct Debugged;
    struct Silent;
    type Aliased = std::result::Result<u8, Known>;

    fn said(end: End) -> (Outcome, Vec<(String, String)>) {
        let said = end.into_parts();
        // SAFETY: `End` encodes.
        let read = unsafe { attributes(&said.attributes, said.count) };
        let shown = read.map(|(key, value)| {
            let Key::Static(key) = key else { panic!("{key:?}") };
            let value = match value {
                Decoded::Str(text) => text.to_owned(),
                Decoded::Array(elements) => format!("{:?}", elements.collect::<Vec<_>>()),
                other => panic!("{other:?}"),
            };
            (key.to_owned(), value)
        });
        let shown = shown.collect();
        (said.outcome, shown)
    }

    macro_rules! outcome_of {
        ($value:expr) => {{
            let value = $value;
            let mut end = End::new();
            crate::__probe_outcome!(&value, &mut end);
            said(end)
        }};
    }

    fn values(described: &[(String, String)]) -> Vec<&str> {
        described.iter().map(|(_, value)| value.as_str()).collect()
    }

    #[test]
    fn an_error_is_described_by_the_most_that_its_type_offers() {
        let (outcome, all) = outcome_of!(Aliased::Err(Known(Some("below".into()))));
        assert_eq!(outcome, Outcome::Error);
        assert!(all[0].1.ends_with("::Known"), "{all:?}");
        assert_eq!(values(&all[1..]), ["known", r#"[Str("below")]"#]);

        let boxed: Box<dyn std::error::Error + Send + Sync> = Known(Some("below".into())).into();
        let (_, all) = outcome_of!(Err::<(), _>(boxed));
        assert_eq!(values(&all[1..]), ["known", r#"[Str("below")]"#]);
        let boxed: Box<dyn std::error::Error> = Known(None).into();
        assert_eq!(values(&outcome_of!(Err::<(), _>(boxed)).1[1..]), ["known"]);

        assert_eq!(values(&outcome_of!(Err::<(), _>("text")).1), ["&str", "text"]);
        assert_eq!(values(&outcome_of!(Err::<(), _>(Debugged)).1[1..]), ["Debugged"]);
        let (outcome, all) = outcome_of!(Err::<(), _>(Silent));
        assert_eq!((outcome, all.len()), (Outcome::Error, 1));
    }

    #[test]
    fn ok_is_success_and_a_plain_value_is_not_a_promise() {
        assert_eq!(outcome_of!(Aliased::Ok(1)).0, Outcome::Ok);
        assert_eq!(outcome_of!(5u8).0, Outcome::Unset);
        assert_eq!(outcome_of!(Some(5u8)).0, Outcome::Unset);
    }

    #[test]
    fn a_generic_function_goes_by_its_bounds() {
        fn bounded<E: fmt::Display>(error: E) -> Vec<(String, String)> {
            outcome_of!(Err::<(), E>(error)).1
        }
        fn free<E>(error: E) -> Vec<(String, String)> {
            outcome_of!(Err::<(), E>(error)).1
        }
        assert_eq!(values(&bounded(Known(None))[1..]), ["known"]);
        assert_eq!(free(Known(None)).len(), 1);
    }
}
