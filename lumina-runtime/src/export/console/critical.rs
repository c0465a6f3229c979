//! The critical path of a trace, and the span to look at first.
//!
//! The critical path is the chain of spans that the end of the root had to wait for: making
//! anything else faster would not have made the root faster. It is walked backwards. At the end
//! of a span, whatever it ran last was waited for: the child that ended last. Before the start of
//! that child, it was the child that ended last before then, and so on to the span's own start;
//! the same holds within each of these children. Times between are the span's own.
//!
//! Own times on the path therefore add up to the root's length exactly. The *bottleneck* is the
//! span with the largest own time on the path, if that is a large share of the root.
//!
//! A child that outlives its parent was not waited for: it, and all below it, is off the path.
//!
//! Source: Z. Zhang et al., "CRISP: Critical Path Analysis of Large-Scale Microservice
//! Architectures", USENIX ATC 2022, section 3; Jaeger's "critical path" view does the same. Both
//! cut a child that outlives its parent to fit, since their clocks may differ; ours is one clock.

use super::node::Node;
use super::tree::Tree;

/// Two ends closer than this are the same moment: clocks are read one after the other.
const SLACK_NANOS: u64 = 10_000;

/// What is on the critical path below one top, by the index of the span.
#[derive(Debug)]
pub(super) struct CriticalPath {
    /// The span's own time on the path; `None` off the path.
    own_nanos: Vec<Option<u64>>,
    total_nanos: u64,
}

/// A span on the path, and the part of its time that the path goes through.
struct Section {
    span: usize,
    start: u64,
    end: u64,
}

impl CriticalPath {
    pub(super) fn new(nodes: &[Node], tree: &Tree, top: usize) -> Self {
        let total_nanos = nodes[top].duration_nanos();
        let slack = SLACK_NANOS.min(total_nanos / 1000);
        let mut own_nanos = vec![None; nodes.len()];
        let (start, end) = (nodes[top].start_unix_nanos, nodes[top].end_unix_nanos);
        let mut sections = vec![Section { span: top, start, end }];
        while let Some(section) = sections.pop() {
            let own = walk_back(nodes, tree, &section, slack, &mut sections);
            own_nanos[section.span] = Some(own);
        }
        CriticalPath { own_nanos, total_nanos }
    }

    pub(super) fn contains(&self, span: usize) -> bool {
        self.own_nanos[span].is_some()
    }

    /// The span's own time on the path, in nanoseconds; none off the path.
    pub(super) fn own(&self, span: usize) -> u64 {
        self.own_nanos[span].unwrap_or(0)
    }

    /// The span with the largest own time and that time's share of the whole, if it is at least
    /// `share` and `floor_nanos`. Nothing is a bottleneck of itself alone.
    pub(super) fn bottleneck(&self, share: f64, floor_nanos: u64) -> Option<(usize, f64)> {
        let on_path = self.own_nanos.iter().enumerate();
        let on_path = on_path.filter_map(|(span, own)| own.map(|own| (span, own)));
        if on_path.clone().count() < 2 {
            return None;
        }
        // Of equals the first: `max_by_key` would take the last.
        let (span, own) = on_path.rev().max_by_key(|&(_, own)| own)?;
        let found = own as f64 / self.total_nanos.max(1) as f64;
        (found >= share && own >= floor_nanos).then_some((span, found))
    }
}

/// Puts the children on the path through `section` on `found`, and returns the span's own time.
fn walk_back(
    nodes: &[Node],
    tree: &Tree,
    section: &Section,
    slack: u64,
    found: &mut Vec<Section>,
) -> u64 {
    let mut children = tree.children[section.span].clone();
    children.sort_by_key(|&child| std::cmp::Reverse(nodes[child].end_unix_nanos));
    let mut at = section.end;
    let mut own = 0;
    for child in children {
        let node = &nodes[child];
        // With a later sibling, or with the end of the parent.
        let overlaps = node.end_unix_nanos > at.saturating_add(slack);
        let (start, end) = (node.start_unix_nanos.max(section.start), node.end_unix_nanos.min(at));
        if overlaps || start > end {
            continue;
        }
        own += at - end;
        at = start;
        found.push(Section { span: child, start, end });
    }
    own + (at - section.start)
}

