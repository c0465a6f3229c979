//! The guard of a synchronous span.

use super::begin::{Begun, begin, begin_with};
use super::end::End;
use super::extra::Extra;
use super::site::Site;
use crate::bridge::companion::Companion;
use crate::model::Outcome;
use crate::record::arg::Arg;
use crate::record::context::{Current, HAS_EXTRAS};
use crate::record::local::{self, LocalRef};
use crate::record::{Slot, end_span};
use std::marker::PhantomData;

/// A span that lasts until the guard is dropped or [`end`](Self::end)ed. Not `Send`: it is the
/// thread's current span.
#[must_use = "the span ends when the guard is dropped"]
pub struct SyncSpan {
    previous: Current,
    /// 0: the span is not recorded.
    span: u64,
    slot: Slot,
    /// Whether a context has to be put back.
    entered: bool,
    /// Whether the thread was unwinding when the span started.
    unwinding: bool,
    companion: Option<Box<Companion>>,
    not_send: PhantomData<*const ()>,
}

impl SyncSpan {
    /// No span: nothing is done when it is dropped.
    #[inline(always)]
    pub const fn off() -> SyncSpan {
        SyncSpan {
            previous: Current::NONE,
            span: 0,
            slot: Slot::ELSEWHERE,
            entered: false,
            unwinding: false,
            companion: None,
            not_send: PhantomData,
        }
    }

    /// Starts a span and makes it the current one. `args[i]` is the value of the site's key `i`.
    #[inline(never)]
    pub fn enter(site: &'static Site, args: &[Arg<'_>]) -> SyncSpan {
        let mut span = SyncSpan::off();
        if site.is_on() {
            let local = local::get();
            span.take(local, begin(local, site, args, local.current()));
        }
        if site.wants_companion() {
            span.open_companion(site, args, None);
        }
        span
    }

    /// [`enter`](Self::enter) with a parent or links of its own.
    #[cold]
    #[inline(never)]
    pub fn enter_with(site: &'static Site, args: &[Arg<'_>], extra: Extra<'_>) -> SyncSpan {
        let mut span = SyncSpan::off();
        if site.is_on() {
            let local = local::get();
            span.take(local, begin_with(local, site, args, &extra));
        }
        if site.wants_companion() {
            span.open_companion(site, args, Some(&extra));
        }
        span
    }

    #[cold]
    fn open_companion(&mut self, site: &'static Site, args: &[Arg<'_>], extra: Option<&Extra<'_>>) {
        let own = if self.entered { local::get().current() } else { Current::NONE };
        self.companion = Companion::open(site, args, extra, own);
        if let Some(companion) = &self.companion {
            if self.entered {
                // The companion's id can be used anywhere, to add to the span.
                local::get().add_flag(HAS_EXTRAS);
            }
            companion.enter();
        }
    }

    #[inline(always)]
    fn take(&mut self, local: LocalRef, begun: Option<Begun>) {
        if let Some(Begun { current, slot }) = begun {
            if let Some(slot) = slot {
                self.span = current.span;
                self.slot = slot;
            }
            self.previous = local.replace(current);
            self.entered = true;
            self.unwinding = std::thread::panicking();
        }
    }

    /// Ends the span with what `record` has to say of the call; `record` runs only if somebody
    /// will know.
    #[inline(always)]
    pub fn end(mut self, record: impl FnOnce(&mut End)) {
        if self.span != 0 || self.companion.is_some() {
            let mut end = End::new();
            record(&mut end);
            self.close_with(end);
        }
    }

    /// Ends the span with what `done` has to say of `value`, which is handed back.
    ///
    /// A function around the value, not a statement after it, so that the type which is expected of
    /// the whole is known while the value is type-checked.
    #[inline(always)]
    pub fn finish<T>(self, value: T, done: impl FnOnce(&T, &mut End)) -> T {
        self.end(|end| done(&value, end));
        value
    }

    #[inline(always)]
    fn close_with(&mut self, end: End) {
        let said = end.into_parts();
        self.close(said.outcome, &said.attributes, said.count);
        said.recycle();
    }

    #[inline(never)]
    fn close(&mut self, outcome: Outcome, attributes: &[u8], count: u8) {
        let local = local::get();
        if self.span != 0 {
            end_span(local, self.slot, self.span, outcome, attributes, count);
            self.span = 0;
        }
        if self.entered {
            self.entered = false;
            local.set(self.previous);
        }
        if let Some(companion) = self.companion.take() {
            companion.exit();
            companion.record_encoded(attributes, count);
        }
    }

    #[inline(never)]
    fn drop_slow(&mut self) {
        if std::thread::panicking() && !self.unwinding {
            let mut end = End::new();
            end.panicked();
            self.close_with(end);
        } else {
            self.close(Outcome::Unset, &[], 0);
        }
    }
}

impl Drop for SyncSpan {
    #[inline(always)]
    fn drop(&mut self) {
        if self.entered || self.companion.is_some() {
            self.drop_slow();
        }
    }
}

impl std::fmt::Debug for SyncSpan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SyncSpan").field("recorded", &(self.span != 0)).finish_non_exhaustive()
    }
}
