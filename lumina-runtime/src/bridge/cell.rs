//! What is kept of an open span of `tracing`, in words that can be read while they change.
//!
//! Ids of `tracing` are plain numbers: safe code can use one whose span is closed, at the very
//! moment at which its place is given to another span. So everything is atomic, and a reader asks
//! again afterwards whether the place still has the tenant it came for. On x86-64 none of this is
//! more than a plain access.

use crate::record::Slot;
use crate::record::context::{Current, HAS_EXTRAS};
use std::ptr::{null, null_mut};
use std::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64, Ordering, fence};
use tracing_core::Metadata;

/// No sequence: the span has no end to record.
const NOTHING_TO_END: u64 = u64::MAX;

/// An open span.
#[derive(Clone, Copy)]
pub(super) struct State {
    /// The context that it makes.
    pub(super) current: Current,
    /// Where its end goes; `None`: it is not recorded, or ends by itself.
    pub(super) slot: Option<Slot>,
}

/// A place for a [`State`]. Seven words: with one for the owner, a cache line.
pub(super) struct Cell {
    trace: [AtomicU64; 2],
    span: AtomicU64,
    flags: AtomicU32,
    /// For the owner's lists of free places.
    pub(super) link: AtomicU32,
    metadata: AtomicPtr<Metadata<'static>>,
    end: AtomicPtr<AtomicU64>,
    sequence: AtomicU64,
}

impl Cell {
    pub(super) const fn new() -> Self {
        Cell {
            trace: [const { AtomicU64::new(0) }; 2],
            span: AtomicU64::new(0),
            flags: AtomicU32::new(0),
            link: AtomicU32::new(0),
            metadata: AtomicPtr::new(null_mut()),
            end: AtomicPtr::new(null_mut()),
            sequence: AtomicU64::new(NOTHING_TO_END),
        }
    }

    /// Moves a span in. The caller has taken the place and makes it known afterwards, with a
    /// `Release` store of the tenant's name.
    #[inline(always)]
    pub(super) fn store(&self, state: State) {
        let State { current, slot } = state;
        // Whoever reads a word of the new tenant also sees that the old one is gone.
        fence(Ordering::Release);
        self.trace[0].store(current.trace[0], Ordering::Relaxed);
        self.trace[1].store(current.trace[1], Ordering::Relaxed);
        self.span.store(current.span, Ordering::Relaxed);
        // OK to narrow: pipeline and flags use the low half.
        self.flags.store(current.flags as u32, Ordering::Relaxed);
        self.metadata.store(current.metadata.cast_mut(), Ordering::Relaxed);
        let (end, sequence) = slot.map_or((null(), NOTHING_TO_END), Slot::into_parts);
        self.end.store(end.cast_mut(), Ordering::Relaxed);
        self.sequence.store(sequence, Ordering::Relaxed);
    }

    /// The context of the tenant, if `is_tenant` still says so when it has been read.
    #[inline(always)]
    pub(super) fn current(&self, is_tenant: impl FnOnce() -> bool) -> Option<Current> {
        let current = self.read();
        fence(Ordering::Acquire);
        is_tenant().then_some(current)
    }

    #[inline(always)]
    fn read(&self) -> Current {
        Current {
            trace: [self.trace[0].load(Ordering::Relaxed), self.trace[1].load(Ordering::Relaxed)],
            span: self.span.load(Ordering::Relaxed),
            flags: self.flags.load(Ordering::Relaxed).into(),
            metadata: self.metadata.load(Ordering::Relaxed),
        }
    }

    /// Moves the tenant out.
    ///
    /// # Safety
    ///
    /// The caller alone has taken the tenant's name off the place, and nobody moves in before this
    /// returns.
    #[inline(always)]
    pub(super) unsafe fn take(&self) -> State {
        let sequence = self.sequence.load(Ordering::Relaxed);
        let slot = (sequence != NOTHING_TO_END).then(|| {
            let end = self.end.load(Ordering::Relaxed);
            // SAFETY: only `store` writes the two words, from one slot, and by the caller's promise
            // it has not run in between.
            unsafe { Slot::from_parts(end, sequence) }
        });
        State { current: self.read(), slot }
    }

    /// Notes that something was, or may be, added to the span.
    #[inline]
    pub(super) fn touch(&self) {
        // OK if the place has a new tenant by now: its end is then recorded the longer way.
        if self.flags.load(Ordering::Relaxed) & HAS_EXTRAS as u32 == 0 {
            self.flags.fetch_or(HAS_EXTRAS as u32, Ordering::Relaxed);
        }
    }

    /// Makes the place, which is free, the head of a batch of free places.
    pub(super) fn set_batch(&self, next: u32, count: u32) {
        // As in `store`.
        fence(Ordering::Release);
        self.span.store(u64::from(next) << 32 | u64::from(count), Ordering::Relaxed);
    }

    /// What [`set_batch`](Self::set_batch) noted.
    pub(super) fn batch(&self) -> (u32, u32) {
        let batch = self.span.load(Ordering::Relaxed);
        ((batch >> 32) as u32, batch as u32)
    }
}
