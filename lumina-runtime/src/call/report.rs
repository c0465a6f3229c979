//! What the operation's span says of its policies in the end.

use super::state::State;
use crate::names;
use crate::policy::breaker::BreakerState;
use crate::policy::retry::Reason;
use crate::record::arg::Arg;
use crate::span::End;
use std::time::Duration;

#[derive(Default)]
pub(super) struct Report {
    timeout: Option<&'static str>,
    breaker: Option<BreakerState>,
    waited: Duration,
    gave_up: Option<Reason>,
    fallback: Option<&'static str>,
    hedge_won: Option<u32>,
    #[cfg(feature = "cache")]
    cache_hit: Option<bool>,
    pub(super) nested: bool,
    /// What went wrong on purpose, last.
    pub(super) fault: Option<&'static str>,
    /// Why the attempts ended: the last error, in its own words.
    pub(super) reason: Option<String>,
}

impl Report {
    pub(super) fn timeout_fired(&mut self, which: &'static str) {
        self.timeout = Some(which);
    }

    pub(super) fn breaker_state(&mut self, state: BreakerState) {
        self.breaker = Some(state);
    }

    pub(super) fn limit_waited(&mut self, waited: Duration) {
        self.waited += waited;
    }

    pub(super) fn gave_up(&mut self, reason: Reason, retries: bool) {
        if retries {
            self.gave_up = Some(reason);
        }
    }

    /// The leg that gave the last value, if there was more than one.
    pub(super) fn hedge_won(&mut self, leg: Option<u32>) {
        self.hedge_won = leg;
    }

    #[cfg(feature = "cache")]
    pub(super) fn cache_hit(&mut self, hit: bool) {
        self.cache_hit = Some(hit);
    }

    /// Whether a fallback gave the value.
    #[cfg(feature = "cache")]
    pub(super) fn has_fallen_back(&self) -> bool {
        self.fallback.is_some()
    }

    pub(super) fn fell_back(&mut self, name: &'static str) {
        self.fallback = Some(name);
    }

    /// Puts on the operation's span what happened, and only that.
    pub(super) fn write(&self, state: &State, end: &mut End) {
        #[cfg(feature = "cache")]
        if let Some(hit) = self.cache_hit {
            end.put_static(names::CACHE_HIT, &Arg::Bool(hit));
            if hit {
                // Nothing else happened.
                return;
            }
        }
        // Not where the first attempt was the only one there was reason for, as in most calls: it
        // would be an attribute to write, and to ship, for each of them.
        if state.retries() && (state.attempts > 1 || self.gave_up.is_some()) {
            end.put_static(names::RETRY_ATTEMPTS, &Arg::U64(state.attempts.into()));
        }
        if let Some(reason) = self.gave_up {
            end.put_static(names::RETRY_EXHAUSTED, &Arg::Bool(reason == Reason::Exhausted));
            end.put_static(names::RETRY_STOPPED, &Arg::Str(reason.as_str()));
        }
        if self.nested {
            end.put_static(names::RETRY_NESTED, &Arg::Bool(true));
        }
        if let Some(leg) = self.hedge_won {
            end.put_static(names::HEDGE_WON, &Arg::U64(leg.into()));
        }
        if let Some(which) = self.timeout {
            end.put_static(names::TIMEOUT_FIRED, &Arg::Str(which));
        }
        if let Some(state) = self.breaker {
            end.put_static(names::BREAKER_STATE, &Arg::Str(state.as_str()));
        }
        if state.concurrency().is_some() || state.rate().is_some() {
            let waited = self.waited.as_secs_f64() * 1e3;
            end.put_static(names::LIMIT_WAIT_MS, &Arg::F64(waited));
        }
        if let Some(kind) = self.fault {
            end.put_static(names::FAULT_INJECTED, &Arg::Bool(true));
            end.put_static(names::FAULT_KIND, &Arg::Str(kind));
        }
        if let Some(name) = self.fallback {
            end.put_static(names::FALLBACK_USED, &Arg::Str(name));
        }
    }
}
