//! The collector as a pipeline's source: the one file here that knows `collect` and `record`.

use super::env::Sampler;
use super::plan::BatchConfig;
use super::running::{Source, SourceCounts, fan_out};
use crate::collect::{self, CollectCounters, PipelineId, Sink};
use crate::export::worker::Worker;
use crate::export::{DropReason, Drops};
use crate::model::{Batch, Limits, Resource};
use crate::record::context::Context;
use crate::record::route;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// What the collector needs to know of a pipeline.
pub(super) struct SourceConfig {
    pub(super) resource: Resource,
    pub(super) limits: Limits,
    pub(super) batch: BatchConfig,
    pub(super) sampler: Sampler,
}

/// The spans of one pipeline, as the collector hands them over.
pub(super) struct Collected {
    id: PipelineId,
    counters: Arc<CollectCounters>,
    /// Gets the spans of contexts that name no pipeline.
    is_installed: AtomicBool,
    /// Counted for the process, hence the number when this one was opened.
    after_shutdown_before: u64,
}

struct Workers(Arc<[Worker]>);

impl Sink for Workers {
    fn accept(&self, batch: Arc<Batch>) {
        fan_out(&self.0, &batch);
    }
}

/// Opens a pipeline at the collector.
pub(super) fn open(
    config: SourceConfig,
    workers: Arc<[Worker]>,
) -> Result<Arc<Collected>, collect::StartError> {
    let counters = Arc::new(CollectCounters::default());
    let id = collect::register(collect::PipelineConfig {
        sink: Arc::new(Workers(workers)),
        resource: Arc::new(config.resource),
        limits: config.limits,
        batch_spans: config.batch.max_spans,
        batch_bytes: config.batch.max_bytes,
        batch_delay: config.batch.max_delay,
        counters: Arc::clone(&counters),
    })?;
    match config.sampler {
        Sampler::ParentOrRatio(ratio) => route::set_sampling(id.0, ratio, true),
        Sampler::Ratio(ratio) => route::set_sampling(id.0, ratio, false),
    }
    Ok(Arc::new(Collected {
        id,
        counters,
        is_installed: AtomicBool::new(false),
        after_shutdown_before: collect::after_shutdown(),
    }))
}

impl Collected {
    /// From now on this pipeline gets the spans of contexts that name none.
    pub(super) fn install(&self) {
        self.is_installed.store(true, Ordering::Release);
        route::install(self.id.0);
    }

    /// A context of no span whose traces come here.
    pub(super) fn context(&self) -> Context {
        Context::for_pipeline(self.id.0)
    }
}

impl Source for Arc<Collected> {
    fn flush(&self, deadline: Instant) -> bool {
        collect::flush(self.id, deadline)
    }

    fn close(&self, deadline: Instant) -> bool {
        if self.is_installed.load(Ordering::Acquire) {
            route::close_installed();
        }
        collect::close(self.id, deadline)
    }

    /// What began after the shutdown counts as emitted and dropped; what was begun before it and
    /// still open was handed over as incomplete.
    fn counts(&self) -> SourceCounts {
        let counters = &self.counters;
        let late = match self.is_installed.load(Ordering::Acquire) {
            true => collect::after_shutdown().saturating_sub(self.after_shutdown_before),
            false => 0,
        };
        let counted = [
            (DropReason::BufferFull, counters.dropped_buffer_full.load(Ordering::Acquire)),
            (DropReason::TooManyOpen, counters.dropped_too_many_open.load(Ordering::Acquire)),
            (DropReason::AfterShutdown, late),
        ];
        let mut dropped = Drops::default();
        for (reason, spans) in counted {
            dropped.add(reason, spans);
        }
        let lost_details = collect::lost_records();
        SourceCounts { emitted: counters.emitted() + late, dropped, lost_details }
    }
}
