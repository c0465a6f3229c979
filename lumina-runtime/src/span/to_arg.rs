//! From the types of users to [`Arg`].

use crate::record::arg::{Arg, ArgList};
use std::borrow::Cow;
use std::error::Error;
use std::fmt::{Debug, Display};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;

/// A type whose values can be recorded as they are, without `%`, `?` or `json(..)`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an attribute value",
    label = "cannot be recorded as it is",
    note = "write `%x` to record it by `Display`, `?x` by `Debug`, or `json(x)` by serde"
)]
pub trait ToArg {
    /// The value to record.
    fn to_arg(&self) -> Arg<'_>;
}

macro_rules! plain {
    ($($t:ty => $variant:ident),* $(,)?) => {$(
        impl ToArg for $t {
            #[inline(always)]
            fn to_arg(&self) -> Arg<'_> {
                Arg::$variant((*self).into())
            }
        }
    )*};
}
plain! {
    bool => Bool,
    i8 => I64, i16 => I64, i32 => I64, i64 => I64,
    // Unsigned also where `i64` would hold it: other subscribers see the type that tracing gives.
    u8 => U64, u16 => U64, u32 => U64, u64 => U64, f32 => F64, f64 => F64,
}

macro_rules! non_zero {
    ($($t:ident),* $(,)?) => {$(
        impl ToArg for std::num::$t {
            #[inline(always)]
            fn to_arg(&self) -> Arg<'_> {
                match self.get().to_arg() {
                    Arg::I64(v) => Arg::I64(v),
                    Arg::U64(v) => Arg::U64(v),
                    _ => Arg::Display(self),
                }
            }
        }
    )*};
}
non_zero! {
    NonZeroI8, NonZeroI16, NonZeroI32, NonZeroI64, NonZeroU8, NonZeroU16, NonZeroU32, NonZeroU64,
    NonZeroUsize, NonZeroIsize, NonZeroU128, NonZeroI128,
}

impl<T: ToArg> ToArg for std::num::Wrapping<T> {
    fn to_arg(&self) -> Arg<'_> {
        self.0.to_arg()
    }
}

macro_rules! errors {
    ($($t:ty),* $(,)?) => {$(
        /// By its message, as with `tracing`.
        impl ToArg for $t {
            fn to_arg(&self) -> Arg<'_> {
                Arg::Display(self)
            }
        }
    )*};
}
errors!(dyn Error, dyn Error + Send, dyn Error + Send + Sync);

impl ToArg for usize {
    #[inline(always)]
    fn to_arg(&self) -> Arg<'_> {
        Arg::U64(*self as u64)
    }
}

impl ToArg for isize {
    #[inline(always)]
    fn to_arg(&self) -> Arg<'_> {
        Arg::I64(*self as i64)
    }
}

/// A number where 64 bits hold it, else its digits.
impl ToArg for i128 {
    fn to_arg(&self) -> Arg<'_> {
        i64::try_from(*self).map_or(Arg::Display(self), Arg::I64)
    }
}

/// A number where 64 bits hold it, else its digits.
impl ToArg for u128 {
    fn to_arg(&self) -> Arg<'_> {
        u64::try_from(*self).map_or(Arg::Display(self), Arg::U64)
    }
}

impl ToArg for str {
    #[inline(always)]
    fn to_arg(&self) -> Arg<'_> {
        Arg::Str(self)
    }
}

impl ToArg for String {
    #[inline(always)]
    fn to_arg(&self) -> Arg<'_> {
        Arg::Str(self)
    }
}

impl ToArg for char {
    fn to_arg(&self) -> Arg<'_> {
        Arg::Display(self)
    }
}

impl ToArg for std::fmt::Arguments<'_> {
    fn to_arg(&self) -> Arg<'_> {
        Arg::Display(self)
    }
}

impl ToArg for Cow<'_, str> {
    #[inline(always)]
    fn to_arg(&self) -> Arg<'_> {
        Arg::Str(self)
    }
}

/// Nothing where there is none.
impl<T: ToArg> ToArg for Option<T> {
    #[inline(always)]
    fn to_arg(&self) -> Arg<'_> {
        self.as_ref().map_or(Arg::Empty, T::to_arg)
    }
}

macro_rules! through_reference {
    ($($t:ty),* $(,)?) => {$(
        impl<T: ToArg + ?Sized> ToArg for $t {
            #[inline(always)]
            fn to_arg(&self) -> Arg<'_> {
                (**self).to_arg()
            }
        }
    )*};
}
through_reference!(&T, &mut T, Box<T>, Rc<T>, Arc<T>);

impl<T: ToArg> ArgList for [T] {
    fn count(&self) -> usize {
        self.len()
    }

    fn get(&self, index: usize) -> Arg<'_> {
        self[index].to_arg()
    }
}

impl<T: ToArg, const N: usize> ArgList for [T; N] {
    fn count(&self) -> usize {
        N
    }

    fn get(&self, index: usize) -> Arg<'_> {
        self[index].to_arg()
    }
}

impl<T: ToArg> ArgList for Vec<T> {
    fn count(&self) -> usize {
        self.len()
    }

    fn get(&self, index: usize) -> Arg<'_> {
        self[index].to_arg()
    }
}

