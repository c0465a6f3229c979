//! The queue behind a concurrency limit. Plain data under its owner's lock; wakes nobody itself, and hands wakers
//! out to be dropped elsewhere.

use super::QueueFull;
use crate::policy::sync::const_unless_loom;
use std::collections::VecDeque;
use std::task::Waker;

/// Who waits, and how many calls are under way.
#[derive(Debug)]
pub(super) struct Queue {
    permits: u32,
    limit: u32,
    /// Permits given out, those granted to callers that have not come for them included.
    in_use: u32,
    /// In the order of their tickets. The granted ones, which are at the front, are no longer
    /// waiting.
    entries: VecDeque<Entry>,
    granted: usize,
    next_ticket: u64,
}

#[derive(Debug)]
struct Entry {
    ticket: u64,
    /// Taken when the permit is granted.
    waker: Option<Waker>,
}

/// An answer to a caller.
#[derive(Debug)]
pub(super) enum Asked {
    Granted,
    Wait(u64),
    Full(QueueFull),
}

impl Queue {
    const_unless_loom! {
        pub(super) fn new(permits: u32, limit: u32) -> Self {
            let permits = if permits == 0 { 1 } else { permits };
            let entries = VecDeque::new();
            Queue { permits, limit, in_use: 0, entries, granted: 0, next_ticket: 0 }
        }
    }

    pub(super) fn configure(&mut self, permits: u32, limit: u32) {
        self.permits = permits.max(1);
        self.limit = limit;
    }

    /// How many calls run at once, and how many wait.
    pub(super) fn numbers(&self) -> (u32, u32) {
        (self.permits, self.limit)
    }

    pub(super) fn in_use(&self) -> u32 {
        self.in_use
    }

    pub(super) fn waiting(&self) -> u32 {
        // OK to cast: the queue's limit is a `u32`, and a lowered one lets nobody in.
        (self.entries.len() - self.granted) as u32
    }

    /// A caller comes.
    pub(super) fn ask(&mut self, waker: &Waker) -> Asked {
        let waiting = self.waiting();
        if self.in_use < self.permits && waiting == 0 {
            self.in_use += 1;
            return Asked::Granted;
        }
        if waiting >= self.limit {
            return Asked::Full(QueueFull { permits: self.permits, waiting });
        }
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        self.entries.push_back(Entry { ticket, waker: Some(waker.clone()) });
        Asked::Wait(ticket)
    }

    /// A caller that waits looks whether it may go. Also returns a waker that is no longer needed.
    pub(super) fn ask_again(&mut self, ticket: u64, waker: &Waker) -> (Asked, Option<Waker>) {
        let Some(at) = self.position(ticket) else { return (Asked::Wait(ticket), None) };
        if at < self.granted {
            self.remove(at);
            return (Asked::Granted, None);
        }
        let known = &mut self.entries[at].waker;
        let old = match known {
            Some(known) if known.will_wake(waker) => None,
            known => known.replace(waker.clone()),
        };
        (Asked::Wait(ticket), old)
    }

    /// A caller gives up; a permit that was granted to it is free again. Returns its waker.
    pub(super) fn leave(&mut self, ticket: u64) -> Option<Waker> {
        let at = self.position(ticket)?;
        if at < self.granted {
            self.in_use -= 1;
        }
        self.remove(at)
    }

    /// A call is over.
    pub(super) fn release(&mut self) {
        self.in_use -= 1;
    }

    /// Gives a free permit to the first who waits: whom to wake.
    pub(super) fn grant(&mut self) -> Option<Waker> {
        while self.in_use < self.permits && self.granted < self.entries.len() {
            let waker = self.entries[self.granted].waker.take();
            self.granted += 1;
            self.in_use += 1;
            if waker.is_some() {
                return waker;
            }
        }
        None
    }

    fn position(&self, ticket: u64) -> Option<usize> {
        self.entries.binary_search_by_key(&ticket, |entry| entry.ticket).ok()
    }

    fn remove(&mut self, at: usize) -> Option<Waker> {
        if at < self.granted {
            self.granted -= 1;
        }
        self.entries.remove(at)?.waker
    }
}
