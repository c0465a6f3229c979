//! One attempt: the waits before it, its span, its time limit, and what follows from its outcome.

use super::fallible::{Fallible, Step};
use super::judgement::Judgement;
use super::leg::Leg;
use super::operation::{Call, Retrying};
use super::running::{Phase, View};
use super::state::{State, Verdict};
use super::written::{Anything, Until};
use crate::names;
use crate::policy::deadline;
use crate::policy::error::Interrupted;
use crate::record::arg::Arg;
use crate::span::{AsyncSpan, End};
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

pin_project_lite::pin_project! {
    /// The future of one attempt.
    ///
    /// Not an `async fn`: that would store the body twice.
    #[must_use = "futures do nothing unless polled"]
    pub struct Attempt<'c, F, J, I, U = Anything> {
        call: &'c mut Call,
        #[pin]
        body: Option<F>,
        leg: Leg,
        span: AsyncSpan,
        phase: Phase,
        judge: J,
        interrupted: Option<I>,
        until: U,
    }

    impl<F, J, I, U> PinnedDrop for Attempt<'_, F, J, I, U> {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            // Most are over, and there is nothing left to be dropped within a span.
            if !this.phase.is_over() {
                let (body, leg, span, phase) = (this.body, this.leg, this.span, this.phase);
                let running = View { body, leg, span, phase, number: 1 };
                this.call.span.poll_within(|| running.abandon());
            }
        }
    }
}

impl Call {
    /// Makes an attempt.
    #[inline(always)]
    pub fn attempt<F, J, I>(&mut self, body: F, judge: J, interrupted: I) -> Attempt<'_, F, J, I>
    where
        F: Future,
        F::Output: Fallible,
        J: FnMut(&<F::Output as Fallible>::Err, &mut Judgement),
        I: FnOnce(Interrupted) -> <F::Output as Fallible>::Err,
    {
        self.attempt_until(body, judge, interrupted, Anything)
    }

    /// Makes an attempt, whose value is the one awaited if `until` says so.
    #[inline(always)]
    pub fn attempt_until<F, J, I, U>(
        &mut self,
        body: F,
        judge: J,
        interrupted: I,
        until: U,
    ) -> Attempt<'_, F, J, I, U>
    where
        F: Future,
        F::Output: Fallible,
        J: FnMut(&<F::Output as Fallible>::Err, &mut Judgement),
        I: FnOnce(Interrupted) -> <F::Output as Fallible>::Err,
        U: Until<<F::Output as Fallible>::Ok>,
    {
        let (leg, span) = (Leg::first(&self.state), AsyncSpan::off());
        let (phase, interrupted) = (Phase::Waiting, Some(interrupted));
        Attempt { call: self, body: Some(body), leg, span, phase, judge, interrupted, until }
    }
}

impl<F, J, I, U> Future for Attempt<'_, F, J, I, U>
where
    F: Future,
    F::Output: Fallible,
    J: FnMut(&<F::Output as Fallible>::Err, &mut Judgement),
    I: FnOnce(Interrupted) -> <F::Output as Fallible>::Err,
    U: Until<<F::Output as Fallible>::Ok>,
{
    type Output = Step<F::Output, <F::Output as Fallible>::Err>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let (body, leg, span, phase) = (this.body, this.leg, this.span, this.phase);
        let (judge, until) = (this.judge, this.until);
        let Call { span: operation, state } = &mut **this.call;
        let _deadline = deadline::enter(state.deadline);
        let _retrying = Retrying::enter(state);
        operation.poll_within(|| {
            let mut running = View { body, leg, span, phase, number: 1 };
            let (output, why) = match ready!(running.poll(state, cx)) {
                Ok(output) => (output, None),
                Err(why) => {
                    let Some(interrupted) = this.interrupted.take() else { return Poll::Pending };
                    (Fallible::from_err(interrupted(why.clone())), Some(why))
                }
            };
            let View { leg, span, .. } = running;
            Poll::Ready(conclude(state, leg, span, output, judge, until, why.as_ref()))
        })
    }
}

/// Ends an attempt that gave `output`; `why` if it was a policy that gave it.
pub(super) fn conclude<R: Fallible, U: Until<R::Ok>>(
    state: &mut State,
    leg: &mut Leg,
    span: &mut AsyncSpan,
    output: R,
    judge: &mut impl FnMut(&R::Err, &mut Judgement),
    until: &mut U,
    why: Option<&Interrupted>,
) -> Step<R, R::Err> {
    let error = match output.as_result() {
        Ok(value) => {
            let mut look = || (until.accepts(value), until.used(value));
            let (awaited, used) = if U::LOOKS { span.poll_within(look) } else { look() };
            // OK where it is not the one awaited: for the circuit it is a success all the same.
            leg.succeeded(used);
            let again = !awaited && state.unready();
            if awaited {
                state.succeeded();
            }
            if leg.settled().is_none() {
                span.end_ok();
            } else {
                let mut end = End::new();
                end.ok();
                settled(leg, &mut end);
                span.end_now(end);
            }
            return if again { Step::Again } else { Step::Done(output) };
        }
        Err(error) => error,
    };
    let mut judgement = Judgement::new();
    span.poll_within(|| judge(error, &mut judgement));
    leg.failed();
    let verdict = state.failed(&judgement, why);
    if verdict == Verdict::Fallback {
        state.report.reason = judgement.end.message();
    }
    judgement.end.retryable(judgement.retryable);
    settled(leg, &mut judgement.end);
    span.end_now(judgement.end);
    after(verdict, output)
}

/// How a call goes on after the attempt that gave `output`, an error.
pub(super) fn after<R: Fallible>(verdict: Verdict, output: R) -> Step<R, R::Err> {
    match verdict {
        Verdict::Again => Step::Again,
        Verdict::Fail => Step::Done(output),
        Verdict::Fallback => match output.into_result() {
            Err(error) => Step::Next(error),
            Ok(value) => Step::Done(R::from_ok(value)),
        },
    }
}

/// Says what a limit counts for the attempt.
pub(super) fn settled(leg: &Leg, end: &mut End) {
    if let Some(used) = leg.settled() {
        end.put_static(names::LIMIT_TOKENS_USED, &Arg::U64(used));
    }
}

impl<F, J, I, U> std::fmt::Debug for Attempt<'_, F, J, I, U> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Attempt").field("begun", &self.phase.has_begun()).finish_non_exhaustive()
    }
}
