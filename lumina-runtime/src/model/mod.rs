//! What a span is once it has ended: the vocabulary between the collector and the exporters.
//!
//! [`Batch`] holds many spans in a few arenas and is what exporters read; [`SpanData`] is one span
//! on its own, for tests and tools. How a span is recorded is the business of `record`, how it
//! looks on a wire that of each exporter.

mod batch;
mod batch_part;
mod batch_writer;
mod ids;
mod resource;
mod span_data;
mod value;

pub(crate) use batch::Text;
pub use batch::{Attributes, Batch, EventRef, LinkRef, SpanRef};
pub(crate) use batch_writer::{Limits, NewText, NewValue, SpanHead, SpanWriter};
pub use ids::{SpanId, TraceId};
pub use resource::Resource;
pub use span_data::{EventData, LinkData, SpanData};
pub use value::{ArrayRef, Value, ValueRef};

/// Who is on the other side of a span, as in OpenTelemetry.
///
/// Source: OpenTelemetry specification, "SpanKind".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum SpanKind {
    /// Nobody: work inside the process.
    #[default]
    Internal = 1,
    /// The span answers a remote request.
    Server = 2,
    /// The span waits for a remote answer.
    Client = 3,
    /// The span hands a message over.
    Producer = 4,
    /// The span takes a message.
    Consumer = 5,
}

impl SpanKind {
    /// The name used in console and JSON output: `internal`, `server`, `client`, ...
    pub const fn as_str(self) -> &'static str {
        match self {
            SpanKind::Internal => "internal",
            SpanKind::Server => "server",
            SpanKind::Client => "client",
            SpanKind::Producer => "producer",
            SpanKind::Consumer => "consumer",
        }
    }
}

/// The step of an AI pipeline that a span stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Operation {
    /// Not declared.
    #[default]
    Unspecified = 0,
    /// A call of a language model.
    Llm = 1,
    /// A call of an embedding model.
    Embedding = 2,
    /// A search that feeds a model.
    Retriever = 3,
    /// A tool that a model asked for.
    Tool = 4,
    /// An agent's turn.
    Agent = 5,
    /// Several steps in a row.
    Chain = 6,
}

impl Operation {
    /// The name as written in `#[traced(..)]`, or `None` where nothing was declared.
    pub const fn as_str(self) -> Option<&'static str> {
        Some(match self {
            Operation::Unspecified => return None,
            Operation::Llm => "llm",
            Operation::Embedding => "embedding",
            Operation::Retriever => "retriever",
            Operation::Tool => "tool",
            Operation::Agent => "agent",
            Operation::Chain => "chain",
        })
    }
}

/// How a span ended.
///
/// OpenTelemetry knows three statuses; the other ways to end are errors there, told apart by
/// `error.type` (`panic`, `cancelled`, `incomplete`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Outcome {
    /// It ended and nothing is known about success.
    #[default]
    Unset = 0,
    /// It returned `Ok`, or was declared successful.
    Ok = 1,
    /// It returned `Err`, or was declared failed.
    Error = 2,
    /// A panic left it.
    Panic = 3,
    /// Its future was dropped before it was ready.
    Cancelled = 4,
    /// It was still open when the pipeline shut down.
    Incomplete = 5,
}

impl Outcome {
    /// The name used in console and JSON output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Outcome::Unset => "unset",
            Outcome::Ok => "ok",
            Outcome::Error => "error",
            Outcome::Panic => "panic",
            Outcome::Cancelled => "cancelled",
            Outcome::Incomplete => "incomplete",
        }
    }

    /// Whether OpenTelemetry's status is `Error`.
    ///
    /// ```
    /// use lumina_runtime::model::Outcome;
    /// assert!(Outcome::Cancelled.is_error());
    /// assert!(!Outcome::Unset.is_error());
    /// ```
    pub const fn is_error(self) -> bool {
        !matches!(self, Outcome::Unset | Outcome::Ok)
    }
}
