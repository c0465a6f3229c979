//! The open spans of our own root subscriber: places that are found by number and never given back
//! to the allocator.
//!
//! An id is `generation << 32 | place + 1`. A place gets a new generation each time its span is
//! closed, so an id that outlives its span finds nothing. Each thread keeps a list of free places;
//! threads that close what others open hand surplus places back in batches.

use super::cell::{Cell, State};
use crate::record::context::Current;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use tracing_core::span::Id;

mod free;
#[cfg(test)]
mod tests;

#[cfg(test)]
pub(super) use free::pages;
use free::{FREE, FreeList};

const PAGE: usize = 1024;
/// A quarter of a million spans, and 16 MiB; what is opened on top is counted as dropped.
const PAGES_AT_MOST: usize = 256;
/// Handles at which a span is never closed any more, rather than closed too early.
const PINNED: u32 = u32::MAX;

/// A place.
#[repr(C, align(64))]
struct Entry {
    /// `generation << 32 | handles`; no handles: the place is free.
    word: AtomicU64,
    cell: Cell,
}

const _: () = assert!(size_of::<Entry>() == 64);

static PAGES: [OnceLock<Box<[Entry; PAGE]>>; PAGES_AT_MOST] =
    [const { OnceLock::new() }; PAGES_AT_MOST];

/// What became of a handle that was given up.
pub(super) enum Released {
    /// Others are left, or the id means nothing.
    No,
    /// It was the last.
    Closed(State),
}

#[inline(always)]
fn generation(word: u64) -> u32 {
    (word >> 32) as u32
}

#[inline(always)]
fn handles(word: u64) -> u32 {
    word as u32
}

#[inline(always)]
fn word(generation: u32, handles: u32) -> u64 {
    u64::from(generation) << 32 | u64::from(handles)
}

/// The place with this number, counted from one.
#[inline(always)]
fn entry(number: u32) -> Option<&'static Entry> {
    let index = (number as usize).wrapping_sub(1);
    let page = PAGES.get(index / PAGE)?.get()?;
    Some(&page[index % PAGE])
}

/// The place of an open span.
#[inline(always)]
fn find(id: &Id) -> Option<(&'static Entry, u32)> {
    let id = id.into_u64();
    let entry = entry(id as u32)?;
    let word = entry.word.load(Ordering::Acquire);
    let open = generation(word) == generation(id) && handles(word) > 0;
    open.then_some((entry, generation(id)))
}

/// A place that was taken and is still empty; left to others when dropped.
pub(super) struct Vacant {
    number: u32,
    entry: &'static Entry,
}

/// A place for a span; `None` when there is none left.
#[inline(always)]
pub(super) fn reserve() -> Option<Vacant> {
    let number = FREE.with(FreeList::take)?;
    Some(Vacant { number, entry: entry(number)? })
}

impl Vacant {
    /// Moves a span in, with one handle.
    #[inline(always)]
    pub(super) fn fill(self, state: State) -> Id {
        let generation = generation(self.entry.word.load(Ordering::Relaxed));
        self.entry.cell.store(state);
        self.entry.word.store(word(generation, 1), Ordering::Release);
        let id = Id::from_u64(word(generation, self.number));
        std::mem::forget(self);
        id
    }
}

impl Drop for Vacant {
    fn drop(&mut self) {
        FREE.with(|free| free.give(self.number, self.entry));
    }
}

/// The context of an open span.
#[inline(always)]
pub(super) fn get(id: &Id) -> Option<Current> {
    let (entry, tenant) = find(id)?;
    entry.cell.current(|| generation(entry.word.load(Ordering::Relaxed)) == tenant)
}

/// Notes that something was, or may be, added to an open span.
pub(super) fn touch(id: &Id) {
    if let Some((entry, _)) = find(id) {
        entry.cell.touch();
    }
}

/// Adds a handle.
pub(super) fn retain(id: &Id) {
    let Some((entry, tenant)) = find(id) else { return };
    // One more than 2^32 - 1 handles would spill into the generation.
    let _ = entry.word.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |word| {
        let open = generation(word) == tenant && !matches!(handles(word), 0 | PINNED);
        open.then_some(word + 1)
    });
}

/// Gives up a handle.
#[inline(always)]
pub(super) fn release(id: &Id) -> Released {
    let Some((entry, tenant)) = find(id) else { return Released::No };
    let changed = entry.word.fetch_update(Ordering::AcqRel, Ordering::Relaxed, |now| {
        if generation(now) != tenant {
            return None;
        }
        match handles(now) {
            0 | PINNED => None,
            1 => Some(word(tenant.wrapping_add(1), 0)),
            _ => Some(now - 1),
        }
    });
    if changed.map(handles) != Ok(1) {
        return Released::No;
    }
    // SAFETY: the exchange took the tenant's generation off the place, which one caller alone can
    // do; the place is free for others only after `give`.
    let state = unsafe { entry.cell.take() };
    FREE.with(|free| free.give(id.into_u64() as u32, entry));
    Released::Closed(state)
}
