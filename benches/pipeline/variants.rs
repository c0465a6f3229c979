//! The pipelines that are compared, each with a receiver, with none, or with one that stands still.

use crate::gate::Gate;
use fastrace::collector::{Config, Reporter, SpanRecord};
use lumina::export::{Delivery, ExportError, Exporter, Otlp};
use lumina::model::Batch;
use lumina_benches::traced;
use lumina_benches::work::{Workload, run_plain};
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::WithExportConfig;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, SdkTracerProvider, SpanData, SpanExporter,
};
use std::error::Error;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Where spans go.
#[derive(Clone, Copy)]
pub(crate) enum Target<'a> {
    /// Nowhere: thrown away by the exporter.
    Nowhere,
    /// To an OTLP receiver.
    Receiver(&'a str),
    /// To an exporter that waits at the gate and then throws them away.
    Gate(&'static Gate),
}

/// A pipeline at work.
pub(crate) trait Pipeline {
    fn run(&mut self, traces: usize);
    /// Exports what is left.
    fn flush(&mut self);
    /// Spans exported, and spans that it says it dropped.
    fn finish(&mut self) -> (u64, Option<u64>);
}

pub(crate) const PLAIN: &str = "plain";
pub(crate) const LUMINA: &str = "lumina";
pub(crate) const FASTRACE: &str = "fastrace";
pub(crate) const OTEL: &str = "tracing-opentelemetry";

const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) fn start(name: &str, to: Target<'_>) -> Result<Box<dyn Pipeline>, Box<dyn Error>> {
    Ok(match name {
        PLAIN => Box::new(Plain),
        LUMINA => Box::new(lumina(to)?),
        FASTRACE => Box::new(fastrace(to)?),
        OTEL => Box::new(otel(to)?),
        _ => return Err(format!("no pipeline is called {name:?}").into()),
    })
}

static EXPORTED: AtomicU64 = AtomicU64::new(0);

fn arrive(to: Option<&Gate>, spans: usize) {
    if let Some(gate) = to {
        gate.pass();
    }
    EXPORTED.fetch_add(spans as u64, Ordering::Relaxed);
}

struct Plain;

impl Pipeline for Plain {
    fn run(&mut self, traces: usize) {
        run_plain(Workload::Sync, traces);
    }

    fn flush(&mut self) {}

    fn finish(&mut self) -> (u64, Option<u64>) {
        (0, None)
    }
}

struct Discard(Option<&'static Gate>);

impl Exporter for Discard {
    fn name(&self) -> &'static str {
        "discard"
    }

    fn export(&mut self, batch: &Batch, _: Instant) -> Result<Delivery, ExportError> {
        arrive(self.0, batch.len());
        Ok(Delivery::default())
    }
}

struct Lumina(Option<lumina::Guard>);

fn lumina(to: Target<'_>) -> Result<Lumina, Box<dyn Error>> {
    let builder =
        lumina::builder().variables([("", ""); 0]).without_subscriber().on_warning(|_| ());
    let builder = match to {
        Target::Nowhere => builder.exporter(Discard(None)),
        Target::Gate(gate) => builder.exporter(Discard(Some(gate))),
        Target::Receiver(url) => builder.exporter(Otlp::builder().endpoint(url).build()?),
    };
    Ok(Lumina(Some(builder.install()?)))
}

impl Pipeline for Lumina {
    fn run(&mut self, traces: usize) {
        traced::lumina::run(Workload::Sync, traces);
    }

    fn flush(&mut self) {
        lumina::flush(PATIENCE);
    }

    fn finish(&mut self) -> (u64, Option<u64>) {
        let Some(guard) = self.0.take() else { return (0, None) };
        let report = guard.shutdown(PATIENCE);
        let of = |exporter: &lumina::ExporterReport| (exporter.exported, exporter.dropped.total());
        let (exported, dropped) = report.exporters.first().map_or((0, 0), of);
        (exported, Some(dropped))
    }
}

impl Reporter for Discard {
    fn report(&mut self, spans: Vec<SpanRecord>) {
        arrive(self.0, spans.len());
    }
}

struct Fastrace;

fn fastrace(to: Target<'_>) -> Result<Fastrace, Box<dyn Error>> {
    let gate = match to {
        Target::Nowhere => None,
        Target::Gate(gate) => Some(gate),
        Target::Receiver(_) => return Err("fastrace has no OTLP exporter of its own".into()),
    };
    fastrace::set_reporter(Discard(gate), Config::default());
    Ok(Fastrace)
}

impl Pipeline for Fastrace {
    fn run(&mut self, traces: usize) {
        traced::fastrace::run(Workload::Sync, traces);
    }

    fn flush(&mut self) {
        fastrace::flush();
    }

    fn finish(&mut self) -> (u64, Option<u64>) {
        fastrace::flush();
        (EXPORTED.load(Ordering::Relaxed), None)
    }
}

#[derive(Debug)]
struct Counted<E>(E);

impl<E: SpanExporter> SpanExporter for Counted<E> {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let spans = batch.len();
        let result = self.0.export(batch).await;
        if result.is_ok() {
            arrive(None, spans);
        }
        result
    }
}

struct DiscardForOtel(Option<&'static Gate>);

impl std::fmt::Debug for DiscardForOtel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DiscardForOtel")
    }
}

impl SpanExporter for DiscardForOtel {
    async fn export(&self, _: Vec<SpanData>) -> OTelSdkResult {
        if let Some(gate) = self.0 {
            gate.pass();
        }
        Ok(())
    }
}

struct Otel(SdkTracerProvider);

fn otel(to: Target<'_>) -> Result<Otel, Box<dyn Error>> {
    let discard = |gate| processor(DiscardForOtel(gate), to);
    let processor = match to {
        Target::Nowhere => discard(None),
        Target::Gate(gate) => discard(Some(gate)),
        Target::Receiver(url) => {
            let exporter = opentelemetry_otlp::SpanExporter::builder()
                .with_http()
                .with_endpoint(format!("{url}/v1/traces"))
                .build()?;
            processor(exporter, to)
        }
    };
    let provider = SdkTracerProvider::builder().with_span_processor(processor).build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("benches"));
    // The HTTP client's own spans are finer than this.
    tracing_subscriber::registry().with(LevelFilter::INFO).with(layer).init();
    Ok(Otel(provider))
}

fn processor(exporter: impl SpanExporter + 'static, to: Target<'_>) -> BatchSpanProcessor {
    let config = BatchConfigBuilder::default();
    let config = match to {
        // Its own bound, 2,048 spans.
        Target::Gate(_) => config,
        // With which most of a load like this would be dropped, not exported.
        _ => config.with_max_queue_size(1 << 20),
    };
    BatchSpanProcessor::builder(Counted(exporter)).with_batch_config(config.build()).build()
}

impl Pipeline for Otel {
    fn run(&mut self, traces: usize) {
        traced::tracing::run(Workload::Sync, traces);
    }

    fn flush(&mut self) {
        // A failure shows in the count of exported spans.
        let _ = self.0.force_flush();
    }

    fn finish(&mut self) -> (u64, Option<u64>) {
        let _ = self.0.shutdown_with_timeout(PATIENCE);
        (EXPORTED.load(Ordering::Relaxed), None)
    }
}
