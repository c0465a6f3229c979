//! Circuit breaker: leaves a dependency that keeps failing alone for a while.
//!
//! ```text
//!            failures / calls >= rate, over the window
//!   Closed ------------------------------------------> Open
//!     ^                                               |    ^
//!     | all probes succeed             `open` is over |    | a probe fails
//!     +------------------------- HalfOpen <-----------+    |
//!                                    +---------------------+
//! ```
//!
//! Without a lock: the state is one word, the window (in [`window`]) a word for each of its parts.
//! While the circuit is closed, admission is one load. What counts as a failure is for the caller
//! to say; so is the time.

mod state;
mod window;

use super::instant::{nanos, whole};
use super::registry::Named;
use super::sync::{AtomicU32, AtomicU64, Ordering, const_unless_loom};
pub(crate) use state::BreakerState;
use state::State;
use std::time::{Duration, Instant};
use window::Window;

/// When a circuit opens and closes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BreakerConfig {
    /// The share of failed calls, `0.0..=1.0`, at which the circuit opens.
    pub rate: f64,
    /// It stays closed while the window holds fewer calls than this.
    pub min_calls: u32,
    /// How far back calls count.
    pub window: Duration,
    /// How long the circuit stays open.
    pub open: Duration,
    /// How many calls must succeed, one after the other or at once, to close it again.
    pub half_open: u32,
}

impl BreakerConfig {
    /// Half of at least 20 calls within 10 s; 30 s open; three probes.
    pub const DEFAULT: BreakerConfig = BreakerConfig {
        rate: 0.5,
        min_calls: 20,
        window: Duration::from_secs(10),
        open: Duration::from_secs(30),
        half_open: 3,
    };
}

/// One circuit.
#[derive(Debug)]
pub(crate) struct Breaker {
    state: AtomicU64,
    /// When the circuit became half-open. Probes still under way `open` later have lost their
    /// places, so that one that never ends cannot keep the circuit from closing.
    probing_since: AtomicU64,
    generation: AtomicU32,
    window: Window,
    rate_bits: AtomicU64,
    min_calls: AtomicU32,
    open_nanos: AtomicU64,
    half_open: AtomicU32,
}

/// A call that the circuit let pass.
///
/// Dropped unresolved, the call was cancelled: it counts as neither success nor failure, and a
/// probe's place is free again.
#[must_use = "a permit that is dropped counts as a cancelled call"]
#[derive(Debug)]
pub(crate) struct Permit<'a> {
    breaker: &'a Breaker,
    /// The state's word at admission; what is resolved after that state is over counts for nothing.
    admitted: State,
}

/// The circuit did not let a call pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    /// Open, or half-open with all probes under way.
    pub(crate) state: BreakerState,
    /// Until it will be half-open; zero if it is.
    pub(crate) retry_after: Duration,
}

impl Breaker {
    const_unless_loom! {
        /// A closed circuit.
        pub(crate) fn new(config: BreakerConfig) -> Self {
            Breaker {
                state: AtomicU64::new(State::closed(0).0),
                probing_since: AtomicU64::new(0),
                generation: AtomicU32::new(0),
                window: Window::new(config.window),
                rate_bits: AtomicU64::new(config.rate.to_bits()),
                min_calls: AtomicU32::new(config.min_calls),
                open_nanos: AtomicU64::new(whole(config.open)),
                half_open: AtomicU32::new(config.half_open),
            }
        }
    }

