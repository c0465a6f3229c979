//! The traced functions by spans of `tracing`, under whatever subscriber there is.

use crate::work::{CHILDREN, Workload, arguments, block_on, yield_once};
use std::hint::black_box;
use tracing::{Instrument, info_span};

/// Runs `traces` roots with [`CHILDREN`] calls each.
pub fn run(workload: Workload, traces: usize) {
    for _ in 0..traces {
        let root = info_span!("root");
        match workload {
            Workload::Sync => {
                let _entered = root.entered();
                for index in 0..CHILDREN {
                    let (index, model, score) = arguments(index);
                    black_box(work(index, model, score));
                }
            }
            Workload::Bare => {
                let _entered = root.entered();
                for index in 0..CHILDREN {
                    black_box(bare(black_box(index as i64)));
                }
            }
            Workload::Async => block_on(
                async {
                    for index in 0..CHILDREN {
                        let (index, model, score) = arguments(index);
                        black_box(work_async(index, model, score).await);
                    }
                }
                .instrument(root),
            ),
        }
    }
}

#[inline(never)]
fn work(index: i64, model: &str, score: f64) -> i64 {
    let _span = info_span!("work", index, model, score).entered();
    black_box((model, score));
    index
}

#[inline(never)]
fn bare(index: i64) -> i64 {
    let _span = info_span!("bare").entered();
    black_box(index)
}

#[inline(never)]
async fn work_async(index: i64, model: &str, score: f64) -> i64 {
    async move {
        black_box((model, score));
        yield_once().await;
        index
    }
    .instrument(info_span!("work_async", index, model, score))
    .await
}
