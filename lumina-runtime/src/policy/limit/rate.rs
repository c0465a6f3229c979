//! Rate limit: so many requests and so many tokens a minute.
//!
//! What a call will use is reserved before it, by an estimate, and settled after it, by what it
//! really used. A reservation may lie in the future: then it says how long to wait. The bookkeeping
//! (in [`bucket`]) is that of the providers' own limits, a bucket that holds one minute's worth and
//! fills continuously, so that what passes here passes there.
//!
//! Reservations are served in the order in which they are made. One that is given back makes later
//! ones come sooner, but not those that wait already: they know their time.
//!
//! A call that fails keeps its estimate, also when the provider refused it with a 429: OpenAI counts
//! refused requests ("unsuccessful requests contribute to your per-minute limit"), so to give it
//! back would be to go on at the pace that was just refused.

mod bucket;

use super::super::instant::{nanos, whole};
use super::super::registry::Named;
use super::super::sync::{Mutex, const_unless_loom, lock};
use super::super::timer;
use bucket::{Bucket, Taken, flow};
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
    /// The numbers in the source.
    declared: RateConfig,
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
    request: Option<Taken>,
    tokens: Option<Taken>,
    begin: u64,
    wait: Duration,
    started: bool,
}

/// Why nothing is reserved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RateLimited {
    /// The call would have to wait too long. After this time it could begin, if no other came.
    Later(Duration),
    /// It needs more tokens than a whole minute has.
    TooLarge { tokens_per_minute: NonZeroU64 },
}

impl Rate {
    const_unless_loom! {
        pub(crate) fn new(config: RateConfig) -> Self {
            let (requests, tokens) = (Bucket::FULL, Bucket::FULL);
            Rate { state: Mutex::new(State { declared: config, config, requests, tokens }) }
        }
    }

    /// The limit that all functions naming `name` share, and whether its numbers are these: the
    /// first one's stand.
    pub(crate) fn named(name: &str, config: RateConfig) -> (&'static Rate, bool) {
        static RATES: Named<Rate> = Named::new();
        let rate = RATES.get(name, || Rate::new(config));
        let declared = lock(&rate.state).declared;
        (rate, declared == config)
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
    pub(crate) fn reserve(
        &self,
        tokens: u64,
        remaining: Option<Duration>,
        now: Instant,
    ) -> Result<Reservation<'_>, RateLimited> {
        let now = nanos(now);
        let mut state = lock(&self.state);
        let config = state.config;
        if let Some(tokens_per_minute) = config.tokens_per_minute.filter(|n| n.get() < tokens) {
            return Err(RateLimited::TooLarge { tokens_per_minute });
        }
        let request = config.requests_per_minute.map(|limit| flow(1, limit.into()));
        let tokens = config.tokens_per_minute.map(|limit| flow(tokens, limit));
        let wait_nanos = (request.map_or(0, |flow| state.requests.wait(flow, now)))
            .max(tokens.map_or(0, |flow| state.tokens.wait(flow, now)));
        let wait = Duration::from_nanos(wait_nanos);
        if wait_nanos > whole(config.max_wait) || remaining.is_some_and(|left| wait >= left) {
            return Err(RateLimited::Later(wait));
        }
        // From both at the time when the slower lets it begin.
        let begin = now.saturating_add(wait_nanos);
        let request = request.map(|flow| state.requests.take(flow, begin));
        let tokens = tokens.map(|flow| state.tokens.take(flow, begin));
        Ok(Reservation { rate: self, request, tokens, begin, wait, started: false })
    }
}

/// How late a call may begin without a new reservation: timers and schedulers are no more exact.
const TOLERANCE: u64 = 100_000_000;

impl Reservation<'_> {
    /// How long to wait before the call may begin. Zero: it may begin.
    pub(crate) fn wait(&self) -> Duration {
        self.wait
    }

    /// Whether tokens are limited, so that it matters how many were used.
    pub(crate) fn has_tokens(&self) -> bool {
        self.tokens.is_some()
    }

    /// Whether the time for which it was made has passed: what begins now needs a new one.
    pub(crate) fn is_stale(&self, now: Instant) -> bool {
        nanos(now) > self.begin.saturating_add(TOLERANCE)
    }

    /// The request is being sent: from here on it counts, whatever becomes of it.
    pub(crate) fn start(&mut self) {
        self.started = true;
    }

    /// The call used `tokens` tokens, more or fewer than were reserved.
    pub(crate) fn settle(mut self, tokens: u64, now: Instant) {
        self.started = true;
        let mut state = lock(&self.rate.state);
        if let (Some(taken), Some(limit)) = (&mut self.tokens, state.config.tokens_per_minute) {
            state.tokens.correct(taken, flow(tokens, limit), nanos(now));
        }
    }
}

impl Reservation<'_> {
    fn give_back(&mut self, now: u64) {
        let mut state = lock(&self.rate.state);
        if let Some(taken) = &mut self.request {
            state.requests.correct(taken, 0, now);
        }
        if let Some(taken) = &mut self.tokens {
            state.tokens.correct(taken, 0, now);
        }
    }
}

impl Drop for Reservation<'_> {
    fn drop(&mut self) {
        if !self.started {
            self.give_back(nanos(timer::now()));
        }
    }
}

#[cfg(all(test, not(lumina_loom)))]
mod tests;
