//! One fallback: its span, its time limit, and what follows from its outcome.

use super::fallible::{Fallible, Step};
use super::judgement::Judgement;
use super::operation::Call;
use super::resolve::Resolve;
use super::state::{State, Verdict};
use crate::policy::error::Interrupted;
use crate::policy::timer::{self, Sleep};
use crate::record::arg::Arg;
use crate::span::{AsyncSpan, End};
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Instant;

pin_project_lite::pin_project! {
    /// The future of one fallback.
    #[must_use = "futures do nothing unless polled"]
    pub struct Fallback<'c, M, F, J, I> {
        call: &'c mut Call,
        // Called at the first poll, inside the span: a fallback may do its work at once.
        make: Option<M>,
        #[pin]
        running: Option<F>,
        span: AsyncSpan,
        sleep: Sleep,
        ends: Option<Instant>,
        judge: J,
        interrupted: Option<I>,
    }

    impl<M, F, J, I> PinnedDrop for Fallback<'_, M, F, J, I> {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            let (mut running, span) = (this.running, this.span);
            this.call.span.poll_within(|| span.drop_within(|| running.set(None)));
        }
    }
}

impl Call {
    /// Tries fallback `index`, the one that [`wants`](Self::wants) named, of a function that returns
    /// `R`.
    pub fn fallback<R, X, Marker, M, J, I>(
        &mut self,
        index: usize,
        _returned: PhantomData<R>,
        make: M,
        judge: J,
        interrupted: I,
    ) -> Fallback<'_, impl FnOnce() -> X::Future, X::Future, J, I>
    where
        R: Fallible,
        X: Resolve<R, Marker>,
        M: FnOnce() -> X,
        J: FnMut(&R::Err, &mut Judgement),
        I: FnOnce(Interrupted) -> R::Err,
    {
        debug_assert_eq!(self.state.fallback, index);
        let make = Some(|| make().resolve());
        Fallback {
            call: self,
            make,
            running: None,
            span: AsyncSpan::off(),
            sleep: Sleep::never(),
            ends: None,
            judge,
            interrupted: Some(interrupted),
        }
    }
}

impl<M, F, J, I> Future for Fallback<'_, M, F, J, I>
where
    F: Future,
    F::Output: Fallible,
    M: FnOnce() -> F,
    J: FnMut(&<F::Output as Fallible>::Err, &mut Judgement),
    I: FnOnce(Interrupted) -> <F::Output as Fallible>::Err,
{
    type Output = Step<F::Output, <F::Output as Fallible>::Err>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let (make, mut running, span) = (this.make, this.running, this.span);
        let (judge, interrupted) = (this.judge, this.interrupted);
        let Call { span: operation, state } = &mut **this.call;
        operation.poll_within(|| {
            if let Some(make) = make.take() {
                *this.ends = state.fallback_timeout().map(|limit| timer::now() + limit);
                *span = start_fallback(state);
                let future = span.poll_within(make);
                running.set(Some(future));
            }
            let Some(future) = running.as_mut().as_pin_mut() else { return Poll::Pending };
            if let Poll::Ready(output) = span.poll_within(|| future.poll(cx)) {
                return Poll::Ready(conclude_fallback(state, span, output, judge));
            }
            let Some(ends) = *this.ends else { return Poll::Pending };
            ready!(this.sleep.poll_until(ends, cx));
            let late = state.fallback_late();
            span.poll_within(|| running.set(None));
            let Some(interrupted) = interrupted.take() else { return Poll::Pending };
            let error = Fallible::from_err(interrupted(late.clone()));
            Poll::Ready(conclude_fallback(state, span, error, judge))
        })
    }
}

/// The span of the fallback at hand, with the values of [`FALLBACK_KEYS`](super::FALLBACK_KEYS).
pub(super) fn start_fallback(state: &State) -> AsyncSpan {
    let plan = state.plan;
    if plan.fallback.is_off() {
        return AsyncSpan::off();
    }
    let fallback = &plan.fallbacks[state.fallback];
    let level = fallback.level.map_or(Arg::U64(state.fallback as u64 + 1), Arg::Str);
    let reason = state.report.reason.as_deref().map_or(Arg::Empty, Arg::Str);
    let timeout = fallback
        .timeout
        .map_or(Arg::Empty, |limit| Arg::U64(u64::try_from(limit.as_millis()).unwrap_or(u64::MAX)));
    AsyncSpan::start(plan.fallback, &[Arg::Str(fallback.name), level, reason, timeout])
}

/// Ends a fallback that gave `output`.
pub(super) fn conclude_fallback<R: Fallible>(
    state: &mut State,
    span: &mut AsyncSpan,
    output: R,
    judge: &mut impl FnMut(&R::Err, &mut Judgement),
) -> Step<R, R::Err> {
    let error = match output.as_result() {
        Ok(_) => {
            state.report.fell_back(state.plan.fallbacks[state.fallback].name);
            let mut end = End::new();
            end.ok();
            span.end_now(end);
            return Step::Done(output);
        }
        Err(error) => error,
    };
    let mut judgement = Judgement::new();
    span.poll_within(|| judge(error, &mut judgement));
    let verdict = state.fallback_failed(&judgement);
    state.report.reason = judgement.end.message();
    span.end_now(judgement.end);
    match (verdict, output.into_result()) {
        (Verdict::Fallback, Err(error)) => Step::Next(error),
        (_, result) => Step::Done(match result {
            Ok(value) => R::from_ok(value),
            Err(error) => R::from_err(error),
        }),
    }
}

impl<M, F, J, I> std::fmt::Debug for Fallback<'_, M, F, J, I> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fallback").finish_non_exhaustive()
    }
}
