//! The traced functions by fastrace.
//!
//! Its properties are strings, so numbers are formatted on the traced thread: that is what its
//! users pay, whichever of its forms they write.

use crate::work::{CHILDREN, Workload, arguments, block_on, yield_once};
use fastrace::Span;
use fastrace::collector::SpanContext;
use fastrace::future::FutureExt;
use fastrace::local::LocalSpan;
use std::borrow::Cow;
use std::hint::black_box;

/// Runs `traces` roots with [`CHILDREN`] calls each.
pub fn run(workload: Workload, traces: usize) {
    for _ in 0..traces {
        let root = Span::root("root", SpanContext::random());
        match workload {
            Workload::Sync => {
                let _entered = root.set_local_parent();
                for index in 0..CHILDREN {
                    let (index, model, score) = arguments(index);
                    black_box(work(index, model, score));
                }
            }
            Workload::Bare => {
                let _entered = root.set_local_parent();
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
                .in_span(root),
            ),
        }
    }
}

fn properties(index: i64, model: &str, score: f64) -> [(&'static str, Cow<'static, str>); 3] {
    [
        ("index", index.to_string().into()),
        ("model", model.to_owned().into()),
        ("score", score.to_string().into()),
    ]
}

#[inline(never)]
fn work(index: i64, model: &str, score: f64) -> i64 {
    let _span = LocalSpan::enter_with_local_parent("work")
        .with_properties(|| properties(index, model, score));
    black_box((model, score));
    index
}

#[inline(never)]
fn bare(index: i64) -> i64 {
    let _span = LocalSpan::enter_with_local_parent("bare");
    black_box(index)
}

#[inline(never)]
async fn work_async(index: i64, model: &str, score: f64) -> i64 {
    let span = Span::enter_with_local_parent("work_async")
        .with_properties(|| properties(index, model, score));
    async move {
        black_box((model, score));
        yield_once().await;
        index
    }
    .in_span(span)
    .await
}
