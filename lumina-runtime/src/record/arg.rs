//! One attribute value on its way into a record, borrowed from the caller.

use std::fmt::{Debug, Display};

/// A value handed over by generated code or by the `tracing` bridge.
///
/// Made by [`ToArg`](crate::span::ToArg), `%x` (`Display`), `?x` (`Debug`) and `json(x)`.
#[non_exhaustive]
pub enum Arg<'a> {
    /// Nothing is recorded: an absent `Option`, or a key declared for later.
    Empty,
    /// A truth value.
    Bool(bool),
    /// A signed integer.
    I64(i64),
    /// An unsigned integer.
    U64(u64),
    /// A floating-point number.
    F64(f64),
    /// Text.
    Str(&'a str),
    /// Text made for this record.
    OwnedStr(String),
    /// A JSON document.
    Json(String),
    /// Formatted when the record is written, and only if it is.
    Display(&'a dyn Display),
    /// Formatted when the record is written, and only if it is.
    Debug(&'a dyn Debug),
    /// Values of one plain type.
    Array(&'a dyn ArgList),
}

/// A list of values, read when the record is written.
pub trait ArgList {
    /// Number of values.
    fn count(&self) -> usize;
    /// The value at `index`, which is less than [`count`](Self::count).
    fn get(&self, index: usize) -> Arg<'_>;
}

impl Debug for Arg<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Arg::Empty => f.write_str("Empty"),
            Arg::Bool(v) => write!(f, "{v}"),
            Arg::I64(v) => write!(f, "{v}"),
            Arg::U64(v) => write!(f, "{v}"),
            Arg::F64(v) => write!(f, "{v}"),
            Arg::Str(v) => write!(f, "{v:?}"),
            Arg::OwnedStr(v) | Arg::Json(v) => write!(f, "{v:?}"),
            Arg::Display(v) => write!(f, "{v}"),
            Arg::Debug(v) => write!(f, "{v:?}"),
            Arg::Array(v) => f.debug_list().entries((0..v.count()).map(|i| v.get(i))).finish(),
        }
    }
}
