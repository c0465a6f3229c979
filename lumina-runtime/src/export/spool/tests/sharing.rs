//! Several owners of one directory. Locks belong to open files, so that two stores of one process
//! are to each other as those of two processes.

use super::*;
use crate::export::worker::News;
use std::time::Duration;

#[test]
fn a_living_owners_records_are_nobody_elses() {
    let scratch = Scratch::new();
    let mut first = store(&scratch);
    append(&mut first, 1, 100).unwrap();
    let mut second = store(&scratch);
    append(&mut second, 2, 100).unwrap();
    assert_eq!(second.take_news(), News::default());
    assert_eq!(numbers(&drain(&mut second)), [2]);
    assert_eq!(numbers(&drain(&mut first)), [1]);
}

#[test]
fn what_a_dead_owner_left_is_taken_over_once_and_comes_first() {
    let scratch = Scratch::new();
    let (mut dead, mut first) = (store(&scratch), store(&scratch));
    append(&mut dead, 1, 100).unwrap();
    append(&mut first, 2, 100).unwrap();
    drop(dead);
    let later = Instant::now() + Duration::from_secs(61);
    first.tick(later).unwrap();
    let mut second = store(&scratch);
    second.tick(later).unwrap();
    assert_eq!(second.take_news().recovered_spans, 0, "taken over twice");
    assert_eq!(numbers(&drain(&mut first)), [1, 2]);
}

#[test]
fn many_owners_at_once_share_what_was_left_without_loss_or_repetition() {
    let scratch = Scratch::new();
    for n in 1..=30 {
        let mut store = store(&scratch);
        append(&mut store, n, 500).unwrap();
    }
    // Each of those took over what the one before had left, so that all is in the last one's hands;
    // so now many leave at once.
    let mut stores: Vec<Store> =
        (0..8).map(|_| Store::new(Arc::new(OsDisk), config(&scratch.0), Instant::now())).collect();
    for (n, store) in (31..).zip(&mut stores) {
        append(store, n, 500).unwrap();
    }
    drop(stores);
    let found: Vec<Vec<u32>> = std::thread::scope(|scope| {
        let threads: Vec<_> =
            (0..8).map(|_| scope.spawn(|| numbers(&drain(&mut store(&scratch))))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let mut found = found.concat();
    found.sort_unstable();
    assert_eq!(found, (1..=38).collect::<Vec<_>>());
}

#[test]
fn another_exporters_records_are_left_to_it() {
    let scratch = Scratch::new();
    let mut other = store_with(
        Arc::new(OsDisk),
        StoreConfig { label: "otlp_2".to_owned(), ..config(&scratch.0) },
    );
    append(&mut other, 1, 100).unwrap();
    drop(other);
    let mut ours = store(&scratch);
    assert_eq!(numbers(&drain(&mut ours)), [] as [u32; 0]);
    let format = StoreConfig { format: 9, label: "otlp_2".to_owned(), ..config(&scratch.0) };
    assert_eq!(numbers(&drain(&mut store_with(Arc::new(OsDisk), format))), [] as [u32; 0]);
    let other = StoreConfig { label: "otlp_2".to_owned(), ..config(&scratch.0) };
    assert_eq!(numbers(&drain(&mut store_with(Arc::new(OsDisk), other))), [1]);
}
