//! Rate limit: so many requests and so many tokens a minute.
//!
//! What a call will use is reserved before it, by an estimate, and settled after it, by what it
//! really used. A reservation may lie in the future: then it says how long to wait. The bookkeeping
//! (in [`bucket`]) is that of the providers' own limits, a bucket that holds one minute's worth and
//! fills continuously, so that what passes here passes there.
//!
//! Reservations are served in the order in which they are made. One that is given back makes later
//! ones come sooner, but not those that wait already: they know their time.

mod bucket;

use super::super::instant::{nanos, whole};
use super::super::registry::Named;
use super::super::sync::{Mutex, const_unless_loom, lock};
use bucket::Bucket;
use std::num::{NonZeroU32, NonZeroU64};
use std::time::{Duration, Instant};

/// How much may pass in a minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateConfig {
    /// Calls.
    pub requests_per_minute: Option<NonZeroU32>,
    /// Tokens of models.
    pub tokens_per_minute: Option<NonZeroU64>,
    /// A call that would have to wait longer is refused; so is one that could not begin before its
    /// deadline.
    pub max_wait: Duration,
}

impl RateConfig {
    /// A minute.
    pub const DEFAULT_MAX_WAIT: Duration = Duration::from_secs(60);

    /// No limit, and a wait of at most a minute once there is one.
    pub const DEFAULT: RateConfig = RateConfig {
        requests_per_minute: None,
        tokens_per_minute: None,
        max_wait: RateConfig::DEFAULT_MAX_WAIT,
    };
}

/// A limit that calls share.
#[derive(Debug)]
pub(crate) struct Rate {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    config: RateConfig,
    requests: Bucket,
    tokens: Bucket,
}

/// What a call may use, reserved for it.
///
/// Dropped before [`start`](Self::start), it is given back: the request was never sent. Dropped
/// after, the estimate stands.
#[must_use = "a reservation that is dropped is given back"]
#[derive(Debug)]
pub(crate) struct Reservation<'a> {
    rate: &'a Rate,
    tokens: u64,
    wait: Duration,
    started: bool,
}

/// The call would have to wait too long. Nothing is reserved for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RateLimited {
    /// After this time it could begin, if no other call came.
    pub(crate) retry_after: Duration,
}

impl Rate {
    const_unless_loom! {
        pub(crate) fn new(config: RateConfig) -> Self {
            let (requests, tokens) = (Bucket::FULL, Bucket::FULL);
            Rate { state: Mutex::new(State { config, requests, tokens }) }
        }
    }

    /// The limit that all functions naming `name` share. The first one's numbers stand.
    pub(crate) fn named(name: &str, config: RateConfig) -> &'static Rate {
        static RATES: Named<Rate> = Named::new();
        RATES.get(name, || Rate::new(config))
    }

    /// Changes the numbers, for the calls that come.
    pub(crate) fn configure(&self, config: RateConfig) {
        lock(&self.state).config = config;
    }

    /// The numbers in force.
    pub(crate) fn config(&self) -> RateConfig {
        lock(&self.state).config
    }

    /// Reserves one request and `tokens` tokens. `remaining` is what is left until the call's
    /// deadline.
    ///
    /// More tokens than a minute has are served when all that is owed before them has flowed in.
    pub(crate) fn reserve(
        &self,
        tokens: u64,
        remaining: Option<Duration>,
        now: Instant,
    ) -> Result<Reservation<'_>, RateLimited> {
        let mut state = lock(&self.state);
        let now = nanos(now);
        let config = state.config;
        let requests = state.requests.after(1, requests_limit(&config), now);
        let token_bucket = state.tokens.after(tokens, config.tokens_per_minute, now);
        let wait_nanos = requests.wait(now).max(token_bucket.wait(now));
        let wait = Duration::from_nanos(wait_nanos);
        if wait_nanos > whole(config.max_wait) || remaining.is_some_and(|left| wait >= left) {
            return Err(RateLimited { retry_after: wait });
        }
        (state.requests, state.tokens) = (requests, token_bucket);
        Ok(Reservation { rate: self, tokens, wait, started: false })
    }
}

fn requests_limit(config: &RateConfig) -> Option<NonZeroU64> {
    config.requests_per_minute.map(NonZeroU64::from)
}

impl Reservation<'_> {
    /// How long to wait before the call may begin. Zero: it may begin.
    pub(crate) fn wait(&self) -> Duration {
        self.wait
    }

    /// The request is being sent: from here on it counts, whatever becomes of it.
    pub(crate) fn start(&mut self) {
        self.started = true;
    }

    /// The call used `tokens` tokens, more or fewer than were reserved.
    pub(crate) fn settle(mut self, tokens: u64) {
        self.started = true;
        let mut state = lock(&self.rate.state);
        let limit = state.config.tokens_per_minute;
        state.tokens.correct(self.tokens, tokens, limit);
    }
}

impl Drop for Reservation<'_> {
    fn drop(&mut self) {
        if self.started {
            return;
        }
        let mut state = lock(&self.rate.state);
        let config = state.config;
        state.requests.correct(1, 0, requests_limit(&config));
        state.tokens.correct(self.tokens, 0, config.tokens_per_minute);
    }
}

#[cfg(all(test, not(lumina_loom)))]
mod tests;
