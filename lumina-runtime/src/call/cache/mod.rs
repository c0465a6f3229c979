//! `#[cache]` in the engine: a call's value, from the cache, from another call, or made and kept.
//!
//! ```text
//! match call.cached(keeps, scope, key).await {
//!     Found::Hit(value) => keeps.give(value),
//!     Found::Miss(ticket) => { let value = ..; call.keep(ticket, value) }
//! }
//! ```
//!
//! A hit carries the kept value and no error, so that none lives across an `.await`. What is kept,
//! and for how long, is in `policy::cache`.

mod keeps;
mod key;
mod run;

pub use keeps::{
    CacheValue, KeepNothing, KeepOk, KeepWhole, Keepable, Keeping, Keeps, KeepsNothing, KeepsWhole,
};
pub use key::{
    CacheKey, KeyOf, KeyOfPlace, NoKey, NoKeyOf, NoKeyOfPlace, OwnKey, OwnKeyOfPlace, ToKey,
};

use super::operation::Call;
use crate::policy::block::block_on;
use crate::policy::cache::{Cache, CacheSite, Follow, Followed, Joined, Lead};
use crate::policy::deadline::Deadline;
use crate::policy::timer::{self, Sleep};
use std::any::TypeId;
use std::future::Future;
use std::num::NonZeroU32;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

/// The cache of a function; part of its plan.
pub(super) struct CachePlan {
    site: CacheSite,
    pub(super) single_flight: bool,
}

impl CachePlan {
    pub(super) const fn new(capacity: u32, ttl: Option<Duration>, single_flight: bool) -> Self {
        CachePlan { site: CacheSite::new(capacity as usize, ttl), single_flight }
    }

    pub(super) fn capacity(&self) -> usize {
        self.site.capacity()
    }

    /// Changes room and time.
    #[cfg(any(feature = "config", test))]
    pub(super) fn configure(&self, capacity: u32, ttl: Option<Duration>) {
        self.site.configure(capacity as usize, ttl);
    }

    pub(super) fn ttl(&self) -> Option<Duration> {
        self.site.ttl()
    }

    /// `Err`: another call is making the value.
    fn look_up<P, K>(
        &'static self,
        scope: TypeId,
        key: K,
    ) -> Result<Found<K, P>, Follow<'static, K, P::Value>>
    where
        P: Keeps,
        P::Value: CacheValue,
        K: CacheKey,
    {
        let (cache, now) = (self.site.of::<K, P::Value>(scope), timer::now());
        // Before the flights, whose lock all calls share.
        if let Some(value) = cache.get(&key, now) {
            return Ok(Found::Hit(value));
        }
        if !self.single_flight {
            return Ok(Found::Miss(Ticket(Use::Keep(cache, key))));
        }
        match cache.join(key, now) {
            Joined::Hit(value) => Ok(Found::Hit(value)),
            Joined::Lead(lead) => Ok(Found::Miss(Ticket(Use::Lead(lead)))),
            Joined::Follow(follow) => Err(follow),
        }
    }

    /// What is left of waiting for another call; `None`: there was no time for more.
    fn after_wait<P, K>(
        &'static self,
        scope: TypeId,
        followed: Option<Followed<'static, K, P::Value>>,
    ) -> Found<K, P>
    where
        P: Keeps,
        P::Value: CacheValue,
        K: CacheKey,
    {
        let cache = || self.site.of::<K, P::Value>(scope);
        match followed {
            Some(Followed::Landed(value)) => Found::Hit(value),
            Some(Followed::Lead(lead)) => Found::Miss(Ticket(Use::Lead(lead))),
            Some(Followed::Alone(key)) => Found::Miss(Ticket(Use::Keep(cache(), key))),
            None => Found::Miss(Ticket(Use::Nothing)),
        }
    }
}

/// A number of values.
///
/// # Panics
///
/// If it is zero; in generated code, while the program is compiled.
#[must_use]
pub const fn capacity(count: u32) -> NonZeroU32 {
    match NonZeroU32::new(count) {
        Some(count) => count,
        None => panic!("a cache keeps at least one value"),
    }
}

/// Tells the instances of a generic function apart.
///
/// A closure has, as part of its type, the type parameters of the function it is written in, and
/// those of the function's `impl`. Lifetimes do not count: no `'static` is asked for.
#[inline(always)]
#[must_use]
pub fn scope<T>(_: &T) -> TypeId {
    typeid::of::<T>()
}

/// What there is for a call.
pub enum Found<K: CacheKey, P: Keeps>
where
    P::Value: 'static,
{
    /// The value.
    Hit(P::Value),
    /// Nothing: the call is made. What to do with its value.
    Miss(Ticket<K, P>),
}

/// What to do with the value of a call.
///
/// Dropped, the call was cancelled or has panicked, and those who wait for it know.
#[must_use = "those who wait want the value"]
pub struct Ticket<K: CacheKey, P: Keeps>(Use<K, P::Value>)
where
    P::Value: 'static;

