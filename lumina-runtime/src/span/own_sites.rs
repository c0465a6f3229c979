//! The call sites of lumina among those of `tracing`, by the address of their metadata.
//!
//! Filters ask for each span and event of the process where interest cannot be cached: the answer
//! takes no lock.

use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};
use tracing_core::Metadata;

/// Grows by replacement; an outgrown table is leaked, since somebody may be reading it. All of them
/// together are at most as large as the last.
static TABLE: AtomicPtr<Table> = AtomicPtr::new(std::ptr::null_mut());

/// An open-addressed set of addresses, 0 for none; at most half full.
struct Table {
    addresses: Box<[AtomicUsize]>,
    count: AtomicUsize,
}

impl Table {
    fn with_capacity(slots: usize) -> Self {
        let addresses = (0..slots).map(|_| AtomicUsize::new(0)).collect();
        Table { addresses, count: AtomicUsize::new(0) }
    }

    /// The place of `address`, or where it would be put. There is always a free place to stop at.
    fn find(&self, address: usize) -> (&AtomicUsize, bool) {
        let mask = self.addresses.len() - 1;
        // Metadata is at least word-aligned: its low bits say nothing.
        let mut at = (address >> 4).wrapping_mul(0x9E37_79B9) & mask;
        loop {
            let place = &self.addresses[at];
            match place.load(Ordering::Relaxed) {
                0 => return (place, false),
                found if found == address => return (place, true),
                _ => at = (at + 1) & mask,
            }
        }
    }

    fn insert(&self, address: usize) {
        if let (place, false) = self.find(address) {
            place.store(address, Ordering::Relaxed);
            self.count.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn is_full(&self) -> bool {
        self.count.load(Ordering::Relaxed) * 2 >= self.addresses.len()
    }
}

fn table() -> Option<&'static Table> {
    // SAFETY: null, or a table that was leaked before it was published.
    unsafe { TABLE.load(Ordering::Acquire).as_ref() }
}

/// Adds a site. The caller holds the lock of all sites: one at a time.
pub(super) fn add(metadata: &'static Metadata<'static>) {
    let known = table();
    if known.is_none_or(Table::is_full) {
        let next = Table::with_capacity(known.map_or(256, |table| table.addresses.len() * 2));
        for address in known.map_or(&[][..], |table| &table.addresses) {
            let address = address.load(Ordering::Relaxed);
            if address != 0 {
                next.insert(address);
            }
        }
        TABLE.store(Box::into_raw(Box::new(next)), Ordering::Release);
    }
    if let Some(table) = table() {
        table.insert(std::ptr::from_ref(metadata).addr());
    }
}

/// Whether `metadata` is that of one of our sites.
pub(super) fn contains(metadata: &Metadata<'_>) -> bool {
    // OK to compare addresses: the metadata of a site is part of a static and never copied.
    table().is_some_and(|table| table.find(std::ptr::from_ref(metadata).addr()).1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_again_and_others_are_not() {
        let table = Table::with_capacity(64);
        for n in 1..=32 {
            table.insert(n * 48);
            table.insert(n * 48);
        }
        assert!(table.is_full());
        assert_eq!(table.count.load(Ordering::Relaxed), 32);
        assert!((1..=32).all(|n| table.find(n * 48).1));
        assert!(!(33..=64).any(|n| table.find(n * 48).1));
    }
}
