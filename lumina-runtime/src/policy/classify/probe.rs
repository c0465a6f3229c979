//! Asking any error for its class, without knowing its type.
//!
//! The compiler decides by which traits the error implements, as in [`crate::span::probe`]: the
//! error's own [`Classify`], else that of a known error inside it if it is a box around one, else
//! nothing is known of it. An error that is neither is not searched for sources: a type of the
//! user's own says by `Classify` what it wants, and by default every error is worth another attempt.

use super::{Class, Classify, ErrorKind};
use crate::policy::error::Interrupted;
use std::error::Error;

/// Errors below an error that are looked at; a longer chain is most likely a cycle.
const MAX_SOURCES: usize = 16;

/// An error.
#[derive(Debug)]
pub struct ClassifyProbe<'a, E: ?Sized>(pub &'a E);

/// Says it itself.
pub trait ByOwn<'a> {
    /// Asks.
    fn class(&self) -> Class<'a>;
}

impl<'a, E: Classify> ByOwn<'a> for &&&ClassifyProbe<'a, E> {
    #[inline]
    fn class(&self) -> Class<'a> {
        Class::of(self.0)
    }
}

/// Gives access to a thread-safe error, such as `anyhow::Error` and boxed errors.
pub trait ByThreadSafeInner<'a> {
    /// Searches the error inside and its sources.
    fn class(&self) -> Class<'a>;
}

impl<'a, E: AsRef<dyn Error + Send + Sync>> ByThreadSafeInner<'a> for &&ClassifyProbe<'a, E> {
    fn class(&self) -> Class<'a> {
        in_chain(self.0.as_ref())
    }
}

/// Gives access to an error, such as `Box<dyn Error>`.
pub trait ByInner<'a> {
    /// Searches the error inside and its sources.
    fn class(&self) -> Class<'a>;
}

impl<'a, E: AsRef<dyn Error>> ByInner<'a> for &ClassifyProbe<'a, E> {
    fn class(&self) -> Class<'a> {
        in_chain(self.0.as_ref())
    }
}

/// Says nothing.
pub trait ByNothing<'a> {
    /// Worth another attempt.
    fn class(&self) -> Class<'a>;
}

impl<'a, E: ?Sized> ByNothing<'a> for ClassifyProbe<'a, E> {
    #[inline]
    fn class(&self) -> Class<'a> {
        Class::UNKNOWN
    }
}

/// For an error that was told to answer for another, so that silence is a mistake.
pub mod strict {
    use super::{Class, Classify, ClassifyProbe};

    /// Must say it itself.
    pub trait ByBound<'a> {
        /// The error.
        type Error: ?Sized;

        /// Asks.
        // The bound is the method's, for one of the trait's would make rustc tell of probes.
        fn class(&self) -> Class<'a>
        where
            Self::Error: Classify;
    }

    impl<'a, E: ?Sized> ByBound<'a> for ClassifyProbe<'a, E> {
        type Error = E;

        #[inline]
        fn class(&self) -> Class<'a>
        where
            E: Classify,
        {
            Class::of(self.0)
        }
    }
}

/// What the first known error of the chain says that says more than nothing.
fn in_chain<'a>(error: &'a (dyn Error + 'static)) -> Class<'a> {
    let below = |error: &&'a (dyn Error + 'static)| (*error).source();
    let chain = std::iter::successors(Some(error), below).take(MAX_SOURCES);
    let mut known = chain.filter_map(known);
    let Some(first) = known.next() else { return Class::UNKNOWN };
    if first.kind != ErrorKind::Other {
        return first;
    }
    known.find(|class| class.kind != ErrorKind::Other).unwrap_or(first)
}

fn known<'a>(error: &'a (dyn Error + 'static)) -> Option<Class<'a>> {
    fn of<'a, E: Classify + Error + 'static>(
        error: &'a (dyn Error + 'static),
    ) -> Option<Class<'a>> {
        error.downcast_ref::<E>().map(Class::of)
    }
    let known = of::<Interrupted>(error).or_else(|| of::<std::io::Error>(error));
    #[cfg(feature = "reqwest")]
    let known = known.or_else(|| of::<reqwest::Error>(error));
    #[cfg(feature = "async-openai")]
    let known = known
        .or_else(|| of::<async_openai::error::OpenAIError>(error))
        .or_else(|| of::<async_openai::error::ApiErrorResponse>(error));
    known
}

