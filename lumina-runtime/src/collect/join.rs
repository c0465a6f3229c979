//! Spans whose parts come apart: starts that are still open, ends and additions from anywhere.
//!
//! A span that ended in place needs none of this. The others wait here for an END record; and then,
//! if anything was or may have been added to them elsewhere, for one more full cycle: what happened
//! before the end, on whatever thread, has been read by then.

use crate::record::layout::Head;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};

/// Spans that may be open at once.
const MAX_PENDING: usize = 1 << 18;
/// Bytes that open spans and their additions may take.
const MAX_PENDING_BYTES: usize = 64 * 1024 * 1024;
/// Full cycles after which a part without a start belongs to a span that is gone.
const LATE_AFTER: u64 = 4;
/// Buffers kept for the next spans, and the largest kept, in words.
const KEPT_BUFFERS: usize = 4096;
const KEPT_WORDS: usize = 512;

static LATE_RECORDS: AtomicU64 = AtomicU64::new(0);

/// Parts whose span was gone when they were read.
pub(super) fn late_records() -> u64 {
    LATE_RECORDS.load(Ordering::Relaxed)
}

/// The end of a span.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ended {
    pub(super) tick: u64,
    pub(super) outcome: u8,
}

/// What is known of a span that is not complete.
#[derive(Default)]
pub(super) struct Pending {
    /// The span record; empty while it has not been read.
    pub(super) start: Vec<u64>,
    /// Records that belong to the span, one after the other, the END record included.
    pub(super) additions: Vec<u64>,
    pub(super) ended: Option<Ended>,
    /// The cycle in which the first part, or the end, was read.
    cycle: u64,
}

#[derive(Default)]
pub(super) struct Join {
    pending: HashMap<u64, Pending, BuildHasherDefault<IdHasher>>,
    /// Spans with an end, and the cycles in which their ends were read, in that order. The cycle is
    /// here too, so that those whose turn has not come are not looked up.
    ended: Vec<(u64, u64)>,
    /// Spans of which parts were read before the start.
    without_start: Vec<u64>,
    cycle: u64,
    words: usize,
    buffers: Vec<Vec<u64>>,
}

impl Join {
    /// Notes the start of a span that is open; false when there are too many.
    pub(super) fn start(&mut self, span: u64, record: &[u64]) -> bool {
        let full = self.pending.len() >= MAX_PENDING || self.is_full();
        if full && !self.pending.contains_key(&span) {
            return false;
        }
        let mut start = self.buffers.pop().unwrap_or_default();
        start.extend_from_slice(record);
        self.words += record.len();
        let cycle = self.cycle;
        let pending =
            self.pending.entry(span).or_insert_with(|| Pending { cycle, ..Pending::default() });
        pending.start = start;
        true
    }

    fn is_full(&self) -> bool {
        self.words * 8 >= MAX_PENDING_BYTES
    }

    /// Keeps a record that belongs to a span.
    pub(super) fn add(&mut self, span: u64, record: &[u64]) {
        if self.is_full() {
            LATE_RECORDS.fetch_add(1, Ordering::Relaxed);
            return;
        }
        self.words += record.len();
        let mut spare = self.buffers.pop().unwrap_or_default();
        let pending = self.of(span);
        if pending.additions.capacity() == 0 {
            std::mem::swap(&mut pending.additions, &mut spare);
        }
        pending.additions.extend_from_slice(record);
        self.keep(spare);
    }

    fn of(&mut self, span: u64) -> &mut Pending {
        let (cycle, without_start) = (self.cycle, &mut self.without_start);
        self.pending.entry(span).or_insert_with(|| {
            without_start.push(span);
            Pending { cycle, ..Pending::default() }
        })
    }

    /// Notes an end that was read from an END record.
    pub(super) fn end(&mut self, span: u64, ended: Ended) {
        let cycle = self.cycle;
        let pending = self.of(span);
        pending.ended = Some(ended);
        pending.cycle = cycle;
        self.ended.push((span, cycle));
    }

    /// Takes out a span that has started, if all that was added to it has been read.
    pub(super) fn take_complete(&mut self, span: u64) -> Option<Pending> {
        match self.pending.entry(span) {
            Entry::Occupied(entry) if !entry.get().start.is_empty() => {
                let pending = entry.remove();
                self.words = self.words.saturating_sub(pending.words());
                Some(pending)
            }
            _ => None,
        }
    }

    /// Takes out a span that turned out to have ended in place.
    pub(super) fn take_in_place(&mut self, span: u64) -> Option<Pending> {
        self.take(span)
    }

    fn take(&mut self, span: u64) -> Option<Pending> {
        let pending = self.pending.remove(&span)?;
        self.words = self.words.saturating_sub(pending.words());
        Some(pending)
    }

