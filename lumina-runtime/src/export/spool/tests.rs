//! The store, with a disk that does as it is told: whatever happens to it, what was appended comes
//! back once and unchanged, or is counted.

mod damage;
mod faults;
mod model;
mod sharing;

use super::disk::{Disk, DiskFile, Open, OsDisk};
use super::store::{Store, StoreConfig};
use crate::export::worker::{Record, Shelf};
use crate::export::{SpoolRecord, SpoolSync};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// A directory that is removed at the end.
#[derive(Debug)]
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("lumina-spool-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Scratch(path)
    }

    /// Files below the directory with this ending, in order.
    fn files(&self, ending: &str) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut dirs = vec![self.0.clone()];
        while let Some(dir) = dirs.pop() {
            for entry in std::fs::read_dir(dir).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    dirs.push(path);
                } else if path.to_str().unwrap().ends_with(ending) {
                    found.push(path);
                }
            }
        }
        found.sort();
        found
    }

    fn segments(&self) -> Vec<PathBuf> {
        let mut segments = self.files(".seg");
        segments.retain(|path| !path.to_str().unwrap().contains("quarantine"));
        segments
    }

    fn quarantined(&self) -> usize {
        let is_quarantined = |path: &&PathBuf| path.to_str().unwrap().contains("quarantine");
        self.files("").iter().filter(is_quarantined).count()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

fn config(root: &Path) -> StoreConfig {
    StoreConfig {
        root: root.to_owned(),
        label: "otlp".to_owned(),
        format: 1,
        max_bytes: 1 << 20,
        sync: SpoolSync::Never,
    }
}

fn store(scratch: &Scratch) -> Store {
    store_with(Arc::new(OsDisk), config(&scratch.0))
}

/// A store that has taken over what there is.
fn store_with(disk: Arc<dyn Disk>, config: StoreConfig) -> Store {
    let now = Instant::now();
    let mut store = Store::new(disk, config, now);
    // OK to ignore: some of these disks fail.
    let _ = store.tick(now);
    store
}

fn record(number: u32, bytes: usize) -> SpoolRecord {
    let payload = (0..bytes).map(|at| (number as usize + at) as u8).collect();
    SpoolRecord { payload, spans: number }
}

fn append(store: &mut Store, number: u32, bytes: usize) -> io::Result<()> {
    store.append(&[record(number, bytes)], Instant::now()).map(drop)
}

/// Takes everything off, as a receiver that takes everything does.
fn drain(store: &mut Store) -> Vec<SpoolRecord> {
    let mut drained = Vec::new();
    while let Ok(Some(Record { id, spans, payload })) = store.next(None) {
        assert_eq!(store.settle(id), u64::from(spans));
        drained.push(SpoolRecord { payload, spans });
    }
    drained
}

fn numbers(records: &[SpoolRecord]) -> Vec<u32> {
    records.iter().map(|record| record.spans).collect()
}

#[test]
fn records_come_back_unchanged_and_in_order() {
    let scratch = Scratch::new();
    let mut store = store(&scratch);
    let records: Vec<SpoolRecord> = (1..=50).map(|n| record(n, n as usize * 37)).collect();
    for chunk in records.chunks(3) {
        store.append(chunk, Instant::now()).unwrap();
    }
    assert!(!store.is_empty());
    assert_eq!(drain(&mut store), records);
    assert!(store.is_empty());
}

#[test]
fn the_next_process_finds_what_was_left_and_nothing_that_was_delivered() {
    let scratch = Scratch::new();
    let mut first = store(&scratch);
    (1..=10).for_each(|n| append(&mut first, n, 100).unwrap());
    for _ in 0..4 {
        let id = first.next(None).unwrap().unwrap().id;
        first.settle(id);
    }
    // As by SIGKILL: nothing is closed in order, and the kernel frees the lock.
    drop(first);
    let mut second = store(&scratch);
    assert_eq!(second.take_news().recovered_spans, (5..=10).sum::<u64>());
    append(&mut second, 11, 100).unwrap();
    assert_eq!(numbers(&drain(&mut second)), [5, 6, 7, 8, 9, 10, 11]);
    second.close();
    assert!(scratch.files("").is_empty(), "a spool with nothing in it left files behind");
}

#[test]
fn the_oldest_segments_go_when_the_bound_is_reached_and_are_counted() {
    let scratch = Scratch::new();
    let mut store = store_with(Arc::new(OsDisk), config(&scratch.0));
    // A megabyte holds about fifty of these.
    (1..=200).for_each(|n| append(&mut store, n, 20_000).unwrap());
    let on_disk: u64 = scratch.segments().iter().map(|f| f.metadata().unwrap().len()).sum();
    assert!(on_disk <= 1 << 20 && on_disk > 900_000, "{on_disk}");
    assert_eq!(on_disk, store.bytes());
    let evicted = store.take_news().evicted_spans;
    let kept = numbers(&drain(&mut store));
    assert_eq!(kept, (*kept.first().unwrap()..=200).collect::<Vec<_>>(), "not the oldest went");
    assert_eq!(evicted + kept.iter().map(|n| u64::from(*n)).sum::<u64>(), (1..=200).sum::<u64>());
}

#[test]
fn a_batch_larger_than_the_spool_is_refused_and_leaves_nothing() {
    let scratch = Scratch::new();
    let mut store = store(&scratch);
    let batch = [record(1, 10), record(2, 2 << 20)];
    let error = store.append(&batch, Instant::now()).unwrap_err().to_string();
    assert!(error.contains("larger than the spool"), "{error}");
    assert!(store.is_empty(), "half a batch");
}

#[test]
fn a_record_behind_another_is_found_across_segments() {
    let scratch = Scratch::new();
    let mut store = store(&scratch);
    (1..=10).for_each(|n| append(&mut store, n, 50_000).unwrap());
    assert!(scratch.segments().len() > 5);
    let mut seen = vec![store.next(None).unwrap().unwrap()];
    while let Some(next) = store.next(Some(seen.last().unwrap().id)).unwrap() {
        seen.push(next);
    }
    assert_eq!(
        seen.iter().map(|record| record.spans).collect::<Vec<_>>(),
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    );
}

#[test]
fn a_position_is_settled_when_what_came_before_it_is() {
    let scratch = Scratch::new();
    let mut store = store(&scratch);
    let start = store.position();
    assert!(store.is_settled_through(start));
    (1..=6).for_each(|n| append(&mut store, n, 50_000).unwrap());
    let position = store.position();
    for left in (0..6).rev() {
        append(&mut store, 7, 50_000).unwrap();
        let id = store.next(None).unwrap().unwrap().id;
        store.settle(id);
        assert_eq!(store.is_settled_through(position), left == 0, "{left} left");
    }
}

#[test]
fn a_refused_record_is_kept_aside_as_a_segment_and_the_quarantine_is_bounded() {
    let scratch = Scratch::new();
    let mut store = store(&scratch);
    append(&mut store, 3, 100).unwrap();
    let refused = store.next(None).unwrap().unwrap();
    assert_eq!(store.quarantine(&refused), 3);
    assert!(store.is_empty());
    let kept =
        scratch.files(".seg").into_iter().find(|p| p.to_str().unwrap().contains("quarantine"));
    let bytes = std::fs::read(kept.unwrap()).unwrap();
    assert!(bytes.starts_with(b"LUMSPL") && bytes.ends_with(&record(3, 100).payload));
    for n in 1..=100 {
        append(&mut store, n, 10_000).unwrap();
        let refused = store.next(None).unwrap().unwrap();
        store.quarantine(&refused);
    }
    let bytes: u64 = scratch.files(".seg").iter().map(|f| f.metadata().unwrap().len()).sum();
    assert!(
        scratch.quarantined() > 5 && bytes < (1 << 20) / 8 + (1 << 20) / 16 + 20_000,
        "{bytes}"
    );
}

#[cfg(unix)]
#[test]
fn nobody_else_may_read_the_files() {
    use std::os::unix::fs::PermissionsExt;
    let scratch = Scratch::new();
    let root = scratch.0.join("spool");
    let mut store = store_with(Arc::new(OsDisk), config(&root));
    append(&mut store, 1, 10).unwrap();
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    let [segment] = scratch.segments().try_into().unwrap();
    assert_eq!(
        (mode(&segment), mode(segment.parent().unwrap()), mode(&root)),
        (0o600, 0o700, 0o700)
    );
}
