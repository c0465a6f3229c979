//! A buffer per thread for attributes that must be formatted before they are written.
//!
//! Formatting runs the user's code, which may open spans of its own: it must not happen while
//! half a record stands in the stage.

use std::cell::Cell;

/// A buffer that a thread keeps for the next time; a larger one is given back to the allocator.
const KEPT_BYTES: usize = 64 * 1024;

thread_local! {
    static BUFFER: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// An empty buffer. Taken by a nested use, or at the end of a thread, it is a new one.
pub(crate) fn take() -> Vec<u8> {
    BUFFER.try_with(Cell::take).unwrap_or_default()
}

/// Keeps the buffer for the next [`take`].
pub(crate) fn give_back(mut buffer: Vec<u8>) {
    if buffer.capacity() <= KEPT_BYTES {
        buffer.clear();
        let _ = BUFFER.try_with(|kept| kept.set(buffer));
    }
}
