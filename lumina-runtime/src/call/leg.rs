//! One call of the body under way: the waits before it, what it was granted, when it is too late.
//!
//! An attempt has one of these, and whatever it holds it gives back when it is dropped: a call that
//! was cancelled counts for nothing, and its place is free for another.

use super::limit::Spending;
use super::state::State;
use crate::policy::breaker::{self, Breaker};
use crate::policy::deadline::Deadline;
use crate::policy::error::Interrupted;
use crate::policy::fault::{Fault, FaultKind};
use crate::policy::limit::concurrency::{self, Acquire};
use crate::policy::limit::rate::{RateLimited, Reservation};
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

impl Granted {
    #[inline]
    fn is_nothing(&self) -> bool {
        self.circuit.is_none() && self.slot.is_none() && self.rate.is_none()
    }
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
    /// Time that it waited for limits.
    pub(super) waited: Duration,
    /// Tokens reserved for it, if they are limited.
    pub(super) tokens: Option<u64>,
    /// Tokens that it told it used.
    pub(super) used: Option<u64>,
    began: bool,
    granted: Granted,
    sleep: Sleep,
    /// When it is too late, if it has a limit of its own.
    ends: Option<Instant>,
    /// What goes wrong with it on purpose. In a box: as good as never.
    fault: Option<Box<Fault>>,
}

impl Leg {
    /// The one that begins the attempt to come.
    #[inline(always)]
    pub(super) fn first(state: &State) -> Self {
        Leg::new(state.attempts + 1, state.delay)
    }

    /// One more of the attempt under way.
    pub(super) fn another(state: &State) -> Self {
        Leg::new(state.attempts, Duration::ZERO)
    }

