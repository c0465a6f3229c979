//! The bounded queue between the collector, one exporter's thread, and those who wait for it.
//!
//! Everything that is counted is counted under one lock, so that the numbers of a report fit each
//! other at any moment. The lock is never held while the exporter runs, and no traced call takes
//! it: only the collector, the exporter's thread and callers of flush, shutdown and health do.

mod shed;
mod spool;

pub(super) use spool::{Delta, Kept, SpoolTask};

use super::super::DropReason;
use super::counts::LastError;
use super::retry::Wait;
use super::{Counts, WorkerConfig};
use crate::model::Batch;
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// What the exporter's thread does next.
#[derive(Debug)]
pub(super) enum Task {
    Deliver(Arc<Batch>),
    /// The next record of the spool.
    Drain,
    /// Every batch up to number `through` has been settled; flush the exporter.
    Flush {
        through: u64,
        deadline: Instant,
    },
    Stop,
}

/// Whether an attempt may start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// It may, and must be over at `deadline`.
    Go { deadline: Instant },
    /// No time is left before the shutdown's deadline.
    Expired,
}

/// How a wait for a flush ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flushed {
    Done,
    /// The exporter could not flush: health has its words.
    Failed,
    TimedOut,
}

/// A place in the queue that a caller of flush waits for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ticket {
    through: u64,
    failed_flushes: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Open,
    Closing { deadline: Instant },
    Closed,
}

/// Batches are numbered from 1 in the order in which they were queued, so that "everything queued
/// so far" is a number.
#[derive(Debug)]
struct State {
    queue: VecDeque<Queued>,
    /// The number of the batch that is being delivered.
    delivering: Option<u64>,
    spool: Option<spool::SpoolState>,
    counts: Counts,
    phase: Phase,
    /// A shutdown has begun: the next delay of our own is skipped, once.
    skip_one_delay: bool,
    queued_through: u64,
    flush_wanted_through: u64,
    flushed_through: u64,
    flush_failed_through: u64,
}

/// A batch that waits.
#[derive(Debug)]
struct Queued {
    number: u64,
    batch: Arc<Batch>,
    /// Nothing but errors and roots is left in it: see [`shed`].
    is_stripped: bool,
}

impl State {
    /// Every batch up to this number is delivered, dropped or spooled.
    fn settled_through(&self) -> u64 {
        let waiting = self.queue.front().map(|queued| queued.number);
        let spooling = self.spool.as_ref().and_then(|spool| spool.writing);
        let unsettled = [waiting, self.delivering, spooling].into_iter().flatten().min();
        unsettled.map_or(self.queued_through, |first| first - 1)
    }
}

#[derive(Debug)]
pub(super) struct Queue {
    max_spans: u64,
    max_bytes: usize,
    attempt_timeout: Duration,
    state: Mutex<State>,
    /// The exporter's thread waits here: for work, and between attempts. So does the spool's.
    work: Condvar,
    /// Callers wait here: for a flush, and for the end.
    progress: Condvar,
}

impl Queue {
    /// `write_ahead`: there is a spool, and whether every batch goes through it.
    pub(super) fn new(config: &WorkerConfig, write_ahead: Option<bool>) -> Self {
        Queue {
            max_spans: config.queue_spans as u64,
            max_bytes: config.queue_bytes,
            attempt_timeout: config.attempt_timeout,
            state: Mutex::new(State {
                queue: VecDeque::new(),
                delivering: None,
                spool: write_ahead.map(spool::SpoolState::new),
                counts: Counts::default(),
                phase: Phase::Open,
                skip_one_delay: false,
                queued_through: 0,
                flush_wanted_through: 0,
                flushed_through: 0,
                flush_failed_through: 0,
            }),
            work: Condvar::new(),
            progress: Condvar::new(),
        }
    }

