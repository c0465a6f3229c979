//! What ids promise, and that places go round.

use super::*;
use crate::bridge::tests::serial;

fn state(span: u64) -> State {
    State { current: Current { span, ..Current::NONE }, slot: None }
}

fn insert(span: u64) -> Id {
    reserve().expect("a place").fill(state(span))
}

fn close(id: &Id) -> Option<u64> {
    match release(id) {
        Released::Closed(state) => Some(state.current.span),
        Released::No => None,
    }
}

#[test]
fn a_span_is_closed_by_its_last_handle_and_then_unknown() {
    let _serial = serial();
    let id = insert(7);
    retain(&id);
    assert_eq!(close(&id), None);
    assert_eq!(get(&id).map(|current| current.span), Some(7));
    assert_eq!(close(&id), Some(7));
    assert!(get(&id).is_none());
    assert_eq!(close(&id), None);
}

#[test]
fn an_id_never_means_a_later_span() {
    let _serial = serial();
    let old = insert(1);
    close(&old);
    let new = insert(2);
    assert_eq!(new.into_u64() as u32, old.into_u64() as u32, "the place is used again");
    assert!(get(&old).is_none());
    retain(&old);
    touch(&old);
    assert_eq!(close(&old), None);
    assert_eq!(close(&new), Some(2));
}

#[test]
fn made_up_ids_are_unknown() {
    let _serial = serial();
    let id = insert(1);
    close(&id);
    let next = Id::from_u64(word(generation(id.into_u64()) + 1, id.into_u64() as u32));
    for made_up in [next, Id::from_u64(1), Id::from_u64(u64::MAX), Id::from_u64(1 << 32)] {
        assert!(get(&made_up).is_none() && close(&made_up).is_none(), "{made_up:?}");
    }
}

#[test]
fn handles_past_counting_keep_the_span_open() {
    let _serial = serial();
    let id = insert(5);
    let (entry, tenant) = find(&id).unwrap();
    entry.word.store(word(tenant, PINNED - 1), Ordering::Relaxed);
    retain(&id);
    retain(&id);
    assert_eq!(entry.word.load(Ordering::Relaxed), word(tenant, PINNED));
    assert_eq!(close(&id), None);
    entry.word.store(word(tenant, 1), Ordering::Relaxed);
    assert_eq!(close(&id), Some(5));
}

#[test]
fn a_place_that_was_not_filled_is_free_again() {
    let _serial = serial();
    let number = reserve().unwrap().number;
    assert_eq!(reserve().unwrap().number, number);
}

#[test]
fn places_go_round_between_threads_that_open_and_threads_that_close() {
    let _serial = serial();
    let rounds = if cfg!(miri) { 4 } else { 200 };
    for _ in 0..rounds {
        let ids: Vec<Id> = (1..=PAGE as u64).map(insert).collect();
        let closer = std::thread::spawn(move || {
            for (id, span) in ids.iter().zip(1..) {
                assert_eq!(close(id), Some(span));
            }
        });
        closer.join().unwrap();
    }
    // Without a way back, each round would take a page.
    assert!(pages() <= 16, "{} pages", pages());
}

#[test]
fn threads_that_end_leave_their_places_to_others() {
    let _serial = serial();
    let rounds = if cfg!(miri) { 4 } else { 100 };
    for n in 1..=rounds {
        std::thread::spawn(move || close(&insert(n))).join().unwrap();
    }
    assert!(pages() <= 16, "{} pages", pages());
}

#[test]
fn a_handle_is_counted_once_whoever_gives_it_up() {
    let _serial = serial();
    let threads = 4;
    for span in 1..=if cfg!(miri) { 5 } else { 500 } {
        let id = insert(span);
        for _ in 1..threads {
            retain(&id);
        }
        let closed = std::thread::scope(|scope| {
            let closers: Vec<_> =
                (0..threads).map(|_| scope.spawn(|| close(&id).is_some())).collect();
            closers.into_iter().filter_map(|closer| closer.join().unwrap().then_some(())).count()
        });
        assert_eq!(closed, 1);
    }
}

#[test]
fn a_context_is_never_a_mixture_of_two_spans() {
    let _serial = serial();
    use std::sync::atomic::AtomicBool;
    let current = |n: u64| Current { trace: [n, n], span: n, flags: n & 1, ..Current::NONE };
    let (stop, last) = (AtomicBool::new(false), AtomicU64::new(1));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                let id = Id::from_u64(last.load(Ordering::Relaxed));
                if let Some(seen) = get(&id) {
                    assert_eq!(seen.trace, [seen.span; 2]);
                    assert_eq!(seen.flags, seen.span & 1);
                }
            }
        });
        for n in 1..=if cfg!(miri) { 50 } else { 100_000 } {
            let id = reserve().unwrap().fill(State { current: current(n), slot: None });
            last.store(id.into_u64(), Ordering::Relaxed);
            close(&id);
        }
        stop.store(true, Ordering::Relaxed);
    });
}
