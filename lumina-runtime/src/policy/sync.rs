//! What the shared state is built from: the standard library's, or loom's when it models them.

#[cfg(lumina_loom)]
pub(super) use loom::sync::atomic::{AtomicU32, AtomicU64, Ordering};
#[cfg(lumina_loom)]
pub(super) use loom::sync::{Mutex, MutexGuard};
#[cfg(not(lumina_loom))]
pub(super) use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
#[cfg(not(lumina_loom))]
pub(super) use std::sync::{Mutex, MutexGuard};

use std::sync::{LockResult, PoisonError};

/// Locks what is never left half-changed: a panic under the lock means no more than its end.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    recover(mutex.lock())
}

/// What a lock guards, as a panic left it.
pub(super) fn recover<T>(locked: LockResult<T>) -> T {
    locked.unwrap_or_else(PoisonError::into_inner)
}

/// A constructor that is `const`, but not under loom, whose types have none.
macro_rules! const_unless_loom {
    ($(#[$attribute:meta])* $visibility:vis fn $name:ident($($parameter:ident: $type:ty),*) -> $return:ty $body:block) => {
        #[cfg(not(lumina_loom))]
        $(#[$attribute])*
        $visibility const fn $name($($parameter: $type),*) -> $return $body

        #[cfg(lumina_loom)]
        $(#[$attribute])*
        $visibility fn $name($($parameter: $type),*) -> $return $body
    };
}
pub(super) use const_unless_loom;
