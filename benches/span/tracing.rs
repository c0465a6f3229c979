//! Spans of `tracing` without an exporter.

use lumina_benches::child::Variant;
use lumina_benches::traced::tracing::run;
use lumina_benches::work::Workload;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// `tracing` with nobody to tell what became of its spans.
struct Silent;

impl Variant for Silent {
    fn run(&mut self, workload: Workload, traces: usize) {
        run(workload, traces);
    }

    fn settle(&mut self) {}

    fn lost(&mut self, _begun: u64) -> u64 {
        0
    }
}

pub(crate) fn start_without_subscriber() -> Box<dyn Variant> {
    Box::new(Silent)
}

pub(crate) fn start_registry() -> Box<dyn Variant> {
    tracing_subscriber::registry().init();
    Box::new(Silent)
}

pub(crate) fn start_fmt() -> Box<dyn Variant> {
    let fmt = tracing_subscriber::fmt::layer().with_writer(std::io::sink);
    tracing_subscriber::registry().with(fmt).init();
    Box::new(Silent)
}
