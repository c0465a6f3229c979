//! What a policy itself adds to a call's outcomes.

use super::classify::{Classify, ErrorKind};
use std::borrow::Cow;
use std::time::Duration;

/// A policy ended a call, or did not let it begin.
///
/// The operation's own error is never wrapped: after the last attempt it is returned as it is, also
/// when it was the retry budget that allowed no other. A guarded function's error type implements
/// `From<Interrupted>`; `anyhow::Error` and `Box<dyn Error + Send + Sync>` do by themselves.
///
/// # Examples
///
/// ```
/// use lumina_runtime::{Classify, Interrupted};
/// use std::time::Duration;
///
/// let open = Interrupted::CircuitOpen { circuit: "openai", retry_after: Duration::from_secs(3) };
/// assert_eq!(open.to_string(), r#"circuit "openai" is open for another 3s"#);
/// assert_eq!(open.retry_after(), Some(Duration::from_secs(3)));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Interrupted {
    /// An attempt ran past its limit. Its future was dropped.
    #[error("attempt {attempt} exceeded {limit:?}")]
    Timeout {
        /// The attempt's number; the first is 1.
        attempt: u32,
        /// The limit of each attempt.
        limit: Duration,
    },

    /// The call's deadline passed, its own or the one it had inherited.
    #[error("deadline of {limit:?} exceeded in attempt {attempt}")]
    Deadline {
        /// From the beginning of the call to its deadline.
        limit: Duration,
        /// The attempt that was under way, or to come; the first is 1.
        attempt: u32,
    },

    /// The circuit was open. The operation was not called.
    #[error("circuit {circuit:?} is open for another {retry_after:?}")]
    CircuitOpen {
        /// The breaker's name.
        circuit: &'static str,
        /// Until the circuit lets a call pass again; zero while it is being tried by others.
        retry_after: Duration,
    },

    /// As many calls as may were under way, and as many as may waiting. The operation was not
    /// called.
    #[error("limit {limit:?} has its {permits} calls under way and {waiting} more waiting")]
    QueueFull {
        /// The limit's name.
        limit: &'static str,
        /// Calls that may be under way.
        permits: u32,
        /// Calls that were waiting.
        waiting: u32,
    },

    /// The call would have had to wait too long for its share of a rate limit. The operation was
    /// not called.
    #[error("limit {limit:?} is used up for another {retry_after:?}")]
    RateLimited {
        /// The limit's name.
        limit: &'static str,
        /// After this time the call could have begun.
        retry_after: Duration,
    },

    /// No call that was under way ended while this one waited for its turn. The operation was not
    /// called.
    #[error("limit {limit:?} had no free place within {waited:?}")]
    QueueTimeout {
        /// The limit's name.
        limit: &'static str,
        /// How long the call waited.
        waited: Duration,
    },

    /// The call would use more tokens than its limit lets through in a whole minute, so that it
    /// could never begin. The operation was not called.
    #[error(
        "limit {limit:?} lets {tokens_per_minute} tokens a minute through, fewer than the {tokens} of this call"
    )]
    TooLarge {
        /// The limit's name.
        limit: &'static str,
        /// The call's `cost`.
        tokens: u64,
        /// What the limit lets through.
        tokens_per_minute: u64,
    },

    /// A stream's first item did not come in time.
    #[error("no first item within {limit:?}")]
    FirstItem {
        /// The time it had.
        limit: Duration,
    },

    /// A stream's next item did not come in time.
    #[error("no further item within {limit:?} after {items}")]
    Idle {
        /// The time between two items.
        limit: Duration,
        /// Items that came before.
        items: u64,
    },

    /// The attempt was made to fail, by a fault that the program's set-up allowed and its
    /// configuration asked for. The operation was not called.
    #[error("fault injected into attempt {attempt}")]
    Injected {
        /// The attempt's number; the first is 1.
        attempt: u32,
    },
}

