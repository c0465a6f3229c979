//! Waking who waits outside any runtime: one thread, started when first needed.
//!
//! It holds an entry for each [`Alarm`] that is polled and not yet dropped, so no more than there
//! are calls that wait.

use crate::policy::sync::recover;
use crate::record::suppress_this_thread;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, Mutex, OnceLock};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Instant;

/// When, and which: several may wait for the same time.
type Key = (Instant, u64);

struct Waiting {
    wakers: BTreeMap<Key, Waker>,
    next: u64,
}

struct Timer {
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

static TIMER: Timer = Timer {
    waiting: Mutex::new(Waiting { wakers: BTreeMap::new(), next: 0 }),
    changed: Condvar::new(),
};

/// Whether the thread runs; starts it if this is the first time.
fn is_running() -> bool {
    static RUNNING: OnceLock<bool> = OnceLock::new();
    *RUNNING.get_or_init(|| {
        thread::Builder::new()
            .name("lumina-timer".to_owned())
            .spawn(|| -> () { TIMER.run() })
            .is_ok()
    })
}

impl Timer {
    fn run(&self) -> ! {
        suppress_this_thread();
        let _none = tracing::dispatcher::set_default(&tracing::Dispatch::none());
        loop {
            for waker in self.due() {
                // A waker is foreign code; its panic must not end everybody's time.
                let _ = catch_unwind(AssertUnwindSafe(|| waker.wake()));
            }
        }
    }

    /// Waits until somebody is to be woken.
    fn due(&self) -> Vec<Waker> {
        let mut waiting = recover(self.waiting.lock());
        loop {
            let now = Instant::now();
            match waiting.wakers.first_key_value() {
                None => waiting = recover(self.changed.wait(waiting)),
                Some((&(at, _), _)) if at > now => {
                    waiting = recover(self.changed.wait_timeout(waiting, at - now)).0;
                }
                Some(_) => {
                    let later = waiting.wakers.split_off(&(now, u64::MAX));
                    return std::mem::replace(&mut waiting.wakers, later).into_values().collect();
                }
            }
        }
    }

    /// Adds a waker, or replaces that of `key`. Returns the one before.
    fn set(&self, at: Instant, key: &mut Option<Key>, waker: &Waker) -> Option<Waker> {
        let mut waiting = recover(self.waiting.lock());
        let key = *key.get_or_insert_with(|| {
            waiting.next += 1;
            (at, waiting.next)
        });
        if waiting.wakers.get(&key).is_some_and(|known| known.will_wake(waker)) {
            return None;
        }
        let old = waiting.wakers.insert(key, waker.clone());
        if old.is_none() && waiting.wakers.first_key_value().is_some_and(|first| *first.0 == key) {
            self.changed.notify_one();
        }
        old
    }

    fn remove(&self, key: Key) -> Option<Waker> {
        recover(self.waiting.lock()).wakers.remove(&key)
    }
}

/// Wakes at a time; dropped, it wakes nobody.
#[derive(Debug)]
pub(super) struct Alarm {
    at: Instant,
    key: Option<Key>,
}

impl Alarm {
    pub(super) const fn new(at: Instant) -> Self {
        Alarm { at, key: None }
    }

    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if Instant::now() >= self.at {
            return Poll::Ready(());
        }
        if is_running() {
            drop(TIMER.set(self.at, &mut self.key, cx.waker()));
        } else {
            // A busy wait is better than a call that never ends.
            cx.waker().wake_by_ref();
        }
        Poll::Pending
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            drop(TIMER.remove(key));
        }
    }
}

#[cfg(all(test, not(lumina_loom)))]
mod tests {
    use super::*;
    use crate::policy::block::block_on;
    use std::future::poll_fn;
    use std::time::Duration;

    fn ring(alarm: &mut Alarm) {
        block_on(poll_fn(|cx| alarm.poll(cx)), None);
    }

    fn is_waited_for(key: Key) -> bool {
        recover(TIMER.waiting.lock()).wakers.contains_key(&key)
    }

    #[test]
    fn each_is_woken_not_before_its_time_whatever_the_order() {
        let start = Instant::now();
        let waits = [3, 1, 2].map(|millis| {
            thread::spawn(move || {
                let at = start + Duration::from_millis(millis);
                ring(&mut Alarm::new(at));
                assert!(Instant::now() >= at);
            })
        });
        waits.into_iter().for_each(|wait| wait.join().unwrap());
    }

    #[test]
    fn one_that_is_dropped_leaves_nothing_behind() {
        let mut alarm = Alarm::new(Instant::now() + Duration::from_secs(3600));
        assert!(alarm.poll(&mut Context::from_waker(Waker::noop())).is_pending());
        let key = alarm.key.unwrap();
        assert!(is_waited_for(key));
        drop(alarm);
        assert!(!is_waited_for(key));
    }

    #[test]
    fn a_waker_that_panics_does_not_stop_the_others() {
        struct Panics;
        impl std::task::Wake for Panics {
            fn wake(self: std::sync::Arc<Self>) {
                panic!("not today");
            }
        }
        let waker = Waker::from(std::sync::Arc::new(Panics));
        let mut bad = Alarm::new(Instant::now() + Duration::from_millis(1));
        let _ = bad.poll(&mut Context::from_waker(&waker));
        ring(&mut Alarm::new(Instant::now() + Duration::from_millis(2)));
    }
}
