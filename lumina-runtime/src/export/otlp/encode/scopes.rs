//! Bringing spans of one scope together.

use crate::model::{Batch, SpanRef};
use std::collections::HashMap;

/// Slots of the pointer cache: more than the scopes that a batch has as a rule.
const SLOTS: usize = 64;

/// Whether two scopes are the same: by address first, since most are the program's own text.
#[inline]
pub(super) fn same(a: &str, b: &str) -> bool {
    std::ptr::eq(a, b) || a == b
}

/// The spans of `batch`, scope by scope, otherwise in their order.
pub(in super::super) fn by_scope(batch: &Batch) -> Vec<SpanRef<'_>> {
    let mut spans = batch.spans();
    let Some(first) = spans.next() else { return Vec::new() };
    if spans.all(|span| same(span.scope(), first.scope())) {
        return batch.spans().collect();
    }
    let (group_of, mut next) = count(batch);
    let mut ordered = vec![first; batch.len()];
    for (span, group) in batch.spans().zip(group_of) {
        let place = &mut next[group as usize];
        ordered[*place] = span;
        *place += 1;
    }
    ordered
}

/// The group of each span, and where each group starts.
fn count(batch: &Batch) -> (Vec<u32>, Vec<usize>) {
    let mut groups = Groups { cache: [("", u32::MAX); SLOTS], known: HashMap::new() };
    let mut starts: Vec<usize> = Vec::new();
    let mut group_of = Vec::with_capacity(batch.len());
    for span in batch.spans() {
        let group = groups.of(span.scope());
        if group as usize == starts.len() {
            starts.push(0);
        }
        starts[group as usize] += 1;
        group_of.push(group);
    }
    let mut start = 0;
    for place in &mut starts {
        start += std::mem::replace(place, start);
    }
    (group_of, starts)
}

/// Numbers scopes from zero in the order in which they are first seen.
struct Groups<'a> {
    /// By address: a scope of the program costs a comparison, not a hash of its text.
    cache: [(&'a str, u32); SLOTS],
    known: HashMap<&'a str, u32>,
}

impl<'a> Groups<'a> {
    fn of(&mut self, scope: &'a str) -> u32 {
        let slot = (scope.as_ptr().addr() >> 3) % SLOTS;
        let (cached, group) = self.cache[slot];
        if group != u32::MAX && std::ptr::eq(cached, scope) {
            return group;
        }
        let new = self.known.len() as u32;
        let group = *self.known.entry(scope).or_insert(new);
        self.cache[slot] = (scope, group);
        group
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Resource, SpanData, SpanId, TraceId};

    fn batch(scopes: impl IntoIterator<Item = String>) -> Batch {
        let spans = scopes.into_iter().zip(1..).map(|(scope, id)| {
            let mut span = SpanData::new(TraceId(1), SpanId(id), "s");
            span.scope = scope.into();
            span
        });
        Batch::from_spans(Resource::new(), spans)
    }

    #[test]
    fn spans_of_a_scope_become_neighbours_and_keep_their_order() {
        let scopes = ["b", "a", "b", "c", "a"].map(str::to_owned);
        let batch = batch(scopes);
        let order: Vec<_> =
            by_scope(&batch).iter().map(|span| (span.scope(), span.span_id().0)).collect();
        assert_eq!(order, [("b", 1), ("b", 3), ("a", 2), ("a", 5), ("c", 4)]);
    }

    #[test]
    fn more_scopes_than_the_cache_holds_are_still_told_apart() {
        let batch = batch((0..1_000).map(|i| format!("scope{}", i % 300)));
        let ordered = by_scope(&batch);
        let changes = ordered.windows(2).filter(|pair| pair[0].scope() != pair[1].scope()).count();
        assert_eq!((ordered.len(), changes), (1_000, 299));
    }

    #[test]
    fn an_empty_batch_has_no_order() {
        assert!(by_scope(&batch([])).is_empty());
    }
}
