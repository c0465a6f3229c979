//! State that several functions share by name.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// One `T` for each name, for the life of the process.
///
/// Names are written in attributes or in a configuration file, so there are few, and they are never
/// taken out again: a function looks its own up once and keeps the reference.
pub(crate) struct Named<T: 'static> {
    by_name: Mutex<BTreeMap<Box<str>, &'static T>>,
}

impl<T> Named<T> {
    pub(crate) const fn new() -> Self {
        Named { by_name: Mutex::new(BTreeMap::new()) }
    }

    /// The one of that name; `make` is called if there is none yet.
    pub(crate) fn get(&self, name: &str, make: impl FnOnce() -> T) -> &'static T {
        // A panic in `make` leaves the map as it was.
        let mut by_name = self.by_name.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(&known) = by_name.get(name) {
            return known;
        }
        let new: &'static T = Box::leak(Box::new(make()));
        by_name.insert(name.into(), new);
        new
    }

    /// All there are, by name.
    pub(crate) fn all(&self) -> Vec<(String, &'static T)> {
        let by_name = self.by_name.lock().unwrap_or_else(PoisonError::into_inner);
        by_name.iter().map(|(name, &state)| (name.to_string(), state)).collect()
    }
}

impl<T> std::fmt::Debug for Named<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Named").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    #[test]
    fn a_name_has_one_state_and_the_first_to_ask_makes_it() {
        let named = Named::new();
        let first = named.get("openai", || 1);
        assert!(std::ptr::eq(first, named.get("openai", || 2)));
        assert_eq!(*named.get("anthropic", || 3), 3);
        let all: Vec<_> = named.all().into_iter().map(|(name, state)| (name, *state)).collect();
        assert_eq!(all, [("anthropic".to_owned(), 3), ("openai".to_owned(), 1)]);
    }

    #[test]
    fn a_panic_while_making_one_leaves_the_name_free() {
        let named: Named<u8> = Named::new();
        let made = catch_unwind(AssertUnwindSafe(|| named.get("a", || panic!("no"))));
        assert!(made.is_err());
        assert_eq!(*named.get("a", || 1), 1);
    }
}
