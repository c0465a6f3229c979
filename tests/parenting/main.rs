//! Whose child a span is: across `.await`, tasks, threads and processes, under every runtime.

mod explicit;
mod interleaved;
mod runtimes;
mod sampling;
mod sends;
mod tasks;
mod threads;

use lumina::testing::{Captured, SpanCheck};

/// A unit of work that waits once and then calls another.
#[lumina::traced(capture(n))]
async fn work(n: u32) -> u32 {
    tokio::task::yield_now().await;
    leaf(n)
}

#[lumina::traced(capture(n))]
fn leaf(n: u32) -> u32 {
    n
}

/// `below` is the parent of `count` works, each with its own leaf, numbered from 0.
#[track_caller]
fn has_works(below: SpanCheck<'_>, count: u32) {
    let mut numbers: Vec<String> = Vec::new();
    for work in below.children_named("work") {
        let n = work.attribute("n");
        work.has_children(&["leaf"]).child("leaf").has_attribute("n", n.clone());
        numbers.push(n.to_string());
    }
    numbers.sort_by_key(|n| n.parse::<u32>().unwrap());
    let expected: Vec<String> = (0..count).map(|n| n.to_string()).collect();
    assert_eq!(numbers, expected);
}

/// All spans belong to one trace, whose root is `name`.
#[track_caller]
fn one_trace<'a, T>(captured: &'a Captured<T>, name: &str) -> SpanCheck<'a> {
    let root = captured.root();
    assert_eq!(root.data().name, name);
    assert!(captured.spans().iter().all(|span| span.trace_id == root.data().trace_id));
    root
}
