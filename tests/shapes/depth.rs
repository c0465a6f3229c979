//! How deep calls may nest.

use lumina::export::Memory;
use lumina::model::SpanId;
use std::collections::{HashMap, HashSet};
use std::time::Duration;

const DEPTH: usize = 100_000;

#[test]
fn a_hundred_thousand_calls_may_be_within_each_other() {
    #[lumina::traced]
    fn down(n: usize) -> Result<usize, String> {
        if n == 1 { Ok(1) } else { Ok(1 + down(n - 1)?) }
    }
    let memory = Memory::with_max_spans(DEPTH);
    let pipeline = lumina::builder()
        .variables(std::iter::empty::<(String, String)>())
        .exporter(memory.clone())
        .queue(DEPTH, 1 << 30)
        .buffer_bytes(256 << 20)
        .build_scoped()
        .unwrap();
    // A thread whose stack holds the calls themselves.
    let thread = std::thread::Builder::new().stack_size(1 << 30);
    let call = || pipeline.in_scope(|| down(DEPTH));
    let output = std::thread::scope(|scope| thread.spawn_scoped(scope, call).unwrap().join());
    assert_eq!(output.unwrap(), Ok(DEPTH));
    let report = pipeline.shutdown(Duration::from_secs(60));
    assert!(report.is_lossless(), "{report}");
    let spans = memory.spans();
    let parents: HashMap<_, _> = spans.iter().map(|span| (span.span_id, span.parent_id)).collect();
    let with_children: HashSet<_> = spans.iter().filter_map(|span| span.parent_id).collect();
    let leaves: Vec<_> =
        spans.iter().filter(|span| !with_children.contains(&span.span_id)).collect();
    assert_eq!((spans.len(), leaves.len()), (DEPTH, 1));
    let above = |id: &SpanId| parents[id];
    assert_eq!(std::iter::successors(Some(leaves[0].span_id), above).count(), DEPTH);
}

/// A chain of traced functions, each of which waits for the next.
macro_rules! chain {
    ($first:ident $second:ident $($rest:ident)*) => {
        #[lumina::traced]
        async fn $first(n: u32) -> Result<u32, String> {
            $second(n + 1).await
        }
        chain!($second $($rest)*);
    };
    ($last:ident) => {
        #[lumina::traced]
        async fn $last(n: u32) -> Result<u32, String> {
            tokio::task::yield_now().await;
            Ok(n)
        }
    };
}
chain!(c01 c02 c03 c04 c05 c06 c07 c08 c09 c10 c11 c12);

/// That this compiles is the point: rustc proves that the future of the chain is `Send` by going
/// down it, and stops at the default `recursion_limit`.
#[tokio::test]
async fn twelve_traced_calls_within_each_other_can_be_spawned() {
    use lumina::FutureExt as _;
    let captured = lumina::testing::capture(async {
        tokio::spawn(c01(1).in_current_context()).await.unwrap()
    })
    .await;
    assert_eq!(*captured.output(), Ok(12));
    assert_eq!(captured.spans().len(), 12);
    captured.span("c12").has_parent("c11");
}
