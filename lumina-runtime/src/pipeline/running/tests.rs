//! A pipeline whose source is the test: what counts is who is asked, in what order, and whether
//! the numbers fit.

use super::*;
use crate::export::worker::{Notify, RetryPolicy, WorkerConfig};
use crate::export::{Delivery, DropReason, ExportError, Exporter, Memory};
use crate::model::{Resource, SpanData, SpanId, TraceId};
use std::sync::mpsc;

const LONG: Duration = Duration::from_secs(60);

/// Spans that were recorded and not handed over yet, as a collector keeps them.
#[derive(Default)]
struct Recorded {
    spans: Mutex<(u64, SourceCounts)>,
    workers: Mutex<Option<Arc<[Worker]>>>,
    closes: Mutex<u32>,
}

impl Recorded {
    fn record(&self, spans: u64) {
        let mut state = self.spans.lock().unwrap();
        state.0 += spans;
        state.1.emitted += spans;
    }

    fn lose(&self, spans: u64) {
        let mut state = self.spans.lock().unwrap();
        state.1.emitted += spans;
        state.1.dropped.add(DropReason::BufferFull, spans);
    }
}

impl Source for Arc<Recorded> {
    fn flush(&self, deadline: Instant) -> bool {
        let spans = std::mem::take(&mut self.spans.lock().unwrap().0);
        let workers = self.workers.lock().unwrap().clone().unwrap();
        fan_out(&workers, &batch(spans));
        Instant::now() < deadline
    }

    fn close(&self, deadline: Instant) -> bool {
        *self.closes.lock().unwrap() += 1;
        self.flush(deadline)
    }

    fn counts(&self) -> SourceCounts {
        self.spans.lock().unwrap().1
    }
}

fn batch(spans: u64) -> Arc<Batch> {
    let spans = (1..=spans).map(|n| SpanData::new(TraceId(1), SpanId(n), "s"));
    Arc::new(Batch::from_spans(Resource::new(), spans))
}

fn config() -> WorkerConfig {
    WorkerConfig {
        queue_spans: 1000,
        queue_bytes: 1 << 20,
        attempt_timeout: LONG,
        retry: RetryPolicy::default(),
        notify: Notify::new(|_| {}),
    }
}

fn pipeline(exporters: Vec<Box<dyn Exporter>>) -> (Pipeline, Arc<Recorded>) {
    let start = |(n, exporter)| Worker::start(&format!("e{n}"), exporter, &config()).unwrap();
    let workers: Arc<[Worker]> = exporters.into_iter().enumerate().map(start).collect();
    let source = Arc::new(Recorded::default());
    *source.workers.lock().unwrap() = Some(Arc::clone(&workers));
    (Pipeline::new(Box::new(Arc::clone(&source)), workers), source)
}

#[track_caller]
fn assert_accounted_for(report: &Report) {
    for exporter in &report.exporters {
        let known = exporter.exported + exporter.dropped.total() + exporter.pending;
        assert_eq!(known, report.emitted, "{report}");
    }
}

/// Blocks its first attempt until told to go on.
struct Blocked(mpsc::Receiver<()>);

impl Exporter for Blocked {
    fn name(&self) -> &'static str {
        "blocked"
    }

    fn export(&mut self, _: &Batch, _: Instant) -> Result<Delivery, ExportError> {
        self.0.recv().ok();
        Ok(Delivery::default())
    }
}

#[test]
fn a_flush_delivers_what_was_recorded_before_to_every_exporter() {
    let (first, second) = (Memory::new(), Memory::new());
    let (pipeline, source) = pipeline(vec![Box::new(first.clone()), Box::new(second.clone())]);
    source.record(5);
    let report = pipeline.flush(LONG);
    assert!(report.complete && report.is_lossless(), "{report}");
    assert_eq!((first.spans().len(), second.spans().len()), (5, 5));
    assert_accounted_for(&report);
    pipeline.shutdown(LONG);
}

#[test]
fn spans_that_were_not_collected_are_pending_and_those_lost_before_are_dropped() {
    let (pipeline, source) = pipeline(vec![Box::new(Memory::new())]);
    source.record(5);
    source.lose(2);
    let health = pipeline.health();
    assert_eq!((health.emitted, health.dropped.total()), (7, 2));
    let report = pipeline.report(Instant::now(), true);
    assert_accounted_for(&report);
    assert_eq!(report.exporters[0].pending, 5);
    let report = pipeline.shutdown(LONG);
    assert_accounted_for(&report);
    assert_eq!(report.exporters[0].dropped.get(DropReason::BufferFull), 2);
    assert_eq!((report.exporters[0].pending, report.undelivered()), (0, 2));
}

#[test]
fn one_slow_exporter_neither_holds_up_the_other_nor_the_caller() {
    let (release, receiver) = mpsc::channel();
    let memory = Memory::new();
    let (pipeline, source) = pipeline(vec![Box::new(Blocked(receiver)), Box::new(memory.clone())]);
    source.record(3);
    let report = pipeline.flush(Duration::from_millis(50));
    assert!(!report.complete);
    assert_accounted_for(&report);
    assert_eq!(report.exporters[0].pending, 3);
    // The other one is not waited for in vain: it is asked first, and its worker is its own.
    let second = pipeline.workers[1].request_flush();
    assert_eq!(pipeline.workers[1].wait(second, Instant::now() + LONG), Flushed::Done);
    assert_eq!(memory.spans().len(), 3);
    drop(release);
    assert!(pipeline.shutdown(LONG).is_lossless());
}

#[test]
fn a_shutdown_returns_within_its_time_and_tells_what_is_left() {
    let (release, receiver) = mpsc::channel();
    let (pipeline, source) = pipeline(vec![Box::new(Blocked(receiver))]);
    source.record(3);
    let timeout = Duration::from_millis(100);
    let report = pipeline.shutdown(timeout);
    assert!(!report.complete);
    assert!(report.elapsed >= timeout && report.elapsed < timeout + LONG / 2);
    assert_eq!(report.undelivered(), 3);
    assert_accounted_for(&report);
    drop(release);
    let report = pipeline.shutdown(LONG);
    assert!(report.complete && report.is_lossless(), "{report}");
}

#[test]
fn shutdowns_from_eight_threads_are_one_and_agree() {
    let (pipeline, source) = pipeline(vec![Box::new(Memory::new())]);
    source.record(10);
    let reports: Vec<Report> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| pipeline.shutdown(LONG))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(reports.iter().all(|report| report.complete && report.is_lossless()), "{reports:?}");
    assert_eq!(*source.closes.lock().unwrap(), 1);
    assert_eq!(pipeline.health().state, State::ShutDown);
}

#[test]
fn a_timeout_too_long_for_the_clock_is_long_and_no_panic() {
    let (pipeline, source) = pipeline(vec![Box::new(Memory::new())]);
    source.record(1);
    assert!(pipeline.flush(Duration::MAX).complete);
    assert!(pipeline.shutdown(Duration::MAX).complete);
}
