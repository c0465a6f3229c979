//! Checksums and structure of numbers, pure functions over compact text.
//!
//! *Compact*: separators removed, letters upper-case. Each function names its standard. Which texts
//! they are asked about belongs to the rules.

pub(crate) mod base58;
pub(crate) mod bech32;
pub(crate) mod digits;
pub(crate) mod finance;
pub(crate) mod people;
pub(crate) mod people_europe;
pub(crate) mod people_world;

#[cfg(test)]
mod tests;

/// Judges a compact number.
pub(crate) type Check = fn(&[u8]) -> bool;
