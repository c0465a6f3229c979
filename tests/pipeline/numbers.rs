//! Every span is accounted for, whatever the exporters do; and nobody waits for them.

use crate::exporters::Blocked;
use lumina::export::{DropReason, Memory};
use lumina::model::Outcome;
use lumina::{Builder, Report};
use lumina_tests::emit;
use std::thread;
use std::time::{Duration, Instant};

const TIMEOUT: Duration = Duration::from_secs(30);

fn builder() -> Builder {
    lumina::builder().variables([("LUMINA_ENABLED", "1")]).on_warning(|_| {})
}

#[track_caller]
fn assert_accounted_for(report: &Report) {
    for exporter in &report.exporters {
        let known = exporter.exported + exporter.dropped.total() + exporter.pending;
        assert_eq!(known, report.emitted, "{report}");
    }
}

#[test]
fn a_burst_into_a_blocked_exporter_is_counted_to_the_last_span_and_blocks_nobody() {
    let (blocked, release) = Blocked::new();
    let builder = builder().exporter(blocked).exporter(Memory::with_max_spans(1_000_000));
    let pipeline = builder.queue(2_000, 1 << 30).build_scoped().unwrap();
    // The exporter is stuck until `release` is dropped: that the burst ends proves that it did not
    // wait for it.
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| pipeline.in_scope(|| emit::emit(25_000)));
        }
    });
    let report = pipeline.flush(Duration::from_millis(100));
    assert!(!report.complete);
    assert_accounted_for(&report);
    assert!(report.exporters[0].pending > 0);
    drop(release);
    let report = pipeline.shutdown(TIMEOUT);
    assert_accounted_for(&report);
    assert!(report.complete);
    assert_eq!(report.emitted, 100_000);
    let lost = report.exporters[0].dropped.get(DropReason::QueueFull);
    assert!(lost > 0 && report.exporters.iter().all(|exporter| exporter.pending == 0), "{report}");
}

#[test]
fn a_shutdown_under_load_accounts_for_what_it_cut_off() {
    let memory = Memory::with_max_spans(10_000_000);
    let pipeline = builder().exporter(memory.clone()).build_scoped().unwrap();
    let report = thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| pipeline.in_scope(|| emit::emit(50_000)));
        }
        pipeline.shutdown(TIMEOUT)
    });
    assert!(report.complete, "{report}");
    assert_accounted_for(&pipeline.shutdown(TIMEOUT));
    assert_eq!(memory.spans().len() as u64, report.exporters[0].exported);
}

#[test]
fn open_spans_are_delivered_as_incomplete_and_keep_their_children() {
    let memory = Memory::new();
    let pipeline = builder().exporter(memory.clone()).build_scoped().unwrap();
    pipeline.in_scope(|| {
        emit::in_outer(|| {
            emit::emit(1);
            let report = pipeline.shutdown(TIMEOUT);
            assert!(report.complete && report.is_lossless(), "{report}");
        });
    });
    let spans = memory.spans();
    let outer = spans.iter().find(|span| span.name == "outer").unwrap();
    let inner = spans.iter().find(|span| span.name == "inner").unwrap();
    assert_eq!(outer.outcome, Outcome::Incomplete);
    assert_eq!(inner.parent_id, Some(outer.span_id));
    assert_eq!(spans.len(), 2);
}

#[test]
fn spans_reach_the_exporter_without_a_flush() {
    let (seen, exported) = std::sync::mpsc::channel();
    let exporter = Tell(seen);
    let pipeline = builder().exporter(exporter).build_scoped().unwrap();
    pipeline.in_scope(|| emit::emit(3));
    assert_eq!(exported.recv_timeout(TIMEOUT).unwrap(), 3);
}

struct Tell(std::sync::mpsc::Sender<usize>);

impl lumina::export::Exporter for Tell {
    fn name(&self) -> &'static str {
        "tell"
    }

    fn export(
        &mut self,
        batch: &lumina::model::Batch,
        _: Instant,
    ) -> Result<lumina::export::Delivery, lumina::export::ExportError> {
        self.0.send(batch.len()).ok();
        Ok(lumina::export::Delivery::default())
    }
}

#[test]
fn a_sample_ratio_of_zero_records_nothing_and_one_half_about_half() {
    for (ratio, expected) in [(0.0, 0..=0), (0.5, 4_000..=6_000), (1.0, 10_000..=10_000)] {
        let pipeline = builder().exporter(Memory::with_max_spans(100_000));
        let pipeline = pipeline.sample_ratio(ratio).build_scoped().unwrap();
        pipeline.in_scope(|| emit::emit(10_000));
        let report = pipeline.shutdown(TIMEOUT);
        assert!(expected.contains(&report.emitted), "{ratio}: {report}");
        assert!(report.is_lossless());
    }
}
