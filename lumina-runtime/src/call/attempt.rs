//! One attempt: the waits before it, its span, its time limit, and what follows from its outcome.

use super::fallible::{Fallible, Step};
use super::judgement::Judgement;
use super::leg::Leg;
use super::operation::{Call, Retrying};
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
        begun: bool,
        judge: J,
        interrupted: Option<I>,
        until: U,
    }

    impl<F, J, I, U> PinnedDrop for Attempt<'_, F, J, I, U> {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            let (mut body, span) = (this.body, this.span);
            // Within both spans: what the body does while it is dropped is part of the attempt.
            this.call.span.poll_within(|| span.drop_within(|| body.set(None)));
        }
    }
}

impl Call {
    /// Makes an attempt.
    #[inline]
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
    #[inline]
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
        let (leg, span, interrupted) =
            (Leg::first(&self.state), AsyncSpan::off(), Some(interrupted));
        Attempt { call: self, body: Some(body), leg, span, begun: false, judge, interrupted, until }
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
        let (mut body, leg, span, begun) = (this.body, this.leg, this.span, this.begun);
        let (judge, interrupted, until) = (this.judge, this.interrupted, this.until);
        let Call { span: operation, state } = &mut **this.call;
        let _deadline = deadline::enter(state.deadline);
        let _retrying = Retrying::enter(state);
        operation.poll_within(|| {
            let mut why = None;
            if !*begun {
                match ready!(leg.poll_admission(state, cx)) {
                    Ok(()) => {
                        leg.begin(state);
                        *span = Call::start_attempt(state, leg);
                        *begun = true;
                        state.say_fault(leg.fault(), span);
                    }
                    Err(refused) => why = Some(refused),
                }
            }
            if why.is_none() {
                why = ready!(leg.poll_fault(state, cx));
                if why.is_some() {
                    span.poll_within(|| body.set(None));
                }
            }
            if why.is_none() {
                let Some(running) = body.as_mut().as_pin_mut() else { return Poll::Pending };
                if let Poll::Ready(output) = leg.run(|| span.poll_within(|| running.poll(cx))) {
                    return Poll::Ready(conclude(state, leg, span, output, judge, until, None));
                }
                let Some(late) = leg.poll_timeout(state, cx) else { return Poll::Pending };
                // The body is dropped before anything else happens: its time is over.
                span.poll_within(|| body.set(None));
                why = Some(late);
            }
            let (Some(why), Some(interrupted)) = (why, interrupted.take()) else {
                return Poll::Pending;
            };
            let error = Fallible::from_err(interrupted(why.clone()));
            Poll::Ready(conclude(state, leg, span, error, judge, until, Some(&why)))
        })
    }
}

/// Ends an attempt that gave `output`; `why` if it was a policy that gave it.
pub(super) fn conclude<R: Fallible>(
    state: &mut State,
    leg: &mut Leg,
    span: &mut AsyncSpan,
    output: R,
    judge: &mut impl FnMut(&R::Err, &mut Judgement),
    until: &mut impl Until<R::Ok>,
    why: Option<&Interrupted>,
) -> Step<R, R::Err> {
    let error = match output.as_result() {
        Ok(value) => {
            let (awaited, used) = span.poll_within(|| (until.accepts(value), until.used(value)));
            // OK where it is not the one awaited: for the circuit it is a success all the same.
            leg.succeeded(used);
            let again = !awaited && state.unready();
            if awaited {
                state.succeeded();
            }
            let mut end = End::new();
            end.ok();
            settled(leg, &mut end);
            span.end_now(end);
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
fn settled(leg: &Leg, end: &mut End) {
    if let Some(used) = leg.settled() {
        end.put_static(names::LIMIT_TOKENS_USED, &Arg::U64(used));
    }
}

impl<F, J, I, U> std::fmt::Debug for Attempt<'_, F, J, I, U> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Attempt").field("begun", &self.begun).finish_non_exhaustive()
    }
}
