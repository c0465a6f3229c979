//! What the threads and the collector share: blocks, stages, and the losses.
//!
//! The lock is held to move pointers, never while anything is read, written or shipped.

use super::buffer::{Block, STAGE_BYTES, Stage};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Default bound on the bytes of blocks.
pub(crate) const DEFAULT_BLOCK_BYTES: usize = 8 * 1024 * 1024;
/// Bound on the bytes of records larger than a stage.
pub(crate) const MAX_LARGE_BYTES: usize = 8 * 1024 * 1024;
/// Bound on the ends kept while no block is free.
const MAX_LOST_ENDS: usize = 1 << 16;
/// Pipelines told apart when losses are counted.
const PIPELINES: usize = 256;

/// A record larger than a stage: a block of its own, in words for its alignment.
pub(crate) type LargeBlock = Box<[u64]>;

/// The end of a span that found no room: only what fits in a bounded list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LostEnd {
    pub(crate) span: u64,
    pub(crate) end: u64,
    pub(crate) outcome: u8,
}

pub(crate) struct Shared {
    stages: Vec<&'static Stage>,
    resting: Vec<&'static Stage>,
    free: Vec<&'static Block>,
    full: Vec<&'static Block>,
    blocks: usize,
    max_blocks: usize,
    large: Vec<LargeBlock>,
    large_bytes: usize,
    lost_ends: Vec<LostEnd>,
    woken: bool,
}

static SHARED: Mutex<Shared> = Mutex::new(Shared {
    stages: Vec::new(),
    resting: Vec::new(),
    free: Vec::new(),
    full: Vec::new(),
    blocks: 0,
    max_blocks: DEFAULT_BLOCK_BYTES / STAGE_BYTES,
    large: Vec::new(),
    large_bytes: 0,
    lost_ends: Vec::new(),
    woken: false,
});
static WAKE: Condvar = Condvar::new();
/// Blocks that can still be had; keeps the losing path free of the lock.
static AVAILABLE: AtomicUsize = AtomicUsize::new(DEFAULT_BLOCK_BYTES / STAGE_BYTES);
static LOST_SPANS: [AtomicU64; PIPELINES] = [const { AtomicU64::new(0) }; PIPELINES];
static LOST_RECORDS: AtomicU64 = AtomicU64::new(0);

fn lock() -> MutexGuard<'static, Shared> {
    // Nothing under the lock can leave it half-changed, so a panic elsewhere is no reason to stop.
    SHARED.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    fn note_available(&self) {
        AVAILABLE.store(self.free.len() + self.max_blocks - self.blocks, Ordering::Relaxed);
    }

    fn take_block(&mut self) -> Option<&'static Block> {
        let block = match self.free.pop() {
            Some(block) => block,
            None if self.blocks < self.max_blocks => {
                self.blocks += 1;
                // A block that is full must always find its place in the lists.
                self.full.reserve(self.blocks);
                self.free.reserve(self.blocks);
                Block::leak()
            }
            None => return None,
        };
        self.note_available();
        Some(block)
    }
}

/// Sets the bound on the bytes of blocks. Existing blocks stay.
pub(crate) fn set_block_bytes(bytes: usize) {
    let mut shared = lock();
    shared.max_blocks = (bytes / STAGE_BYTES).max(4).max(shared.blocks);
    shared.note_available();
}

/// A block for the calling thread to fill; `None` when the bound is reached.
pub(super) fn take_block() -> Option<&'static Block> {
    if AVAILABLE.load(Ordering::Relaxed) == 0 {
        return None;
    }
    lock().take_block()
}

