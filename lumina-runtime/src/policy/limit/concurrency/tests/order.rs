use crate::policy::limit::concurrency::{Acquire, Concurrency, Permit, QueueFull};
use crate::policy::random;
use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Instant;

#[derive(Default)]
struct Woken(AtomicU32);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl Woken {
    fn count(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }
}

fn poll<'a>(asking: &mut Acquire<'a>, woken: &Arc<Woken>) -> Poll<Result<Permit<'a>, QueueFull>> {
    Pin::new(asking).poll(&mut Context::from_waker(&Waker::from(Arc::clone(woken))))
}

fn granted<'a>(asking: &mut Acquire<'a>) -> Option<Permit<'a>> {
    match poll(asking, &Arc::default()) {
        Poll::Ready(Ok(permit)) => Some(permit),
        Poll::Ready(Err(full)) => panic!("{full:?}"),
        Poll::Pending => None,
    }
}

#[test]
fn permits_go_round_in_the_order_of_asking() {
    let limit = Concurrency::new(1, 9);
    let first = granted(&mut limit.acquire()).unwrap();
    let mut queue: Vec<_> = (0..3).map(|_| limit.acquire()).collect();
    assert!(queue.iter_mut().all(|asking| granted(asking).is_none()));
    drop(first);
    assert!(granted(&mut limit.acquire()).is_none(), "nobody overtakes");
    let second = granted(&mut queue[0]).unwrap();
    assert!(granted(&mut queue[1]).is_none());
    drop(second);
    assert!(granted(&mut queue[2]).is_none(), "not before the one ahead of it");
    assert!(granted(&mut queue[1]).is_some());
}

#[test]
fn only_the_one_who_is_granted_a_permit_is_woken() {
    let limit = Concurrency::new(1, 9);
    let first = granted(&mut limit.acquire()).unwrap();
    let woken = [Arc::<Woken>::default(), Arc::default()];
    let mut queue = [limit.acquire(), limit.acquire()];
    queue
        .iter_mut()
        .zip(&woken)
        .for_each(|(asking, woken)| assert!(poll(asking, woken).is_pending()));
    drop(first);
    assert_eq!([woken[0].count(), woken[1].count()], [1, 0]);
}

#[test]
fn a_full_queue_refuses_at_once_and_says_how_full() {
    let limit = Concurrency::new(2, 1);
    let _calls = [granted(&mut limit.acquire()), granted(&mut limit.acquire())];
    let mut waiting = limit.acquire();
    assert!(granted(&mut waiting).is_none());
    let Poll::Ready(refused) = poll(&mut limit.acquire(), &Arc::default()) else { panic!("waits") };
    assert_eq!(refused.unwrap_err(), QueueFull { permits: 2, waiting: 1 });
    drop(waiting);
    assert!(granted(&mut limit.acquire()).is_none(), "its place in the queue is free");
}

#[test]
fn without_a_queue_only_a_free_permit_is_given() {
    let limit = Concurrency::new(1, 0);
    let call = granted(&mut limit.acquire());
    assert!(matches!(poll(&mut limit.acquire(), &Arc::default()), Poll::Ready(Err(_))));
    drop(call);
    assert!(granted(&mut limit.acquire()).is_some());
}

#[test]
fn a_granted_permit_that_nobody_comes_for_goes_to_the_next() {
    let limit = Concurrency::new(1, 9);
    let first = granted(&mut limit.acquire()).unwrap();
    let mut abandoned = limit.acquire();
    assert!(granted(&mut abandoned).is_none());
    let (mut next, woken) = (limit.acquire(), Arc::<Woken>::default());
    assert!(poll(&mut next, &woken).is_pending());
    drop(first);
    drop(abandoned);
    assert_eq!(woken.count(), 1);
    assert!(granted(&mut next).is_some());
}

#[test]
fn a_panic_in_a_call_frees_its_place() {
    let limit = Concurrency::new(1, 0);
    let call = std::panic::catch_unwind(|| {
        let _permit = granted(&mut limit.acquire()).unwrap();
        panic!("the call's own");
    });
    assert!(call.is_err());
    assert!(granted(&mut limit.acquire()).is_some());
}