enum Use<K: CacheKey, V: 'static> {
    /// Nothing: the call is too late for any value.
    Nothing,
    Keep(&'static Cache<K, V>, K),
    /// Others wait for it.
    Lead(Lead<'static, K, V>),
}

impl Call {
    /// Looks the key up, and waits if another call is making the value.
    ///
    /// A wait ends with the call's own time: then it goes on as one that is too late, which its
    /// attempts say.
    #[inline]
    pub fn cached<P, K>(&mut self, _keeps: P, scope: TypeId, key: K) -> Cached<'_, P, K>
    where
        P: Keeps,
        P::Value: CacheValue,
        K: CacheKey,
    {
        Cached { call: self, scope, key: Some(key), follow: None, sleep: Sleep::never() }
    }

    /// [`cached`](Self::cached) on a thread that may block.
    pub fn cached_sync<P, K>(&mut self, _keeps: P, scope: TypeId, key: K) -> Found<K, P>
    where
        P: Keeps,
        P::Value: CacheValue,
        K: CacheKey,
    {
        let Call { span, state } = self;
        let Some(plan) = state.cache() else { return Found::Miss(Ticket(Use::Nothing)) };
        let found = span.poll_within(|| {
            plan.look_up(scope, key).unwrap_or_else(|follow| {
                let until = state.interrupting().map(Deadline::instant);
                plan.after_wait(scope, block_on(follow, until))
            })
        });
        state.report.cache_hit(matches!(found, Found::Hit(_)));
        found
    }

    /// Does with the value what the ticket says, and gives it back.
    ///
    /// Only a success of the operation itself is kept: not a fallback's value, and not one that is
    /// not the one awaited. Those who wait get any success.
    pub fn keep<P, K>(&mut self, ticket: Ticket<K, P>, returned: P::Returned) -> P::Returned
    where
        P: Keeps,
        P::Value: CacheValue,
        K: CacheKey,
    {
        let Call { span, state } = self;
        let own = !state.is_provisional();
        // Within the span: it clones the value, which may panic.
        span.poll_within(|| match (ticket.0, P::kept(&returned)) {
            (Use::Keep(cache, key), Some(value)) if own => {
                cache.insert(key, value.clone(), timer::now());
            }
            (Use::Lead(lead), Some(value)) if own => lead.land(value, timer::now()),
            (Use::Lead(lead), Some(value)) => lead.share(value),
            (Use::Lead(lead), None) => lead.fail(),
            (Use::Nothing | Use::Keep(..), _) => {}
        });
        returned
    }
}

/// The future of looking a key up.
#[must_use = "futures do nothing unless polled"]
pub struct Cached<'c, P: Keeps, K: CacheKey>
where
    P::Value: CacheValue,
{
    call: &'c mut Call,
    scope: TypeId,
    /// Until it has been looked up.
    key: Option<K>,
    follow: Option<Follow<'static, K, P::Value>>,
    sleep: Sleep,
}

// Nothing in it is pinned.
impl<P: Keeps, K: CacheKey> Unpin for Cached<'_, P, K> where P::Value: CacheValue {}

impl<P, K> Future for Cached<'_, P, K>
where
    P: Keeps,
    P::Value: CacheValue,
    K: CacheKey,
{
    type Output = Found<K, P>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Found<K, P>> {
        let Cached { call, scope, key, follow, sleep } = &mut *self;
        let Call { span, state } = &mut **call;
        let Some(plan) = state.cache() else {
            return Poll::Ready(Found::Miss(Ticket(Use::Nothing)));
        };
        let deadline = state.interrupting().map(Deadline::instant);
        let found = ready!(span.poll_within(|| {
            if let Some(key) = key.take() {
                match plan.look_up(*scope, key) {
                    Ok(found) => return Poll::Ready(found),
                    Err(other) => *follow = Some(other),
                }
            }
            // OK to pend: a future is not polled after it is ready.
            let Some(waiting) = follow else { return Poll::Pending };
            let followed = match (Pin::new(waiting).poll(cx), deadline) {
                (Poll::Ready(followed), _) => Some(followed),
                (Poll::Pending, None) => return Poll::Pending,
                (Poll::Pending, Some(deadline)) => {
                    ready!(sleep.poll_until(deadline, cx));
                    None
                }
            };
            *follow = None;
            Poll::Ready(plan.after_wait(*scope, followed))
        }));
        state.report.cache_hit(matches!(found, Found::Hit(_)));
        Poll::Ready(found)
    }
}

impl<P: Keeps, K: CacheKey> std::fmt::Debug for Cached<'_, P, K>
where
    P::Value: CacheValue,
{
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cached").finish_non_exhaustive()
    }
}

impl<K: CacheKey, P: Keeps> std::fmt::Debug for Found<K, P>
where
    P::Value: 'static,
{
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Not the value: it is the user's data.
        f.write_str(if matches!(self, Found::Hit(_)) { "Hit" } else { "Miss" })
    }
}

impl<K: CacheKey, P: Keeps> std::fmt::Debug for Ticket<K, P>
where
    P::Value: 'static,
{
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ticket").finish_non_exhaustive()
    }
}