    /// OK to go on after a panic: no code that can panic runs under the lock half-way through a
    /// change.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn counts(&self) -> Counts {
        self.lock().counts.clone()
    }

    /// Queues `batch`; where the queue is full, drops and counts what matters least, and all of it
    /// where the queue is closed.
    ///
    /// An empty queue takes a batch of any size: otherwise one above the bounds could never be
    /// delivered.
    pub(super) fn offer(&self, batch: Arc<Batch>) {
        let (spans, bytes) = (batch.len() as u64, batch.size_bytes());
        if spans == 0 {
            return;
        }
        let mut state = self.lock();
        state.counts.received += spans;
        if state.phase != Phase::Open {
            state.counts.dropped.add(DropReason::AfterShutdown, spans);
            return;
        }
        state.counts.pending_spans += spans;
        state.counts.pending_bytes += bytes;
        state.queued_through += 1;
        let number = state.queued_through;
        state.queue.push_back(Queued { number, batch, is_stripped: false });
        shed::make_room(&mut state, self.max_spans, self.max_bytes);
        // Both threads, where there are two.
        self.work.notify_all();
    }

    /// Asks that everything queued so far is delivered and flushed; see [`wait`](Self::wait).
    pub(super) fn request_flush(&self) -> Ticket {
        let mut state = self.lock();
        state.flush_wanted_through = state.queued_through;
        self.work.notify_all();
        Ticket { through: state.queued_through, failed_flushes: state.counts.failed_flushes }
    }

    /// Waits until the ticket's flush is over, one way or another.
    pub(super) fn wait(&self, ticket: Ticket, deadline: Instant) -> Flushed {
        let mut state = self.lock();
        loop {
            if state.flushed_through >= ticket.through {
                return Flushed::Done;
            }
            if state.phase == Phase::Closed {
                return Flushed::Failed;
            }
            if state.counts.failed_flushes > ticket.failed_flushes
                && state.flush_failed_through >= ticket.through
            {
                return Flushed::Failed;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Flushed::TimedOut;
            }
            state = wait_on(&self.progress, state, left);
        }
    }

    /// Takes no batch any more and asks the thread to deliver what is queued until `deadline`.
    /// Asked again, the later deadline counts.
    pub(super) fn request_close(&self, deadline: Instant) -> Ticket {
        let ticket = self.request_flush();
        let mut state = self.lock();
        state.skip_one_delay |= state.phase == Phase::Open;
        state.phase = match state.phase {
            Phase::Open => Phase::Closing { deadline },
            Phase::Closing { deadline: known } => Phase::Closing { deadline: known.max(deadline) },
            Phase::Closed => Phase::Closed,
        };
        self.work.notify_all();
        ticket
    }

    /// Waits until the thread is through; whether it was before `deadline`.
    pub(super) fn wait_closed(&self, deadline: Instant) -> bool {
        let mut state = self.lock();
        while state.phase != Phase::Closed {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            state = wait_on(&self.progress, state, left);
        }
        true
    }

    /// Blocks the exporter's thread until there is something to do. `wait` holds up the spool only:
    /// a batch waits for its own [`turn`](Self::turn).
    pub(super) fn next(&self, wait: Option<Wait>) -> Task {
        let mut state = self.lock();
        state.delivering = None;
        loop {
            let now = Instant::now();
            if state.flush_wanted_through > state.flushed_through
                && state.settled_through() >= state.flush_wanted_through
            {
                let through = state.settled_through();
                return Task::Flush { through, deadline: self.attempt_deadline(&state, now) };
            }
            let mut left = None;
            if state.phase == Phase::Open && state.has_backlog() {
                let delay = wait.map_or(Duration::ZERO, |w| w.until.saturating_duration_since(now));
                if delay.is_zero() {
                    return Task::Drain;
                }
                left = Some(delay);
            }
            if state.is_senders_turn(now)
                && let Some(queued) = state.queue.pop_front()
            {
                state.delivering = Some(queued.number);
                return Task::Deliver(queued.batch);
            }
            if state.phase != Phase::Open && state.queue.is_empty() && !state.is_spooling() {
                return Task::Stop;
            }
            state = match left {
                Some(left) => wait_on(&self.work, state, left),
                None => self.work.wait(state).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }

    fn attempt_deadline(&self, state: &State, now: Instant) -> Instant {
        let own = now.checked_add(self.attempt_timeout).unwrap_or(now);
        match state.phase {
            Phase::Closing { deadline } => own.min(state.last_answer(deadline, now)),
            Phase::Open | Phase::Closed => own,
        }
    }

    /// Blocks the exporter's thread until the next attempt may start.
    ///
    /// When a shutdown begins, one delay of our own is skipped: the last chance comes at once. A
    /// delay that the receiver asked for is kept. A wait that outlasts the shutdown is not begun.
    pub(super) fn turn(&self, wait: Option<Wait>) -> Turn {
        let mut state = self.lock();
        loop {
            let now = Instant::now();
            let mut left = wait.map_or(Duration::ZERO, |w| w.until.saturating_duration_since(now));
            if let Phase::Closing { deadline } = state.phase {
                let own = wait.is_some_and(|wait| !wait.asked_for);
                if own && std::mem::take(&mut state.skip_one_delay) {
                    left = Duration::ZERO;
                }
                if now.checked_add(left).is_none_or(|start| start >= deadline) {
                    return Turn::Expired;
                }
            }
            if left.is_zero() {
                return Turn::Go { deadline: self.attempt_deadline(&state, now) };
            }
            state = wait_on(&self.work, state, left);
        }
    }

    /// Counts what became of an attempt.
    pub(super) fn count(&self, count: impl FnOnce(&mut Counts)) {
        count(&mut self.lock().counts);
    }

    pub(super) fn note_error(&self, message: &str) {
        let error = LastError::new(message);
        self.lock().counts.last_error = Some(error);
    }

    /// Settles part of the batch being delivered.
    pub(super) fn settle(&self, exported: u64, dropped: u64, reason: DropReason) {
        let mut state = self.lock();
        let counts = &mut state.counts;
        counts.exported += exported;
        counts.dropped.add(reason, dropped);
        counts.pending_spans -= exported + dropped;
    }

    /// The batch being delivered is settled as a whole.
    pub(super) fn batch_settled(&self, bytes: usize) {
        let mut state = self.lock();
        state.counts.pending_bytes -= bytes;
        state.delivering = None;
        self.progress.notify_all();
    }

    pub(super) fn flush_over(&self, through: u64, succeeded: bool) {
        let mut state = self.lock();
        if succeeded {
            state.flushed_through = through;
        } else {
            state.counts.failed_flushes += 1;
            state.flush_failed_through = through;
            // Tried again when somebody asks again, not in a loop.
            if state.flush_wanted_through <= through {
                state.flush_wanted_through = state.flushed_through;
            }
        }
        self.progress.notify_all();
    }

    pub(super) fn closed(&self) {
        self.lock().phase = Phase::Closed;
        self.progress.notify_all();
    }
}

fn wait_on<'a>(
    condvar: &Condvar,
    state: MutexGuard<'a, State>,
    left: Duration,
) -> MutexGuard<'a, State> {
    condvar.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0
}