impl Classify for Interrupted {
    fn kind(&self) -> ErrorKind {
        match self {
            Interrupted::Timeout { .. }
            | Interrupted::Deadline { .. }
            | Interrupted::FirstItem { .. }
            | Interrupted::Idle { .. } => ErrorKind::Timeout,
            Interrupted::CircuitOpen { .. } => ErrorKind::CircuitOpen,
            Interrupted::QueueFull { .. } | Interrupted::QueueTimeout { .. } => {
                ErrorKind::Overloaded
            }
            Interrupted::TooLarge { .. } => ErrorKind::InvalidRequest,
            Interrupted::RateLimited { .. } => ErrorKind::RateLimited,
            Interrupted::Injected { .. } => ErrorKind::Server,
        }
    }

    /// Not after a deadline, which no attempt can move, nor in the middle of a stream, whose items
    /// have been handed on, nor where the same call could never begin.
    fn retryable(&self) -> bool {
        !matches!(
            self,
            Interrupted::Deadline { .. } | Interrupted::Idle { .. } | Interrupted::TooLarge { .. }
        )
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Interrupted::CircuitOpen { retry_after, .. }
            | Interrupted::RateLimited { retry_after, .. } => Some(*retry_after),
            _ => None,
        }
    }

    fn code(&self) -> Option<Cow<'_, str>> {
        Some(Cow::Borrowed(match self {
            Interrupted::Timeout { .. } => "timeout",
            Interrupted::Deadline { .. } => "deadline",
            Interrupted::CircuitOpen { .. } => "circuit_open",
            Interrupted::QueueFull { .. } => "queue_full",
            Interrupted::QueueTimeout { .. } => "queue_timeout",
            Interrupted::TooLarge { .. } => "too_large",
            Interrupted::RateLimited { .. } => "rate_limited",
            Interrupted::FirstItem { .. } => "first_item_timeout",
            Interrupted::Idle { .. } => "idle_timeout",
            Interrupted::Injected { .. } => "fault_injected",
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::error::Error;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn each_says_what_happened_in_one_line_without_a_full_stop() {
        let all = [
            Interrupted::Timeout { attempt: 2, limit: 10 * SECOND },
            Interrupted::Deadline { limit: 30 * SECOND, attempt: 3 },
            Interrupted::CircuitOpen { circuit: "openai", retry_after: SECOND },
            Interrupted::QueueFull { limit: "openai", permits: 8, waiting: 16 },
            Interrupted::RateLimited { limit: "openai", retry_after: SECOND },
            Interrupted::QueueTimeout { limit: "openai", waited: SECOND },
            Interrupted::TooLarge { limit: "openai", tokens: 9, tokens_per_minute: 6 },
            Interrupted::FirstItem { limit: 3 * SECOND },
            Interrupted::Idle { limit: 5 * SECOND, items: 7 },
            Interrupted::Injected { attempt: 2 },
        ];
        let said = all.map(|interrupted| interrupted.to_string());
        assert_eq!(
            said,
            [
                "attempt 2 exceeded 10s",
                "deadline of 30s exceeded in attempt 3",
                r#"circuit "openai" is open for another 1s"#,
                r#"limit "openai" has its 8 calls under way and 16 more waiting"#,
                r#"limit "openai" is used up for another 1s"#,
                r#"limit "openai" had no free place within 1s"#,
                r#"limit "openai" lets 6 tokens a minute through, fewer than the 9 of this call"#,
                "no first item within 3s",
                "no further item within 5s after 7",
                "fault injected into attempt 2",
            ]
        );
    }

    #[test]
    fn it_becomes_any_boxed_error_by_itself() {
        fn guarded() -> Result<(), Box<dyn Error + Send + Sync>> {
            Err(Interrupted::FirstItem { limit: SECOND })?
        }
        let error = guarded().unwrap_err();
        assert_eq!(error.downcast_ref(), Some(&Interrupted::FirstItem { limit: SECOND }));
    }

    #[test]
    fn a_call_is_not_repeated_after_its_deadline_or_in_the_middle_of_a_stream() {
        assert!(!Interrupted::Deadline { limit: SECOND, attempt: 1 }.retryable());
        assert!(!Interrupted::Idle { limit: SECOND, items: 1 }.retryable());
        assert!(Interrupted::Timeout { attempt: 1, limit: SECOND }.retryable());
        assert!(Interrupted::FirstItem { limit: SECOND }.retryable());
    }
}
