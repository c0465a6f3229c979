//! What holds for the calls of a function: what its attributes say, or a file instead.
//!
//! A call takes its settings when it begins and keeps them. Where nothing is overridden, that is one
//! relaxed load, and the plan itself is asked.

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
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

/// What takes the place of a plan's own values. Numbers of what calls share are not here: they are
/// changed where they are.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) retry: Retry,
    pub(crate) budget: Option<&'static Budget>,
    pub(crate) attempt_timeout: Option<Duration>,
    pub(crate) total_timeout: Option<Duration>,
    /// Only a function that was declared with one can hedge.
    pub(crate) hedge: Option<Hedge>,
    pub(crate) breaker: bool,
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
pub(super) struct Overrides {
    /// Whether there are any. Relaxed: a call that begins while they are set may miss them.
    set: AtomicBool,
    settings: RwLock<Option<Arc<Settings>>>,
}

impl Overrides {
    pub(super) const fn none() -> Self {
        Overrides { set: AtomicBool::new(false), settings: RwLock::new(None) }
    }

    #[inline]
    pub(super) fn get(&self) -> Option<Arc<Settings>> {
        if self.set.load(Ordering::Relaxed) { self.shared() } else { None }
    }

    fn shared(&self) -> Option<Arc<Settings>> {
        self.settings.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    #[cfg(any(feature = "config", test))]
    pub(super) fn put(&self, settings: Option<Arc<Settings>>) {
        let is_set = settings.is_some();
        let old = {
            let mut slot = self.settings.write().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *slot, settings)
        };
        drop(old);
        self.set.store(is_set, Ordering::Relaxed);
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
