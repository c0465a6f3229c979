//! One call's way through its policies: everything that does not depend on the function's types.

use super::judgement::Judgement;
use super::plan::Plan;
use super::report::Report;
use crate::policy::breaker::{self, Breaker};
use crate::policy::budget::Cost;
use crate::policy::deadline::{self, Deadline};
use crate::policy::error::Interrupted;
use crate::policy::limit::concurrency::{self, Acquire};
use crate::policy::limit::rate::Reservation;
use crate::policy::random;
use crate::policy::retry::{Attempted, Failure, Next, Reason};
use crate::policy::timer::{self, Sleep};
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

/// What an attempt has been granted, until it is over.
#[derive(Default)]
struct Granted {
    circuit: Option<breaker::Permit<'static>>,
    slot: Option<concurrency::Permit<'static>>,
    rate: Option<Reservation<'static>>,
}

/// What an attempt still waits for.
enum Waiting {
    /// Nothing has been asked for yet.
    Delay,
    Rate,
    Slot(Acquire<'static>),
}

/// How to go on after a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Again,
    Fallback,
    Fail,
}

pub(super) struct State {
    pub(super) plan: &'static Plan,
    /// Attempts begun.
    pub(super) attempts: u32,
    /// The wait before the next attempt.
    pub(super) delay: Duration,
    previous_delay: Duration,
    /// What the attempt at hand was charged.
    cost: Option<Cost>,
    /// The end of all attempts: the call's own, or an inherited one that comes first.
    pub(super) deadline: Option<Deadline>,
    /// When the call began, if it has a deadline.
    begun: Option<Instant>,
    /// Since when a slot is waited for.
    queued: Option<Instant>,
    waiting: Option<Waiting>,
    waited_since: Option<Instant>,
    granted: Granted,
    sleep: Sleep,
    /// When the attempt at hand is too late, if it has a limit of its own.
    attempt_ends: Option<Instant>,
    /// The first fallback that is still to be tried.
    pub(super) fallback: usize,
    refused_fallbacks: u64,
    pub(super) report: Report,
}

impl State {
    pub(super) fn new(plan: &'static Plan) -> Self {
        let own = plan.total_timeout.map(Deadline::within);
        let deadline = deadline::tighten(own);
        State {
            plan,
            attempts: 0,
            delay: Duration::ZERO,
            previous_delay: Duration::ZERO,
            cost: None,
            begun: deadline.map(|_| timer::now()),
            deadline,
            queued: None,
            waiting: Some(Waiting::Delay),
            waited_since: None,
            granted: Granted::default(),
            sleep: Sleep::never(),
            attempt_ends: None,
            fallback: 0,
            refused_fallbacks: 0,
            report: Report::default(),
        }
    }

    fn remaining(&self) -> Option<Duration> {
        self.deadline.as_ref().map(Deadline::remaining)
    }

    /// The deadline, if it may interrupt an attempt.
    fn interrupting(&self) -> Option<&Deadline> {
        self.deadline.as_ref().filter(|_| self.plan.is_timed())
    }

