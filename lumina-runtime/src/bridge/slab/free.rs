//! Free places: a list for each thread, and what no thread has.

use super::super::cell::Cell;
use super::{Entry, PAGE, PAGES, PAGES_AT_MOST, entry, word};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Free places that a thread keeps for itself.
const KEPT: u32 = 2 * PAGE as u32;

/// Free places of one thread, linked through their cells. No destructor of its own, so that it can
/// be used to the very end of the thread; [`AtExit`] empties it.
pub(super) struct FreeList {
    /// 0: none.
    head: std::cell::Cell<u32>,
    count: std::cell::Cell<u32>,
    /// Places to keep; 0 until the thread has an [`AtExit`], and again when that has run.
    keep: std::cell::Cell<u32>,
}

thread_local! {
    pub(super) static FREE: FreeList = const {
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
    pub(super) fn take(&self) -> Option<u32> {
        let head = self.head.get();
        let Some(place) = entry(head) else { return self.take_slow() };
        self.head.set(place.cell.link.load(Ordering::Relaxed));
        self.count.set(self.count.get() - 1);
        Some(head)
    }

    #[inline(always)]
    pub(super) fn give(&self, number: u32, place: &'static Entry) {
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
pub(in super::super) fn pages() -> usize {
    spare().pages
}
