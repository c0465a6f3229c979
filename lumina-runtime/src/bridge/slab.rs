//! The open spans of our own root subscriber: places that are found by number and never given back
//! to the allocator.
//!
//! An id is `generation << 32 | place + 1`. A place gets a new generation each time its span is
//! closed, so an id that outlives its span finds nothing. Each thread keeps a list of free places;
//! threads that close what others open hand surplus places back in batches.

use super::cell::{Cell, State};
use crate::record::context::Current;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use tracing_core::span::Id;

const PAGE: usize = 1024;
/// A quarter of a million spans, and 16 MiB; what is opened on top is counted as dropped.
const PAGES_AT_MOST: usize = 256;
/// Free places that a thread keeps for itself.
const KEPT: u32 = 2 * PAGE as u32;
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

/// Free places of one thread, linked through their cells. No destructor of its own, so that it can
/// be used to the very end of the thread; [`AtExit`] empties it.
struct FreeList {
    /// 0: none.
    head: std::cell::Cell<u32>,
    count: std::cell::Cell<u32>,
    /// Places to keep; 0 until the thread has an [`AtExit`], and again when that has run.
    keep: std::cell::Cell<u32>,
}

thread_local! {
    static FREE: FreeList = const {
        FreeList {
            head: std::cell::Cell::new(0),
            count: std::cell::Cell::new(0),
            keep: std::cell::Cell::new(0),
        }
    };
    static AT_EXIT: AtExit = const { AtExit };
}

/// Hands the thread's free places back when it ends.
struct AtExit;

impl Drop for AtExit {
    fn drop(&mut self) {
        FREE.with(|free| {
            let (head, count) = (free.head.take(), free.count.take());
            free.keep.set(0);
            put_batch(head, count);
        });
    }
}

impl FreeList {
    #[inline(always)]
    fn take(&self) -> Option<u32> {
        let head = self.head.get();
        let Some(place) = entry(head) else { return self.take_slow() };
        self.head.set(place.cell.link.load(Ordering::Relaxed));
        self.count.set(self.count.get() - 1);
        Some(head)
    }

    #[inline(always)]
    fn give(&self, number: u32, place: &'static Entry) {
        let count = self.count.get();
        if count >= self.keep.get() {
            self.give_slow(number, place);
        } else {
            place.cell.link.store(self.head.get(), Ordering::Relaxed);
            self.head.set(number);
            self.count.set(count + 1);
        }
    }

    /// Whether the thread will hand its places back; false when it is past that.
    fn is_kept(&self) -> bool {
        let kept = AT_EXIT.try_with(|_| ()).is_ok();
        self.keep.set(if kept { KEPT } else { 0 });
        kept
    }

    #[cold]
    #[inline(never)]
    fn take_slow(&self) -> Option<u32> {
        let kept = self.is_kept();
        let (head, count) = take_batch().or_else(new_page)?;
        let rest = entry(head)?.cell.link.load(Ordering::Relaxed);
        if kept && self.head.get() == 0 {
            self.head.set(rest);
            self.count.set(count - 1);
        } else {
            // The thread is ending, or an allocator that traces got here first.
            put_batch(rest, count - 1);
        }
        Some(head)
    }

    #[cold]
    #[inline(never)]
    fn give_slow(&self, number: u32, place: &'static Entry) {
        if self.keep.get() == 0 && self.is_kept() {
            return self.give(number, place);
        }
        place.cell.link.store(0, Ordering::Relaxed);
        if self.keep.get() == 0 {
            return put_batch(number, 1);
        }
        let (head, count) = (self.head.replace(number), self.count.replace(1));
        put_batch(head, count);
    }
}

/// The free places that no thread has, as a list of lists, linked through the cells of their heads:
/// nothing is allocated under the lock.
struct Spare {
    pages: usize,
    /// First place of the first batch; 0: none.
    batches: u32,
}

static SPARE: Mutex<Spare> = Mutex::new(Spare { pages: 0, batches: 0 });

fn spare() -> MutexGuard<'static, Spare> {
    SPARE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn put_batch(head: u32, count: u32) {
    let Some(place) = entry(head) else { return };
    let mut spare = spare();
    place.cell.set_batch(spare.batches, count);
    spare.batches = head;
}

fn take_batch() -> Option<(u32, u32)> {
    let mut spare = spare();
    let head = spare.batches;
    let (next, count) = entry(head)?.cell.batch();
    spare.batches = next;
    Some((head, count))
}

fn new_page() -> Option<(u32, u32)> {
    let page = {
        let mut spare = spare();
        let page = spare.pages;
        if page == PAGES_AT_MOST {
            return None;
        }
        spare.pages += 1;
        page
    };
    let first = (page * PAGE) as u32 + 1;
    let entries: Box<[Entry]> = (first..first + PAGE as u32)
        .map(|number| {
            let cell = Cell::new();
            let last = number == first + PAGE as u32 - 1;
            cell.link.store(if last { 0 } else { number + 1 }, Ordering::Relaxed);
            Entry { word: AtomicU64::new(word(1, 0)), cell }
        })
        .collect();
    PAGES[page].set(entries.try_into().ok()?).ok()?;
    Some((first, PAGE as u32))
}

