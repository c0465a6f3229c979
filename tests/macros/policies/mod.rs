//! Functions with policies: what is called how often, with what, and what the spans say.

mod cache;
mod cancelled;
mod deadlines;
mod errors;
mod fallback;
mod guards;
mod hedge;
mod limit;
mod model;
mod order;
mod panics;
mod retry;
mod sends;
mod shapes;
mod stacked;
mod streams;
mod timeout;

use lumina::Interrupted;
use std::sync::atomic::{AtomicU32, Ordering};

/// The error of the functions under test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failed {
    Busy,
    Wrong,
    Interrupted(Interrupted),
}

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Failed::Busy => f.write_str("busy"),
            Failed::Wrong => f.write_str("wrong"),
            Failed::Interrupted(interrupted) => interrupted.fmt(f),
        }
    }
}

impl std::error::Error for Failed {}

impl From<Interrupted> for Failed {
    fn from(interrupted: Interrupted) -> Self {
        Failed::Interrupted(interrupted)
    }
}

/// Fails a number of times, counting.
#[derive(Default)]
pub(crate) struct Flaky {
    failures: u32,
    calls: AtomicU32,
}

impl Flaky {
    pub(crate) fn failing(failures: u32) -> Flaky {
        Flaky { failures, calls: AtomicU32::new(0) }
    }

    pub(crate) fn call(&self) -> Result<u32, Failed> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed) + 1;
        if call > self.failures { Ok(call) } else { Err(Failed::Busy) }
    }

    pub(crate) fn calls(&self) -> u32 {
        self.calls.load(Ordering::Relaxed)
    }
}
