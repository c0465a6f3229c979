//! The cache of one function: one for each pair of types that a generic function has.

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
    /// As many as the program has types for it.
    others: Mutex<Vec<Typed>>,
}

type Typed = (TypeId, &'static (dyn Any + Send + Sync));

impl CacheSite {
    /// No cache yet: each is made when first asked for.
    pub(crate) const fn new(capacity: usize, ttl: Option<Duration>) -> Self {
        let others = Mutex::new(Vec::new());
        CacheSite { capacity, ttl, first: OnceLock::new(), others }
    }

    /// The cache for these types.
    pub(crate) fn of<K, V>(&self) -> &'static Cache<K, V>
    where
        K: Hash + Eq + Clone + Send + Sync + 'static,
        V: Clone + Send + Sync + 'static,
    {
        let wanted = TypeId::of::<(K, V)>();
        let first = *self.first.get_or_init(|| self.make::<K, V>());
        let typed = if first.0 == wanted { first } else { self.other::<K, V>(wanted) };
        // The types are part of what was compared.
        typed.1.downcast_ref().expect("a cache is found by its types")
    }

    fn other<K, V>(&self, wanted: TypeId) -> Typed
    where
        K: Hash + Eq + Clone + Send + Sync + 'static,
        V: Clone + Send + Sync + 'static,
    {
        let mut others = recover(self.others.lock());
        if let Some(known) = others.iter().find(|(types, _)| *types == wanted) {
            return *known;
        }
        let new = self.make::<K, V>();
        others.push(new);
        new
    }

    fn make<K, V>(&self) -> Typed
    where
        K: Hash + Eq + Clone + Send + Sync + 'static,
        V: Clone + Send + Sync + 'static,
    {
        let cache = Box::leak(Box::new(Cache::<K, V>::new(self.capacity, self.ttl)));
        (TypeId::of::<(K, V)>(), cache)
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
    fn a_generic_function_has_a_cache_for_each_of_its_types() {
        fn cached<V: Clone + Send + Sync + 'static>(value: V) -> V {
            static SITE: CacheSite = CacheSite::new(8, None);
            let (cache, now) = (SITE.of::<u8, V>(), Instant::now());
            cache.get(&1, now).unwrap_or_else(|| {
                cache.insert(1, value.clone(), now);
                value
            })
        }
        assert_eq!((cached("a"), cached(7u8), cached(false)), ("a", 7, false));
        assert_eq!((cached("b"), cached(8u8), cached(true)), ("a", 7, false));
    }
}
