//! Nothing generated offends a lint; the helper attributes of thiserror stay thiserror's.
#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, unused_qualifications, unreachable_pub)]

use lumina::Classify;
use std::time::Duration;

/// An error.
#[derive(Debug, Classify)]
#[classify(code = "provider")]
pub enum Failed<'a, E> {
    /// Too many.
    #[classify(kind = rate_limited, retry_after = wait)]
    Limited {
        /// How long.
        wait: Duration,
    },
    /// By status.
    #[classify(kind = _0, retryable = *_0 != 501)]
    Status(u16),
    /// Another's.
    #[classify(transparent)]
    Inner(E),
    /// By name.
    #[classify(with = kind, code = name)]
    Named {
        /// Whose.
        name: &'a str,
    },
}

fn kind(name: &&str) -> lumina::ErrorKind {
    match *name {
        "late" => lumina::ErrorKind::Timeout,
        _ => lumina::ErrorKind::Other,
    }
}

fn main() {
    let failed: Failed<'_, std::io::Error> = Failed::Named { name: "late" };
    assert_eq!(failed.kind(), lumina::ErrorKind::Timeout);
}
