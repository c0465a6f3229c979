//! One attempt with several calls of the body: the first success wins, the others are dropped.
//!
//! The first call is part of the future; those after it are boxed when they are needed, so that an
//! attempt that needs none costs no more than one without hedging, but for a timer while it waits.
//! When another call is due is [`Legs`]' to say.

use super::attempt::{after, conclude, settled};
use super::fallible::{Fallible, Step};
use super::judgement::Judgement;
use super::operation::{Call, Retrying};
use super::running::{Running, View};
use super::state::{State, Verdict};
use super::written::{Anything, Until};
use crate::policy::deadline::{self, Deadline};
use crate::policy::error::Interrupted;
use crate::policy::hedge::{Hedge, Legs};
use crate::policy::timer::{self, Sleep};
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

pin_project_lite::pin_project! {
    /// The future of one hedged attempt.
    #[must_use = "futures do nothing unless polled"]
    pub struct Hedged<'c, M, F, J, I, U = Anything> {
        call: &'c mut Call,
        // Begins a call of the body.
        make: M,
        #[pin]
        first: Running<F>,
        others: Vec<Pin<Box<Running<F>>>>,
        legs: Legs,
        timer: Sleep,
        judge: J,
        interrupted: I,
        until: U,
    }

    impl<M, F, J, I, U> PinnedDrop for Hedged<'_, M, F, J, I, U> {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            let mut group = Group { first: this.first, others: this.others };
            this.call.span.poll_within(|| group.abandon());
        }
    }
}

impl Call {
    /// Makes an attempt, of which `make` begins each call.
    #[inline]
    pub fn hedged<M, F, J, I>(
        &mut self,
        make: M,
        judge: J,
        interrupted: I,
    ) -> Hedged<'_, M, F, J, I>
    where
        M: Fn() -> F,
        F: Future,
        F::Output: Fallible,
        J: FnMut(&<F::Output as Fallible>::Err, &mut Judgement),
        I: FnMut(Interrupted) -> <F::Output as Fallible>::Err,
    {
        self.hedged_until(make, judge, interrupted, Anything)
    }

    /// Makes an attempt, whose value is the one awaited if `until` says so.
    #[inline]
    pub fn hedged_until<M, F, J, I, U>(
        &mut self,
        make: M,
        judge: J,
        interrupted: I,
        until: U,
    ) -> Hedged<'_, M, F, J, I, U>
    where
        M: Fn() -> F,
        F: Future,
        F::Output: Fallible,
        J: FnMut(&<F::Output as Fallible>::Err, &mut Judgement),
        I: FnMut(Interrupted) -> <F::Output as Fallible>::Err,
        U: Until<<F::Output as Fallible>::Ok>,
    {
        let first = Running::first(&self.state, make());
        let one_call = Hedge { max: std::num::NonZeroU32::MIN, after: std::time::Duration::ZERO };
        let legs = Legs::new(self.state.hedge().unwrap_or(one_call));
        let (others, timer) = (Vec::new(), Sleep::never());
        Hedged { call: self, make, first, others, legs, timer, judge, interrupted, until }
    }
}

impl<M, F, J, I, U> Future for Hedged<'_, M, F, J, I, U>
where
    M: Fn() -> F,
    F: Future,
    F::Output: Fallible,
    J: FnMut(&<F::Output as Fallible>::Err, &mut Judgement),
    I: FnMut(Interrupted) -> <F::Output as Fallible>::Err,
    U: Until<<F::Output as Fallible>::Ok>,
{
    type Output = Step<F::Output, <F::Output as Fallible>::Err>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let Call { span: operation, state } = &mut **this.call;
        let _deadline = deadline::enter(state.deadline);
        let _retrying = Retrying::enter(state);
        let group = Group { first: this.first, others: this.others };
        let mut race = Race {
            state,
            group,
            legs: this.legs,
            make: this.make,
            judge: this.judge,
            interrupted: this.interrupted,
            until: this.until,
            lost: None,
        };
        operation.poll_within(|| race.poll(this.timer, cx))
    }
}

/// The calls under way, and those that are over in this poll.
struct Group<'p, F> {
    first: Pin<&'p mut Running<F>>,
    others: &'p mut Vec<Pin<Box<Running<F>>>>,
}

impl<F> Group<'_, F> {
    fn at(&mut self, index: usize) -> Option<Pin<&mut Running<F>>> {
        match index.checked_sub(1) {
            None => Some(self.first.as_mut()),
            Some(other) => self.others.get_mut(other).map(Pin::as_mut),
        }
    }

    fn is_running(&self) -> bool {
        !self.first.phase().is_over()
            || self.others.iter().any(|running| !running.phase().is_over())
    }

    /// Drops all calls, each within its span.
    fn abandon(&mut self) {
        self.first.as_mut().abandon();
        self.others.clear();
    }

    /// Drops all calls but the one at `index`.
    fn abandon_others(&mut self, index: usize) {
        for at in (0..=self.others.len()).filter(|at| *at != index) {
            if let Some(running) = self.at(at) {
                running.abandon();
            }
        }
    }
}

/// An error in the poll that it came in. Kept no longer than that poll: the future of the function
/// would be as little `Send` as the error.
struct Lost<R> {
    judgement: Judgement,
    output: R,
    why: Option<Interrupted>,
    /// The error in its own words, for a fallback.
    reason: Option<String>,
}

/// One poll of a hedged attempt.
struct Race<'p, M, F: Future, J, I, U> {
    state: &'p mut State,
    group: Group<'p, F>,
    legs: &'p mut Legs,
    make: &'p M,
    judge: &'p mut J,
    interrupted: &'p mut I,
    until: &'p mut U,
    lost: Option<Lost<F::Output>>,
}

