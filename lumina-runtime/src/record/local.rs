//! One thread's end of the stream: its stage, its context, its ids.

use super::buffer::{Block, STAGE_BYTES, STAGE_ROOM, Stage};
use super::context::Current;
use super::layout::{BLOCK, BLOCK_HEAD, padded, word};
use super::pool;
use std::cell::Cell;
use std::ptr::{null, null_mut};
use std::sync::atomic::{AtomicU64, Ordering};
use tracing_core::Metadata;

/// Thread-local state. All cells: nothing here needs a destructor, so it can be used to the very
/// end of a thread, and access is one offset from the thread pointer.
pub(crate) struct Local {
    /// Next free byte of the stage; null without a stage.
    at: Cell<*mut u8>,
    end: Cell<*mut u8>,
    /// The stage's sequence: what tells a span whether its record is still in there. No span has
    /// [`NO_STAGE`].
    sequence: Cell<u64>,
    stage: Cell<Option<&'static Stage>>,
    spare: Cell<Option<&'static Block>>,
    trace: Cell<[u64; 2]>,
    span: Cell<u64>,
    flags: Cell<u64>,
    metadata: Cell<*const Metadata<'static>>,
    next_span: Cell<u64>,
    random: Cell<u64>,
    suppressed: Cell<bool>,
}

/// The sequence of a thread without a stage.
const NO_STAGE: u64 = u64::MAX;

thread_local! {
    static LOCAL: Local = const {
        Local {
            at: Cell::new(null_mut()),
            end: Cell::new(null_mut()),
            sequence: Cell::new(NO_STAGE),
            stage: Cell::new(None),
            spare: Cell::new(None),
            trace: Cell::new([0; 2]),
            span: Cell::new(0),
            flags: Cell::new(0),
            metadata: Cell::new(null()),
            next_span: Cell::new(0),
            random: Cell::new(0),
            suppressed: Cell::new(false),
        }
    };
    static AT_EXIT: AtExit = const { AtExit };
}

/// A reference to the calling thread's state that cannot leave the thread.
///
/// Not a closure as `LocalKey::with` takes it: a large one is not inlined, which doubles the price
/// of a span.
#[derive(Clone, Copy)]
pub(crate) struct LocalRef(*const Local);

#[inline(always)]
pub(crate) fn get() -> LocalRef {
    LOCAL.with(|local| LocalRef(local))
}

impl std::ops::Deref for LocalRef {
    type Target = Local;

    #[inline(always)]
    fn deref(&self) -> &Local {
        // SAFETY: `LocalRef` is neither `Send` nor `Sync` and made only by `get`, so it is used on
        // the thread whose storage it points to, which outlives all code that runs on it: `Local`
        // has no destructor that could end it earlier.
        unsafe { &*self.0 }
    }
}

/// Marks the calling thread: what it does is never traced. For the pipeline's own threads.
pub(crate) fn suppress_this_thread() {
    get().suppressed.set(true);
}

impl Local {
    #[inline(always)]
    pub(crate) fn current(&self) -> Current {
        Current {
            trace: self.trace.get(),
            span: self.span.get(),
            flags: self.flags.get(),
            metadata: self.metadata.get(),
        }
    }

    #[inline(always)]
    pub(crate) fn set(&self, current: Current) {
        self.trace.set(current.trace);
        self.span.set(current.span);
        self.flags.set(current.flags);
        self.metadata.set(current.metadata);
    }

    #[inline(always)]
    pub(crate) fn replace(&self, next: Current) -> Current {
        let previous = self.current();
        self.set(next);
        previous
    }

    #[inline(always)]
    pub(crate) fn flags(&self) -> u64 {
        self.flags.get()
    }

    #[inline(always)]
    pub(crate) fn add_flag(&self, flag: u64) {
        self.flags.set(self.flags.get() | flag);
    }

    #[inline(always)]
    pub(crate) fn is_suppressed(&self) -> bool {
        self.suppressed.get()
    }

    /// The stage's sequence, or [`NO_STAGE`].
    #[inline(always)]
    pub(crate) fn sequence(&self) -> u64 {
        self.sequence.get()
    }

    /// A new span id: a Weyl sequence from a random start, unique within the thread's life and,
    /// since the start has 64 random bits, as good as unique within a trace. Never 0.
    #[inline(always)]
    pub(crate) fn new_span_id(&self) -> u64 {
        self.next_span_id().unwrap_or_else(|| self.first_span_id())
    }

    /// [`new_span_id`](Self::new_span_id) without a call; `None` on a new thread.
    #[inline(always)]
    pub(crate) fn next_span_id(&self) -> Option<u64> {
        let next = self.next_span.get().wrapping_add(GOLDEN);
        // Before the first id, and again after 2^64 of them: there, the sequence starts anew.
        if next == GOLDEN || next == 0 {
            return None;
        }
        self.next_span.set(next);
        Some(next)
    }

    #[cold]
    #[inline(never)]
    fn first_span_id(&self) -> u64 {
        loop {
            self.seed();
            if let Some(id) = self.next_span_id() {
                return id;
            }
        }
    }

    /// A new trace id, never zero.
    pub(crate) fn new_trace_id(&self) -> [u64; 2] {
        self.seed_once();
        [self.next_random(), self.next_random() | 1]
    }

