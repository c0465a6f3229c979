use crate::policy::limit::concurrency::Concurrency;
use loom::future::block_on;
use loom::sync::Arc;
use loom::sync::atomic::{AtomicU32, Ordering};
use loom::thread;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

#[test]
fn one_permit_is_held_once_and_nobody_waits_for_ever() {
    loom::model(|| {
        let limit = Arc::new(Concurrency::new(1, 1));
        let inside = Arc::new(AtomicU32::new(0));
        let call = |limit: &Concurrency, inside: &AtomicU32| {
            let _permit = block_on(limit.acquire()).unwrap();
            assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
            inside.fetch_sub(1, Ordering::SeqCst);
        };
        let there = thread::spawn({
            let (limit, inside) = (Arc::clone(&limit), Arc::clone(&inside));
            move || call(&limit, &inside)
        });
        call(&limit, &inside);
        there.join().unwrap();
        assert_eq!((limit.in_use(), limit.waiting()), (0, 0));
    });
}

#[test]
fn leaving_the_queue_while_a_permit_is_granted_loses_no_permit() {
    loom::model(|| {
        let limit = Arc::new(Concurrency::new(1, 2));
        let permit = block_on(limit.acquire()).unwrap();
        let leaving = thread::spawn({
            let limit = Arc::clone(&limit);
            move || {
                let mut asking = limit.acquire();
                block_on(poll_fn(|cx| {
                    let _ = Pin::new(&mut asking).poll(cx).map(drop);
                    Poll::Ready(())
                }));
            }
        });
        drop(permit);
        drop(block_on(limit.acquire()).unwrap());
        leaving.join().unwrap();
        assert_eq!((limit.in_use(), limit.waiting()), (0, 0));
    });
}
