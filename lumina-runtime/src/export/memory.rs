//! Memory: keeps ended spans in the process, for tests and for tools that look at themselves.

use super::{Delivery, ExportError, Exporter};
use crate::model::{Batch, Resource, SpanData};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// Spans kept unless [`Memory::with_max_spans`] says otherwise.
const DEFAULT_MAX_SPANS: usize = 10_000;

/// Keeps the first spans that it gets, up to a limit.
///
/// A clone is a handle on the same spans: give one to the pipeline, keep one to look. Spans over
/// the limit are refused: counted here and reported to the pipeline as rejected.
///
/// ```
/// use lumina_runtime::export::{Exporter, Memory};
/// use lumina_runtime::model::{Batch, Resource, SpanData, SpanId, TraceId};
/// let memory = Memory::new();
/// let mut exporter = memory.clone();
/// let span = SpanData::new(TraceId(1), SpanId(2), "retrieve");
/// let batch = Batch::from_spans(Resource::new(), [span]);
/// exporter.export(&batch, std::time::Instant::now())?;
/// assert_eq!(memory.spans()[0].name, "retrieve");
/// # Ok::<(), lumina_runtime::export::ExportError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Memory {
    kept: Arc<Mutex<Kept>>,
}

#[derive(Debug)]
struct Kept {
    spans: Vec<SpanData>,
    max_spans: usize,
    dropped_spans: u64,
    resource: Resource,
}

impl Memory {
    /// Room for 10,000 spans.
    pub fn new() -> Self {
        Self::with_max_spans(DEFAULT_MAX_SPANS)
    }

    /// Room for `max_spans` spans; zero keeps none and counts all.
    pub fn with_max_spans(max_spans: usize) -> Self {
        let kept =
            Kept { spans: Vec::new(), max_spans, dropped_spans: 0, resource: Resource::new() };
        Memory { kept: Arc::new(Mutex::new(kept)) }
    }

    /// The spans kept so far, in the order in which they came.
    pub fn spans(&self) -> Vec<SpanData> {
        self.kept().spans.clone()
    }

    /// Takes the spans out, making room for as many.
    pub fn take(&self) -> Vec<SpanData> {
        std::mem::take(&mut self.kept().spans)
    }

    /// Spans refused because the limit was reached.
    pub fn dropped_spans(&self) -> u64 {
        self.kept().dropped_spans
    }

    /// The process that the last batch came from; empty before the first.
    pub fn resource(&self) -> Resource {
        self.kept().resource.clone()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // OK to go on after a panic elsewhere: every change under the lock leaves it whole.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Memory {
    fn default() -> Self {
        Self::new()
    }
}

impl Exporter for Memory {
    fn name(&self) -> &'static str {
        "memory"
    }

    fn export(&mut self, batch: &Batch, _deadline: Instant) -> Result<Delivery, ExportError> {
        let mut kept = self.kept();
        let room = kept.max_spans.saturating_sub(kept.spans.len());
        kept.spans.extend(batch.spans().take(room).map(SpanData::from));
        if kept.resource != *batch.resource() {
            kept.resource = batch.resource().clone();
        }
        let rejected_spans = batch.len().saturating_sub(room) as u64;
        kept.dropped_spans = kept.dropped_spans.saturating_add(rejected_spans);
        let message =
            (rejected_spans > 0).then(|| format!("keeps at most {} spans", kept.max_spans));
        Ok(Delivery { rejected_spans, message })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{SpanId, TraceId};

    fn batch(ids: std::ops::Range<u64>) -> Batch {
        let mut resource = Resource::new();
        resource.set("service.name", "support");
        let spans = ids.map(|id| SpanData::new(TraceId(1), SpanId(id), format!("span {id}")));
        Batch::from_spans(resource, spans)
    }

    fn export(memory: &Memory, ids: std::ops::Range<u64>) -> Delivery {
        memory.clone().export(&batch(ids), Instant::now()).unwrap()
    }

    #[test]
    fn a_clone_sees_the_spans_and_the_resource() {
        let memory = Memory::new();
        export(&memory, 1..3);
        let names: Vec<String> = memory.spans().into_iter().map(|span| span.name).collect();
        assert_eq!(names, ["span 1", "span 2"]);
        assert_eq!(memory.resource(), *batch(0..0).resource());
    }

    #[test]
    fn spans_over_the_limit_are_rejected_and_counted() {
        let memory = Memory::with_max_spans(3);
        assert_eq!(export(&memory, 1..3).rejected_spans, 0);
        assert_eq!(export(&memory, 3..7).rejected_spans, 3);
        assert_eq!(export(&memory, 7..8).rejected_spans, 1);
        assert_eq!(memory.spans().len(), 3);
        assert_eq!(memory.dropped_spans(), 4);
    }

    #[test]
    fn taking_the_spans_makes_room() {
        let memory = Memory::with_max_spans(1);
        export(&memory, 1..2);
        assert_eq!(memory.take().len(), 1);
        assert_eq!(export(&memory, 2..3).rejected_spans, 0);
        assert_eq!(memory.spans()[0].name, "span 2");
    }
}