    /// A random number that no secret depends on.
    pub(crate) fn random(&self) -> u64 {
        self.seed_once();
        self.next_random()
    }

    fn next_random(&self) -> u64 {
        let state = self.random.get().wrapping_add(GOLDEN);
        self.random.set(state);
        mix(state)
    }

    #[inline]
    fn seed_once(&self) {
        if self.random.get() == 0 {
            self.seed();
        }
    }

    #[cold]
    fn seed(&self) {
        use std::hash::{BuildHasher, RandomState};
        // Keys from the operating system's random source, the second hash from other input.
        let state = RandomState::new();
        self.random.set(state.hash_one(0u8) | 1);
        self.next_span.set(RandomState::new().hash_one(self as *const Self as usize));
    }

    /// Room for `bytes` in the stage, or null: then there is no room anywhere, or it is too large
    /// for a stage. Nothing is written until [`commit`](Self::commit).
    #[inline(always)]
    pub(crate) fn reserve(&self, bytes: usize) -> *mut u8 {
        let at = self.at.get();
        if (self.end.get() as usize).wrapping_sub(at as usize) >= bytes {
            at
        } else {
            self.reserve_slow(bytes)
        }
    }

    /// The free part of the stage, first byte and end; empty without a stage. What is
    /// written there is nothing until [`commit`](Self::commit).
    #[inline(always)]
    pub(crate) fn room(&self) -> (*mut u8, *mut u8) {
        (self.at.get(), self.end.get())
    }

    /// Publishes what was written up to `at`.
    ///
    /// Follows a [`reserve`](Self::reserve) or a [`room`](Self::room) that had room.
    #[inline(always)]
    pub(crate) fn commit(&self, at: *mut u8) {
        self.at.set(at);
        if let Some(stage) = self.stage.get() {
            stage.handover.publish(at as usize - stage.start() as usize);
        }
    }

    #[cold]
    #[inline(never)]
    fn reserve_slow(&self, bytes: usize) -> *mut u8 {
        if bytes > STAGE_ROOM {
            return null_mut();
        }
        let ready = match self.stage.get() {
            None => self.begin(),
            Some(stage) => self.spill(stage),
        };
        if ready { self.at.get() } else { null_mut() }
    }

    /// Takes a first stage. Not while the thread is ending: nobody would leave it again.
    fn begin(&self) -> bool {
        self.seed_once();
        if AT_EXIT.try_with(|_| ()).is_err() {
            return false;
        }
        self.open(pool::take_stage());
        true
    }

    fn open(&self, stage: &'static Stage) {
        static SEQUENCES: AtomicU64 = AtomicU64::new(1);
        let sequence = SEQUENCES.fetch_add(1, Ordering::Relaxed);
        let start = stage.start();
        // SAFETY: the stage is at rest and belongs to this thread; it has room for the head.
        unsafe {
            start.cast::<u64>().write(word(BLOCK, 0, 0, BLOCK_HEAD));
            start.add(8).cast::<u64>().write(sequence);
            self.at.set(start.add(BLOCK_HEAD));
            self.end.set(start.add(STAGE_BYTES));
        }
        stage.handover.start(sequence, BLOCK_HEAD);
        self.sequence.set(sequence);
        self.stage.set(Some(stage));
    }

    /// Copies the stage to a block and starts it again; false when there is no block.
    fn spill(&self, stage: &'static Stage) -> bool {
        let Some(block) = self.spare.take().or_else(pool::take_block) else {
            return false;
        };
        self.copy_out(stage, block);
        // Before the block can be read: the same records must not be found in both.
        let at_rest = stage.handover.retire();
        self.spare.set(pool::exchange(block));
        let stage = if at_rest {
            stage
        } else {
            pool::leave_stage(stage);
            pool::take_stage()
        };
        self.open(stage);
        true
    }

    fn copy_out(&self, stage: &Stage, block: &Block) {
        let length = self.at.get() as usize - stage.start() as usize;
        // SAFETY: this thread owns both; `at` lies within the stage. The collector may be reading
        // the stage, but it does not read the block's length word there, which is written below.
        unsafe {
            block.copy_from(stage, length);
            block.set_head(word(BLOCK, 0, 0, length));
        }
    }

    /// Hands over all this thread has written and leaves its stage.
    fn leave(&self) {
        let Some(stage) = self.stage.take() else { return };
        if let Some(block) = self.spare.take().or_else(pool::take_block) {
            self.copy_out(stage, block);
            stage.handover.retire();
            pool::give_back(block, true);
            pool::leave_stage(stage);
        }
        // Without a block the stage stays registered, and the collector reads it where it is.
        self.at.set(null_mut());
        self.end.set(null_mut());
        self.sequence.set(NO_STAGE);
    }
}

/// Leaves the stage when the thread ends.
struct AtExit;

impl Drop for AtExit {
    fn drop(&mut self) {
        get().leave();
    }
}

/// Rounds a record's length and asks for it as one block outside any stage.
pub(super) fn large_block(bytes: usize) -> Box<[u64]> {
    vec![0u64; (BLOCK_HEAD + padded(bytes)) / 8].into_boxed_slice()
}

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// Source: S. Vigna, SplitMix64.
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
