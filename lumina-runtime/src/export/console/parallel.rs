//! Which spans ran at the same time as another one of the same parent.

use super::node::Node;
use super::tree::Tree;

/// Shorter overlaps are the moments between two readings of a clock.
const SLACK_NANOS: u64 = 1_000;

/// Whether each span ran in parallel with a sibling.
pub(super) fn parallel(nodes: &[Node], tree: &Tree) -> Vec<bool> {
    let mut is_parallel = vec![false; nodes.len()];
    for siblings in &tree.children {
        // Siblings come by start: whatever overlaps an earlier one overlaps the one of them that
        // ends last.
        let mut last_to_end: Option<usize> = None;
        for &span in siblings {
            if let Some(earlier) = last_to_end {
                if overlap(&nodes[earlier], &nodes[span]) {
                    (is_parallel[earlier], is_parallel[span]) = (true, true);
                }
                if nodes[earlier].end_unix_nanos >= nodes[span].end_unix_nanos {
                    continue;
                }
            }
            last_to_end = Some(span);
        }
    }
    is_parallel
}

fn overlap(earlier: &Node, later: &Node) -> bool {
    let until = earlier.end_unix_nanos.min(later.end_unix_nanos);
    let shorter = earlier.duration_nanos().min(later.duration_nanos());
    until.saturating_sub(later.start_unix_nanos) > SLACK_NANOS.min(shorter / 10)
}

#[cfg(test)]
mod tests {
    use super::super::tree::tests::nodes;
    use super::*;

    /// Ids of the parallel spans among children of a root; `(start, end)` in microseconds.
    fn found(spans: &[(u64, u64)]) -> Vec<usize> {
        let children = spans.iter().zip(2..).map(|(&(start, end), id)| (id, 1, start, end));
        let spans: Vec<_> = children.chain([(1, 0, 0, 1_000)]).collect();
        let spans: Vec<_> =
            spans.iter().map(|&(id, parent, s, e)| (id, parent, s * 1_000, e * 1_000)).collect();
        let nodes = nodes(&spans);
        let is_parallel = parallel(&nodes, &Tree::new(&nodes));
        (0..spans.len()).filter(|&at| is_parallel[at]).collect()
    }

    #[test]
    fn steps_one_after_the_other_are_not_parallel() {
        assert!(found(&[(0, 10), (10, 30), (30, 31), (40, 90)]).is_empty());
    }

    #[test]
    fn all_that_overlap_are_parallel_whoever_ends_first() {
        assert_eq!(found(&[(0, 50), (10, 20), (30, 90), (85, 95), (96, 99)]), [0, 1, 2, 3]);
        assert_eq!(found(&[(0, 10), (20, 40), (20, 30)]), [1, 2]);
    }

    #[test]
    fn a_parent_is_not_parallel_to_its_children() {
        let nodes = nodes(&[(1, 0, 0, 90_000), (2, 1, 0, 80_000), (3, 2, 0, 70_000)]);
        assert_eq!(parallel(&nodes, &Tree::new(&nodes)), [false; 3]);
    }
}
