//! The cache of one function: one for each of its instances, if it is generic.

use super::Cache;
use crate::policy::sync::recover;
use std::any::{Any, TypeId};
use std::hash::Hash;
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

/// What a guarded function's static holds. A static in a generic function is one for all its types,
/// which are only known when it is called.
pub(crate) struct CacheSite {
    capacity: usize,
    ttl: Option<Duration>,
    /// For most functions the only one.
    first: OnceLock<Typed>,
    /// As many as the program has instances of it.
    others: Mutex<Vec<Typed>>,
    /// Room and time in the place of those declared.
    changed: Mutex<Option<(usize, Option<Duration>)>>,
}

#[derive(Clone, Copy)]
struct Typed {
    of: Instance,
    cache: &'static (dyn Any + Send + Sync),
    configure: fn(&(dyn Any + Send + Sync), usize, Option<Duration>),
}

/// What a cache belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Instance {
    /// Tells the instances of a generic function apart, whose keys and values may have the same
    /// types.
    scope: TypeId,
    /// Of keys and values.
    types: TypeId,
}

impl CacheSite {
    /// No cache yet: each is made when first asked for.
    pub(crate) const fn new(capacity: usize, ttl: Option<Duration>) -> Self {
        let others = Mutex::new(Vec::new());
        CacheSite { capacity, ttl, first: OnceLock::new(), others, changed: Mutex::new(None) }
    }

    /// The room of each cache.
    pub(crate) const fn capacity(&self) -> usize {
        self.capacity
    }

    /// For how long each cache keeps a value.
    pub(crate) const fn ttl(&self) -> Option<Duration> {
        self.ttl
    }

    /// The cache for these types, of the function's instance that has the type `scope`.
    pub(crate) fn of<K, V>(&self, scope: TypeId) -> &'static Cache<K, V>
    where
        K: Hash + Eq + Clone + Send + Sync + 'static,
        V: Clone + Send + Sync + 'static,
    {
        let of = Instance { scope, types: TypeId::of::<(K, V)>() };
        let first = *self.first.get_or_init(|| self.make::<K, V>(of));
        let typed = if first.of == of { first } else { self.other::<K, V>(of) };
        // The types are part of what was compared.
        typed.cache.downcast_ref().expect("a cache is found by its types")
    }

    fn other<K, V>(&self, of: Instance) -> Typed
    where
        K: Hash + Eq + Clone + Send + Sync + 'static,
        V: Clone + Send + Sync + 'static,
    {
        let mut others = recover(self.others.lock());
        if let Some(known) = others.iter().find(|typed| typed.of == of) {
            return *known;
        }
        let new = self.make::<K, V>(of);
        others.push(new);
        new
    }

    fn make<K, V>(&self, of: Instance) -> Typed
    where
        K: Hash + Eq + Clone + Send + Sync + 'static,
        V: Clone + Send + Sync + 'static,
    {
        let changed = *recover(self.changed.lock());
        let (capacity, ttl) = changed.unwrap_or((self.capacity, self.ttl));
        let cache = Box::leak(Box::new(Cache::<K, V>::new(capacity, ttl)));
        Typed { of, cache, configure: configure::<K, V> }
    }

    /// Changes room and time of all caches, there already or to come; what is kept stays as far as
    /// there is room.
    pub(crate) fn configure(&self, capacity: usize, ttl: Option<Duration>) {
        *recover(self.changed.lock()) = Some((capacity, ttl));
        let others = recover(self.others.lock());
        for typed in self.first.get().into_iter().chain(others.iter()) {
            (typed.configure)(typed.cache, capacity, ttl);
        }
    }
}

fn configure<K, V>(cache: &(dyn Any + Send + Sync), capacity: usize, ttl: Option<Duration>)
where
    K: Hash + Eq + Clone + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    if let Some(cache) = cache.downcast_ref::<Cache<K, V>>() {
        cache.configure(capacity, ttl);
    }
}

impl std::fmt::Debug for CacheSite {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CacheSite").field("capacity", &self.capacity).finish_non_exhaustive()
    }
}

#[cfg(all(test, not(lumina_loom)))]
mod tests {
    use super::*;
    use std::time::Instant;

    #[test]
    fn a_generic_function_has_a_cache_for_each_of_its_instances() {
        static SITE: CacheSite = CacheSite::new(8, None);
        fn cached<S: 'static, V: Clone + Send + Sync + 'static>(value: V) -> V {
            let (cache, now) = (SITE.of::<u8, V>(TypeId::of::<S>()), Instant::now());
            cache.get(&1, now).unwrap_or_else(|| {
                cache.insert(1, value.clone(), now);
                value
            })
        }
        let first = (cached::<(), _>("a"), cached::<(), _>(7u8), cached::<i8, _>(8u8));
        assert_eq!(first, ("a", 7, 8));
        let second = (cached::<(), _>("b"), cached::<(), _>(9u8), cached::<i8, _>(9u8));
        assert_eq!(second, first);
    }
}
