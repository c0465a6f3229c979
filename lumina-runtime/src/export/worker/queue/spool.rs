//! What the queue knows of the spool: which of the two threads takes what, and the numbers.
//!
//! The spool's own lock is taken before the queue's, never after it: a record is delivered only
//! when its spans have been counted as spooled.

use super::super::super::DropReason;
use super::super::shelf::{News, RecordId};
use super::{Phase, Queue, Queued, State, Wait, wait_on};
use crate::model::Batch;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

/// An attempt that takes longer may never end: what it is about is spooled meanwhile.
const RESCUE_AFTER: Duration = Duration::from_secs(1);
/// Left of a shutdown's time for writing down what was not delivered.
const LAST_WRITE: Duration = Duration::from_millis(300);
/// A disk that failed is left alone this long, and twice as long after each further failure.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// What the spool's thread does next.
#[derive(Debug)]
pub(in super::super) enum SpoolTask {
    Write(Arc<Batch>),
    /// These are being delivered, and it takes too long.
    Rescue(Vec<Arc<Batch>>),
    Tick,
    Stop,
}

/// Where the batch is that an attempt was made with.
#[derive(Debug)]
pub(in super::super) enum Kept {
    InMemory,
    /// Spooled while the attempt was under way; the records of each part, the first one attempted.
    OnDisk(Vec<Vec<RecordId>>),
}

/// What a use of the spool changed.
#[derive(Debug, Default)]
pub(in super::super) struct Delta {
    /// Pending until now.
    pub(in super::super) spooled: u64,
    /// Spooled until now.
    pub(in super::super) exported: u64,
    /// Spooled until now.
    pub(in super::super) dropped: Option<(DropReason, u64)>,
    pub(in super::super) news: News,
    pub(in super::super) backlog: bool,
    pub(in super::super) bytes: u64,
    /// The spool's thread has written its batch of so many bytes.
    pub(in super::super) written_bytes: Option<usize>,
    /// It has written what was being delivered.
    pub(in super::super) rescued: Option<Vec<Vec<RecordId>>>,
}

#[derive(Debug)]
enum Rescue {
    No,
    Writing,
    Done(Vec<Vec<RecordId>>),
}

#[derive(Debug)]
struct Attempt {
    parts: Vec<Arc<Batch>>,
    since: Instant,
    rescue: Rescue,
}

#[derive(Debug)]
pub(super) struct SpoolState {
    write_ahead: bool,
    /// There are records.
    backlog: bool,
    /// The latest attempt failed in a way that may pass.
    failing: bool,
    /// The disk failed: everything is as without a spool until then.
    broken_until: Option<Instant>,
    pause: Duration,
    /// The number of the batch that is being written.
    pub(super) writing: Option<u64>,
    attempt: Option<Attempt>,
    sender_is_done: bool,
}

impl SpoolState {
    pub(super) fn new(write_ahead: bool) -> Self {
        SpoolState {
            write_ahead,
            backlog: false,
            failing: false,
            broken_until: None,
            pause: FIRST_PAUSE,
            writing: None,
            attempt: None,
            sender_is_done: false,
        }
    }

    fn is_broken(&self, now: Instant) -> bool {
        self.broken_until.is_some_and(|until| now < until)
    }

    fn broke(&mut self, now: Instant) {
        self.broken_until = now.checked_add(self.pause);
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
    }

    /// When the batch in the sender's hands is to be spooled too, if it is in danger at all.
    fn rescue_at(&self, phase: Phase) -> Option<Instant> {
        let attempt = self.attempt.as_ref()?;
        let Rescue::No = attempt.rescue else { return None };
        let patience = attempt.since + RESCUE_AFTER;
        Some(match phase {
            Phase::Closing { deadline } => {
                patience.min(deadline.checked_sub(LAST_WRITE).unwrap_or(attempt.since))
            }
            Phase::Open | Phase::Closed => patience,
        })
    }
}

impl State {
    pub(super) fn has_backlog(&self) -> bool {
        self.spool.as_ref().is_some_and(|spool| spool.backlog)
    }

    /// The spool's thread has a batch in its hands.
    pub(super) fn is_spooling(&self) -> bool {
        self.spool.as_ref().is_some_and(|spool| spool.writing.is_some())
    }

    /// Whether the next batch is sent from memory.
    pub(super) fn is_senders_turn(&self, now: Instant) -> bool {
        let Some(spool) = &self.spool else { return true };
        spool.is_broken(now) || !(spool.write_ahead || spool.backlog)
    }

    /// When an attempt must be over for a shutdown to be over at `deadline`.
    pub(super) fn last_answer(&self, deadline: Instant, now: Instant) -> Instant {
        if self.spool.is_none() {
            return deadline;
        }
        let left = deadline.saturating_duration_since(now);
        deadline.checked_sub(LAST_WRITE.min(left / 4)).unwrap_or(deadline)
    }
}

impl Queue {
    /// Counts what a use of the spool changed; called with the spool locked.
    pub(in super::super) fn apply(&self, delta: Delta) {
        let mut state = self.lock();
        let counts = &mut state.counts;
        let News { recovered_spans, evicted_spans, damaged_spans, damaged_records } = delta.news;
        counts.recovered += recovered_spans;
        counts.pending_spans -= delta.spooled;
        counts.spooled += delta.spooled + recovered_spans;
        counts.exported += delta.exported;
        counts.damaged_records += damaged_records;
        counts.spooled_bytes = delta.bytes;
        let mut left = delta.exported;
        let lost =
            [(DropReason::SpoolFull, evicted_spans), (DropReason::SpoolDamaged, damaged_spans)];
        for (reason, spans) in lost.into_iter().chain(delta.dropped) {
            counts.dropped.add(reason, spans);
            left += spans;
        }
        counts.spooled -= left;
        counts.pending_bytes -= delta.written_bytes.unwrap_or(0);
        if let Some(spool) = &mut state.spool {
            spool.backlog = delta.backlog;
            if delta.written_bytes.is_some() || delta.rescued.is_some() {
                (spool.broken_until, spool.pause) = (None, FIRST_PAUSE);
            }
            if delta.written_bytes.is_some() {
                spool.writing = None;
            }
            if let (Some(ids), Some(attempt)) = (delta.rescued, &mut spool.attempt) {
                attempt.rescue = Rescue::Done(ids);
            }
        }
        self.work.notify_all();
        self.progress.notify_all();
    }

