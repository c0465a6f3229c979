//! What was shown lately, within bounds: late spans are told from early ones by it.

use crate::model::{SpanId, TraceId};
use std::collections::{HashSet, VecDeque};

/// Spans shown last that are remembered, so that a late child is shown at once.
const REMEMBERED_SPANS: usize = 4096;
/// Traces shown in parts that are remembered, so that the rest is not taken for the whole.
const REMEMBERED_PARTS: usize = 256;

/// What was shown lately.
#[derive(Debug, Default)]
pub(super) struct RecentlyShown {
    order: VecDeque<(TraceId, SpanId)>,
    known: HashSet<(TraceId, SpanId)>,
    parts: VecDeque<TraceId>,
}

impl RecentlyShown {
    pub(super) fn contains(&self, trace: TraceId, span: SpanId) -> bool {
        self.known.contains(&(trace, span))
    }

    pub(super) fn is_in_parts(&self, trace: TraceId) -> bool {
        self.parts.contains(&trace)
    }

    pub(super) fn note_part(&mut self, trace: TraceId) {
        if self.is_in_parts(trace) {
            return;
        }
        if self.parts.len() == REMEMBERED_PARTS {
            self.parts.pop_front();
        }
        self.parts.push_back(trace);
    }

    /// The last of `spans` are remembered longest.
    pub(super) fn add(&mut self, trace: TraceId, spans: impl Iterator<Item = SpanId>) {
        for span in spans {
            if self.known.insert((trace, span)) {
                self.order.push_back((trace, span));
            }
            if self.order.len() > REMEMBERED_SPANS
                && let Some(oldest) = self.order.pop_front()
            {
                self.known.remove(&oldest);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_remembered_without_bound_and_the_newest_is_kept() {
        let mut shown = RecentlyShown::default();
        for trace in 1..=10_000 {
            shown.add(TraceId(trace), [SpanId(1), SpanId(2)].into_iter());
            shown.note_part(TraceId(trace));
        }
        assert_eq!(shown.order.len(), REMEMBERED_SPANS);
        assert_eq!(shown.known.len(), REMEMBERED_SPANS);
        assert_eq!(shown.parts.len(), REMEMBERED_PARTS);
        assert!(shown.contains(TraceId(10_000), SpanId(2)));
        assert!(!shown.contains(TraceId(1), SpanId(2)));
        assert!(shown.is_in_parts(TraceId(10_000)));
        assert!(!shown.is_in_parts(TraceId(1)));
    }
}
