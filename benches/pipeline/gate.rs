//! A door that exporters wait at.

use std::sync::{Condvar, Mutex, PoisonError};

/// Shut until [`open`](Self::open)ed.
pub(crate) struct Gate {
    open: Mutex<bool>,
    changed: Condvar,
}

impl Gate {
    pub(crate) const fn new() -> Gate {
        Gate { open: Mutex::new(false), changed: Condvar::new() }
    }

    /// Waits until the gate is open.
    pub(crate) fn pass(&self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        while !*open {
            open = self.changed.wait(open).unwrap_or_else(PoisonError::into_inner);
        }
    }

    pub(crate) fn open(&self) {
        *self.open.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.changed.notify_all();
    }
}
