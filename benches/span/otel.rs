//! tracing-opentelemetry with the SDK's batch processor, its exporter throwing away what it gets.

use lumina_benches::child::Variant;
use lumina_benches::traced::tracing::run;
use lumina_benches::work::Workload;
use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, SdkTracerProvider, SpanData, SpanExporter,
};
use std::sync::atomic::{AtomicU64, Ordering};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

static EXPORTED: AtomicU64 = AtomicU64::new(0);

#[derive(Debug)]
struct Discard;

impl SpanExporter for Discard {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        EXPORTED.fetch_add(batch.len() as u64, Ordering::Relaxed);
        Ok(())
    }
}

pub(crate) fn start() -> Box<dyn Variant> {
    // The default queue of 2,048 would drop most of a round, and a dropped span costs less.
    let config = BatchConfigBuilder::default().with_max_queue_size(1 << 17).build();
    let processor = BatchSpanProcessor::builder(Discard).with_batch_config(config).build();
    let provider = SdkTracerProvider::builder().with_span_processor(processor).build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("benches"));
    tracing_subscriber::registry().with(layer).init();
    Box::new(Otel(provider))
}

struct Otel(SdkTracerProvider);

impl Variant for Otel {
    fn run(&mut self, workload: Workload, traces: usize) {
        run(workload, traces);
    }

    fn settle(&mut self) {
        // A failure shows as lost spans.
        let _ = self.0.force_flush();
    }

    fn lost(&mut self, begun: u64) -> u64 {
        begun.saturating_sub(EXPORTED.load(Ordering::Relaxed))
    }
}
