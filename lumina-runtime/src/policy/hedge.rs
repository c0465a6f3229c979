//! Hedge: when another call of the same attempt begins beside those under way.
//!
//! Pure. The calls, their outcomes and the clock belong to the engine; a *leg* is one of the calls.
//! What a leg beyond the first costs is paid like a retry, so that hedges cannot double the load
//! on a receiver that is down or slow: once the budget is used up, five calls that succeed earn one
//! hedge.
//!
//! Source: J. Dean, L. A. Barroso, "The Tail at Scale", CACM 56 (2013); gRPC proposal A6, from which
//! the throttling, the answer to a failure and the obedience to a server's wish for a delay are.

use super::budget::{Budget, Cost};
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

/// How many calls an attempt makes, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hedge {
    /// Calls in total, the first one included.
    pub max: NonZeroU32,
    /// How long after the beginning of the last leg the next one follows.
    pub after: Duration,
}

/// What a leg beyond the first costs, whatever came before it.
const COST: Cost = Cost::Retry;

/// The legs of one attempt, counted.
#[derive(Clone, Debug)]
pub(crate) struct Legs {
    hedge: Hedge,
    /// The number of the last leg.
    last: u32,
    /// When the last leg began, or was refused; `None` while it waits to begin.
    since: Option<Instant>,
    /// How many began.
    begun: u32,
    closed: bool,
}

impl Legs {
    /// The first leg is there, and waits to begin.
    pub(crate) fn new(hedge: Hedge) -> Self {
        Legs { hedge, last: 1, since: None, begun: 0, closed: false }
    }

    /// Leg `number` has begun.
    pub(crate) fn began(&mut self, number: u32, now: Instant) {
        self.begun += 1;
        if number == self.last {
            self.since = Some(now);
        }
    }

    /// Leg `number` was refused: nothing was sent, and what it cost is given back. The next one does
    /// not follow at once, since whatever refused this one would refuse it too.
    pub(crate) fn refused(&mut self, number: u32, budget: Option<&Budget>, now: Instant) {
        if number > 1
            && let Some(budget) = budget
        {
            budget.refund(COST);
        }
        if number == self.last {
            self.since = Some(now);
        }
    }

    /// Whether more than one was sent.
    pub(crate) fn is_hedged(&self) -> bool {
        self.begun > 1
    }

    /// No leg follows: a server asked for a delay, or there is no credit.
    pub(crate) fn close(&mut self) {
        self.closed = true;
    }

    /// When the next leg follows, if those under way are not over by then. A leg that would begin
    /// at the deadline, or after it, never does.
    pub(crate) fn due(&self, deadline: Option<Instant>) -> Option<Instant> {
        if self.is_complete() {
            return None;
        }
        let due = self.since?.checked_add(self.hedge.after)?;
        deadline.is_none_or(|deadline| due < deadline).then_some(due)
    }

    /// Pays for the next leg and gives its number; `None` if there is to be none.
    pub(crate) fn next(
        &mut self,
        remaining: Option<Duration>,
        budget: Option<&Budget>,
    ) -> Option<u32> {
        if self.is_complete() || remaining.is_some_and(|remaining| remaining.is_zero()) {
            return None;
        }
        if budget.is_some_and(|budget| !budget.try_spend(COST)) {
            self.close();
            return None;
        }
        self.last += 1;
        self.since = None;
        Some(self.last)
    }

    fn is_complete(&self) -> bool {
        self.closed || self.last >= self.hedge.max.get()
    }
}

#[cfg(all(test, not(lumina_loom)))]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn legs(max: u32) -> Legs {
        Legs::new(Hedge { max: NonZeroU32::new(max).unwrap(), after: SECOND })
    }

    fn next(legs: &mut Legs) -> Option<u32> {
        legs.next(None, None)
    }

    #[test]
    fn max_counts_the_first_leg() {
        let mut legs = legs(3);
        assert_eq!([(); 3].map(|()| next(&mut legs)), [Some(2), Some(3), None]);
    }

    #[test]
    fn the_time_to_the_next_leg_runs_from_the_beginning_of_the_last() {
        let (mut legs, now) = (legs(3), Instant::now());
        assert_eq!(legs.due(None), None, "the first waits to begin");
        legs.began(1, now);
        assert_eq!(legs.due(None), Some(now + SECOND));
        assert_eq!(next(&mut legs), Some(2));
        assert_eq!(legs.due(None), None, "the second waits to begin");
        legs.began(2, now + 5 * SECOND);
        assert_eq!(legs.due(None), Some(now + 6 * SECOND));
        assert_eq!(next(&mut legs), Some(3));
        legs.began(3, now + 6 * SECOND);
        assert_eq!(legs.due(None), None, "there is no fourth");
    }

    #[test]
    fn an_earlier_leg_that_begins_late_does_not_move_the_time() {
        let (mut legs, now) = (legs(3), Instant::now());
        legs.began(1, now);
        next(&mut legs);
        legs.began(1, now + SECOND);
        assert_eq!(legs.due(None), None);
    }

    #[test]
    fn no_leg_follows_at_or_after_the_deadline() {
        let (mut legs, now) = (legs(2), Instant::now());
        legs.began(1, now);
        assert_eq!(legs.due(Some(now + SECOND)), None);
        assert_eq!(legs.due(Some(now + 2 * SECOND)), Some(now + SECOND));
        assert_eq!(legs.next(Some(Duration::ZERO), None), None);
        assert_eq!(legs.next(Some(SECOND), None), Some(2));
    }

    #[test]
    fn a_leg_is_paid_for_and_without_credit_none_follows() {
        let budget = Budget::new(9);
        let mut legs = legs(9);
        assert_eq!(legs.next(None, Some(&budget)), Some(2));
        assert_eq!(budget.balance(), 4);
        legs.refused(2, Some(&budget), Instant::now());
        assert_eq!(budget.balance(), 9, "nothing was sent");
        assert_eq!(legs.next(None, Some(&budget)), Some(3));
        assert_eq!(legs.next(None, Some(&budget)), None);
        budget.earn();
        assert_eq!(next(&mut legs), None, "not in this attempt any more");
    }

    #[test]
    fn only_legs_that_began_make_a_hedge() {
        let (mut legs, now) = (legs(3), Instant::now());
        legs.began(1, now);
        next(&mut legs);
        legs.refused(2, None, now + SECOND);
        assert!(!legs.is_hedged());
        assert_eq!(legs.due(None), Some(now + 2 * SECOND), "the refused one took its turn");
        next(&mut legs);
        legs.began(3, now + 2 * SECOND);
        assert!(legs.is_hedged());
    }
}