#[cfg(test)]
pub(super) fn pages() -> usize {
    spare().pages
}

#[cfg(test)]
mod tests {
    use super::super::tests::serial;
    use super::*;

    fn state(span: u64) -> State {
        State { current: Current { span, ..Current::NONE }, slot: None }
    }

    fn insert(span: u64) -> Id {
        reserve().expect("a place").fill(state(span))
    }

    fn close(id: &Id) -> Option<u64> {
        match release(id) {
            Released::Closed(state) => Some(state.current.span),
            Released::No => None,
        }
    }

    #[test]
    fn a_span_is_closed_by_its_last_handle_and_then_unknown() {
        let _serial = serial();
        let id = insert(7);
        retain(&id);
        assert_eq!(close(&id), None);
        assert_eq!(get(&id).map(|current| current.span), Some(7));
        assert_eq!(close(&id), Some(7));
        assert!(get(&id).is_none());
        assert_eq!(close(&id), None);
    }

    #[test]
    fn an_id_never_means_a_later_span() {
        let _serial = serial();
        let old = insert(1);
        close(&old);
        let new = insert(2);
        assert_eq!(new.into_u64() as u32, old.into_u64() as u32, "the place is used again");
        assert!(get(&old).is_none());
        retain(&old);
        touch(&old);
        assert_eq!(close(&old), None);
        assert_eq!(close(&new), Some(2));
    }

    #[test]
    fn made_up_ids_are_unknown() {
        let _serial = serial();
        let id = insert(1);
        close(&id);
        let next = Id::from_u64(word(generation(id.into_u64()) + 1, id.into_u64() as u32));
        for made_up in [next, Id::from_u64(1), Id::from_u64(u64::MAX), Id::from_u64(1 << 32)] {
            assert!(get(&made_up).is_none() && close(&made_up).is_none(), "{made_up:?}");
        }
    }

    #[test]
    fn handles_past_counting_keep_the_span_open() {
        let _serial = serial();
        let id = insert(5);
        let (entry, tenant) = find(&id).unwrap();
        entry.word.store(word(tenant, PINNED - 1), Ordering::Relaxed);
        retain(&id);
        retain(&id);
        assert_eq!(entry.word.load(Ordering::Relaxed), word(tenant, PINNED));
        assert_eq!(close(&id), None);
        entry.word.store(word(tenant, 1), Ordering::Relaxed);
        assert_eq!(close(&id), Some(5));
    }

    #[test]
    fn a_place_that_was_not_filled_is_free_again() {
        let _serial = serial();
        let number = reserve().unwrap().number;
        assert_eq!(reserve().unwrap().number, number);
    }

    #[test]
    fn places_go_round_between_threads_that_open_and_threads_that_close() {
        let _serial = serial();
        let rounds = if cfg!(miri) { 4 } else { 200 };
        for _ in 0..rounds {
            let ids: Vec<Id> = (1..=PAGE as u64).map(insert).collect();
            let closer = std::thread::spawn(move || {
                for (id, span) in ids.iter().zip(1..) {
                    assert_eq!(close(id), Some(span));
                }
            });
            closer.join().unwrap();
        }
        // Without a way back, each round would take a page.
        assert!(pages() <= 16, "{} pages", pages());
    }

    #[test]
    fn threads_that_end_leave_their_places_to_others() {
        let _serial = serial();
        let rounds = if cfg!(miri) { 4 } else { 100 };
        for n in 1..=rounds {
            std::thread::spawn(move || close(&insert(n))).join().unwrap();
        }
        assert!(pages() <= 16, "{} pages", pages());
    }

    #[test]
    fn a_handle_is_counted_once_whoever_gives_it_up() {
        let _serial = serial();
        let threads = 4;
        for span in 1..=if cfg!(miri) { 5 } else { 500 } {
            let id = insert(span);
            for _ in 1..threads {
                retain(&id);
            }
            let closed = std::thread::scope(|scope| {
                let closers: Vec<_> =
                    (0..threads).map(|_| scope.spawn(|| close(&id).is_some())).collect();
                closers
                    .into_iter()
                    .filter_map(|closer| closer.join().unwrap().then_some(()))
                    .count()
            });
            assert_eq!(closed, 1);
        }
    }

    #[test]
    fn a_context_is_never_a_mixture_of_two_spans() {
        let _serial = serial();
        use std::sync::atomic::AtomicBool;
        let current = |n: u64| Current { trace: [n, n], span: n, flags: n & 1, ..Current::NONE };
        let (stop, last) = (AtomicBool::new(false), AtomicU64::new(1));
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    let id = Id::from_u64(last.load(Ordering::Relaxed));
                    if let Some(seen) = get(&id) {
                        assert_eq!(seen.trace, [seen.span; 2]);
                        assert_eq!(seen.flags, seen.span & 1);
                    }
                }
            });
            for n in 1..=if cfg!(miri) { 50 } else { 100_000 } {
                let id = reserve().unwrap().fill(State { current: current(n), slot: None });
                last.store(id.into_u64(), Ordering::Relaxed);
                close(&id);
            }
            stop.store(true, Ordering::Relaxed);
        });
    }
}