    /// The circuit that all functions naming `name` share. The first one's configuration stands.
    pub(crate) fn named(name: &str, config: BreakerConfig) -> &'static Breaker {
        static BREAKERS: Named<Breaker> = Named::new();
        BREAKERS.get(name, || Breaker::new(config))
    }

    /// Changes the configuration, not the state. A new window begins if its length changes.
    pub(crate) fn configure(&self, config: BreakerConfig) {
        self.rate_bits.store(config.rate.to_bits(), Ordering::Relaxed);
        self.min_calls.store(config.min_calls, Ordering::Relaxed);
        self.open_nanos.store(whole(config.open), Ordering::Relaxed);
        self.half_open.store(config.half_open, Ordering::Relaxed);
        self.window.resize(config.window);
    }

    /// Asks to make a call. While the circuit is closed nobody needs to know the time.
    #[inline]
    pub(crate) fn admit(&self, now: impl FnOnce() -> Instant) -> Result<Permit<'_>, Refused> {
        let state = State(self.state.load(Ordering::Acquire));
        if state.is_closed() {
            return Ok(Permit { breaker: self, admitted: state });
        }
        self.admit_probe(state, nanos(now()))
    }

    #[cold]
    fn admit_probe(&self, mut state: State, now: u64) -> Result<Permit<'_>, Refused> {
        loop {
            let next = match state.kind() {
                BreakerState::Closed => return Ok(Permit { breaker: self, admitted: state }),
                BreakerState::Open => {
                    let until = state.open_until();
                    if now < until {
                        return Err(refused(BreakerState::Open, until - now));
                    }
                    self.begin_probing(now)
                }
                BreakerState::HalfOpen => match state.with_probe(self.probes()) {
                    Some(next) => next,
                    None if self.probing_for(now) >= self.open_nanos.load(Ordering::Relaxed) => {
                        self.begin_probing(now)
                    }
                    None => return Err(refused(BreakerState::HalfOpen, 0)),
                },
            };
            match self.exchange(state, next) {
                Ok(()) => return Ok(Permit { breaker: self, admitted: next }),
                Err(actual) => state = actual,
            }
        }
    }

    /// A half-open state with one probe under way.
    fn begin_probing(&self, now: u64) -> State {
        // Before the state can be seen. Who loses the exchange has written as good a time.
        self.probing_since.store(now, Ordering::Relaxed);
        State::probing(self.next_generation())
    }

    fn probing_for(&self, now: u64) -> u64 {
        now.saturating_sub(self.probing_since.load(Ordering::Relaxed))
    }

    /// None could ever close the circuit.
    fn probes(&self) -> u32 {
        self.half_open.load(Ordering::Relaxed).max(1)
    }

    fn next_generation(&self) -> u32 {
        self.generation.fetch_add(1, Ordering::Relaxed).wrapping_add(1)
    }

    #[inline]
    fn exchange(&self, from: State, to: State) -> Result<(), State> {
        self.state
            .compare_exchange(from.0, to.0, Ordering::AcqRel, Ordering::Acquire)
            .map(drop)
            .map_err(State)
    }

    /// The state as a call at `now` would find it.
    pub(crate) fn state(&self, now: Instant) -> BreakerState {
        let state = State(self.state.load(Ordering::Acquire));
        match state.kind() {
            BreakerState::Open if nanos(now) >= state.open_until() => BreakerState::HalfOpen,
            kind => kind,
        }
    }

    /// A call that was admitted while the circuit was closed has ended.
    fn record(&self, admitted: State, failed: bool, now: Instant) {
        if self.state.load(Ordering::Acquire) != admitted.0 {
            return;
        }
        let now = nanos(now);
        self.window.record(now, failed);
        // Only a failure opens the circuit, even where a success makes up the number of calls.
        if failed && self.fails_too_often(now) {
            // Lost: another call has opened it.
            let _ = self.exchange(admitted, self.opened(now));
        }
    }

    fn fails_too_often(&self, now: u64) -> bool {
        let (calls, failures) = self.window.sums(now);
        let rate = f64::from_bits(self.rate_bits.load(Ordering::Relaxed));
        calls >= u64::from(self.min_calls.load(Ordering::Relaxed))
            && failures as f64 >= rate * calls as f64
    }

    fn opened(&self, now: u64) -> State {
        State::open(now.saturating_add(self.open_nanos.load(Ordering::Relaxed)))
    }

    /// A probe has ended; `None`: cancelled.
    #[cold]
    fn end_probe(&self, admitted: State, outcome: Option<bool>, now: impl FnOnce() -> u64) {
        let mut state = State(self.state.load(Ordering::Acquire));
        let opened = match outcome {
            Some(false) => Some(self.opened(now())),
            _ => None,
        };
        while state.is_same_probing(admitted) {
            let next = match (outcome, opened) {
                (_, Some(opened)) => opened,
                (Some(true), _) if state.succeeded() + 1 >= self.probes() => {
                    // Before the state can be seen. A call of the time before the circuit opened
                    // may still slip in; it is one among at least `min_calls`.
                    self.window.clear();
                    State::closed(self.next_generation())
                }
                (Some(true), _) => state.with_success(),
                (_, None) => state.without_probe(),
            };
            match self.exchange(state, next) {
                Ok(()) => return,
                Err(actual) => state = actual,
            }
        }
    }
}

fn refused(state: BreakerState, nanos: u64) -> Refused {
    Refused { state, retry_after: Duration::from_nanos(nanos) }
}

impl Permit<'_> {
    /// The state that let the call pass: closed, or half-open for a probe.
    pub(crate) fn state(&self) -> BreakerState {
        self.admitted.kind()
    }

    /// The call has succeeded.
    #[inline]
    pub(crate) fn success(self, now: Instant) {
        self.resolve(false, now);
    }

    /// The call has failed in a way that speaks against the dependency.
    #[inline]
    pub(crate) fn failure(self, now: Instant) {
        self.resolve(true, now);
    }

    #[inline]
    fn resolve(self, failed: bool, now: Instant) {
        let (breaker, admitted) = (self.breaker, self.admitted);
        std::mem::forget(self);
        if admitted.is_closed() {
            breaker.record(admitted, failed, now);
        } else {
            breaker.end_probe(admitted, Some(!failed), || nanos(now));
        }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        if !self.admitted.is_closed() {
            self.breaker.end_probe(self.admitted, None, || 0);
        }
    }
}

#[cfg(test)]
mod tests;
