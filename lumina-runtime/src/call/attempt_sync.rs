//! Attempts and fallbacks of functions that are not asynchronous: the same, on a thread that waits.

use super::attempt::conclude;
use super::fallback::{conclude_fallback, start_fallback};
use super::fallible::{Fallible, Step};
use super::judgement::Judgement;
use super::leg::Leg;
use super::operation::{Call, Retrying};
use super::written::{Anything, Until};
use crate::policy::deadline;
use crate::policy::error::Interrupted;
use crate::span::AsyncSpan;

impl Call {
    /// Makes an attempt, blocking the thread for the waits before it.
    pub fn attempt_sync<R: Fallible>(
        &mut self,
        body: impl FnOnce() -> R,
        judge: impl FnMut(&R::Err, &mut Judgement),
        interrupted: impl FnOnce(Interrupted) -> R::Err,
    ) -> Step<R, R::Err> {
        self.attempt_until_sync(body, judge, interrupted, Anything)
    }

    /// Makes an attempt, whose value is the one awaited if `until` says so.
    pub fn attempt_until_sync<R: Fallible>(
        &mut self,
        body: impl FnOnce() -> R,
        mut judge: impl FnMut(&R::Err, &mut Judgement),
        interrupted: impl FnOnce(Interrupted) -> R::Err,
        mut until: impl Until<R::Ok>,
    ) -> Step<R, R::Err> {
        let Call { span: operation, state } = self;
        let _deadline = deadline::enter(state.deadline);
        let _retrying = Retrying::enter(state);
        operation.poll_within(|| {
            let mut leg = Leg::first(state);
            if let Err(refused) = leg.block_on_admission(state) {
                let error = R::from_err(interrupted(refused.clone()));
                let mut span = AsyncSpan::off();
                return conclude(
                    state,
                    &mut leg,
                    &mut span,
                    error,
                    &mut judge,
                    &mut until,
                    Some(&refused),
                );
            }
            leg.begin(state);
            let mut span = Call::start_attempt(state, &leg, 1);
            state.say_fault(leg.fault(), &mut span);
            let why = leg.block_on_fault(state);
            let output = match &why {
                None => leg.run(|| span.poll_within(body)),
                Some(why) => R::from_err(interrupted(why.clone())),
            };
            conclude(state, &mut leg, &mut span, output, &mut judge, &mut until, why.as_ref())
        })
    }

    /// Tries fallback `index`.
    pub fn fallback_sync<R: Fallible>(
        &mut self,
        index: usize,
        make: impl FnOnce() -> R,
        mut judge: impl FnMut(&R::Err, &mut Judgement),
    ) -> Step<R, R::Err> {
        let Call { span: operation, state } = self;
        debug_assert_eq!(state.fallback, index);
        operation.poll_within(|| {
            let mut span = start_fallback(state);
            let output = span.poll_within(make);
            conclude_fallback(state, &mut span, output, &mut judge)
        })
    }
}