    /// Waits for whatever stands between the call and its next attempt. The errors are those that
    /// end the attempt before it began.
    pub(super) fn poll_admission(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Interrupted>> {
        loop {
            match &mut self.waiting {
                None => return Poll::Ready(Ok(())),
                Some(Waiting::Delay) => {
                    if !self.delay.is_zero() {
                        ready!(self.poll_wait(self.delay, cx));
                    }
                    if let Err(refused) = self.ask() {
                        return Poll::Ready(Err(refused));
                    }
                }
                Some(Waiting::Rate) => {
                    let wait = self.granted.rate.as_ref().map_or(Duration::ZERO, Reservation::wait);
                    ready!(self.poll_wait(wait, cx));
                    self.ask_for_slot();
                }
                Some(Waiting::Slot(acquire)) => match Pin::new(acquire).poll(cx) {
                    Poll::Ready(Ok(permit)) => {
                        self.granted.slot = Some(permit);
                        self.waiting = None;
                    }
                    Poll::Ready(Err(full)) => {
                        return Poll::Ready(Err(self.queue_full(full)));
                    }
                    Poll::Pending => {
                        ready!(self.poll_deadline(cx));
                        return Poll::Ready(Err(self.deadline_passed()));
                    }
                },
            }
        }
    }

    /// Sleeps for `wait`, counted from the first poll.
    fn poll_wait(&mut self, wait: Duration, cx: &mut Context<'_>) -> Poll<()> {
        let since = *self.waited_since.get_or_insert_with(timer::now);
        let until = since + wait;
        if self.sleep.at() != Some(until) {
            self.sleep.reset(until);
        }
        ready!(Pin::new(&mut self.sleep).poll(cx));
        self.waited_since = None;
        Poll::Ready(())
    }

    fn poll_deadline(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(deadline) = self.interrupting() else { return Poll::Pending };
        self.poll_until(deadline.instant(), cx)
    }

    fn poll_until(&mut self, until: Instant, cx: &mut Context<'_>) -> Poll<()> {
        if self.sleep.at() != Some(until) {
            self.sleep.reset(until);
        }
        Pin::new(&mut self.sleep).poll(cx)
    }

    /// Asks the breaker and the rate limit, which answer at once.
    fn ask(&mut self) -> Result<(), Interrupted> {
        if self.interrupting().is_some_and(Deadline::has_passed) {
            return Err(self.deadline_passed());
        }
        if let Some((name, breaker)) = self.plan.circuit() {
            self.granted.circuit = Some(self.admit(name, breaker)?);
        }
        if let Some(rate) = &self.plan.rate {
            match rate.reserve(0, self.remaining(), timer::now()) {
                Ok(reservation) => {
                    self.report.limit_waited(reservation.wait());
                    let wait = reservation.wait();
                    self.granted.rate = Some(reservation);
                    if !wait.is_zero() {
                        self.waiting = Some(Waiting::Rate);
                        return Ok(());
                    }
                }
                Err(limited) => {
                    let limit = self.plan.name();
                    let retry_after = limited.retry_after;
                    return Err(Interrupted::RateLimited { limit, retry_after });
                }
            }
        }
        self.ask_for_slot();
        Ok(())
    }

    fn admit(
        &mut self,
        name: &'static str,
        breaker: &'static Breaker,
    ) -> Result<breaker::Permit<'static>, Interrupted> {
        match breaker.admit(timer::now()) {
            Ok(permit) => {
                self.report.breaker_state(permit.state());
                Ok(permit)
            }
            Err(refused) => {
                self.report.breaker_state(refused.state);
                let retry_after = refused.retry_after;
                Err(Interrupted::CircuitOpen { circuit: name, retry_after })
            }
        }
    }

    fn ask_for_slot(&mut self) {
        self.waiting = self.plan.concurrency.as_ref().map(|limit| Waiting::Slot(limit.acquire()));
        if self.waiting.is_some() {
            self.queued = Some(timer::now());
        }
    }

    fn queue_full(&self, full: concurrency::QueueFull) -> Interrupted {
        let limit = self.plan.name();
        Interrupted::QueueFull { limit, permits: full.permits, waiting: full.waiting }
    }

    fn deadline_passed(&mut self) -> Interrupted {
        self.report.timeout_fired("total");
        let limit = match (&self.deadline, self.begun) {
            (Some(deadline), Some(begun)) => deadline.instant().saturating_duration_since(begun),
            _ => Duration::ZERO,
        };
        // While one is waited for, the attempt to come is meant.
        let attempt = self.attempts + u32::from(self.waiting.is_some());
        Interrupted::Deadline { limit, attempt }
    }

    /// Everything has been granted: the attempt begins.
    pub(super) fn begin_attempt(&mut self) {
        if let Some(since) = self.queued.take() {
            self.report.limit_waited(timer::now().saturating_duration_since(since));
        }
        if let Some(reservation) = &mut self.granted.rate {
            reservation.start();
        }
        self.attempts += 1;
        self.attempt_ends = self.plan.attempt_timeout.map(|limit| timer::now() + limit);
    }

    /// Whether the attempt at hand is too late; wakes the task when it will be.
    pub(super) fn poll_timeout(&mut self, cx: &mut Context<'_>) -> Option<Interrupted> {
        let total = self.interrupting().map(Deadline::instant);
        let until = match (self.attempt_ends, total) {
            (None, None) => return None,
            (Some(at), None) | (None, Some(at)) => at,
            (Some(attempt), Some(total)) => attempt.min(total),
        };
        if self.poll_until(until, cx).is_pending() {
            return None;
        }
        if self.attempt_ends == Some(until) {
            self.report.timeout_fired("attempt");
            let limit = self.plan.attempt_timeout.unwrap_or_default();
            return Some(Interrupted::Timeout { attempt: self.attempts, limit });
        }
        Some(self.deadline_passed())
    }

