//! Which span is below which, from spans in any order with any parent ids.
//!
//! No recursion anywhere: a trace may be a hundred thousand spans deep.

use super::node::Node;
use crate::model::SpanId;
use std::collections::HashMap;

/// The spans of a trace by their place in it; spans are named by their index.
#[derive(Debug)]
pub(super) struct Tree {
    /// Those without a parent among the spans, by start.
    pub(super) tops: Vec<usize>,
    /// By start, for each span.
    pub(super) children: Vec<Vec<usize>>,
}

impl Tree {
    /// Every span is in exactly one place. Of spans with the same id the first is the parent of
    /// those below; a circle of parents is cut open at its earliest span.
    pub(super) fn new(nodes: &[Node]) -> Self {
        let mut by_id: HashMap<SpanId, usize> = HashMap::with_capacity(nodes.len());
        for (at, node) in nodes.iter().enumerate() {
            by_id.entry(node.span).or_insert(at);
        }
        let mut tree = Tree { tops: Vec::new(), children: vec![Vec::new(); nodes.len()] };
        let mut parents: Vec<Option<usize>> = vec![None; nodes.len()];
        let mut order: Vec<usize> = (0..nodes.len()).collect();
        order.sort_by_key(|&at| nodes[at].start_unix_nanos);
        for &at in &order {
            let node = &nodes[at];
            let parent = node.parent.filter(|_| !node.is_root);
            parents[at] = parent.and_then(|id| by_id.get(&id).copied());
            match parents[at] {
                Some(parent) => tree.children[parent].push(at),
                None => tree.tops.push(at),
            }
        }
        tree.cut_circles(&order, &parents);
        tree
    }

    fn cut_circles(&mut self, order: &[usize], parents: &[Option<usize>]) {
        let mut is_reached = vec![false; order.len()];
        for at in self.below(&self.tops) {
            is_reached[at] = true;
        }
        for &at in order {
            if is_reached[at] {
                continue;
            }
            if let Some(parent) = parents[at] {
                self.children[parent].retain(|&child| child != at);
            }
            self.tops.push(at);
            // What hangs below can hold a circle that comes back to a span seen already, but only
            // through the edge that was just removed.
            for below in self.below(&[at]) {
                is_reached[below] = true;
            }
        }
    }

    /// `from` and all below, parents before children.
    pub(super) fn below(&self, from: &[usize]) -> Vec<usize> {
        let mut found = from.to_vec();
        let mut next = 0;
        while let Some(&at) = found.get(next) {
            found.extend(&self.children[at]);
            next += 1;
        }
        found
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::model::{Batch, Resource, SpanData, TraceId};

    /// `(id, parent, start, end)`; parent 0 is none.
    pub(in super::super) fn nodes(spans: &[(u64, u64, u64, u64)]) -> Vec<Node> {
        let spans = spans.iter().map(|&(id, parent, start, end)| {
            let mut span = SpanData::new(TraceId(1), SpanId(id), format!("s{id}"));
            span.parent_id = (parent != 0).then_some(SpanId(parent));
            span.start_unix_nanos = start;
            span.duration_nanos = end - start;
            span
        });
        let batch = Batch::from_spans(Resource::new(), spans);
        batch.spans().map(|span| Node::new(span, &super::super::style::UNICODE)).collect()
    }

    fn tree(spans: &[(u64, u64, u64, u64)]) -> Tree {
        let tree = Tree::new(&nodes(spans));
        let mut places = tree.below(&tree.tops);
        places.sort_unstable();
        assert_eq!(places, (0..spans.len()).collect::<Vec<_>>(), "each span once: {tree:?}");
        tree
    }

    #[test]
    fn children_come_by_start_whatever_the_order_of_arrival() {
        let tree = tree(&[(4, 1, 30, 40), (1, 0, 0, 50), (3, 2, 12, 13), (2, 1, 10, 20)]);
        assert_eq!(tree.tops, [1]);
        assert_eq!(tree.children[1], [3, 0]);
        assert_eq!(tree.children[3], [2]);
    }

    #[test]
    fn a_span_whose_parent_is_not_there_is_a_top() {
        assert_eq!(tree(&[(2, 1, 5, 6), (3, 2, 5, 6), (4, 9, 0, 1)]).tops, [2, 0]);
    }

    #[test]
    fn circles_and_doubles_and_own_parents_lose_no_span() {
        assert_eq!(tree(&[(1, 1, 0, 1)]).tops, [0]);
        assert_eq!(tree(&[(1, 2, 3, 4), (2, 1, 1, 2), (3, 2, 5, 6)]).tops, [1]);
        assert_eq!(tree(&[(1, 0, 0, 9), (2, 1, 1, 2), (2, 1, 3, 4), (3, 2, 1, 2)]).tops, [0]);
        tree(&[(3, 2, 0, 1), (1, 2, 3, 4), (2, 1, 1, 2)]);
        tree(&[(1, 0, 0, 9), (1, 1, 1, 2), (1, 1, 3, 4)]);
    }
}
