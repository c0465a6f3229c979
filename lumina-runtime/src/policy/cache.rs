//! Cache: a call's value, kept for the calls with the same key; and *single flight*: of the calls
//! with the same key that are made at once, one is really made.
//!
//! What is kept, and which of it goes first when there is no room, is `quick_cache`'s business: of
//! the well-kept concurrent caches it is the one without threads, timers and an own memory
//! reclamation. It has no expiry, so each value carries its own here. Waiting for each other is in
//! [`flight`], one cache for each function and pair of types in [`site`].

mod flight;
mod site;

use super::instant::{LATEST, nanos, whole};
use flight::Flights;
use quick_cache::sync::Cache as Kept;
pub(crate) use site::CacheSite;
use std::fmt;
use std::future::Future;
use std::hash::Hash;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

/// Values by their keys, at most so many, each for at most so long.
pub(crate) struct Cache<K, V> {
    /// Not behind an `Arc`: another step through memory is what a hit costs most. So a value is
    /// cloned under a part's read lock, which a panic releases.
    kept: Kept<K, Timed<V>>,
    ttl_nanos: AtomicU64,
    flights: Flights<K, Arc<V>>,
}

#[derive(Clone)]
struct Timed<V> {
    value: V,
    expires: u64,
}

impl<K: Hash + Eq + Clone, V: Clone> Cache<K, V> {
    /// Room for `capacity` values, rounded up to a multiple of the cache's parts, of which there are
    /// up to 4 for each processor. Without a `ttl` they are kept until the room is needed.
    pub(crate) fn new(capacity: usize, ttl: Option<Duration>) -> Self {
        Cache {
            kept: Kept::new(capacity),
            ttl_nanos: AtomicU64::new(ttl_nanos(ttl)),
            flights: Flights::new(),
        }
    }

    /// Changes the room at once, and the time for the values to come. The parts stay, with room for
    /// one value each at least.
    pub(crate) fn configure(&self, capacity: usize, ttl: Option<Duration>) {
        self.kept.set_capacity(capacity as u64);
        self.ttl_nanos.store(ttl_nanos(ttl), Ordering::Relaxed);
    }

    /// The value of `key`, if there is one that has not expired.
    pub(crate) fn get(&self, key: &K, now: Instant) -> Option<V> {
        let expired = |timed: &Timed<V>| {
            // Without a time to live there is no need to know the time.
            timed.expires != LATEST && nanos(now) >= timed.expires
        };
        let timed = self.kept.get(key)?;
        if expired(&timed) {
            // Not another one that has just taken its place.
            self.kept.remove_if(key, expired);
            return None;
        }
        Some(timed.value)
    }

    /// Keeps a value.
    pub(crate) fn insert(&self, key: K, value: V, now: Instant) {
        let expires = nanos(now).saturating_add(self.ttl_nanos.load(Ordering::Relaxed));
        self.kept.insert(key, Timed { value, expires: expires.min(LATEST) });
    }

    /// How many values are kept, expired ones that nobody asked for included.
    pub(crate) fn len(&self) -> usize {
        self.kept.len()
    }

    /// The value of `key`, or the task to get it, or another call that has that task.
    pub(crate) fn join(&self, key: K, now: Instant) -> Joined<'_, K, V> {
        // Who led until a moment ago has kept the value before it left: looked up under the
        // flights' lock, it cannot be missed.
        match self.flights.join(key, |key| self.get(key, now)) {
            flight::Joined::Landed(value) => Joined::Hit(value),
            flight::Joined::Lead(flight) => Joined::Lead(Lead { cache: self, flight }),
            flight::Joined::Follow(flight) => Joined::Follow(Follow { cache: self, flight }),
        }
    }
}

impl<K, V> fmt::Debug for Cache<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Neither keys nor values: they are the user's data.
        f.debug_struct("Cache").finish_non_exhaustive()
    }
}

fn ttl_nanos(ttl: Option<Duration>) -> u64 {
    ttl.map_or(LATEST, whole)
}

/// A call's part in getting a value.
pub(crate) enum Joined<'a, K: Hash + Eq, V> {
    /// It is there.
    Hit(V),
    /// This call makes it.
    Lead(Lead<'a, K, V>),
    /// Another call is making it.
    Follow(Follow<'a, K, V>),
}

/// The task to get a value for all who wait for it.
///
/// Dropped, the call was cancelled, and one of those who wait takes the task over; dropped by a
/// panic, it has failed.
#[must_use = "dropped, the task goes to another call"]
pub(crate) struct Lead<'a, K: Hash + Eq, V> {
    cache: &'a Cache<K, V>,
    flight: flight::Lead<'a, K, Arc<V>>,
}

impl<K: Hash + Eq + Clone, V: Clone> Lead<'_, K, V> {
    /// Keeps the value, and gives it to those who wait.
    pub(crate) fn land(self, value: &V, now: Instant) {
        self.cache.insert(self.flight.key().clone(), value.clone(), now);
        self.share(value);
    }

    /// Gives a value that is not worth keeping to those who wait.
    pub(crate) fn share(self, value: &V) {
        self.flight.land(Arc::new(value.clone()));
    }

    /// Got none: those who wait go on their own, all at once, so that none waits for more than one
    /// failure.
    pub(crate) fn fail(self) {
        self.flight.fail();
    }
}

/// Waits for what another call gets. Dropped, it waits no longer.
#[must_use = "futures do nothing unless polled"]
pub(crate) struct Follow<'a, K: Hash + Eq, V> {
    cache: &'a Cache<K, V>,
    flight: flight::Follow<'a, K, Arc<V>>,
}

/// What became of waiting.
pub(crate) enum Followed<'a, K: Hash + Eq, V> {
    /// The value.
    Landed(V),
    /// The call that had the task was cancelled; now this one has it.
    Lead(Lead<'a, K, V>),
    /// The call that had the task failed: this one goes on its own. The key, for what it gets.
    Alone(K),
}

// Nothing in it is pinned.
impl<K: Hash + Eq, V> Unpin for Follow<'_, K, V> {}

impl<'a, K: Hash + Eq + Clone, V: Clone> Future for Follow<'a, K, V> {
    type Output = Followed<'a, K, V>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let cache = self.cache;
        Poll::Ready(match ready!(self.flight.poll(cx)) {
            // Cloned after the flight's lock is gone.
            flight::Followed::Landed(value) => Followed::Landed(V::clone(&value)),
            flight::Followed::Lead(flight) => Followed::Lead(Lead { cache, flight }),
            flight::Followed::Alone(key) => Followed::Alone(key),
        })
    }
}

#[cfg(all(test, not(lumina_loom)))]
mod tests;
