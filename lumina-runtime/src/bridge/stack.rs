//! Which spans of `tracing` the thread has entered, and the contexts to go back to.
//!
//! Guards of `tracing` may be dropped in any order, and ours come in between: leaving a span
//! restores the context only if that span is the current one, so that whoever changed it last
//! wins.

use crate::record::context::{Current, HAS_EXTRAS};
use crate::record::local::LocalRef;
use std::cell::Cell;
use std::mem::MaybeUninit;
use std::ptr::null_mut;

const FIRST_CAPACITY: usize = 32;
/// Spans a thread can be in at once; entering more of them does nothing. 16 MiB.
const MAX_CAPACITY: usize = 1 << 18;

/// A span that was entered.
#[derive(Clone, Copy)]
pub(super) struct Entered {
    /// Whose id: ids of several subscribers can be equal.
    pub(super) owner: u64,
    pub(super) id: u64,
    pub(super) span: u64,
    previous: Current,
}

/// What came of leaving a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Left {
    /// It had not been entered, or nothing was added to it meanwhile.
    Plain,
    /// Something was, or may have been, added to it.
    Touched,
}

/// Cells and a raw buffer: no destructor, so that it works to the very end of a thread; and it can
/// be used from within the allocator that is asked to grow it.
struct Stack {
    entries: Cell<*mut Entered>,
    capacity: Cell<usize>,
    depth: Cell<usize>,
}

thread_local! {
    static STACK: Stack = const {
        Stack { entries: Cell::new(null_mut()), capacity: Cell::new(0), depth: Cell::new(0) }
    };
    static AT_EXIT: AtExit = const { AtExit };
}

/// Frees the thread's stack when it ends. What is entered later is ignored.
struct AtExit;

impl Drop for AtExit {
    fn drop(&mut self) {
        STACK.with(|stack| {
            stack.depth.set(0);
            let (entries, capacity) = (stack.entries.replace(null_mut()), stack.capacity.take());
            // SAFETY: the two are null and 0 or what `allocate` gave, and used no more.
            unsafe { free(entries, capacity) };
        });
    }
}

/// Makes `current` the thread's context until `id` is left.
#[inline(always)]
pub(super) fn enter(local: LocalRef, owner: u64, id: u64, current: Current) {
    STACK.with(|stack| {
        if stack.depth.get() == stack.capacity.get() && !stack.grow() {
            return;
        }
        let depth = stack.depth.get();
        let previous = local.replace(current);
        let entered = Entered { owner, id, span: current.span, previous };
        // SAFETY: below the capacity.
        unsafe { stack.entries.get().add(depth).write(entered) };
        stack.depth.set(depth + 1);
    });
}

/// Goes back to the context before `id` was entered.
#[inline(always)]
pub(super) fn leave(local: LocalRef, owner: u64, id: u64) -> Left {
    STACK.with(|stack| {
        let Some(top) = stack.depth.get().checked_sub(1) else { return Left::Plain };
        // SAFETY: below the depth; copied, so nothing refers to the buffer.
        let entered = unsafe { *stack.entries.get().add(top) };
        if (entered.owner, entered.id) != (owner, id) {
            return stack.leave_below(top, owner, id);
        }
        stack.depth.set(top);
        let here = local.current();
        if here.span != entered.span {
            return Left::Touched;
        }
        local.set(entered.previous);
        if here.flags & HAS_EXTRAS == 0 { Left::Plain } else { Left::Touched }
    })
}

/// The span entered last.
pub(super) fn innermost() -> Option<Entered> {
    STACK.with(|stack| {
        let top = stack.depth.get().checked_sub(1)?;
        // SAFETY: below the depth; copied.
        Some(unsafe { *stack.entries.get().add(top) })
    })
}

impl Stack {
    /// Takes out an entry that is not the last: the one above it goes back to where it would have.
    #[cold]
    #[inline(never)]
    fn leave_below(&self, top: usize, owner: u64, id: u64) -> Left {
        let entries = self.entries.get();
        // SAFETY: all below the depth, which is `top + 1`, and nothing else refers to the buffer:
        // no code that could come back here runs in between.
        unsafe {
            let Some(at) = (0..top).rev().find(|&at| {
                let entered = &*entries.add(at);
                (entered.owner, entered.id) == (owner, id)
            }) else {
                return Left::Plain;
            };
            let (gone, above) = (*entries.add(at), &mut *entries.add(at + 1));
            if above.previous.span == gone.span {
                above.previous = gone.previous;
            }
            entries.add(at).copy_from(entries.add(at + 1), top - at);
        }
        self.depth.set(top);
        // What was added is noted in a context that other code may have saved.
        Left::Touched
    }

