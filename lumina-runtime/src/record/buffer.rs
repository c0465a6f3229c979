//! The memory of a stream: a thread's stage, and the blocks it is copied to.
//!
//! A thread writes into its *stage*, 8 KiB that stay in its first-level cache. When the stage is
//! full it is copied, past the caches, to a *block*, which the collector reads. Writing blocks
//! directly would make every line of a span a transfer between cores: 15 to 120 ns a span,
//! measured, against 3 to 6 ns for the copy.

use super::handover::Handover;
use super::layout::BLOCK_HEAD;
use std::cell::{Cell, UnsafeCell};
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes of a stage and of a block, the block's head included.
pub(crate) const STAGE_BYTES: usize = 8 * 1024;

/// Bytes that records can take in one stage.
pub(crate) const STAGE_ROOM: usize = STAGE_BYTES - BLOCK_HEAD;

/// Cache-line aligned, so that lines are copied whole.
#[repr(C, align(64))]
struct Bytes(UnsafeCell<[u64; STAGE_BYTES / 8]>);

/// One thread's stage. Leaked: a thread that ends leaves it to another.
#[repr(C, align(64))]
pub(crate) struct Stage {
    bytes: Bytes,
    pub(crate) handover: Handover,
}

// SAFETY: the bytes are written by the owner alone and read by the collector as `Handover` allows.
unsafe impl Sync for Stage {}

impl Stage {
    pub(crate) fn leak() -> &'static Stage {
        Box::leak(Box::new(Stage {
            bytes: Bytes(UnsafeCell::new([0; STAGE_BYTES / 8])),
            handover: Handover::new(),
        }))
    }

    /// Appends the words from `from` up to `mark` (both in bytes) to `into`.
    ///
    /// Word by word and atomically, since the ends of open spans below the mark may be written
    /// at the same time.
    ///
    /// # Safety
    ///
    /// Called within [`Handover::read`], with a mark that it gave.
    pub(crate) unsafe fn copy_published(&self, from: usize, mark: usize, into: &mut Vec<u64>) {
        let words = self.bytes.0.get().cast::<u64>();
        into.extend((from / 8..mark / 8).map(|at| {
            // SAFETY: in bounds and aligned. Non-atomic writes to published words happened before
            // the mark was published; later writes are atomic.
            unsafe { AtomicU64::from_ptr(words.add(at)).load(Ordering::Relaxed) }
        }));
    }

    /// The first byte; the others follow with the same permission.
    #[inline(always)]
    pub(crate) fn start(&self) -> *mut u8 {
        self.bytes.0.get().cast()
    }
}

/// A full stage on its way to the collector. Leaked; recycled by the pool.
#[repr(C, align(64))]
pub(crate) struct Block {
    bytes: Bytes,
    /// Bytes in use.
    length: Cell<usize>,
}

// SAFETY: a block belongs to one thread at a time; it changes hands through the pool's mutex.
unsafe impl Sync for Block {}
// SAFETY: as above.
unsafe impl Send for Block {}

impl Block {
    pub(crate) fn leak() -> &'static Block {
        Box::leak(Box::new(Block {
            bytes: Bytes(UnsafeCell::new([0; STAGE_BYTES / 8])),
            length: Cell::new(0),
        }))
    }

    /// Copies the first `length` bytes of a stage.
    ///
    /// # Safety
    ///
    /// The caller owns the block and the stage, and `length` is at most [`STAGE_BYTES`].
    pub(crate) unsafe fn copy_from(&self, stage: &Stage, length: usize) {
        // SAFETY: both buffers are 64-byte aligned and `STAGE_BYTES` long, a multiple of 64.
        unsafe {
            copy_lines(stage.start(), self.bytes.0.get().cast(), length.next_multiple_of(64))
        };
        self.length.set(length);
    }

    /// Writes the first word.
    ///
    /// # Safety
    ///
    /// The caller owns the block.
    pub(crate) unsafe fn set_head(&self, word: u64) {
        // SAFETY: the caller owns the block.
        unsafe { self.bytes.0.get().cast::<u64>().write(word) };
    }

    /// The words in use.
    ///
    /// # Safety
    ///
    /// The caller owns the block until it gives it back.
    pub(crate) unsafe fn words(&self) -> &[u64] {
        // SAFETY: the caller owns the block; all words are initialised.
        unsafe { std::slice::from_raw_parts(self.bytes.0.get().cast(), self.length.get() / 8) }
    }
}

/// Copies whole cache lines without pulling the destination into this core's cache.
///
/// # Safety
///
/// Both are 64-byte aligned, do not overlap, and `length`, a multiple of 64, bytes are in bounds.
unsafe fn copy_lines(from: *const u8, to: *mut u8, length: usize) {
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    {
        use core::arch::x86_64::{__m128i, _mm_load_si128, _mm_sfence, _mm_stream_si128};
        for at in (0..length).step_by(16) {
            // SAFETY: SSE2 is part of x86-64; the pointers are aligned and in bounds.
            unsafe {
                let line = _mm_load_si128(from.add(at).cast::<__m128i>());
                _mm_stream_si128(to.add(at).cast::<__m128i>(), line);
            }
        }
        // Streaming stores are not ordered by the mutex that hands the block over.
        // SAFETY: no precondition.
        unsafe { _mm_sfence() };
    }
    #[cfg(not(all(target_arch = "x86_64", not(miri))))]
    // SAFETY: the caller's promise.
    unsafe {
        std::ptr::copy_nonoverlapping(from, to, length);
    }
}