#[cfg(test)]
mod tests {
    use super::super::tree::tests::nodes;
    use super::*;

    fn path(spans: &[(u64, u64, u64, u64)]) -> CriticalPath {
        let nodes = nodes(spans);
        let tree = Tree::new(&nodes);
        CriticalPath::new(&nodes, &tree, tree.tops[0])
    }

    /// Ids on the path with their own times.
    fn own(spans: &[(u64, u64, u64, u64)]) -> Vec<(u64, u64)> {
        let path = path(spans);
        let own = spans.iter().zip(&path.own_nanos);
        own.filter_map(|((id, ..), own)| own.map(|own| (*id, own))).collect()
    }

    #[test]
    fn steps_one_after_the_other_are_all_on_the_path() {
        let spans = [
            (1, 0, 0, 3500),
            (2, 1, 0, 50),
            (3, 1, 50, 150),
            (4, 1, 150, 2950),
            (5, 1, 2950, 3500),
        ];
        assert_eq!(own(&spans), [(1, 0), (2, 50), (3, 100), (4, 2800), (5, 550)]);
        assert_eq!(path(&spans).bottleneck(0.5, 0), Some((3, 0.8)));
    }

    #[test]
    fn of_parallel_steps_only_the_last_to_end_is_on_the_path() {
        let spans = [(1, 0, 0, 100), (2, 1, 10, 40), (3, 1, 10, 90), (4, 1, 12, 60)];
        assert_eq!(own(&spans), [(1, 20), (3, 80)]);
    }

    #[test]
    fn own_time_is_found_below_the_span_that_waits_for_it() {
        let spans = [(1, 0, 0, 100), (2, 1, 10, 95), (3, 2, 12, 90), (4, 2, 15, 50)];
        assert_eq!(own(&spans), [(1, 15), (2, 7), (3, 78)]);
        assert_eq!(path(&spans).bottleneck(0.5, 0).unwrap().0, 2);
    }

    #[test]
    fn what_outlives_its_parent_was_not_waited_for() {
        let spans = [(1, 0, 0, 100), (2, 1, 20, 30), (3, 1, 40, 900), (4, 3, 50, 60)];
        assert_eq!(own(&spans), [(1, 90), (2, 10)]);
    }

    #[test]
    fn what_lies_outside_its_parent_adds_nothing() {
        assert_eq!(own(&[(1, 0, 100, 200), (2, 1, 10, 50)]), [(1, 100)]);
        assert_eq!(own(&[(1, 0, 100, 200), (2, 1, 50, 150)]), [(1, 50), (2, 50)]);
    }

    #[test]
    fn a_small_share_or_a_short_time_or_a_single_span_is_no_bottleneck() {
        let even = [(1, 0, 0, 90), (2, 1, 0, 30), (3, 1, 30, 60), (4, 1, 60, 90)];
        assert_eq!(path(&even).bottleneck(0.5, 0), None);
        assert_eq!(path(&[(1, 0, 0, 90)]).bottleneck(0.5, 0), None);
        let spans = [(1, 0, 0, 90), (2, 1, 0, 80)];
        assert_eq!(path(&spans).bottleneck(0.5, 81), None);
        assert!(path(&spans).bottleneck(0.5, 80).is_some());
        let own_code = [(1, 0, 0, 90), (2, 1, 0, 10)];
        assert_eq!(path(&own_code).bottleneck(0.5, 0).unwrap().0, 0);
    }

    #[test]
    fn own_times_add_up_to_the_root_for_any_tree() {
        let mut state = 1u64;
        let mut random = |below: u64| {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (state >> 33) % below
        };
        for _ in 0..500 {
            let mut spans = vec![(1, 0, 1_000, 1_000 + random(100_000))];
            for id in 2..2 + random(30) {
                let start = random(110_000);
                spans.push((id, 1 + random(id - 1), start, start + random(50_000)));
            }
            let path = path(&spans);
            let sum: u64 = path.own_nanos.iter().flatten().sum();
            assert_eq!(sum, path.total_nanos, "{spans:?}");
        }
    }
}
