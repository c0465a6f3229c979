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

/// How far a call of the body is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Phase {
    /// Something stands between the call and the body.
    Waiting,
    Begun,
    /// It never began.
    Refused,
    Over,
}

impl Phase {
    /// Whether nothing stands between the call and the body any more.
    pub(super) fn has_begun(self) -> bool {
        matches!(self, Phase::Begun | Phase::Over)
    }

    /// Whether there is nothing to poll any more.
    pub(super) fn is_over(self) -> bool {
        matches!(self, Phase::Refused | Phase::Over)
    }
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

    pub(super) fn phase(&self) -> Phase {
        self.phase
    }

    pub(super) fn view(self: Pin<&mut Self>) -> View<'_, F> {
        let this = self.project();
        let (body, leg, span, phase) = (this.body, this.leg, this.span, this.phase);
        View { body, leg, span, phase, number: *this.number }
    }

    /// Drops the body within its span, which ends as cancelled if it has not ended yet.
    pub(super) fn abandon(self: Pin<&mut Self>) {
        self.view().abandon();
    }
}

/// A call of the body, as what it is a part of has it: a struct of its own in the future of an
/// attempt would bring each chain of calls nearer to the depth at which rustc gives up.
pub(super) struct View<'p, F> {
    pub(super) body: Pin<&'p mut Option<F>>,
    pub(super) leg: &'p mut Leg,
    pub(super) span: &'p mut AsyncSpan,
    pub(super) phase: &'p mut Phase,
    pub(super) number: u32,
}

impl<F> View<'_, F> {
    /// Drops the body within its span, which ends as cancelled if it has not ended yet.
    pub(super) fn abandon(mut self) {
        // What the body does while it is dropped is part of the attempt.
        self.span.drop_within(|| self.body.set(None));
    }
}

impl<F: Future> View<'_, F> {
    /// What the body gave, or what came before it could: then the body is dropped.
    #[inline]
    pub(super) fn poll(
        &mut self,
        state: &mut State,
        cx: &mut Context<'_>,
    ) -> Poll<Result<F::Output, Interrupted>> {
        let View { body, leg, span, phase, number } = self;
        match phase {
            Phase::Waiting => {
                if let Err(refused) = ready!(leg.poll_admission(state, cx)) {
                    **phase = Phase::Refused;
                    return Poll::Ready(Err(refused));
                }
                leg.begin(state);
                **span = Call::start_attempt(state, leg, *number);
                **phase = Phase::Begun;
                state.say_fault(leg.fault(), span);
            }
            Phase::Begun => {}
            // OK to pend: a future is not polled after it is ready.
            Phase::Refused | Phase::Over => return Poll::Pending,
        }
        let mut why = ready!(leg.poll_fault(state, cx));
        if why.is_none() {
            let Some(running) = body.as_mut().as_pin_mut() else { return Poll::Pending };
            if let Poll::Ready(output) = leg.run(|| span.poll_within(|| running.poll(cx))) {
                **phase = Phase::Over;
                return Poll::Ready(Ok(output));
            }
            why = leg.poll_timeout(state, cx);
        }
        let Some(why) = why else { return Poll::Pending };
        // The body is dropped before anything else happens: its time is over.
        span.poll_within(|| body.set(None));
        **phase = Phase::Over;
        Poll::Ready(Err(why))
    }
}
