//! The open pipelines and the batch that each is filling.

use super::{PipelineConfig, PipelineId};
use crate::model::{Batch, Limits};
use crate::record::pool;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

static ENDED_AFTER_CLOSE: AtomicU64 = AtomicU64::new(0);

/// Spans that ended when their pipeline was closed already.
pub(super) fn ended_after_close() -> u64 {
    ENDED_AFTER_CLOSE.load(Ordering::Relaxed)
}

#[derive(Default)]
pub(super) struct Pipelines(Vec<Open>);

struct Open {
    id: PipelineId,
    config: PipelineConfig,
    /// The pool's count when the pipeline was opened: ids come round again.
    lost_before: u64,
    batch: Batch,
    /// When the first span of the batch was put in.
    since: Option<Instant>,
}

impl Pipelines {
    pub(super) fn open(&mut self, id: PipelineId, config: PipelineConfig, lost_before: u64) {
        let batch = Batch::new(config.resource.clone());
        self.0.push(Open { id, config, lost_before, batch, since: None });
    }

    pub(super) fn close(&mut self, id: PipelineId) {
        self.hand_over(id);
        self.0.retain(|open| open.id != id);
    }

    /// Counts a span whose start was read.
    pub(super) fn count_started(&self, id: u16) {
        if let Some(open) = self.0.iter().find(|open| open.id.0 == id) {
            add(&open.config.counters.started, 1);
        }
    }

    /// Counts a span that was given up because too many were open.
    pub(super) fn count_too_many_open(&self, id: u16) {
        if let Some(open) = self.0.iter().find(|open| open.id.0 == id) {
            add(&open.config.counters.dropped_too_many_open, 1);
        }
    }

    /// Lets `write` add one span to the pipeline's batch, and hands the batch over when it is full.
    #[inline]
    pub(super) fn add(&mut self, id: u16, write: impl FnOnce(&mut Batch, Limits)) {
        let Some(open) = self.0.iter_mut().find(|open| open.id.0 == id) else {
            ENDED_AFTER_CLOSE.fetch_add(1, Ordering::Relaxed);
            return;
        };
        write(&mut open.batch, open.config.limits);
        if open.since.is_none() {
            open.since = Some(Instant::now());
        }
        let config = &open.config;
        if open.batch.len() >= config.batch_spans || open.batch.used_bytes() >= config.batch_bytes {
            open.hand_over();
        }
    }

    pub(super) fn hand_over(&mut self, id: PipelineId) {
        for open in self.0.iter_mut().filter(|open| open.id == id) {
            open.count_lost();
            open.hand_over();
        }
    }

    /// Hands over the batches that have waited long enough.
    pub(super) fn hand_over_due(&mut self, now: Instant) {
        for open in &mut self.0 {
            open.count_lost();
            let delay = open.config.batch_delay;
            if open.since.is_some_and(|since| now.duration_since(since) >= delay) {
                open.hand_over();
            }
        }
    }
}

impl Open {
    fn count_lost(&self) {
        let lost = pool::lost_spans(self.id.0).saturating_sub(self.lost_before);
        self.config.counters.dropped_buffer_full.store(lost, Ordering::Release);
    }

    fn hand_over(&mut self) {
        self.since = None;
        if self.batch.is_empty() {
            return;
        }
        let next = Batch::like(&self.batch);
        let full = std::mem::replace(&mut self.batch, next);
        add(&self.config.counters.handed_over, full.len() as u64);
        self.config.sink.accept(Arc::new(full));
    }
}

/// Adds to a counter that only the collector writes: no other addition can come in between.
fn add(counter: &AtomicU64, count: u64) {
    counter.store(counter.load(Ordering::Relaxed) + count, Ordering::Release);
}
