//! One call's way through its policies: everything that does not depend on the function's types,
//! and not on the one attempt at hand, which is [`leg`](super::leg)'s.

use super::judgement::Judgement;
use super::plan::Plan;
use super::report::Report;
use super::settings::Settings;
use crate::policy::budget::Cost;
use crate::policy::deadline::{self, Deadline};
use crate::policy::error::Interrupted;
use crate::policy::random;
use crate::policy::retry::{Attempted, Failure, Next, Reason};
use crate::policy::timer;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How to go on after a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Again,
    Fallback,
    Fail,
}

pub(super) struct State {
    pub(super) plan: &'static Plan,
    /// Whether an error can be made of an interruption, though no policy here interrupts.
    pub(super) takes_errors: bool,
    /// What a file says instead, when the call began.
    pub(super) settings: Option<Arc<Settings>>,
    /// Attempts begun.
    pub(super) attempts: u32,
    /// The wait before the next attempt.
    pub(super) delay: Duration,
    /// Tokens that the attempt to come is expected to use.
    pub(super) tokens: u64,
    /// What the attempt at hand was charged.
    cost: Option<Cost>,
    /// The end of all attempts: the call's own, or an inherited one that comes first.
    pub(super) deadline: Option<Deadline>,
    /// When the call began, if it has a deadline.
    begun: Option<Instant>,
    /// The first fallback that is still to be tried.
    pub(super) fallback: usize,
    refused_fallbacks: u64,
    /// The value is not the one awaited, but there was no time or number left for another.
    unready: bool,
    pub(super) report: Report,
}

impl State {
    #[inline(always)]
    pub(super) fn new(plan: &'static Plan) -> Self {
        let settings = plan.overrides.get();
        let total = match &settings {
            None => plan.total_timeout,
            Some(settings) => settings.total_timeout,
        };
        let deadline = deadline::tighten(total.map(Deadline::within));
        State {
            plan,
            settings,
            takes_errors: false,
            attempts: 0,
            delay: Duration::ZERO,
            tokens: 0,
            cost: None,
            begun: deadline.map(|_| timer::now()),
            deadline,
            fallback: 0,
            refused_fallbacks: 0,
            unready: false,
            report: Report::default(),
        }
    }

    pub(super) fn remaining(&self) -> Option<Duration> {
        self.deadline.as_ref().map(Deadline::remaining)
    }

    /// The deadline, if it may interrupt an attempt.
    pub(super) fn interrupting(&self) -> Option<&Deadline> {
        self.deadline.as_ref().filter(|_| self.is_timed())
    }

    /// The error of a deadline that passed in `attempt`, or before it began.
    pub(super) fn deadline_passed(&mut self, attempt: u32) -> Interrupted {
        self.report.timeout_fired("total");
        let limit = match (&self.deadline, self.begun) {
            (Some(deadline), Some(begun)) => deadline.instant().saturating_duration_since(begun),
            _ => Duration::ZERO,
        };
        Interrupted::Deadline { limit, attempt }
    }

    /// The attempt succeeded.
    pub(super) fn succeeded(&mut self) {
        if let Some(budget) = self.budget() {
            match self.cost.take() {
                Some(cost) => budget.refund(cost),
                None => budget.earn(),
            }
        }
    }

    /// The attempt failed, or was refused before it began.
    pub(super) fn failed(&mut self, judgement: &Judgement, why: Option<&Interrupted>) -> Verdict {
        self.cost = None;
        self.refused_fallbacks = judgement.refused_fallbacks;
        let attempted = Attempted {
            attempt: self.attempts.max(1),
            failure: failure(judgement, why),
            retry_after: judgement.retry_after,
            previous_delay: self.delay,
            remaining: self.remaining(),
        };
        match self.retry().after(attempted, self.budget(), random::unit()) {
            Next::Wait { delay, cost } => {
                self.cost = Some(cost);
                self.delay = delay;
                Verdict::Again
            }
            Next::GiveUp(reason) => self.give_up(reason),
        }
    }

    /// The attempt succeeded with a value that is not the one awaited; whether to try again.
    pub(super) fn unready(&mut self) -> bool {
        self.unready = self.failed(&Judgement::new(), None) != Verdict::Again;
        !self.unready
    }

    /// Whether the call's value is one to make do with: a fallback's, or not the one awaited.
    #[cfg(feature = "cache")]
    pub(super) fn is_provisional(&self) -> bool {
        self.unready || self.report.has_fallen_back()
    }

    fn give_up(&mut self, reason: Reason) -> Verdict {
        self.report.gave_up(reason, self.retries());
        if self.next_fallback() { Verdict::Fallback } else { Verdict::Fail }
    }

    /// Moves to the next fallback that wants the error; false when there is none.
    fn next_fallback(&mut self) -> bool {
        while self.fallback < self.plan.fallbacks.len() {
            let bit = 1u64.checked_shl(self.fallback as u32).unwrap_or(0);
            if self.refused_fallbacks & bit == 0 && self.fallback_settings(self.fallback).enabled {
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

    /// How long the fallback at hand may take.
    pub(super) fn fallback_timeout(&self) -> Option<Duration> {
        self.fallback_settings(self.fallback).timeout
    }

    /// The error of a fallback that ran past its limit.
    pub(super) fn fallback_late(&mut self) -> Interrupted {
        self.report.timeout_fired("fallback");
        let limit = self.fallback_timeout().unwrap_or_default();
        Interrupted::Timeout { attempt: self.attempts, limit }
    }
}

fn failure(judgement: &Judgement, why: Option<&Interrupted>) -> Failure {
    match why {
        None if judgement.retryable => Failure::Retryable,
        None => Failure::Permanent,
        Some(Interrupted::Timeout { .. }) => Failure::TimedOut,
        // On purpose, but as if the body had failed.
        Some(Interrupted::Injected { .. }) if judgement.retryable => Failure::Retryable,
        Some(Interrupted::Injected { .. }) => Failure::Permanent,
        Some(_) => Failure::Refused,
    }
}
