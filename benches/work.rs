//! The work that is traced, and what it costs untraced.

use std::future::Future;
use std::hint::black_box;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

/// Spans below each root.
pub const CHILDREN: usize = 100;

/// What is measured: a call of a function that does nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Workload {
    /// A span with three attributes: an integer, a text of 11 bytes, a float.
    Sync,
    /// A span with a name alone.
    Bare,
    /// [`Sync`](Self::Sync) on an `async` function that awaits once and is polled twice.
    Async,
}

impl Workload {
    /// All of them.
    pub const ALL: [Workload; 3] = [Workload::Sync, Workload::Bare, Workload::Async];

    /// The name on the wire and in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Workload::Sync => "3 attributes",
            Workload::Bare => "bare",
            Workload::Async => "async, 3 attributes",
        }
    }
}

/// The arguments of every call: opaque, so that nothing is computed at compile time.
#[inline(always)]
pub fn arguments(index: usize) -> (i64, &'static str, f64) {
    (black_box(index as i64), black_box("gpt-4o-mini"), black_box(0.7))
}

/// The untraced function.
#[inline(never)]
pub fn plain(index: i64, model: &str, score: f64) -> i64 {
    black_box((model, score));
    index
}

/// The untraced function without arguments worth recording.
#[inline(never)]
pub fn plain_bare(index: i64) -> i64 {
    black_box(index)
}

/// The untraced asynchronous function.
#[inline(never)]
pub async fn plain_async(index: i64, model: &str, score: f64) -> i64 {
    black_box((model, score));
    yield_once().await;
    index
}

/// Pending once.
pub fn yield_once() -> impl Future<Output = ()> {
    struct YieldOnce(bool);
    impl Future for YieldOnce {
        type Output = ();
        fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
            if std::mem::replace(&mut self.0, true) { Poll::Ready(()) } else { Poll::Pending }
        }
    }
    YieldOnce(false)
}

/// Polls until ready: the cheapest executor there is.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}

/// The untraced work.
pub fn run_plain(workload: Workload, traces: usize) {
    for _ in 0..traces {
        match workload {
            Workload::Sync => {
                for index in 0..CHILDREN {
                    let (index, model, score) = arguments(index);
                    black_box(plain(index, model, score));
                }
            }
            Workload::Bare => {
                for index in 0..CHILDREN {
                    black_box(plain_bare(black_box(index as i64)));
                }
            }
            Workload::Async => block_on(async {
                for index in 0..CHILDREN {
                    let (index, model, score) = arguments(index);
                    black_box(plain_async(index, model, score).await);
                }
            }),
        }
    }
}
