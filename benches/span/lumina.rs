//! lumina's ways of tracing, its exporter throwing away what it gets.

use lumina::export::{Delivery, ExportError, Exporter};
use lumina::model::Batch;
use lumina_benches::child::Variant;
use lumina_benches::traced::lumina::run;
use lumina_benches::traced::tracing;
use lumina_benches::work::Workload;
use std::time::{Duration, Instant};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

struct Discard;

impl Exporter for Discard {
    fn name(&self) -> &'static str {
        "discard"
    }

    fn export(&mut self, _batch: &Batch, _deadline: Instant) -> Result<Delivery, ExportError> {
        Ok(Delivery::default())
    }
}

pub(crate) fn start() -> Box<dyn Variant> {
    Lumina::with(run, builder().without_subscriber())
}

pub(crate) fn start_with_companion() -> Box<dyn Variant> {
    let fmt = tracing_subscriber::fmt::layer().with_writer(std::io::sink);
    tracing_subscriber::registry().with(fmt).init();
    Lumina::with(run, builder().without_subscriber())
}

pub(crate) fn start_unsampled() -> Box<dyn Variant> {
    Lumina::with(run, builder().without_subscriber().sample_ratio(0.0))
}

pub(crate) fn start_off() -> Box<dyn Variant> {
    Lumina::with(run, builder().enabled(false))
}

pub(crate) fn start_as_subscriber() -> Box<dyn Variant> {
    Lumina::with(tracing::run, builder())
}

pub(crate) fn start_as_layer() -> Box<dyn Variant> {
    tracing_subscriber::registry().with(lumina::layer()).init();
    Lumina::with(tracing::run, builder().without_subscriber())
}

fn builder() -> lumina::Builder {
    // No variable of the caller's environment, so that every run measures the same.
    lumina::builder().variables([("", ""); 0]).exporter(Discard)
}

struct Lumina {
    run: fn(Workload, usize),
    guard: Option<lumina::Guard>,
}

impl Lumina {
    fn with(run: fn(Workload, usize), builder: lumina::Builder) -> Box<dyn Variant> {
        // A variant that cannot be set up shows as an error of its process.
        let guard = builder.install().inspect_err(|error| eprintln!("lumina: {error}")).ok();
        Box::new(Lumina { run, guard })
    }
}

impl Variant for Lumina {
    fn run(&mut self, workload: Workload, traces: usize) {
        (self.run)(workload, traces);
    }

    fn settle(&mut self) {
        lumina::flush(Duration::from_secs(10));
    }

    fn lost(&mut self, _begun: u64) -> u64 {
        let report = self.guard.take().map(|guard| guard.shutdown(Duration::from_secs(10)));
        report.map_or(u64::MAX, |report| report.undelivered())
    }
}
