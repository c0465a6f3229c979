//! The guard of a synchronous span.

use super::begin::{Begun, begin, begin_in_place, begin_with};
use super::end::End;
use super::extra::Extra;
use super::site::Site;
use crate::bridge::companion::Companion;
use crate::model::Outcome;
use crate::record::arg::Arg;
use crate::record::context::{Current, HAS_EXTRAS};
use crate::record::layout::END_IS_OK;
use crate::record::local::{self, LocalRef};
use crate::record::{Slot, end_span, end_span_in_place};
use std::marker::PhantomData;
use std::mem::MaybeUninit;

/// A span that lasts until the guard is dropped or [`end`](Self::end)ed. Not `Send`: it is the
/// thread's current span.
///
/// Where nothing is recorded, making and dropping one costs a byte: the rest is not touched.
#[must_use = "the span ends when the guard is dropped"]
pub struct SyncSpan {
    /// What there is to do at the end. [`NOTHING`]: `open` is not initialised.
    state: u8,
    open: MaybeUninit<Open>,
    not_send: PhantomData<*const ()>,
}

const NOTHING: u8 = 0;
/// A context has to be put back.
const ENTERED: u8 = 1;
/// The span is recorded.
const RECORDED: u8 = 1 << 1;
/// There is a companion.
const ACCOMPANIED: u8 = 1 << 2;
/// The thread was unwinding when the span started.
const UNWINDING: u8 = 1 << 3;

struct Open {
    previous: Current,
    span: u64,
    slot: Slot,
    companion: Option<Box<Companion>>,
}

impl SyncSpan {
    /// No span: nothing is done when it is dropped.
    #[inline(always)]
    pub const fn off() -> SyncSpan {
        SyncSpan { state: NOTHING, open: MaybeUninit::uninit(), not_send: PhantomData }
    }

