//! What holds for the calls of a function: what its attributes say, or a file instead.
//!
//! A call takes its settings when it begins and keeps them. Where nothing is overridden, that is one
//! relaxed load, and the plan itself is asked.

#[cfg(feature = "cache")]
use super::cache::CachePlan;
use super::plan::Plan;
use super::state::State;
use crate::names;
use crate::policy::breaker::Breaker;
use crate::policy::budget::Budget;
use crate::policy::fault::{Fault, Faults};
use crate::policy::hedge::Hedge;
use crate::policy::limit::concurrency::Concurrency;
use crate::policy::limit::rate::Rate;
use crate::policy::retry::Retry;
use crate::record::arg::Arg;
use crate::span::{AsyncSpan, record_attributes};
use std::cell::RefCell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// What takes the place of a plan's own values. Numbers of what calls share are not here: they are
/// changed where they are.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) retry: Retry,
    pub(crate) budget: Option<&'static Budget>,
    pub(crate) attempt_timeout: Option<Duration>,
    pub(crate) total_timeout: Option<Duration>,
    /// Only a function that was declared with one can hedge.
    pub(crate) hedge: Option<Hedge>,
    pub(crate) breaker: bool,
    #[cfg_attr(not(feature = "cache"), allow(dead_code, reason = "the cache is a feature"))]
    pub(crate) cache: bool,
    pub(crate) concurrency: bool,
    pub(crate) rate: bool,
    /// The longest wait for a place.
    pub(crate) max_wait: Option<Duration>,
    /// One for each fallback of the plan.
    pub(crate) fallbacks: Box<[FallbackSettings]>,
    pub(crate) faults: Option<Arc<Faults>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FallbackSettings {
    pub(crate) enabled: bool,
    pub(crate) timeout: Option<Duration>,
}

/// A plan's settings of the moment.
///
/// Each thread has a copy of its own of those it used, so that threads do not pass the count of one
/// `Arc` to and fro; a copy is replaced when it is old and asked for again.
pub(super) struct Overrides {
    /// Zero: none. Else the place in the threads' lists (upper half) and the version (lower half).
    /// Relaxed: a call that begins while they are set may miss them.
    word: AtomicU64,
    settings: Mutex<Option<Arc<Settings>>>,
}

thread_local! {
    /// By the places of the plans: what a plan's word was, and what it stood for.
    static COPIES: RefCell<Vec<(u64, Option<Arc<Settings>>)>> = const { RefCell::new(Vec::new()) };
}

impl Overrides {
    pub(super) const fn none() -> Self {
        Overrides { word: AtomicU64::new(0), settings: Mutex::new(None) }
    }

    #[inline]
    pub(super) fn get(&self) -> Option<Arc<Settings>> {
        match self.word.load(Ordering::Relaxed) {
            0 => None,
            word => self.copy(word),
        }
    }

    fn copy(&self, word: u64) -> Option<Arc<Settings>> {
        // OK to cast: the upper half.
        let place = (word >> 32) as usize;
        let copied = COPIES.try_with(|copies| {
            let mut copies = copies.try_borrow_mut().ok()?;
            if copies.len() <= place {
                copies.resize_with(place + 1, || (0, None));
            }
            let (known, settings) = &mut copies[place];
            if *known != word {
                *settings = self.shared().map(|shared| Arc::new(Settings::clone(&shared)));
                *known = word;
            }
            Some(settings.clone())
        });
        // A thread at its end has no copies any more.
        copied.ok().flatten().unwrap_or_else(|| self.shared())
    }

    /// Those of all threads.
    pub(super) fn shared(&self) -> Option<Arc<Settings>> {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    #[cfg(any(feature = "config", test))]
    pub(super) fn put(&self, settings: Option<Arc<Settings>>) {
        static PLACES: AtomicU64 = AtomicU64::new(0);
        static VERSIONS: AtomicU64 = AtomicU64::new(1);
        let mut slot = self.settings.lock().unwrap_or_else(PoisonError::into_inner);
        if settings.is_none() && slot.is_none() && self.word.load(Ordering::Relaxed) == 0 {
            return;
        }
        let place = match self.word.load(Ordering::Relaxed) >> 32 {
            // Kept for good: there are as many places as plans that ever had settings.
            0 => PLACES.fetch_add(1, Ordering::Relaxed) + 1,
            place => place,
        };
        *slot = settings;
        // Under the lock: a thread that sees the version finds what it stands for, or newer.
        let version = VERSIONS.fetch_add(1, Ordering::Relaxed) & u64::from(u32::MAX);
        self.word.store(place << 32 | version, Ordering::Relaxed);
    }
}

impl State {
    #[inline]
    pub(super) fn retry(&self) -> &Retry {
        self.settings.as_ref().map_or(&self.plan.retry, |settings| &settings.retry)
    }

