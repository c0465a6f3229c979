//! The body under way, in the span of its attempt.

use super::leg::Leg;
use super::operation::Call;
use super::state::State;
use crate::policy::error::Interrupted;
use crate::span::AsyncSpan;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

pin_project_lite::pin_project! {
    /// One call of the body. Dropped before it is over, it was cancelled.
    pub(super) struct Running<F> {
        #[pin]
        body: Option<F>,
        leg: Leg,
        span: AsyncSpan,
        phase: Phase,
        // Its number among the calls of a hedged attempt; 1 where there is one only.
        number: u32,
    }

    impl<F> PinnedDrop for Running<F> {
        fn drop(this: Pin<&mut Self>) {
            this.abandon();
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Phase {
    /// Something stands between the call and the body.
    Waiting,
    Begun,
    /// It never began.
    Refused,
    Over,
}

impl<F> Running<F> {
    /// The call that begins the attempt to come.
    #[inline(always)]
    pub(super) fn first(state: &State, body: F) -> Self {
        Running::new(Leg::first(state), 1, body)
    }

    /// Another call of the attempt under way.
    pub(super) fn another(state: &State, number: u32, body: F) -> Self {
        Running::new(Leg::another(state), number, body)
    }

    #[inline(always)]
    fn new(leg: Leg, number: u32, body: F) -> Self {
        Running { body: Some(body), leg, span: AsyncSpan::off(), phase: Phase::Waiting, number }
    }

    /// Its number among the calls of a hedged attempt.
    pub(super) fn number(&self) -> u32 {
        self.number
    }

    /// Whether nothing stands between it and the body any more.
    pub(super) fn has_begun(&self) -> bool {
        matches!(self.phase, Phase::Begun | Phase::Over)
    }

    /// Whether there is nothing to poll any more.
    pub(super) fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Refused | Phase::Over)
    }

    /// Drops the body within its span, which ends as cancelled if it has not ended yet.
    pub(super) fn abandon(self: Pin<&mut Self>) {
        let this = self.project();
        let (mut body, span) = (this.body, this.span);
        // What the body does while it is dropped is part of the attempt.
        span.drop_within(|| body.set(None));
    }

    /// What is left when it is over.
    pub(super) fn parts(self: Pin<&mut Self>) -> (&mut Leg, &mut AsyncSpan) {
        let this = self.project();
        (this.leg, this.span)
    }
}

impl<F: Future> Running<F> {
    /// What the body gave, or what came before it could: then the body is dropped.
    #[inline]
    pub(super) fn poll(
        self: Pin<&mut Self>,
        state: &mut State,
        cx: &mut Context<'_>,
    ) -> Poll<Result<F::Output, Interrupted>> {
        let mut this = self.project();
        match this.phase {
            Phase::Waiting => {
                if let Err(refused) = ready!(this.leg.poll_admission(state, cx)) {
                    *this.phase = Phase::Refused;
                    return Poll::Ready(Err(refused));
                }
                this.leg.begin(state);
                *this.span = Call::start_attempt(state, this.leg, *this.number);
                *this.phase = Phase::Begun;
                state.say_fault(this.leg.fault(), this.span);
            }
            Phase::Begun => {}
            // OK to pend: a future is not polled after it is ready.
            Phase::Refused | Phase::Over => return Poll::Pending,
        }
        let mut why = ready!(this.leg.poll_fault(state, cx));
        if why.is_none() {
            let Some(running) = this.body.as_mut().as_pin_mut() else { return Poll::Pending };
            let span = &mut *this.span;
            if let Poll::Ready(output) = this.leg.run(|| span.poll_within(|| running.poll(cx))) {
                *this.phase = Phase::Over;
                return Poll::Ready(Ok(output));
            }
            why = this.leg.poll_timeout(state, cx);
        }
        let Some(why) = why else { return Poll::Pending };
        // The body is dropped before anything else happens: its time is over.
        this.span.poll_within(|| this.body.set(None));
        *this.phase = Phase::Over;
        Poll::Ready(Err(why))
    }
}
