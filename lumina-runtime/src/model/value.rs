//! Attribute values: owned ([`Value`]) and borrowed from a batch ([`ValueRef`]).

use std::fmt;

/// An attribute value of its own.
///
/// Source: OpenTelemetry specification, "AnyValue".
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// A truth value.
    Bool(bool),
    /// A signed integer.
    I64(i64),
    /// An unsigned integer above `i64::MAX`; smaller ones are `I64`.
    U64(u64),
    /// A floating-point number, `NaN` and infinities included.
    F64(f64),
    /// Text.
    Str(String),
    /// A JSON document as text, made by `json(x)`.
    Json(String),
    /// Values of one type.
    Array(Vec<Value>),
}

/// An attribute value borrowed from a [`Batch`](super::Batch).
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum ValueRef<'a> {
    /// A truth value.
    Bool(bool),
    /// A signed integer.
    I64(i64),
    /// An unsigned integer above `i64::MAX`; smaller ones are `I64`.
    U64(u64),
    /// A floating-point number, `NaN` and infinities included.
    F64(f64),
    /// Text.
    Str(&'a str),
    /// A JSON document as text.
    Json(&'a str),
    /// Values of one type; see [`ArrayRef::iter`].
    Array(ArrayRef<'a>),
}

/// An array borrowed from a batch.
#[derive(Clone, Copy)]
pub struct ArrayRef<'a> {
    pub(super) batch: &'a super::Batch,
    pub(super) start: u32,
    pub(super) end: u32,
}

impl<'a> ArrayRef<'a> {
    /// The elements, in order.
    pub fn iter(self) -> impl ExactSizeIterator<Item = ValueRef<'a>> {
        let rows = &self.batch.elements[self.start as usize..self.end as usize];
        rows.iter().map(move |row| self.batch.value(row))
    }
}

impl fmt::Debug for ArrayRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl PartialEq for ArrayRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl ValueRef<'_> {
    /// Copies the value out of its batch.
    pub fn to_value(self) -> Value {
        match self {
            ValueRef::Bool(v) => Value::Bool(v),
            ValueRef::I64(v) => Value::I64(v),
            ValueRef::U64(v) => Value::U64(v),
            ValueRef::F64(v) => Value::F64(v),
            ValueRef::Str(v) => Value::Str(v.to_owned()),
            ValueRef::Json(v) => Value::Json(v.to_owned()),
            ValueRef::Array(v) => Value::Array(v.iter().map(ValueRef::to_value).collect()),
        }
    }
}

/// Shows text bare and arrays in brackets: what a person reads, not a wire format.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Bool(v) => v.fmt(f),
            Value::I64(v) => v.fmt(f),
            Value::U64(v) => v.fmt(f),
            Value::F64(v) => v.fmt(f),
            Value::Str(v) | Value::Json(v) => f.write_str(v),
            Value::Array(v) => show_array(f, v.iter()),
        }
    }
}

/// Shows the same text as [`Value`].
impl fmt::Display for ValueRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ValueRef::Bool(v) => v.fmt(f),
            ValueRef::I64(v) => v.fmt(f),
            ValueRef::U64(v) => v.fmt(f),
            ValueRef::F64(v) => v.fmt(f),
            ValueRef::Str(v) | ValueRef::Json(v) => f.write_str(v),
            ValueRef::Array(v) => show_array(f, v.iter()),
        }
    }
}

fn show_array(
    f: &mut fmt::Formatter<'_>,
    values: impl Iterator<Item = impl fmt::Display>,
) -> fmt::Result {
    f.write_str("[")?;
    for (i, value) in values.enumerate() {
        if i > 0 {
            f.write_str(", ")?;
        }
        value.fmt(f)?;
    }
    f.write_str("]")
}

macro_rules! from_signed {
    ($($t:ty)*) => {$(
        impl From<$t> for Value {
            fn from(v: $t) -> Self {
                Value::I64(i64::from(v))
            }
        }
    )*};
}
from_signed!(i8 i16 i32 i64 u8 u16 u32);

impl From<u64> for Value {
    fn from(v: u64) -> Self {
        i64::try_from(v).map_or(Value::U64(v), Value::I64)
    }
}
impl From<usize> for Value {
    fn from(v: usize) -> Self {
        Value::from(v as u64)
    }
}
impl From<bool> for Value {
    fn from(v: bool) -> Self {
        Value::Bool(v)
    }
}
impl From<f64> for Value {
    fn from(v: f64) -> Self {
        Value::F64(v)
    }
}
impl From<&str> for Value {
    fn from(v: &str) -> Self {
        Value::Str(v.to_owned())
    }
}
impl From<String> for Value {
    fn from(v: String) -> Self {
        Value::Str(v)
    }
}
impl<T: Into<Value>> From<Vec<T>> for Value {
    fn from(v: Vec<T>) -> Self {
        Value::Array(v.into_iter().map(Into::into).collect())
    }
}
impl<T: Into<Value>, const N: usize> From<[T; N]> for Value {
    fn from(v: [T; N]) -> Self {
        Value::Array(v.into_iter().map(Into::into).collect())
    }
}