    /// Starts a span and makes it the current one. `args[i]` is the value of the site's key `i`.
    #[inline(never)]
    pub fn enter(site: &'static Site, args: &[Arg<'_>]) -> SyncSpan {
        let local = local::get();
        if site.is_for_lumina_alone() {
            if let Some(begun) = begin_in_place(local, site, args) {
                return SyncSpan::begun(local, begun);
            }
            if local.current().is_unsampled() {
                return SyncSpan::off();
            }
        }
        SyncSpan::enter_apart(site, args, None)
    }

    /// [`enter`](Self::enter) with a parent or links of its own.
    #[cold]
    #[inline(never)]
    pub fn enter_with(site: &'static Site, args: &[Arg<'_>], extra: Extra<'_>) -> SyncSpan {
        SyncSpan::enter_apart(site, args, Some(&extra))
    }

    #[cold]
    #[inline(never)]
    fn enter_apart(site: &'static Site, args: &[Arg<'_>], extra: Option<&Extra<'_>>) -> SyncSpan {
        let mut span = SyncSpan::off();
        if site.is_on() {
            let local = local::get();
            let begun = match extra {
                None => begin(local, site, args, local.current()),
                Some(extra) => begin_with(local, site, args, extra),
            };
            span = begun.map_or(SyncSpan::off(), |begun| SyncSpan::begun(local, begun));
        }
        if site.wants_companion() {
            span.open_companion(site, args, extra);
        }
        span
    }

    fn open_companion(&mut self, site: &'static Site, args: &[Arg<'_>], extra: Option<&Extra<'_>>) {
        let entered = self.state & ENTERED != 0;
        let own = if entered { local::get().current() } else { Current::NONE };
        let Some(companion) = Companion::open(site, args, extra, own) else { return };
        if entered {
            // The companion's id can be used anywhere, to add to the span.
            local::get().add_flag(HAS_EXTRAS);
        }
        if self.state == NOTHING {
            let (previous, slot) = (Current::NONE, Slot::ELSEWHERE);
            self.open.write(Open { previous, span: 0, slot, companion: None });
        }
        self.state |= ACCOMPANIED;
        // SAFETY: the state was not `NOTHING`, or `open` was written above.
        let open = unsafe { self.open.assume_init_mut() };
        open.companion.insert(companion).enter();
    }

    #[inline(always)]
    fn begun(local: LocalRef, begun: Begun) -> SyncSpan {
        let Begun { current, slot } = begun;
        let unwinding = if std::thread::panicking() { UNWINDING } else { 0 };
        let recorded = if slot.is_some() { RECORDED } else { 0 };
        let open = Open {
            previous: local.replace(current),
            span: current.span,
            slot: slot.unwrap_or(Slot::ELSEWHERE),
            companion: None,
        };
        SyncSpan {
            state: ENTERED | recorded | unwinding,
            open: MaybeUninit::new(open),
            not_send: PhantomData,
        }
    }

    /// Ends the span with what `record` has to say of the call; `record` runs only if somebody
    /// will know.
    #[inline(always)]
    pub fn end(mut self, record: impl FnOnce(&mut End)) {
        if self.state & (RECORDED | ACCOMPANIED) != 0 {
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
        if end.is_plain() {
            return self.close_plain(if end.is_ok() { END_IS_OK } else { 0 });
        }
        let said = end.into_parts();
        self.close(said.outcome, &said.attributes, said.count);
        said.recycle();
    }

    #[inline(never)]
    fn close(&mut self, outcome: Outcome, attributes: &[u8], count: u8) {
        self.close_inline(outcome, attributes, count);
    }

    #[inline(always)]
    fn close_inline(&mut self, outcome: Outcome, attributes: &[u8], count: u8) {
        let state = std::mem::replace(&mut self.state, NOTHING);
        if state == NOTHING {
            return;
        }
        // SAFETY: the state says that it was initialised; it is taken out once, since the state
        // says otherwise from here on.
        let open = unsafe { self.open.assume_init_read() };
        let local = local::get();
        if state & RECORDED != 0 {
            end_span(local, open.slot, open.span, outcome, attributes, count);
        }
        if state & ENTERED != 0 {
            local.set(open.previous);
        }
        if state & ACCOMPANIED != 0 {
            Companion::close(open.companion, attributes, count);
        } else {
            // There is none: no code to drop one.
            std::mem::forget(open.companion);
        }
    }

    /// Ends the span with nothing to say but, perhaps, [`END_IS_OK`].
    #[inline(never)]
    fn close_plain(&mut self, mark: u64) {
        if !self.close_in_place(mark) {
            let outcome = if mark == 0 { Outcome::Unset } else { Outcome::Ok };
            self.close(outcome, &[], 0);
        }
    }

    /// [`close_plain`](Self::close_plain) where it takes no more than a word in the record.
    #[inline(always)]
    fn close_in_place(&mut self, mark: u64) -> bool {
        if self.state & !UNWINDING != ENTERED | RECORDED {
            return false;
        }
        // SAFETY: the state says that it was initialised.
        let open = unsafe { self.open.assume_init_ref() };
        let local = local::get();
        let ended = end_span_in_place(local, open.slot, mark);
        if ended {
            local.set(open.previous);
            self.state = NOTHING;
        }
        ended
    }

    #[inline(never)]
    fn drop_open(&mut self) {
        if std::thread::panicking() || !self.close_in_place(0) {
            self.drop_apart();
        }
    }

    #[cold]
    #[inline(never)]
    fn drop_apart(&mut self) {
        if std::thread::panicking() {
            self.drop_in_panic();
        } else {
            self.close_inline(Outcome::Unset, &[], 0);
        }
    }

    #[cold]
    #[inline(never)]
    fn drop_in_panic(&mut self) {
        let mut end = End::new();
        if self.state & UNWINDING == 0 {
            end.panicked();
        }
        self.close_with(end);
    }
}

impl Drop for SyncSpan {
    #[inline(always)]
    fn drop(&mut self) {
        if self.state != NOTHING {
            self.drop_open();
        }
    }
}

impl std::fmt::Debug for SyncSpan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SyncSpan")
            .field("recorded", &(self.state & RECORDED != 0))
            .finish_non_exhaustive()
    }
}