/// The output of an attempt's future.
type Stepped<F> = Step<<F as Future>::Output, <<F as Future>::Output as Fallible>::Err>;

impl<M, F, J, I, U> Race<'_, M, F, J, I, U>
where
    M: Fn() -> F,
    F: Future,
    F::Output: Fallible,
    J: FnMut(&<F::Output as Fallible>::Err, &mut Judgement),
    I: FnMut(Interrupted) -> <F::Output as Fallible>::Err,
    U: Until<<F::Output as Fallible>::Ok>,
{
    fn poll(&mut self, timer: &mut Sleep, cx: &mut Context<'_>) -> Poll<Stepped<F>> {
        let mut index = 0;
        loop {
            while index <= self.group.others.len() {
                if let Poll::Ready(step) = self.poll_leg(index, cx) {
                    return Poll::Ready(step);
                }
                index += 1;
            }
            if let Some(lost) = self.lost.take()
                && !self.group.is_running()
            {
                return Poll::Ready(self.fail(lost));
            }
            self.group.others.retain(|running| !running.phase().is_over());
            index = self.group.others.len() + 1;
            let deadline = self.state.deadline.as_ref().map(Deadline::instant);
            let Some(due) = self.legs.due(deadline) else { return Poll::Pending };
            ready!(timer.poll_until(due, cx));
            if !self.start() {
                return Poll::Pending;
            }
        }
    }

    /// Polls one leg; ready when it decides the attempt.
    fn poll_leg(&mut self, index: usize, cx: &mut Context<'_>) -> Poll<Stepped<F>> {
        let Some(mut running) = self.group.at(index).filter(|running| !running.phase().is_over())
        else {
            return Poll::Pending;
        };
        let waited = !running.phase().has_begun();
        let polled = running.as_mut().view().poll(self.state, cx);
        let (begun, number) = (running.phase().has_begun(), running.number());
        if waited && begun {
            self.legs.began(number, timer::now());
        }
        let (output, why) = match ready!(polled) {
            Ok(output) => (output, None),
            Err(why) => (Fallible::from_err((self.interrupted)(why.clone())), Some(why)),
        };
        if output.as_result().is_ok() {
            return Poll::Ready(self.win(index, output));
        }
        let lost = self.lose(index, output, why);
        if !begun && !matches!(lost.why, Some(Interrupted::Deadline { .. })) {
            self.refused(number, lost);
            return Poll::Pending;
        }
        if lost.is_final() {
            self.group.abandon();
            return Poll::Ready(self.fail(lost));
        }
        self.follow(lost);
        Poll::Pending
    }

    /// Begins another call; false if there is to be none.
    fn start(&mut self) -> bool {
        let remaining = self.state.remaining();
        let Some(number) = self.legs.next(remaining, self.state.budget()) else {
            return false;
        };
        let running = Running::another(self.state, number, (self.make)());
        self.group.others.push(Box::pin(running));
        true
    }

    /// The call at `index` gave a value.
    fn win(&mut self, index: usize, output: F::Output) -> Stepped<F> {
        self.group.abandon_others(index);
        let Some(running) = self.group.at(index) else { return Step::Done(output) };
        let won = self.legs.is_hedged().then(|| running.number());
        self.state.report.hedge_won(won);
        let View { leg, span, .. } = running.view();
        conclude(self.state, leg, span, output, self.judge, self.until, None)
    }

    /// Ends the span of the call at `index`, which gave an error.
    fn lose(
        &mut self,
        index: usize,
        output: F::Output,
        why: Option<Interrupted>,
    ) -> Lost<F::Output> {
        let mut judgement = Judgement::new();
        let mut reason = None;
        if let (Some(running), Err(error)) = (self.group.at(index), output.as_result()) {
            let View { leg, span, .. } = running.view();
            span.poll_within(|| (self.judge)(error, &mut judgement));
            leg.failed();
            let mut end = judgement.take_end();
            if !self.state.plan.fallbacks.is_empty() {
                reason = end.message();
            }
            end.retryable(judgement.retryable);
            settled(leg, &mut end);
            span.end_now(end);
        }
        Lost { judgement, output, why, reason }
    }

    /// A breaker or a limit did not let leg `number` begin: no reason to fail those that did.
    fn refused(&mut self, number: u32, lost: Lost<F::Output>) {
        self.legs.refused(number, self.state.budget(), timer::now());
        // The error of a call that was made says more.
        self.lost.get_or_insert(lost);
    }

    /// A call failed in a way that another may not.
    fn follow(&mut self, lost: Lost<F::Output>) {
        if lost.judgement.retry_after.is_some() && self.state.retry().retry_after {
            // A server that asks for a delay is not asked again before.
            self.legs.close();
        } else {
            self.start();
        }
        self.lost = Some(lost);
    }

    /// No call is under way any more: the attempt has failed.
    fn fail(&mut self, lost: Lost<F::Output>) -> Stepped<F> {
        let Lost { judgement, output, why, reason } = lost;
        let verdict = self.state.failed(&judgement, why.as_ref());
        if verdict == Verdict::Fallback {
            self.state.report.reason = reason;
        }
        after(verdict, output)
    }
}

impl<R> Lost<R> {
    /// Whether every other call would fail, too.
    fn is_final(&self) -> bool {
        match &self.why {
            None | Some(Interrupted::Injected { .. }) => !self.judgement.retryable,
            Some(Interrupted::Timeout { .. }) => false,
            Some(_) => true,
        }
    }
}

impl<M, F, J, I, U> std::fmt::Debug for Hedged<'_, M, F, J, I, U> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hedged").field("legs", &self.legs).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
