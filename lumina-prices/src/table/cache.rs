//! What names were found to mean: bounded, shared by threads, read without waiting for writers of
//! other shards.

use std::sync::{PoisonError, RwLock};

/// Entries are in the table of one shard, within a short window after the place their hash says.
const SHARDS: usize = 16;
const SLOTS: usize = 256;
const WINDOW: usize = 8;
/// Longer names are looked up each time: nobody fills memory with them.
const MAX_KEY_BYTES: usize = 256;

/// A bounded map from (provider, URL, model) to what these were found to mean.
///
/// Holds 4,096 entries of at most 256 bytes; where a window is full the new entry takes the place
/// of an old one. Forgetting costs a search, never a wrong answer.
pub(crate) struct Cache<T> {
    shards: [RwLock<Shard<T>>; SHARDS],
}

/// The hashes stand together, so that looking through a window touches one or two lines of memory.
struct Shard<T> {
    /// Zero where there is no entry.
    hashes: Vec<u64>,
    entries: Vec<Option<Entry<T>>>,
}

struct Entry<T> {
    /// The parts one after the other; where the second and the third begin.
    text: Box<str>,
    ends: [u16; 2],
    value: T,
}

impl<T> Entry<T> {
    fn new(key: [&str; 3], value: T) -> Self {
        let ends = [key[0].len(), key[0].len() + key[1].len()];
        // OK to cast: keys are at most MAX_KEY_BYTES long.
        Self { text: key.concat().into(), ends: ends.map(|end| end as u16), value }
    }

    fn is(&self, key: [&str; 3]) -> bool {
        let (text, ends) = (self.text.as_bytes(), self.ends.map(usize::from));
        text.len() == ends[1] + key[2].len()
            && ends == [key[0].len(), key[0].len() + key[1].len()]
            && text[..ends[0]] == *key[0].as_bytes()
            && text[ends[0]..ends[1]] == *key[1].as_bytes()
            && text[ends[1]..] == *key[2].as_bytes()
    }
}

impl<T: Copy> Shard<T> {
    fn get(&self, hash: u64, key: [&str; 3]) -> Option<T> {
        let mut at = window(hash).filter(|&at| self.hashes.get(at) == Some(&hash));
        at.find_map(|at| self.entries[at].as_ref().filter(|entry| entry.is(key)))
            .map(|entry| entry.value)
    }

    fn put(&mut self, hash: u64, entry: Entry<T>) {
        if self.hashes.is_empty() {
            self.hashes.resize(SLOTS, 0);
            self.entries.resize_with(SLOTS, || None);
        }
        let free = window(hash).find(|&at| self.hashes[at] == 0);
        let at = free.unwrap_or_else(|| (hash as usize + (hash >> 32) as usize % WINDOW) % SLOTS);
        self.hashes[at] = hash;
        self.entries[at] = Some(entry);
    }
}

impl<T: Copy> Cache<T> {
    pub(crate) fn new() -> Self {
        let shard = |_| RwLock::new(Shard { hashes: Vec::new(), entries: Vec::new() });
        Self { shards: std::array::from_fn(shard) }
    }

    /// What was found for `key`, or what `find` finds now.
    pub(crate) fn get_or(&self, key: [&str; 3], find: impl FnOnce() -> T) -> T {
        let hash = hash(key);
        let shard = &self.shards[(hash >> 60) as usize];
        if let Some(value) = shard.read().unwrap_or_else(PoisonError::into_inner).get(hash, key) {
            return value;
        }
        let value = find();
        if key.iter().map(|part| part.len()).sum::<usize>() <= MAX_KEY_BYTES {
            let mut shard = shard.write().unwrap_or_else(PoisonError::into_inner);
            shard.put(hash, Entry::new(key, value));
        }
        value
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        let count = |shard: &RwLock<Shard<T>>| {
            shard.read().map(|shard| shard.entries.iter().flatten().count()).unwrap_or(0)
        };
        self.shards.iter().map(count).sum()
    }
}

/// Where an entry may stand in its shard.
fn window(hash: u64) -> impl Iterator<Item = usize> {
    (0..WINDOW).map(move |step| (hash as usize + step) % SLOTS)
}

/// A quick hash. Whoever makes names collide makes them slow to find, nothing else.
fn hash(key: [&str; 3]) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut hash = 0_u64;
    let mut mix = |word: u64| hash = (hash.rotate_left(23) ^ word).wrapping_mul(FACTOR);
    for part in key {
        let mut words = part.as_bytes().chunks_exact(8);
        for word in &mut words {
            mix(word.try_into().map_or(0, u64::from_le_bytes));
        }
        let rest = words.remainder().iter().fold(0, |rest, &byte| rest << 8 | u64::from(byte));
        mix(rest ^ (part.len() as u64) << 56);
    }
    // Zero stands for no entry.
    (hash ^ hash >> 29).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_searched_once() {
        let cache = Cache::new();
        assert_eq!(cache.get_or(["a", "", "m"], || 1), 1);
        assert_eq!(cache.get_or(["a", "", "m"], || 2), 1);
        assert_eq!(cache.get_or(["", "a", "m"], || 3), 3, "the parts are told apart");
        assert_eq!(cache.get_or(["", "am", ""], || 4), 4);
    }

    #[test]
    fn memory_is_bounded_whatever_names_come() {
        let cache = Cache::new();
        for number in 0..100_000 {
            let name = format!("ft:model:{number}");
            assert_eq!(cache.get_or(["p", "", &name], || number), number);
        }
        assert!(cache.len() <= SHARDS * SLOTS);
        assert!(cache.len() > SHARDS * SLOTS * 9 / 10, "{} of its places are used", cache.len());
    }

    #[test]
    fn a_thousand_names_stay() {
        let cache = Cache::new();
        let names: Vec<String> = (0..1000).map(|number| format!("vendor/model-{number}")).collect();
        for name in &names {
            cache.get_or(["p", "", name], || 1);
        }
        let forgotten = names.iter().filter(|name| cache.get_or(["p", "", name], || 0) == 0);
        assert_eq!(forgotten.count(), 0);
    }

    #[test]
    fn a_very_long_name_is_not_kept() {
        let cache = Cache::new();
        let name = "x".repeat(300);
        assert_eq!(cache.get_or(["", "", &name], || 1), 1);
        assert_eq!(cache.get_or(["", "", &name], || 2), 2);
    }
}
