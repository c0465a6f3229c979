//! Exporters against real receivers: what arrives, and what is said when nothing does.

mod otlp_grpc;
mod otlp_http;
mod otlp_silence;
mod otlp_spool;
mod otlp_tls;

use lumina::export::{Delivery, ExportError, Exporter};
use lumina::model::{Batch, Resource, SpanData, SpanId, TraceId};
use std::time::{Duration, Instant};

/// Longer than any attempt of these tests should take.
const LONG: Duration = Duration::from_secs(30);

/// A batch of spans `s1`, `s2`, ... with a text attribute of `bytes` bytes each.
fn batch(spans: u64, bytes: usize) -> Batch {
    let spans = (1..=spans).map(|id| {
        let mut span = SpanData::new(TraceId(7), SpanId(id), format!("s{id}"));
        span.attributes = vec![("text".to_owned(), "x".repeat(bytes).into())];
        span
    });
    let mut resource = Resource::new();
    resource.set("service.name", "export-tests");
    Batch::from_spans(resource, spans)
}

/// One attempt.
fn export(exporter: &mut impl Exporter, batch: &Batch) -> Result<Delivery, ExportError> {
    exporter.export(batch, Instant::now() + LONG)
}

/// The reason and the delay of an error that may be tried again.
#[track_caller]
fn retryable<T: std::fmt::Debug>(result: Result<T, ExportError>) -> (String, Option<Duration>) {
    match result {
        Err(ExportError::Retryable { reason, retry_after }) => (reason, retry_after),
        other => panic!("not retryable: {other:?}"),
    }
}

/// The reason of an error that is final.
#[track_caller]
fn permanent<T: std::fmt::Debug>(result: Result<T, ExportError>) -> String {
    match result {
        Err(ExportError::Permanent { reason }) => reason,
        other => panic!("not permanent: {other:?}"),
    }
}
