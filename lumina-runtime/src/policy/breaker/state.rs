//! A circuit's state in one word.
//!
//! ```text
//! closed     generation:32                                          | 00
//! open       until, in nanoseconds:62                               | 01
//! half-open  generation:30 | succeeded:16 | under way:16            | 10
//! ```

use crate::policy::instant::LATEST;

const CLOSED: u64 = 0;
const OPEN: u64 = 1;
const HALF_OPEN: u64 = 2;
const KIND_BITS: u32 = 2;
const COUNT_BITS: u32 = 16;
const COUNT: u64 = (1 << COUNT_BITS) - 1;
const UNDER_WAY: u32 = KIND_BITS;
const SUCCEEDED: u32 = UNDER_WAY + COUNT_BITS;
const GENERATION: u32 = SUCCEEDED + COUNT_BITS;

/// What a circuit does with calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BreakerState {
    /// Lets them pass, and counts.
    Closed,
    /// Refuses them.
    Open,
    /// Lets a few pass, to see.
    HalfOpen,
}

impl BreakerState {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            BreakerState::Closed => "closed",
            BreakerState::Open => "open",
            BreakerState::HalfOpen => "half_open",
        }
    }
}

/// The word. Every closed and every half-open time has a generation of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct State(pub(super) u64);

impl State {
    pub(super) const fn closed(generation: u32) -> State {
        State((generation as u64) << KIND_BITS | CLOSED)
    }

    /// `until` is cut to the latest time there is.
    pub(super) fn open(until: u64) -> State {
        State(until.min(LATEST) << KIND_BITS | OPEN)
    }

    /// Half-open, one probe under way.
    pub(super) fn probing(generation: u32) -> State {
        State(u64::from(generation) << GENERATION | 1 << UNDER_WAY | HALF_OPEN)
    }

    #[inline]
    pub(super) fn is_closed(self) -> bool {
        self.0 & ((1 << KIND_BITS) - 1) == CLOSED
    }

    pub(super) fn kind(self) -> BreakerState {
        match self.0 & ((1 << KIND_BITS) - 1) {
            CLOSED => BreakerState::Closed,
            OPEN => BreakerState::Open,
            _ => BreakerState::HalfOpen,
        }
    }

    /// Of an open state.
    pub(super) fn open_until(self) -> u64 {
        self.0 >> KIND_BITS
    }

    fn under_way(self) -> u32 {
        (self.0 >> UNDER_WAY & COUNT) as u32
    }

    /// Of a half-open state: the probes that succeeded.
    pub(super) fn succeeded(self) -> u32 {
        (self.0 >> SUCCEEDED & COUNT) as u32
    }

    /// Of a half-open state: one more probe, unless there are `probes` already.
    pub(super) fn with_probe(self, probes: u32) -> Option<State> {
        let probes = probes.min(COUNT as u32);
        (self.under_way() + self.succeeded() < probes).then_some(State(self.0 + (1 << UNDER_WAY)))
    }

    /// Of a half-open state: a probe less.
    pub(super) fn without_probe(self) -> State {
        State(self.0 - (1 << UNDER_WAY))
    }

    /// Of a half-open state: a probe that was under way has succeeded.
    pub(super) fn with_success(self) -> State {
        State(self.without_probe().0 + (1 << SUCCEEDED))
    }

    /// Whether this is the half-open time in which a probe was admitted with `admitted`.
    pub(super) fn is_same_probing(self, admitted: State) -> bool {
        self.kind() == BreakerState::HalfOpen && self.0 >> GENERATION == admitted.0 >> GENERATION
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_do_not_touch_each_other() {
        let probing = State::probing(u32::MAX);
        assert_eq!((probing.kind(), probing.succeeded()), (BreakerState::HalfOpen, 0));
        let two = probing.with_probe(3).unwrap().with_success();
        assert_eq!((two.under_way(), two.succeeded()), (1, 1));
        assert!(two.is_same_probing(probing));
        assert!(!State::probing(7).is_same_probing(probing));
        assert_eq!(two.with_probe(2), None);
    }

    #[test]
    fn an_endless_open_time_is_kept_as_the_latest() {
        let state = State::open(u64::MAX);
        assert_eq!((state.kind(), state.open_until()), (BreakerState::Open, LATEST));
    }

    #[test]
    fn each_closed_time_is_told_from_the_others() {
        assert!(State::closed(u32::MAX).is_closed());
        assert_ne!(State::closed(0), State::closed(1));
    }
}
