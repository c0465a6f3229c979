//! The layer beside tracing-opentelemetry: both get every span, each its own tree.

use lumina::testing::capture_sync;
use opentelemetry::trace::{SpanId, TracerProvider};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData};
use tracing::info_span;
use tracing_subscriber::prelude::*;

#[test]
fn both_get_every_span_and_event() {
    let exporter = InMemorySpanExporter::default();
    let provider = SdkTracerProvider::builder().with_simple_exporter(exporter.clone()).build();
    let other = tracing_opentelemetry::layer().with_tracer(provider.tracer("other"));
    let subscriber = tracing_subscriber::registry().with(lumina::layer()).with(other);
    let captured = tracing::subscriber::with_default(subscriber, || {
        capture_sync(|| {
            lumina::span!("pipeline", n = 3; {
                let _request = info_span!("request", otel.kind = "client").entered();
                lumina::span!("parse"; tracing::info!("parsed"));
            });
        })
    });
    captured.has_spans(&["pipeline", "request", "parse"]);
    captured.span("pipeline").is_root().has_attribute("n", 3);
    captured.span("parse").has_parent("request").has_events(&["parsed"]);

    let spans = exporter.get_finished_spans().unwrap();
    assert_eq!(spans.len(), 3);
    let named = |name: &str| -> &SpanData { spans.iter().find(|span| span.name == name).unwrap() };
    let (pipeline, request, parse) = (named("pipeline"), named("request"), named("parse"));
    assert_eq!(pipeline.parent_span_id, SpanId::INVALID);
    assert_eq!(request.parent_span_id, pipeline.span_context.span_id());
    assert_eq!(parse.parent_span_id, request.span_context.span_id());
    assert!(pipeline.attributes.iter().any(|pair| pair.key.as_str() == "n"));
    assert_eq!(parse.events.len(), 1);
}