    #[inline(always)]
    fn new(attempt: u32, delay: Duration) -> Self {
        Leg {
            attempt,
            waiting: Some(Waiting::Delay(delay)),
            waited_since: None,
            queued: None,
            waited: Duration::ZERO,
            tokens: None,
            used: None,
            began: false,
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
                        if let Err(refused) = self.take_slot(permit, state) {
                            return Poll::Ready(Err(refused));
                        }
                    }
                    Poll::Ready(Err(full)) => return Poll::Ready(Err(queue_full(state, full))),
                    Poll::Pending => return self.poll_queued(state, cx).map(Err),
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

    fn poll_until(&mut self, until: Instant, cx: &mut Context<'_>) -> Poll<()> {
        self.sleep.poll_until(until, cx)
    }

    /// Asks the breaker and the rate limit, which answer at once.
    fn ask(&mut self, state: &mut State) -> Result<(), Interrupted> {
        if state.interrupting().is_some_and(Deadline::has_passed) {
            return Err(state.deadline_passed(self.attempt));
        }
        if !state.plan.is_guarded() {
            self.waiting = None;
            return Ok(());
        }
        if let Some((name, breaker)) = state.circuit() {
            self.granted.circuit = Some(admit(state, name, breaker)?);
        }
        self.reserve(state)
    }

    /// Asks the rate limit, and then for a place.
    fn reserve(&mut self, state: &State) -> Result<(), Interrupted> {
        let Some(rate) = state.rate() else {
            self.ask_for_slot(state);
            return Ok(());
        };
        match rate.reserve(state.tokens, state.remaining(), timer::now()) {
            Ok(reservation) => {
                self.waited += reservation.wait();
                self.tokens = reservation.has_tokens().then_some(state.tokens);
                let wait = reservation.wait();
                self.granted.rate = Some(reservation);
                self.waiting = Some(Waiting::Rate);
                if wait.is_zero() {
                    self.ask_for_slot(state);
                }
                Ok(())
            }
            Err(limited) => Err(rate_limited(state, limited)),
        }
    }

    fn ask_for_slot(&mut self, state: &State) {
        self.waiting = match self.granted.slot {
            // It waited for a new reservation.
            Some(_) => None,
            None => state.concurrency().map(|limit| Waiting::Slot(limit.acquire())),
        };
        if self.waiting.is_some() {
            self.queued = Some(timer::now());
        }
    }

    /// Takes a place. What it was promised a place for may have passed while it queued: then it
    /// asks the rate limit again, so that nothing begins that is not counted at that time.
    fn take_slot(
        &mut self,
        permit: concurrency::Permit<'static>,
        state: &State,
    ) -> Result<(), Interrupted> {
        let now = timer::now();
        self.granted.slot = Some(permit);
        self.waiting = None;
        if let Some(since) = self.queued.take() {
            self.waited += now.saturating_duration_since(since);
        }
        if self.granted.rate.as_ref().is_some_and(|reservation| reservation.is_stale(now)) {
            self.granted.rate = None;
            return self.reserve(state);
        }
        Ok(())
    }

    /// Whether it has waited for a place as long as it may, or as its deadline lets it.
    fn poll_queued(&mut self, state: &mut State, cx: &mut Context<'_>) -> Poll<Interrupted> {
        let longest = state.max_wait();
        let gives_up = self.queued.zip(longest).map(|(since, longest)| since + longest);
        let deadline = state.interrupting().map(Deadline::instant);
        let Some(until) = gives_up.into_iter().chain(deadline).min() else {
            return Poll::Pending;
        };
        ready!(self.poll_until(until, cx));
        if deadline == Some(until) {
            return Poll::Ready(state.deadline_passed(self.attempt));
        }
        let waited = longest.unwrap_or_default();
        Poll::Ready(Interrupted::QueueTimeout { limit: state.plan.limit_name(), waited })
    }

    /// Everything has been granted: the body begins.
    #[inline]
    pub(super) fn begin(&mut self, state: &mut State) {
        state.report.limit_waited(self.waited);
        self.began = true;
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

    /// Runs the body for a while; what it says of its tokens is for this leg's limit.
    #[inline]
    pub(super) fn run<T>(&mut self, body: impl FnOnce() -> T) -> T {
        let _spending = self.tokens.is_some().then(|| Spending::enter(&mut self.used));
        body()
    }

    /// The body gave a value: what was called did answer. `used`: the tokens that the value tells.
    pub(super) fn succeeded(&mut self, used: Option<u64>) {
        if let Some(circuit) = self.granted.circuit.take() {
            circuit.success(timer::now());
        }
        self.used = used.or(self.used);
        self.release();
    }

    /// The body failed, or was refused before it began: which says nothing of what is called, so
    /// that a full queue opens no circuit.
    pub(super) fn failed(&mut self) {
        if let Some(circuit) = self.granted.circuit.take().filter(|_| self.began) {
            circuit.failure(timer::now());
        }
        self.release();
    }

    /// Tokens that count against its limit in the end, if it was told.
    pub(super) fn settled(&self) -> Option<u64> {
        self.tokens.and(self.used)
    }

    #[inline]
    fn release(&mut self) {
        // What most calls hold: nothing.
        if self.granted.is_nothing() && self.sleep.at().is_none() {
            return;
        }
        self.release_all();
    }

    fn release_all(&mut self) {
        let granted = std::mem::take(&mut self.granted);
        if let (Some(reservation), Some(used)) = (granted.rate, self.used) {
            reservation.settle(used, timer::now());
        }
        self.sleep = Sleep::never();
    }
}

impl Drop for Leg {
    #[inline]
    fn drop(&mut self) {
        // What was granted gives itself back, except for what has been told of its use.
        if self.used.is_some() {
            self.release();
        }
    }
}

fn admit(
    state: &mut State,
    name: &'static str,
    breaker: &'static Breaker,
) -> Result<breaker::Permit<'static>, Interrupted> {
    match breaker.admit(timer::now) {
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
    let limit = state.plan.limit_name();
    Interrupted::QueueFull { limit, permits: full.permits, waiting: full.waiting }
}

fn rate_limited(state: &State, limited: RateLimited) -> Interrupted {
    let limit = state.plan.limit_name();
    match limited {
        RateLimited::Later(retry_after) => Interrupted::RateLimited { limit, retry_after },
        RateLimited::TooLarge { tokens_per_minute } => Interrupted::TooLarge {
            limit,
            tokens: state.tokens,
            tokens_per_minute: tokens_per_minute.get(),
        },
    }
}
