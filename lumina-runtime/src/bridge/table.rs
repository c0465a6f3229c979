//! The open spans of a registry, by the registry's ids.
//!
//! The registry's own place for such things, extensions, costs an allocation, two locks and about
//! 50 ns a span. This is a hash table of four-way buckets without locks; when a bucket is full,
//! what comes next goes to a further segment, twice as large.

use super::cell::{Cell, State};
use crate::record::context::Current;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use tracing_core::span::Id;

const WAYS: usize = 4;
const FIRST_BUCKETS: usize = 1024;
/// All together have room for about a quarter of a million spans.
const SEGMENTS: usize = 6;

const FREE: u64 = 0;
/// Somebody is moving in or out. Registries never give this id.
const BUSY: u64 = u64::MAX;

#[repr(C, align(64))]
struct Entry {
    id: AtomicU64,
    cell: Cell,
}

const _: () = assert!(size_of::<Entry>() == 64);

/// See the module.
pub(super) struct Table {
    /// Allocated when first needed; a segment is never given back.
    segments: [OnceLock<Box<[Entry]>>; SEGMENTS],
}

impl Table {
    pub(super) const fn new() -> Self {
        Table { segments: [const { OnceLock::new() }; SEGMENTS] }
    }

    /// A place for a span; `None` when there is none left for it.
    #[inline]
    pub(super) fn reserve(&self, id: &Id) -> Option<Vacant<'_>> {
        let id = id.into_u64();
        for (number, segment) in self.segments.iter().enumerate() {
            let entries = match segment.get() {
                Some(entries) => entries,
                None => {
                    // Made before it is set: an allocator that traces may come back here.
                    let entries = (0..WAYS * FIRST_BUCKETS << number).map(|_| Entry::new());
                    let _ = segment.set(entries.collect());
                    segment.get()?
                }
            };
            for entry in bucket(entries, id) {
                if entry.id.load(Ordering::Relaxed) == FREE && entry.swap(FREE, BUSY) {
                    return Some(Vacant { entry, id });
                }
            }
        }
        None
    }

    /// The context of an open span.
    #[inline]
    pub(super) fn get(&self, id: &Id) -> Option<Current> {
        let id = id.into_u64();
        let entry = self.find(id)?;
        entry.cell.current(|| entry.id.load(Ordering::Relaxed) == id)
    }

    /// Notes that something was, or may be, added to an open span.
    pub(super) fn touch(&self, id: &Id) {
        if let Some(entry) = self.find(id.into_u64()) {
            entry.cell.touch();
        }
    }

    /// Takes a span out.
    #[inline]
    pub(super) fn remove(&self, id: &Id) -> Option<State> {
        let id = id.into_u64();
        let entry = self.find(id)?;
        if !entry.swap(id, BUSY) {
            return None;
        }
        // SAFETY: the exchange took the id off the place, which one caller alone can do; nobody
        // moves in while it is busy.
        let state = unsafe { entry.cell.take() };
        entry.id.store(FREE, Ordering::Release);
        Some(state)
    }

    #[inline]
    fn find(&self, id: u64) -> Option<&Entry> {
        if matches!(id, FREE | BUSY) {
            return None;
        }
        let segments = self.segments.iter().map_while(OnceLock::get);
        segments
            .flat_map(|entries| bucket(entries, id))
            .find(|entry| entry.id.load(Ordering::Acquire) == id)
    }
}

/// A place that was taken and is still empty; left to others when dropped.
pub(super) struct Vacant<'a> {
    entry: &'a Entry,
    id: u64,
}

impl Vacant<'_> {
    #[inline]
    pub(super) fn fill(self, state: State) {
        self.entry.cell.store(state);
        self.entry.id.store(self.id, Ordering::Release);
        std::mem::forget(self);
    }
}

impl Drop for Vacant<'_> {
    fn drop(&mut self) {
        self.entry.id.store(FREE, Ordering::Release);
    }
}

impl Entry {
    const fn new() -> Self {
        Entry { id: AtomicU64::new(FREE), cell: Cell::new() }
    }

    fn swap(&self, from: u64, to: u64) -> bool {
        self.id.compare_exchange(from, to, Ordering::Acquire, Ordering::Relaxed).is_ok()
    }
}

/// The entries that may hold `id`.
///
/// A registry's ids have a slot's number in their low bits, which it uses again as soon as it can,
/// and from bit 38 a thread's; the generation above those is left out, so that a thread stays in
/// a few cache lines. Ids of another make are only spread less well.
#[inline(always)]
fn bucket(entries: &[Entry], id: u64) -> &[Entry] {
    let buckets = entries.len() / WAYS;
    let at = (id ^ id >> 33) as usize % buckets * WAYS;
    &entries[at..at + WAYS]
}
