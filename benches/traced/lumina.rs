//! The traced functions by `#[lumina::traced]`.

use crate::work::{CHILDREN, Workload, arguments, block_on, yield_once};
use std::hint::black_box;

/// Runs `traces` roots with [`CHILDREN`] calls each.
pub fn run(workload: Workload, traces: usize) {
    for _ in 0..traces {
        match workload {
            Workload::Sync => root(),
            Workload::Bare => root_bare(),
            Workload::Async => block_on(root_async()),
        }
    }
}

#[lumina::traced]
fn root() {
    for index in 0..CHILDREN {
        let (index, model, score) = arguments(index);
        black_box(work(index, model, score));
    }
}

#[lumina::traced]
fn root_bare() {
    for index in 0..CHILDREN {
        black_box(bare(black_box(index as i64)));
    }
}

#[lumina::traced]
async fn root_async() {
    for index in 0..CHILDREN {
        let (index, model, score) = arguments(index);
        black_box(work_async(index, model, score).await);
    }
}

#[lumina::traced(attrs(index, model, score))]
#[inline(never)]
fn work(index: i64, model: &str, score: f64) -> i64 {
    black_box((model, score));
    index
}

#[lumina::traced]
#[inline(never)]
fn bare(index: i64) -> i64 {
    black_box(index)
}

#[lumina::traced(attrs(index, model, score))]
#[inline(never)]
async fn work_async(index: i64, model: &str, score: f64) -> i64 {
    black_box((model, score));
    yield_once().await;
    index
}

#[cfg(test)]
mod tests {
    use super::*;
    use lumina::model::SpanData;
    use lumina::testing::capture_sync;

    fn children(workload: Workload) -> Vec<SpanData> {
        let captured = capture_sync(|| run(workload, 1));
        let spans = captured.spans();
        assert_eq!(spans.len(), CHILDREN + 1);
        spans.iter().filter(|span| span.parent_id.is_some()).cloned().collect()
    }

    #[test]
    fn each_workload_has_the_attributes_that_it_is_said_to_have() {
        for (workload, count) in [(Workload::Sync, 3), (Workload::Bare, 0), (Workload::Async, 3)] {
            let children = children(workload);
            assert_eq!(children.len(), CHILDREN);
            assert!(children.iter().all(|span| span.attributes.len() == count), "{workload:?}");
        }
    }
}