/// The [`Class`] of `$error`, a reference to an error of any type.
#[doc(hidden)]
#[macro_export]
macro_rules! __classify {
    ($error:expr) => {{
        #[allow(unused_imports)]
        use $crate::__private::classify::*;
        (&&&$crate::__private::classify::ClassifyProbe($error)).class()
    }};
}

/// As `__classify!`, where an error that says nothing does not compile.
#[doc(hidden)]
#[macro_export]
macro_rules! __classify_inner {
    ($error:expr) => {{
        #[allow(unused_imports)]
        use $crate::__private::classify::{
            ByInner as _, ByOwn as _, ByThreadSafeInner as _, strict::ByBound as _,
        };
        (&&&$crate::__private::classify::ClassifyProbe($error)).class()
    }};
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt;
    use std::io;
    use std::time::Duration;

    #[derive(Debug)]
    struct Own;
    impl Classify for Own {
        fn kind(&self) -> ErrorKind {
            ErrorKind::ContextLength
        }
    }

    #[derive(Debug)]
    struct Wrapping(io::Error);
    impl fmt::Display for Wrapping {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("wrapping")
        }
    }
    impl Error for Wrapping {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&self.0)
        }
    }

    fn refused() -> Wrapping {
        Wrapping(io::ErrorKind::PermissionDenied.into())
    }

    #[test]
    fn an_error_speaks_for_itself() {
        assert_eq!(crate::__classify!(&Own).kind, ErrorKind::ContextLength);
        let boxed = Box::new(Own);
        assert!(!crate::__classify!(&boxed).retryable);
        let limited = Interrupted::RateLimited { limit: "a", retry_after: Duration::from_secs(2) };
        assert_eq!(crate::__classify!(&limited).retry_after, Some(Duration::from_secs(2)));
    }

    #[test]
    fn a_boxed_error_speaks_by_what_is_inside() {
        let boxed: Box<dyn Error + Send + Sync> = refused().into();
        assert_eq!(crate::__classify!(&boxed).kind, ErrorKind::Unauthorized);
        let boxed: Box<dyn Error> = refused().into();
        assert_eq!(crate::__classify!(&boxed).kind, ErrorKind::Unauthorized);
        let boxed: Box<dyn Error + Send + Sync> =
            Interrupted::Idle { limit: Duration::ZERO, items: 1 }.into();
        assert!(!crate::__classify!(&boxed).retryable);
    }

    #[test]
    fn a_known_error_without_a_kind_lets_its_source_speak() {
        let outer = io::Error::other(refused());
        let boxed: Box<dyn Error> = outer.into();
        assert_eq!(crate::__classify!(&boxed).kind, ErrorKind::Unauthorized);
        let boxed: Box<dyn Error> = io::Error::other("nothing below").into();
        assert!(crate::__classify!(&boxed).retryable);
    }

    #[test]
    fn an_error_that_says_nothing_is_worth_another_attempt() {
        let refused = refused();
        assert_eq!(crate::__classify!(&refused), Class::UNKNOWN);
        assert_eq!(crate::__classify!(&"text"), Class::UNKNOWN);
        let boxed: Box<dyn Error> = "text".into();
        assert_eq!(crate::__classify!(&boxed), Class::UNKNOWN);
    }

    #[test]
    fn a_chain_without_end_is_not_followed_for_ever() {
        #[derive(Debug)]
        struct Cycle;
        impl fmt::Display for Cycle {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("cycle")
            }
        }
        impl Error for Cycle {
            fn source(&self) -> Option<&(dyn Error + 'static)> {
                Some(&Cycle)
            }
        }
        let boxed: Box<dyn Error> = Cycle.into();
        assert_eq!(crate::__classify!(&boxed), Class::UNKNOWN);
    }

    #[test]
    fn a_generic_function_goes_by_its_bounds() {
        fn bounded<E: Classify>(error: &E) -> ErrorKind {
            crate::__classify!(error).kind
        }
        fn free<E>(error: &E) -> ErrorKind {
            crate::__classify!(error).kind
        }
        assert_eq!((bounded(&Own), free(&Own)), (ErrorKind::ContextLength, ErrorKind::Other));
    }
}
