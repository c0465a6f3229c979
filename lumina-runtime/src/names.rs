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
/// Which attempt a span is: 1 for the first call.
///
/// Source: lumina; after the retry attributes of the AWS SDKs.
pub const RETRY_ATTEMPT: &str = "retry.attempt";
/// How many attempts there may be, the first call included.
///
/// Source: lumina.
pub const RETRY_MAX: &str = "retry.max";
/// The wait before an attempt, in milliseconds.
///
/// Source: lumina.
pub const RETRY_DELAY_MS: &str = "retry.delay_ms";
/// Attempts that were begun, on the operation; not there if the first one succeeded.
///
/// Source: lumina.
pub const RETRY_ATTEMPTS: &str = "retry.attempts";
/// Whether the operation failed after all its attempts.
///
/// Source: lumina.
pub const RETRY_EXHAUSTED: &str = "retry.exhausted";
/// Why there was no further attempt: `exhausted`, `permanent`, `refused`, `deadline`, `budget`.
///
/// Source: lumina.
pub const RETRY_STOPPED: &str = "retry.stopped";
/// The operation retries within an attempt of another that does: their numbers multiply.
///
/// Source: lumina.
pub const RETRY_NESTED: &str = "retry.nested";
/// Which of the concurrent calls of one attempt a span is: 1 for the first.
///
/// Source: lumina; OpenTelemetry has no name for it.
pub const HEDGE_LEG: &str = "hedge.leg";
/// Whether a cached function's value came from its cache, or from another call that was under way.
///
/// Source: lumina; OpenTelemetry has no name for it.
pub const CACHE_HIT: &str = "cache.hit";
/// The leg that gave the value, on an operation whose attempt had more than one.
///
/// Source: lumina.
pub const HEDGE_WON: &str = "hedge.won";
/// How long an attempt, or a fallback, may take, in milliseconds.
///
/// Source: lumina.
pub const TIMEOUT_MS: &str = "timeout.ms";
/// Which limit of time was reached: `attempt`, `total`, `fallback`; of a stream also `first`, `idle`.
///
/// Source: lumina.
pub const TIMEOUT_FIRED: &str = "timeout.fired";
/// The name of a fallback.
///
/// Source: lumina.
pub const FALLBACK_NAME: &str = "fallback.name";
/// The level of a fallback: its number from 1, or what the user calls it.
///
/// Source: lumina.
pub const FALLBACK_LEVEL: &str = "fallback.level";
/// The error that led to a fallback, in its own words.
///
/// Source: lumina.
pub const FALLBACK_REASON: &str = "fallback.reason";
/// The fallback that gave the operation's value.
///
/// Source: lumina.
pub const FALLBACK_USED: &str = "fallback.used";
/// The state in which the circuit was when the last attempt asked: `closed`, `open`, `half_open`.
///
/// Source: lumina; the states are those of M. Nygard, "Release It!".
pub const BREAKER_STATE: &str = "breaker.state";
/// Time spent waiting for limits of rate and concurrency, in milliseconds; on an attempt its own, on
/// the operation that of all attempts.
///
/// Source: lumina.
pub const LIMIT_WAIT_MS: &str = "limit.wait_ms";
/// Tokens that a limit reserved for an attempt before it began: its `cost`.
///
/// Source: lumina.
pub const LIMIT_TOKENS_RESERVED: &str = "limit.tokens.reserved";
/// Tokens that an attempt really used, where its limit was told: they replace the reserved ones.
///
/// Source: lumina.
pub const LIMIT_TOKENS_USED: &str = "limit.tokens.used";
/// Whether something went wrong on purpose, with an attempt or any attempt of an operation.
///
/// Source: lumina.
pub const FAULT_INJECTED: &str = "fault.injected";
/// What went wrong on purpose: `error`, `timeout`, `delay`; on an operation the last of them.
///
/// Source: lumina.
pub const FAULT_KIND: &str = "fault.kind";
/// How late an attempt began on purpose, in milliseconds.
///
/// Source: lumina.
pub const FAULT_DELAY_MS: &str = "fault.delay_ms";
/// The error's own code.
///
/// Source: lumina; `lumina::Classify::code`.
pub const ERROR_CODE: &str = "error.code";
/// Whether the error may pass when the operation is tried again.
///
/// Source: lumina; `lumina::Classify::retryable`.
pub const ERROR_RETRYABLE: &str = "error.retryable";
/// What kind of error it was: `rate_limited`, `timeout`, `server`, ...
///
/// Source: lumina; `lumina::Classify::kind`.
pub const ERROR_KIND: &str = "error.kind";
