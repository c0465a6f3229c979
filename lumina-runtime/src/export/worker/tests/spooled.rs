//! The worker with a spool on a real disk: what is not delivered is kept, and counted as such.

use super::*;
use crate::export::{SpoolConfig, SpoolEncoder, SpoolRecord};
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("lumina-worker-{}-{number}", std::process::id());
        Scratch(std::env::temp_dir().join(name))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

/// A receiver that is up or down, and remembers the spans it took.
#[derive(Clone, Default)]
struct Remote {
    is_up: Arc<AtomicBool>,
    taken: Arc<Mutex<Vec<u64>>>,
}

impl Remote {
    fn take(&self, ids: impl Iterator<Item = u64>) -> Result<Delivery, ExportError> {
        if !self.is_up.load(Ordering::Acquire) {
            return retryable(None);
        }
        self.taken.lock().unwrap().extend(ids);
        ok()
    }
}

impl Exporter for Remote {
    fn name(&self) -> &'static str {
        "remote"
    }

    fn export(&mut self, batch: &Batch, _: Instant) -> Result<Delivery, ExportError> {
        self.take(batch.spans().map(|span| span.span_id().0))
    }

    fn spool_encoder(&self) -> Option<Box<dyn SpoolEncoder>> {
        Some(Box::new(Ids))
    }

    fn export_record(
        &mut self,
        record: &[u8],
        _: u32,
        _: Instant,
    ) -> Result<Delivery, ExportError> {
        self.take(record.iter().map(|id| u64::from(*id)))
    }
}

/// Spans as one byte each: their id.
struct Ids;

impl SpoolEncoder for Ids {
    fn format(&self) -> u8 {
        200
    }

    fn encode(&mut self, batch: &Batch) -> Vec<SpoolRecord> {
        let payload: Vec<u8> = batch.spans().map(|span| span.span_id().0 as u8).collect();
        vec![SpoolRecord { spans: payload.len() as u32, payload }]
    }

    fn halves(&self, _: &[u8]) -> Option<[SpoolRecord; 2]> {
        None
    }
}

fn start(remote: &Remote, scratch: &Scratch, write_ahead: bool) -> Worker {
    let shelf = crate::export::spool::open(&SpoolConfig::new(&scratch.0), "remote", 200);
    let spool = Some(NewSpool { shelf, write_ahead });
    Worker::start_with("remote", Box::new(remote.clone()), &config(), spool).unwrap()
}

#[track_caller]
fn assert_spool_accounted_for(counts: &Counts) {
    let known = counts.exported + counts.spooled + counts.dropped.total() + counts.pending_spans;
    assert_eq!(counts.received + counts.recovered, known, "{counts:?}");
}

#[test]
fn what_a_dead_receiver_does_not_take_is_delivered_by_the_next_process() {
    for write_ahead in [false, true] {
        let (scratch, remote) = (Scratch::new(), Remote::default());
        let first = start(&remote, &scratch, write_ahead);
        (1..=5).for_each(|n| first.offer(batch(n)));
        assert_eq!(flush(&first), Flushed::Done, "a flush waits for a receiver that is down");
        let counts = close(&first, LONG);
        assert_spool_accounted_for(&counts);
        assert_eq!((counts.spooled, counts.exported, counts.dropped.total()), (15, 0, 0));

        remote.is_up.store(true, Ordering::Release);
        let second = start(&remote, &scratch, write_ahead);
        let deadline = Instant::now() + LONG;
        while second.counts().exported < 15 {
            assert!(Instant::now() < deadline, "{:?}", second.counts());
            thread::yield_now();
        }
        let counts = close(&second, LONG);
        assert_spool_accounted_for(&counts);
        assert_eq!((counts.recovered, counts.exported, counts.spooled), (15, 15, 0));
        assert_eq!(remote.taken.lock().unwrap().len(), 15, "delivered twice");
    }
}

#[test]
fn a_healthy_receiver_gets_everything_and_nothing_stays_on_disk() {
    for write_ahead in [false, true] {
        let (scratch, remote) = (Scratch::new(), Remote::default());
        remote.is_up.store(true, Ordering::Release);
        let worker = start(&remote, &scratch, write_ahead);
        (1..=20).for_each(|n| worker.offer(batch(n)));
        assert_eq!(flush(&worker), Flushed::Done);
        assert_eq!((worker.counts().exported, worker.counts().spooled), (210, 0));
        assert_spool_accounted_for(&close(&worker, LONG));
        let left = std::fs::read_dir(&scratch.0).map_or(0, Iterator::count);
        assert_eq!(left, 0);
    }
}

#[test]
fn a_directory_that_cannot_be_used_leaves_all_as_without_a_spool() {
    let (scratch, remote) = (Scratch::new(), Remote::default());
    std::fs::write(&scratch.0, "a file in the way").unwrap();
    remote.is_up.store(true, Ordering::Release);
    for write_ahead in [false, true] {
        let worker = start(&remote, &scratch, write_ahead);
        (1..=5).for_each(|n| worker.offer(batch(n)));
        assert_eq!(flush(&worker), Flushed::Done);
        assert_eq!(worker.counts().exported, 15);
        assert_spool_accounted_for(&close(&worker, LONG));
    }
    std::fs::remove_file(&scratch.0).unwrap();
}

#[test]
fn the_numbers_fit_with_a_receiver_that_comes_and_goes() {
    for write_ahead in [false, true] {
        let (scratch, remote) = (Scratch::new(), Remote::default());
        let worker = start(&remote, &scratch, write_ahead);
        for n in 0..400 {
            remote.is_up.store(n % 7 < 3, Ordering::Release);
            worker.offer(batch(n % 9));
            assert_spool_accounted_for(&worker.counts());
        }
        remote.is_up.store(true, Ordering::Release);
        let counts = close(&worker, LONG);
        assert_spool_accounted_for(&counts);
        assert_eq!((counts.pending_spans, counts.pending_bytes), (0, 0), "{counts:?}");
        let taken = remote.taken.lock().unwrap().len() as u64;
        assert_eq!(taken, counts.exported);
    }
}
