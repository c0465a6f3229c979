//! The protocol by which a thread writes its stage and the collector reads it, without a lock.
//!
//! The owner appends and *publishes* how far it got; what is below that mark is never written
//! again (but for the ends of spans, which are atomics) until the owner *retires* the stage. The
//! collector may read up to the mark at any time. Only reuse needs care: the owner announces it
//! (`sequence` 0), the collector announces that it reads (`reading`), and each then looks at the
//! other's announcement, with a fence between the two steps: at least one of them sees the other
//! (Dekker's idea). The owner that sees a reader leaves the buffer alone and takes another; the
//! collector that sees a retired stage does not read. Nobody waits.
//!
//! Modelled with loom at the end of this file.

use super::sync::{AtomicBool, AtomicU64, AtomicUsize, Ordering, fence};

pub(crate) struct Handover {
    /// The stage's generation; 0 while it is retired.
    sequence: AtomicU64,
    /// How far the owner has written.
    mark: AtomicUsize,
    reading: AtomicBool,
}

impl Handover {
    #[cfg(not(lumina_loom))]
    pub(crate) const fn new() -> Self {
        Handover {
            sequence: AtomicU64::new(0),
            mark: AtomicUsize::new(0),
            reading: AtomicBool::new(false),
        }
    }

    #[cfg(lumina_loom)]
    pub(crate) fn new() -> Self {
        Handover {
            sequence: AtomicU64::new(0),
            mark: AtomicUsize::new(0),
            reading: AtomicBool::new(false),
        }
    }

    /// Owner: what is below `mark` may be read.
    #[inline(always)]
    pub(crate) fn publish(&self, mark: usize) {
        self.mark.store(mark, Ordering::Release);
    }

    /// Owner: announces that the buffer is about to be written from its start again.
    ///
    /// False: the collector is reading it, so it must be left to rest until
    /// [`is_at_rest`](Self::is_at_rest).
    pub(crate) fn retire(&self) -> bool {
        self.sequence.store(0, Ordering::Relaxed);
        fence(Ordering::SeqCst);
        self.is_at_rest()
    }

    /// Whether nobody reads. Once true of a retired stage, it stays true until it is started.
    pub(crate) fn is_at_rest(&self) -> bool {
        !self.reading.load(Ordering::Acquire)
    }

    /// Whether the owner is between two generations, or has left the stage.
    pub(crate) fn is_retired(&self) -> bool {
        self.sequence.load(Ordering::Acquire) == 0
    }

    /// Owner: opens a retired stage that is at rest, with a sequence never used before.
    pub(crate) fn start(&self, sequence: u64, mark: usize) {
        debug_assert_ne!(sequence, 0);
        self.mark.store(mark, Ordering::Relaxed);
        self.sequence.store(sequence, Ordering::Release);
    }

    /// Collector (one thread at a time): runs `read` with the stage's sequence and mark, unless it
    /// is retired.
    pub(crate) fn read<R>(&self, read: impl FnOnce(u64, usize) -> R) -> Option<R> {
        self.reading.store(true, Ordering::Relaxed);
        fence(Ordering::SeqCst);
        let sequence = self.sequence.load(Ordering::Acquire);
        let result = (sequence != 0).then(|| read(sequence, self.mark.load(Ordering::Acquire)));
        self.reading.store(false, Ordering::Release);
        result
    }
}

#[cfg(all(test, lumina_loom))]
mod tests {
    use super::*;
    use loom::cell::UnsafeCell;
    use loom::sync::{Arc, Mutex};
    use loom::thread;

    struct Stage {
        handover: Handover,
        words: [UnsafeCell<u64>; 2],
    }

    impl Stage {
        fn new() -> Self {
            Stage { handover: Handover::new(), words: [UnsafeCell::new(0), UnsafeCell::new(0)] }
        }

        fn write(&self, at: usize, value: u64) {
            // loom fails the test if a reader is at the same word.
            // SAFETY: loom checks this very access.
            self.words[at].with_mut(|word| unsafe { *word = value });
            self.handover.publish(at + 1);
        }

        fn read(&self) -> Option<(u64, Vec<u64>)> {
            self.handover.read(|sequence, mark| {
                (
                    sequence,
                    (0..mark).map(|at| self.words[at].with(|word| unsafe { *word })).collect(),
                )
            })
        }
    }

    /// The owner writes a generation, retires it and writes the next; where the collector is in
    /// the way it takes the spare stage, as `local` does.
    #[test]
    fn a_reader_never_meets_a_writer_and_sees_whole_generations() {
        loom::model(|| {
            let stages = Arc::new([Stage::new(), Stage::new()]);
            let known = Arc::new(Mutex::new(0usize));
            stages[0].handover.start(1, 0);
            let collector = thread::spawn({
                let (stages, known) = (stages.clone(), known.clone());
                move || {
                    for _ in 0..2 {
                        let at = *known.lock().unwrap();
                        if let Some((sequence, words)) = stages[at].read() {
                            let first = if sequence == 1 { 10 } else { 20 };
                            let expected = [first, first + 1];
                            assert_eq!(words, expected[..words.len()]);
                        }
                    }
                }
            });
            stages[0].write(0, 10);
            stages[0].write(1, 11);
            let at = if stages[0].handover.retire() { 0 } else { 1 };
            *known.lock().unwrap() = at;
            stages[at].handover.start(2, 0);
            stages[at].write(0, 20);
            collector.join().unwrap();
        });
    }
}