    #[cold]
    #[inline(never)]
    fn grow(&self) -> bool {
        let capacity = (self.capacity.get() * 2).max(FIRST_CAPACITY);
        if capacity > MAX_CAPACITY || AT_EXIT.try_with(|_| ()).is_err() {
            return false;
        }
        // The allocator may trace, and so come back here: the old buffer is in use until the copy.
        let entries = allocate(capacity);
        if self.capacity.get() >= capacity {
            // It did, and has made room.
            // SAFETY: just allocated, and not used.
            unsafe { free(entries, capacity) };
            return true;
        }
        // SAFETY: the old buffer holds `depth` entries, the new one is larger.
        unsafe { entries.copy_from_nonoverlapping(self.entries.get(), self.depth.get()) };
        let old = (self.entries.replace(entries), self.capacity.replace(capacity));
        // SAFETY: what `allocate` gave before, and used no more.
        unsafe { free(old.0, old.1) };
        true
    }
}

fn allocate(capacity: usize) -> *mut Entered {
    let entries: Box<[MaybeUninit<Entered>]> = Box::new_uninit_slice(capacity);
    Box::into_raw(entries).cast()
}

/// # Safety
///
/// `entries` and `capacity` are null and 0, or `entries` came from `allocate(capacity)` and is used
/// no more.
unsafe fn free(entries: *mut Entered, capacity: usize) {
    if !entries.is_null() {
        let entries = std::ptr::slice_from_raw_parts_mut(entries, capacity);
        // SAFETY: see above; the elements have no destructor.
        drop(unsafe { Box::from_raw(entries as *mut [MaybeUninit<Entered>]) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::local;

    const OWNER: u64 = 77;

    fn context(span: u64) -> Current {
        Current { trace: [1, 1], span, ..Current::NONE }
    }

    fn push(id: u64) {
        enter(local::get(), OWNER, id, context(id));
    }

    fn pop(id: u64) -> Left {
        leave(local::get(), OWNER, id)
    }

    fn here() -> u64 {
        local::get().current().span
    }

    #[test]
    fn spans_are_left_to_what_was_before() {
        for id in [1, 2, 2, 3] {
            push(id);
        }
        for (id, before) in [(3, 2), (2, 2), (2, 1), (1, 0)] {
            assert_eq!(here(), id);
            assert_eq!(pop(id), Left::Plain);
            assert_eq!(here(), before);
        }
        assert!(innermost().is_none());
    }

    #[test]
    fn the_context_above_stays_when_a_span_below_is_left() {
        for id in [1, 2, 3] {
            push(id);
        }
        assert_eq!(pop(2), Left::Touched);
        assert_eq!(here(), 3);
        pop(3);
        assert_eq!(here(), 1);
        pop(1);
        assert_eq!(here(), 0);
    }

    #[test]
    fn spans_left_in_the_order_in_which_they_were_entered_leave_nothing() {
        for id in 1..=100 {
            push(id);
        }
        for id in 1..=100 {
            pop(id);
        }
        assert_eq!(here(), 0);
        assert!(innermost().is_none());
    }

    #[test]
    fn leaving_does_not_undo_what_others_made_current() {
        push(1);
        let before = local::get().replace(context(9));
        assert_eq!(pop(1), Left::Touched);
        assert_eq!(here(), 9);
        local::get().set(Current { span: 0, ..before });
    }

    #[test]
    fn leaving_what_was_not_entered_changes_nothing() {
        push(1);
        assert_eq!(pop(2), Left::Plain);
        assert_eq!(leave(local::get(), OWNER + 1, 1), Left::Plain);
        assert_eq!(here(), 1);
        pop(1);
    }

    #[test]
    fn additions_are_noticed_when_the_span_is_left() {
        push(1);
        local::get().add_flag(HAS_EXTRAS);
        push(2);
        assert_eq!(pop(2), Left::Plain);
        assert_eq!(pop(1), Left::Touched);
    }

    #[test]
    fn the_stack_has_an_end() {
        let entered = (1..=MAX_CAPACITY as u64 + 10).take_while(|&id| {
            push(id);
            here() == id
        });
        assert_eq!(entered.count(), MAX_CAPACITY);
        for id in (1..=MAX_CAPACITY as u64 + 10).rev() {
            pop(id);
        }
        assert_eq!(here(), 0);
    }

    #[test]
    fn at_the_end_of_a_thread_nothing_is_entered_any_more() {
        struct Late;
        impl Drop for Late {
            fn drop(&mut self) {
                let before = here();
                push(5);
                pop(5);
                assert_eq!(here(), before);
            }
        }
        thread_local!(static LATE: Late = const { Late });
        let thread = std::thread::spawn(|| {
            // Destructors run in the order of their registration, or the other way round.
            LATE.with(|_| push(1));
            let entered = here();
            thread_local!(static LATER: Late = const { Late });
            LATER.with(|_| ());
            entered
        });
        assert_eq!(thread.join().unwrap(), 1);
    }
}
