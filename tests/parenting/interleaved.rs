//! Futures that take turns on one thread never see each other's span.

use crate::leaf;
use lumina::testing::{capture, capture_sync};
use lumina::{Context, FutureExt as _};
use std::future::Future;
use std::pin::pin;
use std::task::{Context as TaskContext, Waker};
use tokio::task::yield_now;

const ROUNDS: u32 = 50;

/// Checks at each turn that its own span is the current one.
#[lumina::traced(span = mine, capture(name))]
async fn turns(name: &str) -> bool {
    for round in 0..ROUNDS {
        assert_eq!(Context::current(), mine);
        leaf(round);
        yield_now().await;
        assert_eq!(Context::current(), mine);
    }
    !name.is_empty()
}

#[test]
fn two_futures_polled_in_turn_by_hand() {
    let captured = capture_sync(|| {
        let (mut left, mut right) = (pin!(turns("left")), pin!(turns("right")));
        let mut cx = TaskContext::from_waker(Waker::noop());
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let _entered = runtime.enter();
        loop {
            let ready = left.as_mut().poll(&mut cx).is_ready();
            assert_eq!(Context::current().span_id(), None);
            assert_eq!(right.as_mut().poll(&mut cx).is_ready(), ready);
            assert_eq!(Context::current().span_id(), None);
            if ready {
                break;
            }
        }
    });
    let both = captured.spans_named("turns");
    assert_eq!((both.len(), captured.spans().len()), (2, 2 + 2 * ROUNDS as usize));
    for turns in both {
        turns.is_root();
        assert_eq!(turns.children_named("leaf").len(), ROUNDS as usize);
    }
}

#[tokio::test]
async fn many_tasks_of_one_thread() {
    #[lumina::traced]
    async fn outer() -> usize {
        let spawn =
            |n: u32| tokio::spawn(async move { turns(&n.to_string()).await }.in_current_context());
        let tasks: Vec<_> = (0..10).map(spawn).collect();
        let mut done = 0;
        for task in tasks {
            done += usize::from(task.await.unwrap());
        }
        done
    }
    let captured = capture(outer()).await;
    assert_eq!(*captured.output(), 10);
    let all = captured.root().children_named("turns");
    assert_eq!(all.len(), 10);
    assert!(all.iter().all(|turns| turns.children_named("leaf").len() == ROUNDS as usize));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_tasks_of_many_threads_inside_each_other() {
    #[lumina::traced]
    async fn pair(n: u32) {
        let name = n.to_string();
        let (left, right) = tokio::join!(turns(&name), turns(&name));
        assert!(left && right);
    }
    let captured = capture(async {
        let tasks: Vec<_> = (0..8).map(|n| tokio::spawn(pair(n).in_current_context())).collect();
        for task in tasks {
            task.await.unwrap();
        }
    })
    .await;
    let pairs = captured.roots();
    assert_eq!(pairs.len(), 8);
    for pair in pairs {
        pair.has_children(&["turns", "turns"]);
        for turns in pair.children() {
            assert_eq!(turns.children_named("leaf").len(), ROUNDS as usize);
        }
    }
}

#[test]
fn a_future_polled_inside_of_another_span_returns_to_its_own() {
    #[lumina::traced]
    async fn guest() {
        leaf(0);
        yield_now().await;
        leaf(1);
    }
    #[lumina::traced]
    fn host(poll: impl FnOnce()) {
        poll();
        leaf(2);
    }
    let captured = capture_sync(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let _entered = runtime.enter();
        let mut guest = pin!(guest());
        let mut cx = TaskContext::from_waker(Waker::noop());
        assert!(guest.as_mut().poll(&mut cx).is_pending());
        host(|| assert!(guest.as_mut().poll(&mut cx).is_ready()));
    });
    captured.span("guest").is_root().has_children(&["leaf", "leaf"]);
    captured.span("host").is_root().has_children(&["leaf"]);
}
