//! Trace and span ids: random numbers, shown as lower-case hexadecimal.

use std::fmt;

/// Identifies a trace: 128 bits, never zero in a recorded span.
///
/// Source: W3C Trace Context, "trace-id".
///
/// ```
/// use lumina_runtime::model::TraceId;
/// assert_eq!(TraceId(0xab).to_string(), "000000000000000000000000000000ab");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TraceId(pub u128);

/// Identifies a span within its trace: 64 bits, never zero in a recorded span.
///
/// Source: W3C Trace Context, "parent-id".
///
/// ```
/// use lumina_runtime::model::SpanId;
/// assert_eq!(SpanId(0xab).to_string(), "00000000000000ab");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SpanId(pub u64);

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TraceId({self})")
    }
}

impl fmt::Display for SpanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl fmt::Debug for SpanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SpanId({self})")
    }
}
