//! Which findings stay when they overlap, and which were placeholders all along.

use super::Candidate;
use crate::engine::Engine;

/// Sorts, drops what touches a placeholder, and keeps of those that overlap the surest, then the
/// longest. What loses and reaches further than the winner is found again by the next scan.
pub(super) fn resolve(engine: &Engine, text: &[u8], mut found: Vec<Candidate>) -> Vec<Candidate> {
    if found.is_empty() {
        return found;
    }
    for one in &mut found {
        // A whole character or none.
        while one.start > 0 && is_inside(text, one.start) {
            one.start -= 1;
        }
        while one.end < text.len() && is_inside(text, one.end) {
            one.end += 1;
        }
    }
    found.sort_by_key(|one| (one.start, std::cmp::Reverse(one.score), std::cmp::Reverse(one.end)));
    let mut kept: Vec<Candidate> = Vec::with_capacity(found.len());
    for one in found {
        if engine.labels.touches(text, one.start, one.end) {
            continue;
        }
        match kept.last_mut() {
            Some(last) if one.start < last.end => {
                let length = |c: &Candidate| c.end - c.start;
                if (one.score, length(&one)) > (last.score, length(last)) {
                    *last = one;
                }
            }
            _ => kept.push(one),
        }
    }
    // A winner that begins later than what it replaced leaves order and disjointness intact: it
    // overlapped the last one only.
    kept
}

fn is_inside(text: &[u8], at: usize) -> bool {
    text[at] & 0xC0 == 0x80
}
