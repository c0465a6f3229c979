//! Single flight: calls for the same thing, of which one leads and the others wait for it.
//!
//! Bounded by the calls themselves: an entry is there as long as a call leads or waits. No call
//! waits for one that is gone: whoever leads, leaves a result, a failure, or the lead itself to the
//! first who comes for it.

use crate::policy::sync::{Mutex, lock};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

/// The flights under way. Its lock is taken before that of any flight.
pub(super) struct Flights<K, T> {
    under_way: Mutex<HashMap<K, Arc<Flight<T>>>>,
}

struct Flight<T> {
    seats: Mutex<Seats<T>>,
}

struct Seats<T> {
    phase: Phase<T>,
    followers: usize,
    /// Of the followers that have been polled.
    wakers: Vec<(u64, Waker)>,
    next: u64,
}

enum Phase<T> {
    Led,
    /// Nobody leads, but there are followers. They have been woken; the first to come leads.
    Left,
    Landed(T),
    Failed,
}

pub(super) enum Joined<'a, K: Hash + Eq, T, L> {
    Landed(L),
    Lead(Lead<'a, K, T>),
    Follow(Follow<'a, K, T>),
}

pub(super) enum Followed<'a, K: Hash + Eq, T> {
    Landed(T),
    Lead(Lead<'a, K, T>),
    Alone(K),
}

impl<K: Hash + Eq, T> Flights<K, T> {
    pub(super) fn new() -> Self {
        Flights { under_way: Mutex::new(HashMap::new()) }
    }

    /// Joins the flight for `key`. If there is none, `landed` may know of an earlier one's result.
    pub(super) fn join<L>(
        &self,
        key: K,
        landed: impl FnOnce(&K) -> Option<L>,
    ) -> Joined<'_, K, T, L>
    where
        K: Clone,
    {
        let mut under_way = lock(&self.under_way);
        match under_way.entry(key) {
            Entry::Occupied(entry) => {
                let (key, flight) = (entry.key().clone(), Arc::clone(entry.get()));
                let mut seats = lock(&flight.seats);
                if matches!(seats.phase, Phase::Left) {
                    seats.phase = Phase::Led;
                    drop(seats);
                    return Joined::Lead(Lead { flights: self, key, flight, open: true });
                }
                seats.followers += 1;
                drop(seats);
                Joined::Follow(Follow { flights: self, key: Some(key), flight, seat: None })
            }
            Entry::Vacant(entry) => {
                if let Some(result) = landed(entry.key()) {
                    return Joined::Landed(result);
                }
                let seats = Seats { phase: Phase::Led, followers: 0, wakers: Vec::new(), next: 0 };
                let flight = Arc::new(Flight { seats: Mutex::new(seats) });
                let key = entry.key().clone();
                entry.insert(Arc::clone(&flight));
                Joined::Lead(Lead { flights: self, key, flight, open: true })
            }
        }
    }

    /// Ends the lead of a flight.
    fn end(&self, key: &K, flight: &Flight<T>, phase: Phase<T>) {
        let wakers = {
            let mut under_way = lock(&self.under_way);
            let mut seats = lock(&flight.seats);
            if !matches!(phase, Phase::Left) || seats.followers == 0 {
                under_way.remove(key);
            }
            seats.phase = phase;
            std::mem::take(&mut seats.wakers)
        };
        // Wakers are foreign code: never under a lock.
        wakers.into_iter().for_each(|(_, waker)| waker.wake());
    }

    /// A follower leaves before there is a result.
    fn leave(&self, key: &K, flight: &Flight<T>, seat: Option<u64>) {
        let _waker = {
            let mut under_way = lock(&self.under_way);
            let mut seats = lock(&flight.seats);
            seats.followers -= 1;
            if seats.followers == 0 && matches!(seats.phase, Phase::Left) {
                under_way.remove(key);
            }
            seats.take_waker(seat)
        };
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        lock(&self.under_way).len()
    }
}

impl<T> Seats<T> {
    fn position(&self, seat: Option<u64>) -> Option<usize> {
        let seat = seat?;
        self.wakers.iter().position(|(taken, _)| *taken == seat)
    }

    fn take_waker(&mut self, seat: Option<u64>) -> Option<Waker> {
        self.position(seat).map(|at| self.wakers.swap_remove(at).1)
    }

    /// Notes who is to be woken. Returns a waker that is no longer needed.
    fn wait(&mut self, seat: &mut Option<u64>, waker: &Waker) -> Option<Waker> {
        match self.position(*seat) {
            Some(at) if self.wakers[at].1.will_wake(waker) => None,
            Some(at) => Some(std::mem::replace(&mut self.wakers[at].1, waker.clone())),
            None => {
                self.next += 1;
                *seat = Some(self.next);
                self.wakers.push((self.next, waker.clone()));
                None
            }
        }
    }
}

/// Leads a flight until it lands, fails, or is left by dropping this.
pub(super) struct Lead<'a, K: Hash + Eq, T> {
    flights: &'a Flights<K, T>,
    key: K,
    flight: Arc<Flight<T>>,
    open: bool,
}

impl<K: Hash + Eq, T> Lead<'_, K, T> {
    pub(super) fn key(&self) -> &K {
        &self.key
    }

    pub(super) fn land(mut self, result: T) {
        self.end(Phase::Landed(result));
    }

    pub(super) fn fail(mut self) {
        self.end(Phase::Failed);
    }

    fn end(&mut self, phase: Phase<T>) {
        if std::mem::take(&mut self.open) {
            self.flights.end(&self.key, &self.flight, phase);
        }
    }
}

impl<K: Hash + Eq, T> Drop for Lead<'_, K, T> {
    fn drop(&mut self) {
        // What made this call panic will most likely make the next one panic too: nobody should
        // have to wait for all of them.
        self.end(if std::thread::panicking() { Phase::Failed } else { Phase::Left });
    }
}

/// Waits for a flight.
pub(super) struct Follow<'a, K: Hash + Eq, T> {
    flights: &'a Flights<K, T>,
    /// `None` when there is nothing more to wait for.
    key: Option<K>,
    flight: Arc<Flight<T>>,
    seat: Option<u64>,
}

impl<'a, K: Hash + Eq, T: Clone> Follow<'a, K, T> {
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Followed<'a, K, T>> {
        let mut seats = lock(&self.flight.seats);
        let landed = match &seats.phase {
            Phase::Led => {
                let old_waker = seats.wait(&mut self.seat, cx.waker());
                drop(seats);
                drop(old_waker);
                return Poll::Pending;
            }
            Phase::Landed(result) => Some(Some(result.clone())),
            Phase::Failed => Some(None),
            Phase::Left => None,
        };
        // OK to pend: a future is not polled after it is ready.
        let Some(key) = self.key.take() else { return Poll::Pending };
        seats.followers -= 1;
        Poll::Ready(match landed {
            Some(Some(result)) => Followed::Landed(result),
            Some(None) => Followed::Alone(key),
            None => {
                seats.phase = Phase::Led;
                let flight = Arc::clone(&self.flight);
                Followed::Lead(Lead { flights: self.flights, key, flight, open: true })
            }
        })
    }
}

impl<K: Hash + Eq, T> Drop for Follow<'_, K, T> {
    fn drop(&mut self) {
        if let Some(key) = &self.key {
            self.flights.leave(key, &self.flight, self.seat);
        }
    }
}

#[cfg(all(test, lumina_loom))]
mod tests;
