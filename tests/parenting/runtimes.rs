//! One program, every runtime: the tree is the same.

use crate::{has_works, leaf, one_trace, work};
use lumina::FutureExt as _;
use lumina::testing::{Captured, capture, capture_sync};
use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use tokio::runtime::Builder;
use tokio::task::LocalSet;

/// Awaits, joins, selects and spawns.
#[lumina::traced]
async fn program(spawns: bool) -> u32 {
    let first = work(0).await;
    let (second, third) = tokio::join!(work(1), work(2));
    let fourth = tokio::select! {
        biased;
        n = work(3) => n,
        n = std::future::pending::<u32>() => n,
    };
    let fifth = match spawns {
        true => tokio::spawn(work(4).in_current_context()).await.unwrap(),
        false => work(4).await,
    };
    first + second + third + fourth + fifth
}

#[track_caller]
fn is_the_program(captured: &Captured<u32>) {
    assert_eq!(*captured.output(), 10);
    has_works(one_trace(captured, "program").has_children(&["work"; 5]), 5);
}

#[test]
fn on_one_thread() {
    let runtime = Builder::new_current_thread().build().unwrap();
    is_the_program(&runtime.block_on(capture(program(true))));
}

#[test]
fn on_several_threads() {
    let runtime = Builder::new_multi_thread().worker_threads(4).build().unwrap();
    is_the_program(&runtime.block_on(capture(program(true))));
    let captured = runtime.block_on(async { tokio::spawn(capture(program(true))).await.unwrap() });
    is_the_program(&captured);
}

#[test]
fn in_a_local_set() {
    let runtime = Builder::new_current_thread().build().unwrap();
    let captured = runtime.block_on(LocalSet::new().run_until(capture(async {
        tokio::task::spawn_local(program(true).in_current_context()).await.unwrap()
    })));
    is_the_program(&captured);
}

#[test]
fn in_a_runtime_within_a_traced_call() {
    #[lumina::traced]
    fn outer() -> u32 {
        let runtime = Builder::new_current_thread().build().unwrap();
        runtime.block_on(program(true)) + leaf(5)
    }
    let captured = capture_sync(outer);
    assert_eq!(*captured.output(), 15);
    let root = one_trace(&captured, "outer").has_children(&["program", "leaf"]);
    has_works(root.child("program"), 5);
}

/// The smallest executor: one thread that parks until it is woken.
fn block_on<F: Future>(future: F) -> F::Output {
    struct Signal(Mutex<bool>, Condvar);
    impl Wake for Signal {
        fn wake(self: Arc<Self>) {
            *self.0.lock().unwrap() = true;
            self.1.notify_one();
        }
    }
    let signal = Arc::new(Signal(Mutex::new(false), Condvar::new()));
    let waker = Waker::from(Arc::clone(&signal));
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return output;
        }
        let mut woken = signal.0.lock().unwrap();
        while !std::mem::take(&mut *woken) {
            woken = signal.1.wait(woken).unwrap();
        }
    }
}

#[test]
fn without_a_runtime() {
    is_the_program(&block_on(capture(program(false))));
}

#[test]
fn polled_by_a_new_thread_each_time() {
    let captured = capture_sync(|| {
        let mut future = Box::pin(program(false).in_current_context());
        loop {
            let polled = std::thread::scope(|scope| {
                let poll = || future.as_mut().poll(&mut Context::from_waker(Waker::noop()));
                scope.spawn(poll).join().unwrap()
            });
            if let Poll::Ready(output) = polled {
                return output;
            }
        }
    });
    is_the_program(&captured);
}