    /// Ends a full cycle: gives each span that is complete to `emit`.
    pub(super) fn finish_cycle(&mut self, mut emit: impl FnMut(&Pending, Ended)) {
        let cycle = self.cycle;
        self.cycle += 1;
        let due = self.ended.partition_point(|(_, read)| *read < cycle);
        let mut ended = std::mem::take(&mut self.ended);
        let waiting = ended.split_off(due);
        // What stays is older than what waits: the order is kept.
        ended.retain(|&(span, read)| {
            let Some(pending) = self.pending.get(&span) else { return false };
            if pending.start.is_empty() {
                let is_late = read + LATE_AFTER < cycle;
                if is_late {
                    self.forget(span);
                }
                return !is_late;
            }
            if let Some(pending) = self.take(span) {
                if let Some(ended) = pending.ended {
                    emit(&pending, ended);
                }
                self.recycle(pending);
            }
            false
        });
        ended.extend(waiting);
        // `emit` does not reach the list.
        self.ended = ended;
        self.drop_late(cycle);
    }

    fn drop_late(&mut self, cycle: u64) {
        let mut waiting = std::mem::take(&mut self.without_start);
        waiting.retain(|&span| match self.pending.get(&span) {
            None => false,
            Some(pending) if !pending.start.is_empty() || pending.ended.is_some() => false,
            Some(pending) if pending.cycle + LATE_AFTER < cycle => {
                self.forget(span);
                false
            }
            Some(_) => true,
        });
        self.without_start = waiting;
    }

    fn forget(&mut self, span: u64) {
        if let Some(pending) = self.take(span) {
            let parts = records(&pending.additions).count() as u64;
            LATE_RECORDS.fetch_add(parts, Ordering::Relaxed);
            self.recycle(pending);
        }
    }

    /// Takes out all spans that have started and that `belongs` claims.
    pub(super) fn take_started(&mut self, belongs: impl Fn(&[u64]) -> bool) -> Vec<Pending> {
        let open = |pending: &Pending| !pending.start.is_empty() && belongs(&pending.start);
        let mut spans: Vec<u64> =
            self.pending.iter().filter(|(_, p)| open(p)).map(|(span, _)| *span).collect();
        // The order in which they started: a reader finds parents before children.
        spans.sort_unstable_by_key(|span| self.pending.get(span).map(|p| p.start[6]));
        spans.into_iter().filter_map(|span| self.take(span)).collect()
    }

    /// Keeps a span's buffers for later ones.
    pub(super) fn recycle(&mut self, pending: Pending) {
        self.keep(pending.start);
        self.keep(pending.additions);
    }

    fn keep(&mut self, mut buffer: Vec<u64>) {
        if self.buffers.len() < KEPT_BUFFERS && (1..=KEPT_WORDS).contains(&buffer.capacity()) {
            buffer.clear();
            self.buffers.push(buffer);
        }
    }
}

impl Pending {
    fn words(&self) -> usize {
        self.start.len() + self.additions.len()
    }
}

/// Splits records that stand one after the other.
pub(super) fn records(words: &[u64]) -> impl Iterator<Item = (Head, &[u64])> {
    let mut rest = words;
    std::iter::from_fn(move || {
        let head = Head::of(*rest.first()?);
        let (record, after) = rest.split_at_checked(head.length / 8)?;
        // A length of zero would never end; no record is that short.
        if record.is_empty() {
            return None;
        }
        rest = after;
        Some((head, record))
    })
}

/// Span ids are random enough to be their own hash.
#[derive(Default)]
struct IdHasher(u64);

impl Hasher for IdHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    fn write_u64(&mut self, id: u64) {
        // A Weyl sequence's low bits step evenly, its high bits too; fold them for the table,
        // which uses both ends.
        self.0 = id ^ id.rotate_left(32);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::layout::{LINK, LINK_LENGTH, SPAN, SPAN_HEAD, word};

    fn start_of(span: u64) -> [u64; 8] {
        [word(SPAN, 0, 1, SPAN_HEAD), 0, 1, 1, span, 0, 1, 0]
    }

    fn link_of(span: u64) -> [u64; 5] {
        [word(LINK, 0, 0, LINK_LENGTH), span, 1, 1, 9]
    }

    #[test]
    fn a_span_is_complete_with_its_end_once_its_start_was_read() {
        let mut join = Join::default();
        join.add(7, &link_of(7));
        assert!(join.take_complete(7).is_none());
        assert!(join.start(7, &start_of(7)));
        let pending = join.take_complete(7).unwrap();
        assert_eq!((pending.start, pending.additions), (start_of(7).into(), link_of(7).into()));
        assert!(join.take_complete(7).is_none());
        assert_eq!(join.words, 0);
    }

    #[test]
    fn ended_spans_wait_one_cycle_and_keep_their_order() {
        let mut join = Join::default();
        let ended = Ended { tick: 2, outcome: 0 };
        for span in [1, 2] {
            join.start(span, &start_of(span));
            join.end(span, ended);
        }
        let emitted = |join: &mut Join| {
            let mut spans = Vec::new();
            join.finish_cycle(|pending, _| spans.push(pending.start[4]));
            spans
        };
        assert!(emitted(&mut join).is_empty());
        join.start(3, &start_of(3));
        join.end(3, ended);
        assert_eq!(emitted(&mut join), [1, 2]);
        assert_eq!(emitted(&mut join), [3]);
        assert_eq!(join.words, 0);
    }
}
