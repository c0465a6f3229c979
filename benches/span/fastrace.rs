//! fastrace, its reporter throwing away what it gets.

use fastrace::collector::{Config, Reporter, SpanRecord};
use lumina_benches::child::Variant;
use lumina_benches::traced::fastrace::run;
use lumina_benches::work::Workload;
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
        run(workload, traces);
    }

    fn settle(&mut self) {
        fastrace::flush();
    }

    fn lost(&mut self, begun: u64) -> u64 {
        begun.saturating_sub(REPORTED.load(Ordering::Relaxed))
    }
}
