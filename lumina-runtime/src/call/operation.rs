//! A call of a function with policies: its span, and the attempts made for it.

use super::leg::Leg;
use super::plan::{ATTEMPT_KEYS, Plan};
use super::state::State;
use crate::record::arg::Arg;
use crate::span::{AsyncSpan, End};
use std::cell::Cell;

thread_local! {
    /// Whether the thread is inside an attempt of a function that retries.
    static RETRYING: Cell<bool> = const { Cell::new(false) };
}

/// One call of a function with policies. Lives in the function's own future.
///
/// Dropped before [`finish`](Self::finish), the call was cancelled, or a panic left it.
pub struct Call {
    pub(super) span: AsyncSpan,
    pub(super) state: State,
}

impl Call {
    /// Begins a call; `span` is that of the operation.
    #[inline(always)]
    pub fn new(plan: &'static Plan, span: AsyncSpan) -> Call {
        let mut state = State::new(plan);
        state.report.nested = state.retries() && RETRYING.get();
        Call { span, state }
    }

    /// Says whether the function's error can be made of an interruption, where no policy interrupts:
    /// then its attempts can be made to fail on purpose.
    #[inline(always)]
    pub fn takes_errors(&mut self, takes: bool) {
        self.state.takes_errors = takes;
    }

    /// Whether fallback `index` is the one to try.
    pub fn wants(&self, index: usize) -> bool {
        self.state.fallback == index && index < self.state.plan.fallbacks.len()
    }

    /// Says how many tokens the attempt to come is expected to use.
    pub fn cost(&mut self, tokens: impl FnOnce() -> u64) {
        self.state.tokens = self.span.poll_within(tokens);
    }

    /// Runs `f` in the operation's span.
    pub fn within<T>(&mut self, f: impl FnOnce() -> T) -> T {
        self.span.poll_within(f)
    }

    /// Ends the call and gives its value back; `reads` records what the user wants to know of it.
    ///
    /// By reference, though it is the last thing that is done with a call: it is large.
    #[inline]
    pub fn finish<R>(&mut self, value: R, reads: impl FnOnce(&R, &mut End)) -> R {
        let Call { span, state } = self;
        span.end_with(|end| {
            reads(&value, end);
            state.report.write(state, end);
        });
        value
    }

    /// The span of the attempt that has just begun, or of its leg `number`, with the values of
    /// [`ATTEMPT_KEYS`](super::ATTEMPT_KEYS) or [`HEDGED_ATTEMPT_KEYS`](super::HEDGED_ATTEMPT_KEYS).
    pub(super) fn start_attempt(state: &State, leg: &Leg, number: u32) -> AsyncSpan {
        let plan = state.plan;
        if plan.attempt.is_off() {
            return AsyncSpan::off();
        }
        // The legs beside the first do not wait for the delay.
        let delay = match (state.attempts, number) {
            (0 | 1, _) | (_, 2..) => Arg::Empty,
            _ => Arg::F64(state.delay.as_secs_f64() * 1e3),
        };
        let timeout = state.attempt_timeout().map_or(Arg::Empty, |limit| {
            Arg::U64(u64::try_from(limit.as_millis()).unwrap_or(u64::MAX))
        });
        let (attempt, max) = (state.attempts.into(), state.retry().max.get().into());
        let waited = match plan.limit.is_some() {
            true => Arg::F64(leg.waited.as_secs_f64() * 1e3),
            false => Arg::Empty,
        };
        let tokens = leg.tokens.map_or(Arg::Empty, Arg::U64);
        let number = Arg::U64(number.into());
        let known = [Arg::U64(attempt), Arg::U64(max), delay, timeout, waited, tokens, number];
        let keys = ATTEMPT_KEYS.len() + usize::from(plan.hedge.is_some());
        AsyncSpan::start(plan.attempt, &known[..keys])
    }
}

/// Says that the thread is inside an attempt, while one is polled.
pub(super) struct Retrying(bool);

impl Retrying {
    #[inline]
    pub(super) fn enter(state: &State) -> Retrying {
        Retrying(RETRYING.replace(state.retries() || RETRYING.get()))
    }
}

impl Drop for Retrying {
    #[inline]
    fn drop(&mut self) {
        RETRYING.set(self.0);
    }
}

impl std::fmt::Debug for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Call").field("attempts", &self.state.attempts).finish_non_exhaustive()
    }
}