/// Hands a full block to the collector and takes the next.
pub(super) fn exchange(full: &'static Block) -> Option<&'static Block> {
    let mut shared = lock();
    shared.full.push(full);
    let pressed = shared.full.len() * 4 >= shared.max_blocks && !shared.woken;
    shared.woken |= pressed;
    let next = shared.take_block();
    drop(shared);
    if pressed {
        WAKE.notify_one();
    }
    next
}

/// Hands a block over, or gives an unused one back.
pub(super) fn give_back(block: &'static Block, used: bool) {
    let mut shared = lock();
    if used {
        shared.full.push(block)
    } else {
        shared.free.push(block)
    }
    shared.note_available();
}

/// A stage at rest for the calling thread.
pub(super) fn take_stage() -> &'static Stage {
    let mut shared = lock();
    let resting = shared.resting.iter().position(|stage| stage.handover.is_at_rest());
    let stage = match resting {
        Some(at) => shared.resting.swap_remove(at),
        None => Stage::leak(),
    };
    shared.stages.push(stage);
    stage
}

/// Leaves a retired stage to whoever needs one next.
pub(super) fn leave_stage(stage: &'static Stage) {
    let mut shared = lock();
    shared.stages.retain(|known| !std::ptr::eq(*known, stage));
    shared.resting.push(stage);
}

/// Hands over a record that is larger than a stage; false when the bound is reached.
pub(super) fn hand_over_large(block: LargeBlock) -> bool {
    let bytes = size_of_val(&*block);
    let mut shared = lock();
    if shared.large_bytes + bytes > MAX_LARGE_BYTES {
        return false;
    }
    shared.large_bytes += bytes;
    shared.large.push(block);
    true
}

/// Keeps the end of a span for which there was no room; false when even this list is full.
pub(super) fn keep_lost_end(end: LostEnd) -> bool {
    let mut shared = lock();
    let kept = shared.lost_ends.len() < MAX_LOST_ENDS;
    if kept {
        shared.lost_ends.push(end);
    }
    kept
}

/// Counts a span that found no room.
#[cold]
pub(crate) fn count_lost_span(pipeline: u16) {
    LOST_SPANS[usize::from(pipeline) % PIPELINES].fetch_add(1, Ordering::Relaxed);
}

/// Counts an event, a link or a late attribute that found no room.
#[cold]
pub(super) fn count_lost_record() {
    LOST_RECORDS.fetch_add(1, Ordering::Relaxed);
}

/// Spans of `pipeline` that found no room so far.
pub(crate) fn lost_spans(pipeline: u16) -> u64 {
    LOST_SPANS[usize::from(pipeline) % PIPELINES].load(Ordering::Relaxed)
}

/// Events, links and late attributes that found no room so far.
pub(crate) fn lost_records() -> u64 {
    LOST_RECORDS.load(Ordering::Relaxed)
}

/// What the collector takes away in one go.
#[derive(Default)]
pub(crate) struct Taken {
    pub(crate) full: Vec<&'static Block>,
    pub(crate) large: Vec<LargeBlock>,
    pub(crate) lost_ends: Vec<LostEnd>,
}

/// Takes all that is waiting; the lists in `taken` are emptied first and given back as storage.
pub(crate) fn take_waiting(taken: &mut Taken) {
    taken.full.clear();
    taken.large.clear();
    taken.lost_ends.clear();
    let mut shared = lock();
    shared.woken = false;
    let blocks = shared.blocks;
    taken.full.reserve(blocks);
    std::mem::swap(&mut shared.full, &mut taken.full);
    std::mem::swap(&mut shared.large, &mut taken.large);
    std::mem::swap(&mut shared.lost_ends, &mut taken.lost_ends);
    shared.large_bytes = 0;
}

/// Gives read blocks back to the threads.
pub(crate) fn recycle(blocks: &mut Vec<&'static Block>) {
    let mut shared = lock();
    shared.free.append(blocks);
    shared.note_available();
}

/// The stages in use, for a reader that asks each for its [`Handover`](super::handover).
pub(crate) fn stages(into: &mut Vec<&'static Stage>) {
    into.clear();
    into.extend_from_slice(&lock().stages);
}

/// Sleeps until woken by pressure or by [`wake`], at most `timeout`.
pub(crate) fn wait(timeout: Duration) {
    let shared = lock();
    if !shared.woken {
        drop(WAKE.wait_timeout(shared, timeout).unwrap_or_else(PoisonError::into_inner));
    }
}

/// Ends a [`wait`].
pub(crate) fn wake() {
    lock().woken = true;
    WAKE.notify_one();
}
