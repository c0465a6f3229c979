//! Concurrency limit: so many calls at once, so many more in a queue, the rest refused.
//!
//! First come, first served. A released permit is handed to the first in the queue, so that nobody
//! overtakes; a caller that leaves the queue with a permit already granted hands it on. A call that
//! waits costs no allocation of its own: the queue's memory is kept.

mod queue;

use super::super::block::block_on;
use super::super::registry::Named;
use super::super::sync::{Mutex, const_unless_loom, lock};
use queue::{Asked, Queue};
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;

/// A limit that calls share.
#[derive(Debug)]
pub(crate) struct Concurrency {
    queue: Mutex<Queue>,
}

/// A call under way: its place is free when this is dropped.
#[must_use = "the place is free again when the permit is dropped"]
#[derive(Debug)]
pub(crate) struct Permit<'a> {
    limit: &'a Concurrency,
}

/// As many calls wait as may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct QueueFull {
    pub(crate) permits: u32,
    pub(crate) waiting: u32,
}

impl Concurrency {
    const_unless_loom! {
        /// `permits` calls at once, `queue` more that wait.
        ///
        /// No permits count as one: nothing could ever run.
        pub(crate) fn new(permits: u32, queue: u32) -> Self {
            Concurrency { queue: Mutex::new(Queue::new(permits, queue)) }
        }
    }

    /// The limit that all functions naming `name` share, and whether its numbers are these: the
    /// first one's stand.
    pub(crate) fn named(name: &str, permits: u32, queue: u32) -> (&'static Concurrency, bool) {
        static LIMITS: Named<(Concurrency, u32, u32)> = Named::new();
        let limit = LIMITS.get(name, || (Concurrency::new(permits, queue), permits, queue));
        (&limit.0, (limit.1, limit.2) == (permits, queue))
    }

    /// Changes the numbers. Calls under way stay; those that now fit begin.
    pub(crate) fn configure(&self, permits: u32, queue: u32) {
        self.change(|state| state.configure(permits, queue));
    }

    /// Asks for a permit, in the order in which the futures are first polled.
    pub(crate) fn acquire(&self) -> Acquire<'_> {
        Acquire { limit: self, stage: Stage::New }
    }

    /// Asks for a permit and blocks the thread until there is one; `None` if `until` comes first.
    pub(crate) fn acquire_blocking(
        &self,
        until: Option<Instant>,
    ) -> Option<Result<Permit<'_>, QueueFull>> {
        block_on(self.acquire(), until)
    }

    /// How many calls run at once, and how many wait.
    pub(crate) fn numbers(&self) -> (u32, u32) {
        lock(&self.queue).numbers()
    }

    /// Calls that wait.
    pub(crate) fn waiting(&self) -> u32 {
        lock(&self.queue).waiting()
    }

    /// Calls under way.
    pub(crate) fn in_use(&self) -> u32 {
        lock(&self.queue).in_use()
    }

    /// Changes the queue and wakes who is thereby granted a permit. Wakers, being foreign code, are
    /// neither called nor dropped under the lock.
    fn change<R>(&self, change: impl FnOnce(&mut Queue) -> R) -> R {
        let (result, mut granted) = {
            let mut queue = lock(&self.queue);
            (change(&mut queue), queue.grant())
        };
        while let Some(waker) = granted {
            waker.wake();
            granted = lock(&self.queue).grant();
        }
        result
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.limit.change(Queue::release);
    }
}

/// A caller's place in the queue, from the first poll on.
#[must_use = "futures do nothing unless polled"]
#[derive(Debug)]
pub(crate) struct Acquire<'a> {
    limit: &'a Concurrency,
    stage: Stage,
}

#[derive(Clone, Copy, Debug)]
enum Stage {
    New,
    Waiting { ticket: u64 },
    Over,
}

impl<'a> Future for Acquire<'a> {
    type Output = Result<Permit<'a>, QueueFull>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let limit = self.limit;
        let asked = match self.stage {
            Stage::New => lock(&limit.queue).ask(cx.waker()),
            Stage::Waiting { ticket } => {
                let (asked, old_waker) = lock(&limit.queue).ask_again(ticket, cx.waker());
                drop(old_waker);
                asked
            }
            // OK to pend: a future is not polled after it is ready.
            Stage::Over => return Poll::Pending,
        };
        match asked {
            Asked::Granted => {
                self.stage = Stage::Over;
                Poll::Ready(Ok(Permit { limit }))
            }
            Asked::Wait(ticket) => {
                self.stage = Stage::Waiting { ticket };
                Poll::Pending
            }
            Asked::Full(full) => {
                self.stage = Stage::Over;
                Poll::Ready(Err(full))
            }
        }
    }
}

impl Drop for Acquire<'_> {
    fn drop(&mut self) {
        if let Stage::Waiting { ticket } = self.stage {
            drop(self.limit.change(|queue| queue.leave(ticket)));
        }
    }
}

#[cfg(test)]
mod tests;
