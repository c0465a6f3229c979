//! The limit: what a span costs when nothing is done but what cannot be left out.
//!
//! Two readings of the clock, the bytes of the record (a head of 64 bytes and the attributes, laid
//! out as lumina does), and the hand-over of full buffers to another thread. No context, no
//! thread-local, no call site, no guard. Whatever a tracer adds to this, it could in principle save.

use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

const STAGE_BYTES: usize = 8 * 1024;
const BLOCKS: usize = 1024;
const HEAD: usize = 64;

#[repr(C, align(64))]
struct Buffer(UnsafeCell<[u64; STAGE_BYTES / 8]>);

// SAFETY: a buffer belongs to one thread at a time and changes hands through a mutex.
unsafe impl Sync for Buffer {}

impl Buffer {
    fn leak() -> &'static Buffer {
        Box::leak(Box::new(Buffer(UnsafeCell::new([0; STAGE_BYTES / 8]))))
    }
}

#[derive(Default)]
struct Pool {
    free: Vec<&'static Buffer>,
    full: Vec<&'static Buffer>,
    reading: bool,
}

#[derive(Default)]
struct Shared {
    pool: Mutex<Pool>,
    wake: Condvar,
    stop: AtomicBool,
}

impl Shared {
    fn lock(&self) -> std::sync::MutexGuard<'_, Pool> {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes records and hands them over.
pub struct Limit {
    stage: &'static Buffer,
    /// Bytes of the stage in use.
    used: usize,
    span: u64,
    shared: Arc<Shared>,
    reader: Option<std::thread::JoinHandle<u64>>,
}

impl std::fmt::Debug for Limit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Limit").field("used", &self.used).finish_non_exhaustive()
    }
}

impl Limit {
    /// A stage, a pool, and the thread that reads what is handed over.
    pub fn start() -> Limit {
        let shared = Arc::new(Shared::default());
        let free = (0..BLOCKS).map(|_| Buffer::leak());
        shared.lock().free.extend(free);
        let reader = std::thread::spawn({
            let shared = shared.clone();
            move || read(&shared)
        });
        Limit { stage: Buffer::leak(), used: 0, span: 1, shared, reader: Some(reader) }
    }

    /// One span with three attributes around `work`.
    #[inline(always)]
    pub fn span<R>(
        &mut self,
        (index, model, score): (i64, &str, f64),
        work: impl FnOnce() -> R,
    ) -> R {
        let length = (HEAD + 10 + 6 + model.len() + 10).next_multiple_of(8);
        let at = self.reserve(length);
        // SAFETY: `reserve` found room for `length` bytes.
        unsafe {
            write_head(at, length, 3, self.span);
            let mut to = at.cast::<u8>().add(HEAD);
            to = write_word(to, 0, index as u64);
            to.cast::<[u8; 2]>().write([5, 1]);
            to.add(2).cast::<u32>().write_unaligned(model.len() as u32);
            copy(model.as_bytes(), to.add(6));
            write_word(to.add(6 + model.len()), 2, score.to_bits());
        }
        self.finish(at, work)
    }

    /// One span without attributes around `work`.
    #[inline(always)]
    pub fn bare<R>(&mut self, work: impl FnOnce() -> R) -> R {
        let at = self.reserve(HEAD);
        // SAFETY: `reserve` found room for the head.
        unsafe { write_head(at, HEAD, 0, self.span) };
        self.finish(at, work)
    }

    #[inline(always)]
    fn reserve(&mut self, length: usize) -> *mut u64 {
        if self.used + length > STAGE_BYTES {
            self.hand_over();
        }
        let at = self.used;
        self.used += length;
        // SAFETY: the stage is this thread's, and `at` is within it.
        unsafe { self.stage.0.get().cast::<u64>().add(at / 8) }
    }

    #[inline(always)]
    fn finish<R>(&mut self, at: *mut u64, work: impl FnOnce() -> R) -> R {
        // SAFETY: `reserve` gave at least the head.
        unsafe { at.add(6).write(clock()) };
        let result = work();
        self.span += 1;
        // SAFETY: as above; `work` cannot reach the stage.
        unsafe { at.add(7).write(clock()) };
        result
    }

    #[cold]
    #[inline(never)]
    fn hand_over(&mut self) {
        self.used = 0;
        let mut pool = self.shared.lock();
        // Out of blocks, the stage is written again: a limit does not wait either.
        let Some(block) = pool.free.pop() else { return };
        drop(pool);
        // SAFETY: both belong to this thread, are aligned to 64 bytes and equally long.
        unsafe { copy_past_caches(self.stage.0.get().cast(), block.0.get().cast()) };
        pool = self.shared.lock();
        pool.full.push(block);
        let pressed = pool.full.len() * 4 == BLOCKS;
        drop(pool);
        if pressed {
            self.shared.wake.notify_one();
        }
    }

