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
                    let entries = (0..(WAYS * FIRST_BUCKETS) << number).map(|_| Entry::new());
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

#[cfg(test)]
impl Table {
    pub(super) fn segments_in_use(&self) -> usize {
        self.segments.iter().filter(|segment| segment.get().is_some()).count()
    }

    pub(super) fn open(&self) -> usize {
        let entries = self.segments.iter().filter_map(OnceLock::get).flatten();
        entries.filter(|entry| entry.id.load(Ordering::Relaxed) != FREE).count()
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

    #[inline(always)]
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

#[cfg(test)]
mod tests {
    use super::*;

    fn state(span: u64) -> State {
        State { current: Current { span, ..Current::NONE }, slot: None }
    }

    fn insert(table: &Table, id: u64) -> bool {
        table.reserve(&Id::from_u64(id)).map(|place| place.fill(state(id))).is_some()
    }

    fn remove(table: &Table, id: u64) -> Option<u64> {
        table.remove(&Id::from_u64(id)).map(|state| state.current.span)
    }

    #[test]
    fn a_span_is_found_until_it_is_removed() {
        let table = Table::new();
        assert!(table.get(&Id::from_u64(9)).is_none());
        assert!(insert(&table, 9));
        assert_eq!(table.get(&Id::from_u64(9)).map(|current| current.span), Some(9));
        assert_eq!(remove(&table, 9), Some(9));
        assert!(table.get(&Id::from_u64(9)).is_none());
        assert_eq!(remove(&table, 9), None);
    }

    #[test]
    fn a_full_bucket_leads_to_the_next_segment_and_the_last_one_to_none() {
        let table = Table::new();
        // Equal in all the bits that any segment looks at.
        let same = |n: u64| 1 + (n << 20);
        let room = (WAYS * SEGMENTS) as u64;
        assert!((0..room).all(|n| insert(&table, same(n))));
        assert!(!insert(&table, same(room)));
        assert!((0..room).all(|n| table.get(&Id::from_u64(same(n))).is_some()));
        assert_eq!(remove(&table, same(5)), Some(same(5)));
        assert!(insert(&table, same(room)));
        assert!((6..=room).all(|n| remove(&table, same(n)) == Some(same(n))));
    }

    #[test]
    fn a_place_that_was_not_filled_is_free_again() {
        let table = Table::new();
        let room = (WAYS * SEGMENTS) as u64;
        for n in 0..room * 2 {
            drop(table.reserve(&Id::from_u64(1 + (n << 20))).expect("a place"));
        }
    }

    #[test]
    fn no_id_is_special_to_those_who_look_it_up() {
        let table = Table::new();
        assert!(insert(&table, 1));
        drop(table.reserve(&Id::from_u64(2)));
        let busy = Id::from_u64(BUSY);
        assert!(table.get(&busy).is_none() && table.remove(&busy).is_none());
        let _empty = table.reserve(&Id::from_u64(3));
        assert!(table.get(&busy).is_none() && table.remove(&busy).is_none());
    }

    #[test]
    fn threads_share_the_places() {
        let table = Table::new();
        let spans = if cfg!(miri) { 20 } else { 20_000 };
        std::thread::scope(|scope| {
            for thread in 1..=4u64 {
                let table = &table;
                scope.spawn(move || {
                    for n in 1..=spans {
                        let id = thread << 38 | n;
                        assert!(insert(table, id));
                        if n > 8 {
                            assert_eq!(remove(table, id - 8), Some(id - 8));
                        }
                    }
                });
            }
        });
        for thread in 1..=4u64 {
            for n in spans - 7..=spans {
                let id = thread << 38 | n;
                assert_eq!(remove(&table, id), Some(id));
            }
        }
    }
}
