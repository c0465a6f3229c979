//! One call of the body under way: the waits before it, what it was granted, when it is too late.
//!
//! An attempt has one of these, and whatever it holds it gives back when it is dropped: a call that
//! was cancelled counts for nothing, and its place is free for another.

use super::state::State;
use crate::policy::breaker::{self, Breaker};
use crate::policy::deadline::Deadline;
use crate::policy::error::Interrupted;
use crate::policy::fault::{Fault, FaultKind};
use crate::policy::limit::concurrency::{self, Acquire};
use crate::policy::limit::rate::Reservation;
use crate::policy::timer::{self, Sleep};
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

/// What a call of the body has been granted, until it is over.
#[derive(Default)]
struct Granted {
    circuit: Option<breaker::Permit<'static>>,
    slot: Option<concurrency::Permit<'static>>,
    rate: Option<Reservation<'static>>,
}

/// What it still waits for.
enum Waiting {
    /// Nothing has been asked for yet.
    Delay(Duration),
    Rate,
    Slot(Acquire<'static>),
}

pub(super) struct Leg {
    /// The attempt that it belongs to; the first is 1.
    attempt: u32,
    waiting: Option<Waiting>,
    waited_since: Option<Instant>,
    /// Since when a slot is waited for.
    queued: Option<Instant>,
    granted: Granted,
    sleep: Sleep,
    /// When it is too late, if it has a limit of its own.
    ends: Option<Instant>,
    /// What goes wrong with it on purpose. In a box: as good as never.
    fault: Option<Box<Fault>>,
}

impl Leg {
    /// The one that begins the attempt to come.
    pub(super) fn first(state: &State) -> Self {
        Leg {
            attempt: state.attempts + 1,
            waiting: Some(Waiting::Delay(state.delay)),
            waited_since: None,
            queued: None,
            granted: Granted::default(),
            sleep: Sleep::never(),
            ends: None,
            fault: None,
        }
    }

    /// Waits for whatever stands between the call and the body. The errors are those that end it
    /// before it began.
    pub(super) fn poll_admission(
        &mut self,
        state: &mut State,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), Interrupted>> {
        loop {
            match &mut self.waiting {
                None => return Poll::Ready(Ok(())),
                Some(Waiting::Delay(delay)) => {
                    let delay = *delay;
                    if !delay.is_zero() {
                        ready!(self.poll_wait(delay, cx));
                    }
                    if let Err(refused) = self.ask(state) {
                        return Poll::Ready(Err(refused));
                    }
                }
                Some(Waiting::Rate) => {
                    let wait = self.granted.rate.as_ref().map_or(Duration::ZERO, Reservation::wait);
                    ready!(self.poll_wait(wait, cx));
                    self.ask_for_slot(state);
                }
                Some(Waiting::Slot(acquire)) => match Pin::new(acquire).poll(cx) {
                    Poll::Ready(Ok(permit)) => {
                        self.granted.slot = Some(permit);
                        self.waiting = None;
                    }
                    Poll::Ready(Err(full)) => return Poll::Ready(Err(queue_full(state, full))),
                    Poll::Pending => {
                        ready!(self.poll_deadline(state, cx));
                        return Poll::Ready(Err(state.deadline_passed(self.attempt)));
                    }
                },
            }
        }
    }

    /// [`poll_admission`](Self::poll_admission) for a thread that may block.
    pub(super) fn block_on_admission(&mut self, state: &mut State) -> Result<(), Interrupted> {
        use crate::policy::block::block_on;
        let admission = std::future::poll_fn(|cx| self.poll_admission(state, cx));
        block_on(admission, None).unwrap_or(Ok(()))
    }

    /// Sleeps for `wait`, counted from the first poll.
    fn poll_wait(&mut self, wait: Duration, cx: &mut Context<'_>) -> Poll<()> {
        let since = *self.waited_since.get_or_insert_with(timer::now);
        ready!(self.poll_until(since + wait, cx));
        self.waited_since = None;
        Poll::Ready(())
    }

    fn poll_deadline(&mut self, state: &State, cx: &mut Context<'_>) -> Poll<()> {
        let Some(deadline) = state.interrupting() else { return Poll::Pending };
        self.poll_until(deadline.instant(), cx)
    }

    fn poll_until(&mut self, until: Instant, cx: &mut Context<'_>) -> Poll<()> {
        self.sleep.poll_until(until, cx)
    }

    /// Asks the breaker and the rate limit, which answer at once.
    fn ask(&mut self, state: &mut State) -> Result<(), Interrupted> {
        if state.interrupting().is_some_and(Deadline::has_passed) {
            return Err(state.deadline_passed(self.attempt));
        }
        if let Some((name, breaker)) = state.circuit() {
            self.granted.circuit = Some(admit(state, name, breaker)?);
        }
        if let Some(rate) = state.rate() {
            match rate.reserve(0, state.remaining(), timer::now()) {
                Ok(reservation) => {
                    state.report.limit_waited(reservation.wait());
                    let wait = reservation.wait();
                    self.granted.rate = Some(reservation);
                    if !wait.is_zero() {
                        self.waiting = Some(Waiting::Rate);
                        return Ok(());
                    }
                }
                Err(limited) => {
                    let limit = state.plan.name();
                    let retry_after = limited.retry_after;
                    return Err(Interrupted::RateLimited { limit, retry_after });
                }
            }
        }
        self.ask_for_slot(state);
        Ok(())
    }

