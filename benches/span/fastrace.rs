//! fastrace, its reporter throwing away what it gets.
//!
//! Its properties are strings, so numbers are formatted on the traced thread: that is what its
//! users pay, whichever of its forms they write.

use fastrace::Span;
use fastrace::collector::{Config, Reporter, SpanContext, SpanRecord};
use fastrace::future::FutureExt;
use fastrace::local::LocalSpan;
use lumina_benches::child::Variant;
use lumina_benches::work::{CHILDREN, Workload, arguments, block_on, yield_once};
use std::borrow::Cow;
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};

static REPORTED: AtomicU64 = AtomicU64::new(0);

struct Discard;

impl Reporter for Discard {
    fn report(&mut self, spans: Vec<SpanRecord>) {
        REPORTED.fetch_add(spans.len() as u64, Ordering::Relaxed);
    }
}

pub(crate) fn start() -> Box<dyn Variant> {
    fastrace::set_reporter(Discard, Config::default());
    Box::new(Fastrace)
}

struct Fastrace;

impl Variant for Fastrace {
    fn run(&mut self, workload: Workload, traces: usize) {
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

    fn settle(&mut self) {
        fastrace::flush();
    }

    fn lost(&mut self, begun: u64) -> u64 {
        begun.saturating_sub(REPORTED.load(Ordering::Relaxed))
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
