//! Traces that are not recorded cost nothing but the decision, and stay whole.

use crate::work;
use lumina::export::Memory;
use lumina::{Context, FutureExt as _, ScopedPipeline};
use std::cell::Cell;
use std::fmt;
use std::time::Duration;

fn pipeline(ratio: f64) -> (ScopedPipeline, Memory) {
    let memory = Memory::new();
    let pipeline = lumina::builder()
        .variables(std::iter::empty::<(String, String)>())
        .exporter(memory.clone())
        .sample_ratio(ratio)
        .build_scoped()
        .unwrap();
    (pipeline, memory)
}

#[derive(Default)]
struct Formatted(Cell<u32>);

impl fmt::Debug for Formatted {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.set(self.0.get() + 1);
        Ok(())
    }
}

#[test]
fn arguments_of_an_unsampled_call_are_not_formatted_and_statements_not_evaluated() {
    #[lumina::traced(capture(?seen), attrs(again = ?seen), ok(|seen| late = ?seen))]
    fn call(seen: &Formatted) -> Result<&Formatted, ()> {
        lumina::record!(n = seen.0.replace(100));
        lumina::event!("e", n = seen.0.replace(100));
        Ok(seen)
    }
    let seen = Formatted::default();
    let (pipeline, memory) = pipeline(0.0);
    pipeline.in_scope(|| assert!(call(&seen).is_ok()));
    assert_eq!(seen.0.get(), 0);
    assert_eq!(pipeline.shutdown(Duration::from_secs(30)).emitted, 0);
    assert_eq!(memory.spans().len(), 0);
}

#[tokio::test]
async fn what_an_unsampled_call_calls_is_unsampled_wherever_it_runs() {
    #[lumina::traced]
    async fn outer() -> Option<String> {
        tokio::spawn(work(1).in_current_context()).await.unwrap();
        let context = Context::current();
        assert!(!context.is_sampled());
        tokio::task::spawn_blocking(move || context.in_scope(|| crate::leaf(1))).await.unwrap();
        context.traceparent()
    }
    let (pipeline, memory) = pipeline(0.0);
    let traceparent = pipeline.scope_future(outer()).await;
    assert!(traceparent.is_some_and(|header| header.ends_with("-00")));
    assert!(pipeline.shutdown(Duration::from_secs(30)).is_lossless());
    assert_eq!(memory.spans().len(), 0);
}

#[test]
fn a_trace_is_recorded_whole_or_not_at_all() {
    #[lumina::traced]
    fn root() {
        for n in 0..4 {
            crate::leaf(n);
        }
    }
    const TRACES: usize = 1000;
    let (pipeline, memory) = pipeline(0.5);
    pipeline.in_scope(|| (0..TRACES).for_each(|_| root()));
    let report = pipeline.shutdown(Duration::from_secs(30));
    let spans = memory.spans();
    let roots = spans.iter().filter(|span| span.parent_id.is_none()).count();
    assert_eq!(spans.len(), 5 * roots, "{report}");
    // 0.5 +- 10 standard deviations.
    assert!((340..=660).contains(&roots), "{roots}");
}

#[test]
fn the_sender_of_a_traceparent_decides() {
    let (pipeline, memory) = pipeline(1.0);
    pipeline.in_scope(|| {
        for flag in ["00", "01"] {
            let header = format!("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-{flag}");
            Context::from_traceparent(&header).unwrap().in_scope(|| crate::leaf(1));
        }
    });
    assert_eq!(pipeline.shutdown(Duration::from_secs(30)).emitted, 1);
    assert_eq!(memory.spans().len(), 1);
}