    /// Whether there may be more than one attempt.
    #[inline]
    pub(super) fn retries(&self) -> bool {
        self.retry().max.get() > 1
    }

    #[inline]
    pub(super) fn budget(&self) -> Option<&'static Budget> {
        self.settings.as_ref().map_or_else(|| self.plan.budget(), |settings| settings.budget)
    }

    #[inline]
    pub(super) fn attempt_timeout(&self) -> Option<Duration> {
        let settings = self.settings.as_ref();
        settings.map_or(self.plan.attempt_timeout, |settings| settings.attempt_timeout)
    }

    /// Whether time may interrupt an attempt: an inherited deadline interrupts only a function that
    /// has a limit of its own, for another need not have an error to say so.
    #[inline]
    pub(super) fn is_timed(&self) -> bool {
        match &self.settings {
            None => self.plan.attempt_timeout.is_some() || self.plan.total_timeout.is_some(),
            Some(own) => own.attempt_timeout.is_some() || own.total_timeout.is_some(),
        }
    }

    pub(super) fn hedge(&self) -> Option<Hedge> {
        self.settings.as_ref().map_or(self.plan.hedge, |settings| settings.hedge)
    }

    /// The breaker and its name, unless it is off.
    #[inline]
    pub(super) fn circuit(&self) -> Option<(&'static str, &'static Breaker)> {
        let on = self.settings.as_ref().is_none_or(|settings| settings.breaker);
        self.plan.circuit().filter(|_| on)
    }

    #[inline]
    /// The cache, unless it is off.
    #[cfg(feature = "cache")]
    pub(super) fn cache(&self) -> Option<&'static CachePlan> {
        let on = self.settings.as_ref().is_none_or(|settings| settings.cache);
        self.plan.cache.as_ref().filter(|_| on)
    }

    pub(super) fn rate(&self) -> Option<&'static Rate> {
        let on = self.settings.as_ref().is_none_or(|settings| settings.rate);
        self.plan.limit.rate().filter(|_| on)
    }

    #[inline]
    pub(super) fn concurrency(&self) -> Option<&'static Concurrency> {
        let on = self.settings.as_ref().is_none_or(|settings| settings.concurrency);
        self.plan.limit.places().filter(|_| on)
    }

    /// The longest wait for a place.
    pub(super) fn max_wait(&self) -> Option<Duration> {
        let settings = self.settings.as_ref();
        settings.map_or(self.plan.limit.max_wait, |settings| settings.max_wait)
    }

    /// Whether fallback `index` may be tried, and for how long.
    pub(super) fn fallback_settings(&self, index: usize) -> FallbackSettings {
        let settings = self.settings.as_ref();
        let of_file = settings.and_then(|settings| settings.fallbacks.get(index)).copied();
        of_file.unwrap_or(FallbackSettings {
            enabled: true,
            timeout: self.plan.fallbacks[index].timeout,
        })
    }

    /// What goes wrong on purpose with an attempt that begins.
    #[inline]
    pub(super) fn draw_fault(&self) -> Option<Box<Fault>> {
        let faults = self.settings.as_ref()?.faults.as_ref()?;
        faults.draw(self.takes_errors || self.plan.interrupts()).map(Box::new)
    }

    /// Says on the attempt's span, and in the end on the operation's, what goes wrong on purpose.
    #[inline]
    pub(super) fn say_fault(&mut self, fault: Option<&Fault>, span: &mut AsyncSpan) {
        let Some(fault) = fault else { return };
        let kind = fault.as_str();
        self.report.fault = Some(kind);
        let delay = fault.delay.map_or(Arg::Empty, |delay| Arg::F64(delay.as_secs_f64() * 1e3));
        span.poll_within(|| {
            record_attributes(&[
                (names::FAULT_INJECTED, Arg::Bool(true)),
                (names::FAULT_KIND, Arg::Str(kind)),
                (names::FAULT_DELAY_MS, delay),
            ]);
        });
    }
}

impl Plan {
    /// Whether one of the policies interrupts, and so makes errors of interruptions.
    fn interrupts(&self) -> bool {
        self.attempt_timeout.is_some()
            || self.total_timeout.is_some()
            || self.breaker.is_some()
            || self.limit.is_some()
            || self.fallbacks.iter().any(|step| step.timeout.is_some())
    }
}

#[cfg(test)]
mod tests;
