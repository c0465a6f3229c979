//! Random uses beside a model that is a list: the store agrees with it at every step.

use super::*;
use crate::export::spool::random;
use crate::export::worker::RecordId;
use std::collections::VecDeque;

/// xorshift64*: a test needs no more, and prints its seed.
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) % n
    }
}

/// What should be in the store, the oldest first.
#[derive(Default)]
struct Model {
    records: VecDeque<SpoolRecord>,
    appended: u64,
    settled: u64,
    lost: u64,
}

impl Model {
    fn pending(&self) -> u64 {
        self.records.iter().map(|record| u64::from(record.spans)).sum()
    }

    /// The oldest went: as many spans as the store says.
    fn evict(&mut self, mut spans: u64) {
        self.lost += spans;
        while spans > 0 {
            spans -=
                u64::from(self.records.pop_front().expect("more evicted than there was").spans);
        }
    }
}

fn step(random: &mut Random, store: &mut Store, model: &mut Model, next: &mut u32) {
    match random.below(10) {
        0..=4 => {
            let batch: Vec<SpoolRecord> = (0..1 + random.below(3))
                .map(|_| {
                    *next += 1;
                    record(*next, random.below(30_000) as usize)
                })
                .collect();
            store.append(&batch, Instant::now()).unwrap();
            model.appended += batch.iter().map(|record| u64::from(record.spans)).sum::<u64>();
            model.records.extend(batch);
            model.evict(store.take_news().evicted_spans);
        }
        5..=7 => {
            let expected = model.records.front().cloned();
            let found = store.next(None).unwrap();
            assert_eq!(
                found.as_ref().map(|r| (&r.payload, r.spans)),
                expected.as_ref().map(|r| (&r.payload, r.spans))
            );
            if let Some(found) = found {
                let spans = u64::from(found.spans);
                assert_eq!(store.settle(found.id), spans);
                assert_eq!(store.settle(found.id), 0, "settled twice");
                model.settled += spans;
                model.records.pop_front();
            }
        }
        8 => {
            // One behind the oldest, out of order.
            let Some(first) = store.next(None).unwrap() else { return };
            let behind: Option<(RecordId, u32)> =
                store.next(Some(first.id)).unwrap().map(|record| (record.id, record.spans));
            assert_eq!(behind.map(|(_, spans)| spans), model.records.get(1).map(|r| r.spans));
            if let Some((id, spans)) = behind {
                assert_eq!(store.settle(id), u64::from(spans));
                model.settled += u64::from(spans);
                model.records.remove(1);
            }
        }
        _ => {
            let position = store.position();
            let settled = store.is_settled_through(position);
            assert_eq!(settled, model.records.is_empty());
        }
    }
}

#[test]
fn the_store_is_a_list_with_a_bound_whoever_opens_it() {
    for _ in 0..40 {
        let seed = random() | 1;
        let mut random = Random(seed);
        let scratch = Scratch::new();
        let (mut model, mut next) = (Model::default(), 0);
        let mut store = store(&scratch);
        for _ in 0..120 {
            step(&mut random, &mut store, &mut model, &mut next);
            assert_eq!(store.is_empty(), model.records.is_empty(), "seed {seed}");
            assert!(store.bytes() <= 1 << 20, "seed {seed}");
            assert_eq!(model.appended, model.settled + model.lost + model.pending());
            if random.below(12) == 0 {
                if random.below(2) == 0 {
                    store.close();
                }
                drop(store);
                store = super::store(&scratch);
                let news = store.take_news();
                assert_eq!(news.damaged_records, 0, "seed {seed}");
                assert_eq!(news.recovered_spans, model.pending(), "seed {seed}");
            }
        }
        assert_eq!(drain(&mut store), Vec::from(model.records), "seed {seed}");
    }
}