    /// The attempt succeeded.
    pub(super) fn succeeded(&mut self) {
        if let Some(circuit) = self.granted.circuit.take() {
            circuit.success(timer::now());
        }
        if let Some(budget) = self.plan.budget() {
            match self.cost.take() {
                Some(cost) => budget.refund(cost),
                None => budget.earn(),
            }
        }
        self.granted = Granted::default();
    }

    /// The attempt failed, or was refused before it began.
    pub(super) fn failed(&mut self, judgement: &Judgement, why: Option<&Interrupted>) -> Verdict {
        if let Some(circuit) = self.granted.circuit.take() {
            circuit.failure(timer::now());
        }
        self.granted = Granted::default();
        self.cost = None;
        self.sleep = Sleep::never();
        self.refused_fallbacks = judgement.refused_fallbacks;
        let attempted = Attempted {
            attempt: self.attempts.max(1),
            failure: failure(judgement, why),
            retry_after: judgement.retry_after,
            previous_delay: self.previous_delay,
            remaining: self.remaining(),
        };
        match self.plan.retry.after(attempted, self.plan.budget(), random::unit()) {
            Next::Wait { delay, cost } => {
                self.cost = Some(cost);
                self.previous_delay = delay;
                self.delay = delay;
                self.waiting = Some(Waiting::Delay);
                Verdict::Again
            }
            Next::GiveUp(reason) => self.give_up(reason),
        }
    }

    /// The attempt succeeded with a value that is not the one awaited; whether to try again.
    pub(super) fn unready(&mut self) -> bool {
        // OK: for the circuit it is a success. What was called did answer.
        if let Some(circuit) = self.granted.circuit.take() {
            circuit.success(timer::now());
        }
        self.failed(&Judgement::new(), None) == Verdict::Again
    }

    fn give_up(&mut self, reason: Reason) -> Verdict {
        self.report.gave_up(reason, self.plan.retry.max.get() > 1);
        if self.next_fallback() { Verdict::Fallback } else { Verdict::Fail }
    }

    /// Moves to the next fallback that wants the error; false when there is none.
    pub(super) fn next_fallback(&mut self) -> bool {
        while self.fallback < self.plan.fallbacks.len() {
            let bit = 1u64.checked_shl(self.fallback as u32).unwrap_or(0);
            if self.refused_fallbacks & bit == 0 {
                return true;
            }
            self.fallback += 1;
        }
        false
    }

    /// A fallback failed.
    pub(super) fn fallback_failed(&mut self, judgement: &Judgement) -> Verdict {
        self.refused_fallbacks = judgement.refused_fallbacks;
        self.fallback += 1;
        if self.next_fallback() { Verdict::Fallback } else { Verdict::Fail }
    }

    /// Starts the clock of a fallback.
    pub(super) fn begin_fallback(&mut self) {
        let timeout = self.plan.fallbacks[self.fallback].timeout;
        self.sleep = Sleep::never();
        self.attempt_ends = timeout.map(|limit| timer::now() + limit);
    }

    pub(super) fn poll_fallback_timeout(&mut self, cx: &mut Context<'_>) -> Option<Interrupted> {
        let until = self.attempt_ends?;
        if self.poll_until(until, cx).is_pending() {
            return None;
        }
        self.report.timeout_fired("fallback");
        let limit = self.plan.fallbacks[self.fallback].timeout.unwrap_or_default();
        Some(Interrupted::Timeout { attempt: self.attempts, limit })
    }

    /// [`poll_admission`](Self::poll_admission) for a thread that may block.
    pub(super) fn block_on_admission(&mut self) -> Result<(), Interrupted> {
        use crate::policy::block::block_on;
        block_on(std::future::poll_fn(|cx| self.poll_admission(cx)), None).unwrap_or(Ok(()))
    }
}

fn failure(judgement: &Judgement, why: Option<&Interrupted>) -> Failure {
    match why {
        None if judgement.retryable => Failure::Retryable,
        None => Failure::Permanent,
        Some(Interrupted::Timeout { .. }) => Failure::TimedOut,
        Some(_) => Failure::Refused,
    }
}