    fn ask_for_slot(&mut self, state: &State) {
        self.waiting = state.concurrency().map(|limit| Waiting::Slot(limit.acquire()));
        if self.waiting.is_some() {
            self.queued = Some(timer::now());
        }
    }

    /// Everything has been granted: the body begins.
    pub(super) fn begin(&mut self, state: &mut State) {
        if let Some(since) = self.queued.take() {
            state.report.limit_waited(timer::now().saturating_duration_since(since));
        }
        if let Some(reservation) = &mut self.granted.rate {
            reservation.start();
        }
        state.attempts = self.attempt;
        self.fault = state.draw_fault();
        self.ends = state.attempt_timeout().map(|limit| timer::now() + limit);
    }

    /// Whether it is too late; wakes the task when it will be.
    pub(super) fn poll_timeout(
        &mut self,
        state: &mut State,
        cx: &mut Context<'_>,
    ) -> Option<Interrupted> {
        let until = self.too_late(state)?;
        if self.poll_until(until, cx).is_pending() {
            return None;
        }
        Some(self.late(until, state))
    }

    /// When time is over.
    fn too_late(&self, state: &State) -> Option<Instant> {
        let total = state.interrupting().map(Deadline::instant);
        match (self.ends, total) {
            (Some(attempt), Some(total)) => Some(attempt.min(total)),
            (attempt, total) => attempt.or(total),
        }
    }

    /// The error of a time that was over at `until`.
    fn late(&self, until: Instant, state: &mut State) -> Interrupted {
        if self.ends == Some(until) {
            state.report.timeout_fired("attempt");
            let limit = state.attempt_timeout().unwrap_or_default();
            return Interrupted::Timeout { attempt: self.attempt, limit };
        }
        state.deadline_passed(self.attempt)
    }

    /// What goes wrong with it on purpose, if anything.
    pub(super) fn fault(&self) -> Option<&Fault> {
        self.fault.as_deref()
    }

    /// Lets go wrong what is to go wrong, before the body runs: ready with nothing, the body is
    /// next.
    #[inline]
    pub(super) fn poll_fault(
        &mut self,
        state: &mut State,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Interrupted>> {
        match self.fault {
            None => Poll::Ready(None),
            Some(_) => self.poll_injected(state, cx),
        }
    }

    #[cold]
    fn poll_injected(
        &mut self,
        state: &mut State,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Interrupted>> {
        let Some(Fault { delay, failure }) = self.fault.as_deref().copied() else {
            return Poll::Ready(None);
        };
        if let Some(delay) = delay {
            let over = *self.waited_since.get_or_insert_with(timer::now) + delay;
            let too_late = self.too_late(state).filter(|end| *end <= over);
            ready!(self.poll_until(too_late.unwrap_or(over), cx));
            if let Some(end) = too_late {
                return Poll::Ready(Some(self.late(end, state)));
            }
            self.waited_since = None;
        }
        match failure {
            Some(FaultKind::Timeout) if self.too_late(state).is_some() => {
                self.fault = Some(Box::new(Fault { delay: None, failure }));
                match self.poll_timeout(state, cx) {
                    Some(late) => Poll::Ready(Some(late)),
                    None => Poll::Pending,
                }
            }
            Some(FaultKind::Error) => {
                let attempt = self.attempt;
                Poll::Ready(Some(Interrupted::Injected { attempt }))
            }
            // OK: what would hang for ever does not hang at all.
            None | Some(FaultKind::Timeout) => {
                self.fault = None;
                Poll::Ready(None)
            }
        }
    }

    /// [`poll_fault`](Self::poll_fault) for a thread that may block.
    pub(super) fn block_on_fault(&mut self, state: &mut State) -> Option<Interrupted> {
        use crate::policy::block::block_on;
        self.fault.as_ref()?;
        block_on(std::future::poll_fn(|cx| self.poll_fault(state, cx)), None).flatten()
    }

    /// The body gave a value: what was called did answer.
    pub(super) fn succeeded(&mut self) {
        if let Some(circuit) = self.granted.circuit.take() {
            circuit.success(timer::now());
        }
        self.release();
    }

    /// The body failed, or was refused before it began.
    pub(super) fn failed(&mut self) {
        if let Some(circuit) = self.granted.circuit.take() {
            circuit.failure(timer::now());
        }
        self.release();
    }

    fn release(&mut self) {
        self.granted = Granted::default();
        self.sleep = Sleep::never();
    }
}

fn admit(
    state: &mut State,
    name: &'static str,
    breaker: &'static Breaker,
) -> Result<breaker::Permit<'static>, Interrupted> {
    match breaker.admit(timer::now()) {
        Ok(permit) => {
            state.report.breaker_state(permit.state());
            Ok(permit)
        }
        Err(refused) => {
            state.report.breaker_state(refused.state);
            let retry_after = refused.retry_after;
            Err(Interrupted::CircuitOpen { circuit: name, retry_after })
        }
    }
}

fn queue_full(state: &State, full: concurrency::QueueFull) -> Interrupted {
    let limit = state.plan.name();
    Interrupted::QueueFull { limit, permits: full.permits, waiting: full.waiting }
}
