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

/// A chain of traced functions, each of which waits for the one before it in the list.
macro_rules! chain {
    ($leaf:ident $($caller:ident)*) => {
        #[lumina::traced]
        async fn $leaf(n: u32) -> Result<u32, String> {
            tokio::task::yield_now().await;
            Ok(n)
        }
        chain!(@ $leaf $($caller)*);
    };
    (@ $callee:ident $caller:ident $($rest:ident)*) => {
        #[lumina::traced(capture(n))]
        async fn $caller(n: u32) -> Result<u32, String> {
            $callee(n + 1).await
        }
        chain!(@ $caller $($rest)*);
    };
    (@ $root:ident) => {};
}
chain!(c18 c17 c16 c15 c14 c13 c12 c11 c10 c09 c08 c07 c06 c05 c04 c03 c02 c01);

/// That this compiles is the point: to prove that the future of the chain is `Send`, rustc goes down
/// it, and stops at the default `recursion_limit`.
#[tokio::test]
async fn eighteen_calls_within_each_other_can_be_spawned() {
    use lumina::FutureExt as _;
    let captured = lumina::testing::capture(async {
        tokio::spawn(c01(1).in_current_context()).await.unwrap()
    })
    .await;
    assert_eq!(*captured.output(), Ok(18));
    assert_eq!(captured.spans().len(), 18);
    captured.span("c18").has_parent("c17");
}

/// The same for functions that retry: an attempt is no more than one future of its own.
mod retried {
    macro_rules! chain {
        ($leaf:ident $($caller:ident)*) => {
            #[lumina::traced]
            #[lumina::retry]
            async fn $leaf(n: u32) -> Result<u32, String> {
                tokio::task::yield_now().await;
                Ok(n)
            }
            chain!(@ $leaf $($caller)*);
        };
        (@ $callee:ident $caller:ident $($rest:ident)*) => {
            #[lumina::traced]
            #[lumina::retry]
            pub(super) async fn $caller(n: u32) -> Result<u32, String> {
                $callee(n + 1).await
            }
            chain!(@ $caller $($rest)*);
        };
        (@ $root:ident) => {};
    }
    chain!(r16 r15 r14 r13 r12 r11 r10 r09 r08 r07 r06 r05 r04 r03 r02 r01);
}

#[tokio::test]
async fn sixteen_calls_that_retry_can_be_spawned() {
    assert_eq!(tokio::spawn(retried::r01(1)).await.unwrap(), Ok(16));
}

/// As in most programs, callers come first here: then rustc finds out what a future looks like
/// from the outside in, which takes it deeper. A `boxed` call begins anew.
mod callers_first {
    macro_rules! chain {
        ($caller:ident $callee:ident $($rest:ident)*) => {
            #[lumina::traced]
            pub(super) async fn $caller(n: u32) -> Result<u32, String> {
                $callee(n + 1).await
            }
            chain!($callee $($rest)*);
        };
        ($leaf:ident) => {};
    }
    chain!(a01 a02 a03 a04 a05 a06 a07 a08 a09 a10 a11 a12 a13 joint);
    chain!(b01 b02 b03 b04 b05 b06 b07 b08 b09 b10 b11 b12 b13 leaf);

    #[lumina::traced(boxed)]
    async fn joint(n: u32) -> Result<u32, String> {
        b01(n + 1).await
    }

    #[lumina::traced]
    async fn leaf(n: u32) -> Result<u32, String> {
        tokio::task::yield_now().await;
        Ok(n)
    }
}

#[tokio::test]
async fn a_boxed_call_lets_a_chain_be_longer() {
    let output = tokio::spawn(callers_first::a01(1)).await.unwrap();
    assert_eq!(output, Ok(28));
}

/// A hundred calls within each other, all of them boxed, callers first.
mod all_boxed {
    macro_rules! chain {
        ($caller:ident $callee:ident $($rest:ident)*) => {
            #[lumina::traced(boxed)]
            pub(super) async fn $caller(n: u32) -> Result<u32, String> {
                $callee(n + 1).await
            }
            chain!($callee $($rest)*);
        };
        ($leaf:ident) => {
            #[lumina::traced(boxed)]
            async fn $leaf(n: u32) -> Result<u32, String> {
                tokio::task::yield_now().await;
                Ok(n)
            }
        };
    }
    chain! {
        d001 d002 d003 d004 d005 d006 d007 d008 d009 d010 d011 d012
        d013 d014 d015 d016 d017 d018 d019 d020 d021 d022 d023 d024
        d025 d026 d027 d028 d029 d030 d031 d032 d033 d034 d035 d036
        d037 d038 d039 d040 d041 d042 d043 d044 d045 d046 d047 d048
        d049 d050 d051 d052 d053 d054 d055 d056 d057 d058 d059 d060
        d061 d062 d063 d064 d065 d066 d067 d068 d069 d070 d071 d072
        d073 d074 d075 d076 d077 d078 d079 d080 d081 d082 d083 d084
        d085 d086 d087 d088 d089 d090 d091 d092 d093 d094 d095 d096
        d097 d098 d099 d100
    }
}

#[tokio::test]
async fn a_hundred_boxed_calls_within_each_other_can_be_spawned() {
    let output = tokio::spawn(all_boxed::d001(1)).await.unwrap();
    assert_eq!(output, Ok(100));
}
