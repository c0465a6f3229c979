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

/// Tests that run once under the root subscriber and once under a registry with the layer.
macro_rules! under_each {
    ($($(#[$attribute:meta])* fn $name:ident() $body:block)*) => {$(
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            $(#[$attribute])*
            fn holds() $body

            #[test]
            fn under_the_root_subscriber() {
                $crate::install_root();
                holds();
            }

            #[test]
            fn under_a_registry() {
                tracing::subscriber::with_default($crate::registry(), holds);
            }
        }
    )*};
}
use under_each;
