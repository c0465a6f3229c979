//! Names of attributes and events, each with its source.

/// What kind of error ended a span: a type, or `panic`, `cancelled`, `incomplete`.
///
/// Source: OpenTelemetry semantic conventions, `error.type` (stable).
pub const ERROR_TYPE: &str = "error.type";
/// The error in its own words.
///
/// Source: OpenTelemetry semantic conventions, `error.message` (development).
pub const ERROR_MESSAGE: &str = "error.message";
/// The errors below the error, outermost first, each in its own words.
///
/// Source: lumina; `std::error::Error::source`.
pub const ERROR_SOURCES: &str = "error.sources";
/// Where a panic began: `file:line:column`.
///
/// Source: lumina; `std::panic::Location`.
pub const PANIC_LOCATION: &str = "panic.location";
/// How a span ended, where OpenTelemetry's status does not tell: `panic`, `cancelled`,
/// `incomplete`.
///
/// Source: lumina.
pub const OUTCOME: &str = "lumina.outcome";
/// Set on spans that were still open at shutdown.
///
/// Source: lumina.
pub const INCOMPLETE: &str = "lumina.incomplete";
/// The declared step of an AI pipeline: `llm`, `tool`, `retriever`, ...
///
/// Source: lumina; the GenAI conventions have `gen_ai.operation.name` for some of them.
pub const OPERATION: &str = "lumina.operation";
/// Items that a stream gave before it ended.
///
/// Source: lumina.
pub const STREAM_ITEMS: &str = "stream.items";
/// Seconds from the call that makes a stream to its first item.
///
/// Source: OpenTelemetry GenAI semantic conventions.
pub const TIME_TO_FIRST_CHUNK: &str = "gen_ai.response.time_to_first_chunk";
