//! Spans of `tracing` and of lumina in one tree, through the layer and through the root subscriber.

mod adding;
mod beside;
mod hostile;
mod nesting;
mod opentelemetry;
mod scopes;
mod threads;

use lumina::export::Memory;
use lumina::{Context, ScopedPipeline};
use std::sync::Once;
use std::time::Duration;
use tracing::Subscriber;
use tracing_subscriber::layer::SubscriberExt;

/// Longer than anything here should take.
const LONG: Duration = Duration::from_secs(60);

/// Makes the root subscriber the default one of this process, as an installed pipeline does.
fn install_root() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let builder = lumina::builder().variables(std::iter::empty::<(String, String)>());
        let guard = builder.exporter(Memory::with_max_spans(1)).install().expect("a pipeline");
        // The tests end with the process, which flushes.
        std::mem::forget(guard);
    });
}

/// A registry with the layer and nothing else.
fn registry() -> impl Subscriber + Send + Sync {
    tracing_subscriber::registry().with(lumina::layer())
}

/// A registry with the layer and another one, which wants to see our spans too.
fn shared_registry() -> impl Subscriber + Send + Sync {
    let registry = tracing_subscriber::registry().with(lumina::layer());
    registry.with(tracing_subscriber::fmt::layer().with_writer(std::io::sink))
}

/// A pipeline of its own, for tests that flush while they run.
fn pipeline() -> (ScopedPipeline, Memory) {
    let memory = Memory::with_max_spans(1_000_000);
    let builder = lumina::builder().variables(std::iter::empty::<(String, String)>());
    (builder.exporter(memory.clone()).build_scoped().expect("a pipeline"), memory)
}

/// A span id of the current context, or nothing outside of any.
fn here() -> Option<lumina::model::SpanId> {
    Context::current().span_id()
}

/// Makes a test of each function in each of the named circumstances.
macro_rules! holds {
    ($circumstances:tt $(fn $name:ident() $body:block)*) => {$(
        mod $name {
            use super::*;

            fn test() $body

            $crate::holds! { @each $circumstances }
        }
    )*};
    (@each [$($circumstance:ident),*]) => {$(
        #[test]
        fn $circumstance() {
            $crate::$circumstance(test);
        }
    )*};
}
use holds;

fn under_the_root_subscriber(test: fn()) {
    install_root();
    test();
}

fn under_a_registry(test: fn()) {
    tracing::subscriber::with_default(registry(), test);
}

fn under_a_shared_registry(test: fn()) {
    tracing::subscriber::with_default(shared_registry(), test);
}
