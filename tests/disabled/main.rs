//! Without the feature `enable`: the attribute gives back the item, the statements do nothing, and
//! the runtime is not part of the program.
//!
//! `cargo test -p lumina --no-default-features --test disabled`; empty with the feature.
#![cfg(not(feature = "enable"))]
#![deny(warnings)]

use lumina::FutureExt as _;
use std::cell::Cell;
use std::future::Future;

thread_local! {
    static EVALUATED: Cell<u32> = const { Cell::new(0) };
}

fn evaluate() -> u32 {
    EVALUATED.with(|count| count.replace(count.get() + 1))
}

#[lumina::traced("name", llm, capture(n), attrs(e = evaluate()), ok(|v| v = *v + evaluate()), err)]
fn sync(n: u32, #[redact] secret: &str) -> Result<u32, String> {
    lumina::record!(e = evaluate(), length = secret.len());
    lumina::event!("event", e = evaluate());
    lumina::span!("block", e = evaluate(); Ok(n + secret.len() as u32))
}

#[lumina::traced(attrs(e = evaluate()), parent = lumina::Context::current())]
async fn traced(n: u64) -> u64 {
    std::future::ready(()).await;
    n
}

async fn plain(n: u64) -> u64 {
    std::future::ready(()).await;
    n
}

#[tokio::test]
async fn calls_do_what_they_did_and_nothing_else_is_evaluated() {
    assert_eq!(sync(1, "abc"), Ok(4));
    assert_eq!(traced(2).in_current_context().await, 2);
    assert_eq!(lumina::Context::current().in_scope(|| sync(0, "")), Ok(0));
    assert_eq!(EVALUATED.get(), 0);
}

#[test]
fn the_inventory_is_empty() {
    let entries: Vec<lumina::inventory::Entry> = lumina::inventory();
    assert!(entries.iter().all(|entry| entry.name.is_empty() && entry.policies.is_empty()));
    assert_eq!(entries.len(), 0);
}

#[derive(lumina::Classify)]
enum Failed<E> {
    #[classify(kind = rate_limited, retry_after = wait, code = describe(wait))]
    Limited { wait: std::time::Duration },
    #[classify(with = kind_of, retryable = *_0 > 500 && self.holds())]
    Status(u16),
    #[classify(transparent)]
    Inner(E),
}

impl<E> Failed<E> {
    fn holds(&self) -> bool {
        evaluate() > 0
    }
}

fn kind_of(status: &u16) -> lumina::ErrorKind {
    lumina::ErrorKind::from_status(*status)
}

fn describe(wait: &std::time::Duration) -> String {
    format!("{wait:?} {}", evaluate())
}

#[test]
fn a_derived_error_says_nothing_and_evaluates_nothing() {
    use lumina::{Classify, ErrorKind};
    let evaluated = EVALUATED.get();
    let wait = std::time::Duration::from_secs(1);
    let errors = [Failed::Limited { wait }, Failed::Status(404), Failed::Inner(ErrorKind::Server)];
    for error in errors {
        assert_eq!((error.kind(), error.retryable()), (ErrorKind::Other, true));
        assert_eq!((error.retry_after(), error.code()), (None, None));
    }
    assert_eq!(EVALUATED.get(), evaluated);
}

#[test]
fn the_kinds_of_errors_are_the_same_with_the_feature() {
    let read = |path: &str| {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        std::fs::read_to_string(path).unwrap()
    };
    // Not named at once: the name may not be in the program.
    let runtime = ["lumina", "runtime"].join("_");
    let with = read("lumina-runtime/src/policy/classify/kind.rs").replace(&runtime, "lumina");
    let (with, _tests) = with.split_once("#[cfg(test)]").unwrap();
    assert_eq!(read("src/disabled/kind.rs").trim_end(), with.trim_end());
}

#[test]
fn a_traced_future_is_the_original_one() {
    assert_eq!(size_of_val(&traced(1)), size_of_val(&plain(1)));
    fn is_unpin_or_not<F: Future>(_: &F) -> bool {
        std::mem::needs_drop::<F>()
    }
    assert_eq!(is_unpin_or_not(&traced(1)), is_unpin_or_not(&plain(1)));
}

#[test]
fn nothing_of_the_runtime_is_linked() {
    // Put together here, so that the name is not in the program because of this test.
    let names = [["lumina", "runtime"].join("_"), ["tracing", "core"].join("_")];
    let program = std::fs::read(std::env::current_exe().unwrap()).unwrap();
    for name in names {
        let found = program.windows(name.len()).any(|window| window == name.as_bytes());
        assert!(!found, "{name}");
    }
}