impl<T: ToArg> ArgList for &[T] {
    fn count(&self) -> usize {
        self.len()
    }

    fn get(&self, index: usize) -> Arg<'_> {
        self[index].to_arg()
    }
}

impl<T: ToArg> ToArg for Vec<T> {
    fn to_arg(&self) -> Arg<'_> {
        Arg::Array(self)
    }
}

impl<T: ToArg, const N: usize> ToArg for [T; N] {
    fn to_arg(&self) -> Arg<'_> {
        Arg::Array(self)
    }
}

impl<T: ToArg> ToArg for &[T] {
    fn to_arg(&self) -> Arg<'_> {
        Arg::Array(self)
    }
}

/// Declared, to be recorded later.
impl ToArg for tracing::field::Empty {
    #[inline(always)]
    fn to_arg(&self) -> Arg<'_> {
        Arg::Empty
    }
}

impl<T: Display> ToArg for tracing::field::DisplayValue<T> {
    fn to_arg(&self) -> Arg<'_> {
        Arg::Display(self)
    }
}

impl<T: Debug> ToArg for tracing::field::DebugValue<T> {
    fn to_arg(&self) -> Arg<'_> {
        Arg::Debug(self)
    }
}

/// So that `json(x)`, `redacted(..)` and the like can stand where a value is expected.
impl ToArg for Arg<'_> {
    fn to_arg(&self) -> Arg<'_> {
        match self {
            Arg::Empty => Arg::Empty,
            Arg::Bool(v) => Arg::Bool(*v),
            Arg::I64(v) => Arg::I64(*v),
            Arg::U64(v) => Arg::U64(*v),
            Arg::F64(v) => Arg::F64(*v),
            Arg::Str(v) => Arg::Str(v),
            Arg::OwnedStr(v) => Arg::Str(v),
            Arg::Json(v) => Arg::Json(v.clone()),
            Arg::Display(v) => Arg::Display(*v),
            Arg::Debug(v) => Arg::Debug(*v),
            Arg::Array(v) => Arg::Array(*v),
        }
    }
}

/// `%x`: by `Display`, formatted only if the span is recorded.
#[inline(always)]
pub fn display<T: Display>(value: &T) -> Arg<'_> {
    Arg::Display(value)
}

/// `?x`: by `Debug`, formatted only if the span is recorded.
#[inline(always)]
pub fn debug<T: Debug>(value: &T) -> Arg<'_> {
    Arg::Debug(value)
}

/// `json(x)`: whatever serde can serialise, as JSON text; what it cannot becomes its error.
#[cfg(feature = "json")]
pub fn json<T: serde::Serialize + ?Sized>(value: &T) -> Arg<'static> {
    serde_json::to_string(value)
        .map_or_else(|error| Arg::OwnedStr(format!("[not serialisable: {error}]")), Arg::Json)
}

/// What stands for a value that must not be recorded: its class in brackets.
pub const fn redacted(class: &'static str) -> Arg<'static> {
    match class.as_bytes() {
        b"PII" => Arg::Str("[PII]"),
        _ => Arg::Str("[REDACTED]"),
    }
}

/// What a function of the user's left of a value; nothing where it panicked, because the value must
/// neither be recorded nor cost the call.
#[derive(Debug)]
pub struct Redacted<T>(Option<T>);

impl<T> Redacted<T> {
    /// Runs the function.
    pub fn by(redact: impl FnOnce() -> T) -> Self {
        Redacted(catch_unwind(AssertUnwindSafe(redact)).ok())
    }
}

impl<T: ToArg> ToArg for Redacted<T> {
    fn to_arg(&self) -> Arg<'_> {
        self.0.as_ref().map_or(redacted("REDACTED"), T::to_arg)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(value: impl ToArg) -> String {
        format!("{:?}", value.to_arg())
    }

    #[test]
    fn values_keep_their_type() {
        assert!(matches!(7u32.to_arg(), Arg::U64(7)));
        assert!(matches!(7i8.to_arg(), Arg::I64(7)));
        assert!(matches!(u64::MAX.to_arg(), Arg::U64(u64::MAX)));
        assert!(matches!(1.5f32.to_arg(), Arg::F64(1.5)));
        assert!(matches!(Some(true).to_arg(), Arg::Bool(true)));
        assert!(matches!(None::<u8>.to_arg(), Arg::Empty));
        assert!(matches!(Box::new("x").to_arg(), Arg::Str("x")));
        assert!(matches!(std::num::NonZeroUsize::MIN.to_arg(), Arg::U64(1)));
        assert_eq!(shown(u128::MAX), u128::MAX.to_string());
        assert!(matches!(std::num::Wrapping(7u8).to_arg(), Arg::U64(7)));
        assert!(matches!(std::num::NonZeroU128::MIN.to_arg(), Arg::U64(1)));
        let boxed: Box<dyn Error + Send + Sync> = "broken".into();
        assert_eq!(shown(boxed), "broken");
        assert_eq!(shown(vec!["a", "b"]), r#"["a", "b"]"#);
        assert_eq!(shown([1u8, 2].as_slice()), "[1, 2]");
        assert_eq!(shown(tracing::field::debug("q")), r#""q""#);
    }
}
