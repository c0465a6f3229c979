//! The spool: batches that wait on disk for their receiver, across the end of the process.
//!
//! ```text
//! worker -> Store::append -> segments -> Store::next -> worker -> Exporter::export_record
//!              |                |            |
//!              |                |            +-- damaged, refused -> quarantine
//!              |                +-- above the bound: the oldest go
//!              +-- a process that is gone: its directory is taken over
//! ```
//!
//! Owns files, locks, bounds and what they hold; the bytes are told in `docs/spool-format.md`. What
//! is sent when, and how spans are counted, is the worker's business; what a record says, that of
//! the exporter.

mod disk;
mod format;
mod owner;
mod quarantine;
mod segment;
mod store;
#[cfg(test)]
mod tests;

use super::SpoolConfig;
use super::worker::Shelf;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Arc;
use std::time::Instant;
use store::{Store, StoreConfig};

/// A store on the machine's disk for the exporter `label`, whose records are of `format`.
pub(crate) fn open(config: &SpoolConfig, label: &str, format: u8) -> Box<dyn Shelf> {
    let config = StoreConfig {
        root: config.dir.clone(),
        label: owner::file_label(label),
        format,
        max_bytes: config.max_bytes,
        sync: config.sync,
    };
    Box::new(Store::new(Arc::new(disk::OsDisk), config, Instant::now()))
}

/// No secret depends on it: it keeps names apart, and records from text.
fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}
