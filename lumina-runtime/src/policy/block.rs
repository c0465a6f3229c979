//! Waiting in synchronous functions: the thread is parked.

use super::timer;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.unpark();
    }
}

/// Runs `future` to its end on the calling thread, or drops it at `until`: then `None`.
///
/// Allocates only if it has to wait.
pub(crate) fn block_on<F: Future + Unpin>(
    mut future: F,
    until: Option<Instant>,
) -> Option<F::Output> {
    // A runtime whose only thread is parked here would never fire its own timers.
    let _own_clock = timer::own_clock();
    let mut poll = |waker: &Waker| Pin::new(&mut future).poll(&mut Context::from_waker(waker));
    if let Poll::Ready(output) = poll(Waker::noop()) {
        return Some(output);
    }
    // A paused clock stands still while the thread is parked: from here on it is the system's.
    let until = until.and_then(|until| {
        Instant::now().checked_add(until.saturating_duration_since(timer::now()))
    });
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    loop {
        // Again at first, too: what happened meanwhile woke nobody.
        if let Poll::Ready(output) = poll(&waker) {
            return Some(output);
        }
        match until.map(|until| until.saturating_duration_since(Instant::now())) {
            None => thread::park(),
            Some(Duration::ZERO) => return None,
            Some(left) => thread::park_timeout(left),
        }
    }
}

#[cfg(all(test, not(lumina_loom)))]
mod tests {
    use super::*;
    use std::future::{pending, poll_fn, ready};
    use std::sync::mpsc;

    #[test]
    fn what_is_ready_is_returned_even_after_the_deadline() {
        assert_eq!(block_on(ready(7), Some(Instant::now())), Some(7));
    }

    #[test]
    fn what_is_never_ready_is_given_up_at_the_deadline() {
        let until = Instant::now() + Duration::from_millis(1);
        assert_eq!(block_on(pending::<()>(), Some(until)), None);
        assert!(Instant::now() >= until);
    }

    #[test]
    fn a_wake_from_another_thread_ends_the_wait() {
        let (wake, woken) = mpsc::channel::<Waker>();
        let waking = thread::spawn(move || woken.iter().for_each(Waker::wake));
        let mut polls = 0;
        let future = poll_fn(|cx| {
            polls += 1;
            if polls > 3 {
                return Poll::Ready(polls);
            }
            wake.send(cx.waker().clone()).unwrap();
            Poll::Pending
        });
        assert_eq!(block_on(future, None), Some(4));
        drop(wake);
        waking.join().unwrap();
    }
}
