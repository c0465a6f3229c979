//! The clock, and waiting for it.
//!
//! Inside a tokio runtime (feature `tokio`) both are tokio's, so that a paused clock holds for
//! policies too. Elsewhere the clock is the system's, and one small thread of the process's own
//! (in [`own`]) wakes who waits.

mod own;

use own::Alarm;
use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;

/// The time, by the clock that [`Sleep`] waits for.
#[inline]
pub(crate) fn now() -> Instant {
    #[cfg(feature = "tokio")]
    return tokio::time::Instant::now().into_std();
    #[cfg(not(feature = "tokio"))]
    return Instant::now();
}

/// Waits for a point in time.
///
/// Nothing is allocated, and no clock is set, until it is polled before its time. It can be used
/// again for another time.
#[must_use = "futures do nothing unless polled"]
#[derive(Debug)]
pub(crate) struct Sleep {
    /// `None`: never.
    at: Option<Instant>,
    armed: Armed,
}

#[derive(Debug)]
enum Armed {
    No,
    #[cfg(feature = "tokio")]
    Tokio(Pin<Box<dyn Timer>>),
    Own(Alarm),
}

impl Sleep {
    pub(crate) const fn never() -> Self {
        Sleep { at: None, armed: Armed::No }
    }

    pub(crate) const fn until(at: Instant) -> Self {
        Sleep { at: Some(at), armed: Armed::No }
    }

    /// Waits for another time.
    pub(crate) fn reset(&mut self, at: Instant) {
        self.at = Some(at);
        match &mut self.armed {
            #[cfg(feature = "tokio")]
            Armed::Tokio(sleep) => sleep.as_mut().reset_to(at),
            armed => *armed = Armed::No,
        }
    }

    /// What is waited for; `None`: nothing.
    pub(crate) fn at(&self) -> Option<Instant> {
        self.at
    }

    /// Waits for `at`, whatever was waited for before.
    pub(crate) fn poll_until(&mut self, at: Instant, cx: &mut Context<'_>) -> Poll<()> {
        if self.at != Some(at) {
            self.reset(at);
        }
        Pin::new(self).poll(cx)
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let Some(at) = self.at else { return Poll::Pending };
        if let Armed::No = self.armed {
            if now() >= at {
                return Poll::Ready(());
            }
            self.armed = arm(at);
        }
        match &mut self.armed {
            Armed::No => Poll::Pending,
            #[cfg(feature = "tokio")]
            Armed::Tokio(sleep) => sleep.as_mut().poll(cx),
            Armed::Own(alarm) => alarm.poll(cx),
        }
    }
}

/// Tokio's timer behind its interface: rustc would look into the whole of tokio for whether it is
/// `Send`, and for a call deep within others that is further than it looks.
#[cfg(feature = "tokio")]
trait Timer: Future<Output = ()> + Send + Sync + std::fmt::Debug {
    fn reset_to(self: Pin<&mut Self>, at: Instant);
}

#[cfg(feature = "tokio")]
impl Timer for tokio::time::Sleep {
    fn reset_to(self: Pin<&mut Self>, at: Instant) {
        self.reset(at.into());
    }
}

thread_local! {
    /// Whether the thread blocks on what it polls.
    static BLOCKING: Cell<bool> = const { Cell::new(false) };
}

/// While this lives, the calling thread's waits do not depend on a tokio runtime.
pub(super) fn own_clock() -> OwnClock {
    OwnClock(BLOCKING.replace(true))
}

/// Puts back what was before.
pub(super) struct OwnClock(bool);

impl Drop for OwnClock {
    fn drop(&mut self) {
        BLOCKING.set(self.0);
    }
}

#[cfg(feature = "tokio")]
fn arm(at: Instant) -> Armed {
    if BLOCKING.get() {
        return Armed::Own(Alarm::new(at));
    }
    tokio_sleep(at).map_or_else(|| Armed::Own(Alarm::new(at)), Armed::Tokio)
}

#[cfg(not(feature = "tokio"))]
fn arm(at: Instant) -> Armed {
    Armed::Own(Alarm::new(at))
}

#[cfg(feature = "tokio")]
thread_local! {
    /// The runtime that was last found to have no timer.
    static WITHOUT_TIMER: std::cell::Cell<Option<tokio::runtime::Id>> =
        const { std::cell::Cell::new(None) };
}

/// Tokio's timer; `None` outside a runtime, and in a runtime that was built without one.
///
/// A runtime does not say whether it has a timer: it panics. That is tried once a runtime (as far as
/// the calling thread knows); tokio's message says how to enable timers.
#[cfg(feature = "tokio")]
fn tokio_sleep(at: Instant) -> Option<Pin<Box<dyn Timer>>> {
    let runtime = tokio::runtime::Handle::try_current().ok()?.id();
    if WITHOUT_TIMER.get() == Some(runtime) {
        return None;
    }
    let made = std::panic::catch_unwind(|| tokio::time::sleep_until(at.into()));
    if made.is_err() {
        WITHOUT_TIMER.set(Some(runtime));
    }
    made.ok().map(|sleep| Box::pin(sleep) as Pin<Box<dyn Timer>>)
}

#[cfg(all(test, not(lumina_loom)))]
mod tests;