    /// Waits until the reader has read all blocks.
    pub fn settle(&self) {
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            let pool = self.shared.lock();
            if (pool.full.is_empty() && !pool.reading) || Instant::now() > deadline {
                return;
            }
            drop(pool);
            self.shared.wake.notify_one();
            std::thread::yield_now();
        }
    }
}

impl Drop for Limit {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
        self.shared.wake.notify_one();
        if let Some(reader) = self.reader.take() {
            std::hint::black_box(reader.join().ok());
        }
    }
}

/// Reads every word of every block until told to stop.
fn read(shared: &Shared) -> u64 {
    let mut sum = 0u64;
    let mut taken = Vec::new();
    while !shared.stop.load(Ordering::Relaxed) {
        let mut pool = shared.lock();
        if pool.full.is_empty() {
            let waited = shared.wake.wait_timeout(pool, Duration::from_millis(100));
            pool = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        std::mem::swap(&mut pool.full, &mut taken);
        pool.reading = true;
        drop(pool);
        for block in &taken {
            // SAFETY: the pool gave the block to this thread; all words are initialised.
            let words = unsafe { &*block.0.get() };
            sum = words.iter().fold(sum, |sum, word| sum.wrapping_add(*word));
        }
        let mut pool = shared.lock();
        pool.free.append(&mut taken);
        pool.reading = false;
    }
    sum
}

/// # Safety
///
/// Eight words from `at` are writable.
#[inline(always)]
unsafe fn write_head(at: *mut u64, length: usize, count: u64, span: u64) {
    // SAFETY: the caller's promise.
    unsafe {
        at.write(1 | count << 8 | (length as u64) << 32);
        at.add(1).write(at.expose_provenance() as u64);
        at.add(2).write(0x0af7_6519_16cd_43dd);
        at.add(3).write(0x8448_eb21_1c80_319c);
        at.add(4).write(span);
        at.add(5).write(1);
        at.add(7).write(0);
    }
}

/// # Safety
///
/// Ten bytes from `at` are writable.
#[inline(always)]
unsafe fn write_word(at: *mut u8, index: u8, word: u64) -> *mut u8 {
    // SAFETY: the caller's promise.
    unsafe {
        at.cast::<[u8; 2]>().write([1, index]);
        at.add(2).cast::<u64>().write_unaligned(word);
        at.add(10)
    }
}

/// Copies 8 to 16 bytes as two words that may overlap, others by `memcpy`.
///
/// # Safety
///
/// As many bytes as `from` has are writable at `to`.
#[inline(always)]
unsafe fn copy(from: &[u8], to: *mut u8) {
    let source = from.as_ptr();
    // SAFETY: the caller's promise, and the length checked here.
    unsafe {
        if (8..=16).contains(&from.len()) {
            let last = from.len() - 8;
            let (head, tail) = (
                source.cast::<u64>().read_unaligned(),
                source.add(last).cast::<u64>().read_unaligned(),
            );
            to.cast::<u64>().write_unaligned(head);
            to.add(last).cast::<u64>().write_unaligned(tail);
        } else {
            to.copy_from_nonoverlapping(source, from.len());
        }
    }
}

/// # Safety
///
/// Both are aligned to 64 bytes and [`STAGE_BYTES`] long.
unsafe fn copy_past_caches(from: *const u8, to: *mut u8) {
    #[cfg(target_arch = "x86_64")]
    {
        use core::arch::x86_64::{__m128i, _mm_load_si128, _mm_sfence, _mm_stream_si128};
        for at in (0..STAGE_BYTES).step_by(16) {
            // SAFETY: SSE2 is part of x86-64; aligned and in bounds.
            unsafe {
                let line = _mm_load_si128(from.add(at).cast::<__m128i>());
                _mm_stream_si128(to.add(at).cast::<__m128i>(), line);
            }
        }
        // SAFETY: no precondition.
        unsafe { _mm_sfence() };
    }
    #[cfg(not(target_arch = "x86_64"))]
    // SAFETY: the caller's promise.
    unsafe {
        std::ptr::copy_nonoverlapping(from, to, STAGE_BYTES);
    }
}

/// The cheapest clock of the machine, as lumina uses it.
#[inline(always)]
fn clock() -> u64 {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: `rdtsc` has no precondition.
    unsafe {
        core::arch::x86_64::_rdtsc()
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        static BASE: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
        BASE.get_or_init(Instant::now).elapsed().as_nanos() as u64
    }
}