    /// Blocks the spool's thread until there is something to do; `tick` is when something is due
    /// anyway.
    pub(in super::super) fn next_to_spool(&self, tick: Option<Instant>) -> SpoolTask {
        let mut guard = self.lock();
        loop {
            let now = Instant::now();
            let state = &mut *guard;
            let is_filling = state.counts.pending_spans.saturating_mul(2) > self.max_spans
                || state.counts.pending_bytes.saturating_mul(2) > self.max_bytes;
            let phase = state.phase;
            let Some(spool) = &mut state.spool else { return SpoolTask::Stop };
            if spool.sender_is_done {
                return SpoolTask::Stop;
            }
            let mut wake = tick;
            let rescue_at = spool.rescue_at(phase);
            if spool.is_broken(now) {
                let heals =
                    spool.broken_until.filter(|_| rescue_at.is_some() || !state.queue.is_empty());
                wake = [wake, heals].into_iter().flatten().min();
            } else {
                if let (Some(at), Some(attempt)) = (rescue_at, &mut spool.attempt) {
                    if at <= now {
                        attempt.rescue = Rescue::Writing;
                        return SpoolTask::Rescue(attempt.parts.clone());
                    }
                    wake = Some(wake.map_or(at, |wake| wake.min(at)));
                }
                let is_stuck =
                    matches!(&spool.attempt, Some(Attempt { rescue: Rescue::Done(_), .. }));
                if (spool.write_ahead || spool.backlog || spool.failing || is_filling || is_stuck)
                    && let Some(queued) = state.queue.pop_front()
                {
                    spool.writing = Some(queued.number);
                    return SpoolTask::Write(queued.batch);
                }
            }
            match wake {
                Some(at) if at <= now => return SpoolTask::Tick,
                Some(at) => guard = wait_on(&self.work, guard, at - now),
                None => guard = self.work.wait(guard).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }

    /// The disk did not take `batch`, which waits in memory again.
    pub(in super::super) fn not_written(&self, batch: Arc<Batch>) {
        let mut state = self.lock();
        let Some(spool) = &mut state.spool else { return };
        spool.broke(Instant::now());
        if let Some(number) = spool.writing.take() {
            state.queue.push_front(Queued { number, batch, is_stripped: false });
        }
        self.work.notify_all();
    }

    /// The disk did not take what is being delivered.
    pub(in super::super) fn not_rescued(&self) {
        let mut state = self.lock();
        if let Some(spool) = &mut state.spool {
            spool.broke(Instant::now());
            if let Some(attempt) = &mut spool.attempt {
                attempt.rescue = Rescue::No;
            }
        }
        self.work.notify_all();
        self.progress.notify_all();
    }

    /// Tells the spool's thread what is in the sender's hands.
    pub(in super::super) fn begin_attempt(&self, parts: impl FnOnce() -> Vec<Arc<Batch>>) {
        if let Some(spool) = &mut self.lock().spool {
            let (parts, since) = (parts(), Instant::now());
            spool.attempt = Some(Attempt { parts, since, rescue: Rescue::No });
            self.work.notify_all();
        }
    }

    /// The attempt is over. Waits for a rescue that has begun.
    pub(in super::super) fn end_attempt(&self) -> Kept {
        let mut state = self.lock();
        loop {
            let Some(spool) = &mut state.spool else { return Kept::InMemory };
            match spool.attempt.take() {
                Some(attempt @ Attempt { rescue: Rescue::Writing, .. }) => {
                    spool.attempt = Some(attempt);
                    state = self.progress.wait(state).unwrap_or_else(PoisonError::into_inner);
                }
                Some(Attempt { rescue: Rescue::Done(ids), .. }) => return Kept::OnDisk(ids),
                Some(Attempt { rescue: Rescue::No, .. }) | None => return Kept::InMemory,
            }
        }
    }

    /// Whether the disk is thought to work.
    pub(in super::super) fn may_spool(&self) -> bool {
        let now = Instant::now();
        self.lock().spool.as_ref().is_some_and(|spool| !spool.is_broken(now))
    }

    pub(in super::super) fn set_failing(&self, failing: bool) {
        if let Some(spool) = &mut self.lock().spool {
            spool.failing = failing;
        }
    }

    /// Whether the spool may be drained for a flush: not while its receiver is failing, but for the
    /// last chance that a shutdown gives it.
    pub(in super::super) fn may_drain(&self, wait: Option<Wait>) -> bool {
        let mut state = self.lock();
        match wait {
            None => true,
            Some(wait) if wait.until <= Instant::now() => true,
            Some(wait) => {
                let is_closing = state.phase != Phase::Open;
                is_closing && !wait.asked_for && std::mem::take(&mut state.skip_one_delay)
            }
        }
    }

    /// Lets the spool's thread end.
    pub(in super::super) fn sender_is_done(&self) {
        if let Some(spool) = &mut self.lock().spool {
            spool.sender_is_done = true;
        }
        self.work.notify_all();
    }
}