#[test]
fn more_permits_let_the_queue_move_and_fewer_drain_it() {
    let limit = Concurrency::new(1, 9);
    let first = granted(&mut limit.acquire()).unwrap();
    let mut queue: Vec<_> = (0..3).map(|_| limit.acquire()).collect();
    assert!(queue.iter_mut().all(|asking| granted(asking).is_none()));
    limit.configure(3, 9);
    let calls: Vec<_> = queue.iter_mut().map(granted).collect();
    assert_eq!(calls.iter().flatten().count(), 2);
    limit.configure(1, 9);
    drop(calls);
    assert_eq!(limit.in_use(), 1);
    assert!(granted(&mut queue[2]).is_none());
    drop(first);
    assert!(granted(&mut queue[2]).is_some());
}

#[test]
fn nobody_overtakes_while_several_permits_are_handed_out() {
    static LIMIT: Concurrency = Concurrency::new(1, 9);
    /// Asks as soon as another is woken: the lock must be free, and the queue in order.
    struct Overtakes;
    impl Wake for Overtakes {
        fn wake(self: Arc<Self>) {
            assert!(granted(&mut LIMIT.acquire()).is_none());
        }
    }
    let _call = granted(&mut LIMIT.acquire()).unwrap();
    let waker = Waker::from(Arc::new(Overtakes));
    let mut queue = [LIMIT.acquire(), LIMIT.acquire()];
    for asking in &mut queue {
        assert!(Pin::new(asking).poll(&mut Context::from_waker(&waker)).is_pending());
    }
    LIMIT.configure(3, 9);
    assert!(queue.iter_mut().all(|asking| granted(asking).is_some()));
}

#[test]
fn threads_that_block_are_all_let_through_one_at_a_time() {
    let limit = Concurrency::new(1, 16);
    let inside = AtomicU32::new(0);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..200 {
                    let _permit = limit.acquire_blocking(None).unwrap().unwrap();
                    assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                    std::thread::yield_now();
                    inside.fetch_sub(1, Ordering::SeqCst);
                }
            });
        }
    });
    assert_eq!((limit.in_use(), limit.waiting()), (0, 0));
}

#[test]
fn a_thread_stops_waiting_at_its_deadline() {
    let limit = Concurrency::new(1, 1);
    let _call = granted(&mut limit.acquire()).unwrap();
    assert!(limit.acquire_blocking(Some(Instant::now())).is_none());
    assert_eq!(limit.waiting(), 0);
}

/// Random callers that come, look, leave and end, against a model with two lists.
#[test]
fn any_sequence_keeps_the_bounds_and_the_order() {
    for _ in 0..200 {
        let (permits, room) = (1 + (random::unit() * 3.0) as u32, (random::unit() * 4.0) as u32);
        let limit = Concurrency::new(permits, room);
        let mut asking: VecDeque<Acquire<'_>> = VecDeque::new();
        let mut calls: Vec<Permit<'_>> = Vec::new();
        for _ in 0..200 {
            let any = |length: usize| (random::unit() * length as f64) as usize;
            match (random::unit() * 4.0) as u32 {
                0 => {
                    let mut new = limit.acquire();
                    match poll(&mut new, &Arc::default()) {
                        Poll::Ready(Ok(permit)) => calls.push(permit),
                        Poll::Ready(Err(full)) => assert_eq!(full.waiting, room),
                        Poll::Pending => asking.push_back(new),
                    }
                }
                1 if !calls.is_empty() => drop(calls.swap_remove(any(calls.len()))),
                2 if !asking.is_empty() => drop(asking.remove(any(asking.len()))),
                _ => {
                    // Whoever may go is ahead of all who may not.
                    let mut ready: Vec<_> = asking.iter_mut().map(granted).collect();
                    let first = ready.iter().take_while(|permit| permit.is_some()).count();
                    assert!(ready[first..].iter().all(Option::is_none));
                    asking.drain(..first);
                    calls.extend(ready.drain(..first).flatten());
                }
            }
            assert!(calls.len() as u32 <= limit.in_use() && limit.in_use() <= permits);
            assert!(limit.waiting() <= room);
            assert!(limit.waiting() == 0 || limit.in_use() == permits, "idle while calls wait");
        }
        drop((asking, calls));
        assert_eq!((limit.in_use(), limit.waiting()), (0, 0));
    }
}
