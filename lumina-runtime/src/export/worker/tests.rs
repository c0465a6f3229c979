//! The worker with exporters that do as they are told. Nothing sleeps: every wait is for a
//! condition, and delays are either zero or far longer than the test.

#[cfg(feature = "spool")]
mod spooled;

use super::*;
use crate::export::{Delivery, DropReason, ExportError, Exporter};
use crate::model::{Resource, SpanData, SpanId, TraceId, Value};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};

const LONG: Duration = Duration::from_secs(60);
const NEVER: Duration = Duration::from_secs(3600);

type Export = Box<dyn FnMut(&Batch, Instant) -> Result<Delivery, ExportError> + Send>;

struct Fake {
    export: Export,
    flushes: Arc<AtomicU64>,
    flush: fn() -> Result<(), ExportError>,
}

impl Exporter for Fake {
    fn name(&self) -> &'static str {
        "fake"
    }

    fn export(&mut self, batch: &Batch, deadline: Instant) -> Result<Delivery, ExportError> {
        (self.export)(batch, deadline)
    }

    fn flush(&mut self, _: Instant) -> Result<(), ExportError> {
        self.flushes.fetch_add(1, Ordering::Relaxed);
        (self.flush)()
    }
}

fn config() -> WorkerConfig {
    WorkerConfig {
        queue_spans: 1000,
        queue_bytes: 1 << 20,
        attempt_timeout: LONG,
        retry: RetryPolicy {
            base: Duration::ZERO,
            max_delay: Duration::ZERO,
            max_retry_after: NEVER,
            max_elapsed: 2 * NEVER,
        },
        notify: Notify::new(|_| {}),
    }
}

fn fake(
    export: impl FnMut(&Batch, Instant) -> Result<Delivery, ExportError> + Send + 'static,
) -> Fake {
    Fake { export: Box::new(export), flushes: Arc::default(), flush: || Ok(()) }
}

fn start(
    config: &WorkerConfig,
    export: impl FnMut(&Batch, Instant) -> Result<Delivery, ExportError> + Send + 'static,
) -> Worker {
    Worker::start("fake", Box::new(fake(export)), config).unwrap()
}

fn batch(spans: u64) -> Arc<Batch> {
    let spans = (1..=spans).map(|n| SpanData::new(TraceId(n.into()), SpanId(n), "s"));
    Arc::new(Batch::from_spans(Resource::new(), spans))
}

fn ok() -> Result<Delivery, ExportError> {
    Ok(Delivery::default())
}

fn retryable(retry_after: Option<Duration>) -> Result<Delivery, ExportError> {
    Err(ExportError::Retryable { reason: "no connection".to_owned(), retry_after })
}

fn flush(worker: &Worker) -> Flushed {
    worker.wait(worker.request_flush(), Instant::now() + LONG)
}

fn close(worker: &Worker, within: Duration) -> Counts {
    let deadline = Instant::now() + within;
    worker.request_close(deadline);
    assert!(worker.wait_closed(Instant::now() + LONG), "the thread did not end");
    worker.counts()
}

#[track_caller]
fn assert_all_accounted_for(counts: &Counts) {
    let known = counts.exported + counts.dropped.total() + counts.pending_spans;
    assert_eq!(counts.received, known, "{counts:?}");
}

#[track_caller]
fn assert_settled(worker: &Worker, exported: u64, dropped: &[(DropReason, u64)]) {
    let counts = worker.counts();
    assert_all_accounted_for(&counts);
    assert_eq!((counts.pending_spans, counts.pending_bytes), (0, 0), "{counts:?}");
    assert_eq!(counts.exported, exported, "{counts:?}");
    assert_eq!(counts.dropped.iter().collect::<Vec<_>>(), dropped);
}

/// An exporter that says when an attempt has begun and waits until it may go on.
fn gate() -> (impl FnMut(), Receiver<()>, Sender<()>) {
    let (begun, has_begun) = mpsc::channel();
    let (open, opened) = mpsc::channel::<()>();
    let pass = move || {
        begun.send(()).ok();
        opened.recv().ok();
    };
    (pass, has_begun, open)
}

#[test]
fn a_flush_returns_when_everything_queued_before_is_exported_and_flushed() {
    let exporter = fake(|_, _| ok());
    let flushes = Arc::clone(&exporter.flushes);
    let worker = Worker::start("fake", Box::new(exporter), &config()).unwrap();
    for _ in 0..10 {
        worker.offer(batch(3));
    }
    assert_eq!(flush(&worker), Flushed::Done);
    assert_settled(&worker, 30, &[]);
    let after_first = flushes.load(Ordering::Relaxed);
    assert!(after_first >= 1);
    assert_eq!(flush(&worker), Flushed::Done);
    assert_eq!(flushes.load(Ordering::Relaxed), after_first, "nothing new, yet flushed again");
}

#[test]
fn a_full_queue_drops_no_more_than_it_must_and_counts_it() {
    let (mut pass, begun, open) = gate();
    let worker = start(&WorkerConfig { queue_spans: 10, ..config() }, move |_, _| {
        pass();
        ok()
    });
    worker.offer(batch(6));
    begun.recv().unwrap();
    worker.offer(batch(4));
    worker.offer(batch(1));
    let counts = worker.counts();
    assert_eq!((counts.pending_spans, counts.dropped.get(DropReason::QueueFull)), (10, 1));
    assert_all_accounted_for(&counts);
    drop(open);
    assert_eq!(flush(&worker), Flushed::Done);
    assert_settled(&worker, 10, &[(DropReason::QueueFull, 1)]);
}

#[test]
fn the_queue_is_bounded_in_bytes_too() {
    let (mut pass, begun, open) = gate();
    let bytes = batch(1).size_bytes();
    let config = WorkerConfig { queue_bytes: 2 * bytes, ..config() };
    let worker = start(&config, move |_, _| {
        pass();
        ok()
    });
    worker.offer(batch(1));
    begun.recv().unwrap();
    worker.offer(batch(1));
    worker.offer(batch(1));
    assert_eq!(worker.counts().pending_bytes, 2 * bytes);
    drop(open);
    assert_eq!(flush(&worker), Flushed::Done);
    assert_settled(&worker, 2, &[(DropReason::QueueFull, 1)]);
}

#[test]
fn an_empty_queue_takes_a_batch_above_its_bounds() {
    let worker = start(&WorkerConfig { queue_spans: 2, ..config() }, |_, _| ok());
    worker.offer(batch(5));
    assert_eq!(flush(&worker), Flushed::Done);
    assert_settled(&worker, 5, &[]);
}

#[test]
fn a_batch_that_may_pass_later_is_tried_until_it_does() {
    let mut attempt = 0;
    let worker = start(&config(), move |_, _| {
        attempt += 1;
        if attempt < 5 { retryable(None) } else { ok() }
    });
    worker.offer(batch(2));
    assert_eq!(flush(&worker), Flushed::Done);
    assert_settled(&worker, 2, &[]);
    let counts = worker.counts();
    assert_eq!((counts.attempts, counts.failed_attempts, counts.failures_in_a_row), (5, 4, 0));
    assert_eq!(counts.last_error.unwrap().message, "no connection");
}

#[test]
fn a_batch_is_given_up_after_the_longest_time_and_the_next_one_has_its_turn() {
    let mut config = config();
    config.retry.base = LONG;
    config.retry.max_delay = LONG;
    config.retry.max_elapsed = Duration::ZERO;
    let worker = start(&config, |_, _| retryable(None));
    worker.offer(batch(2));
    assert_eq!(flush(&worker), Flushed::Done);
    assert_settled(&worker, 0, &[(DropReason::RetriesExhausted, 2)]);
    assert_eq!(worker.counts().attempts, 1);
}

#[test]
fn a_refused_batch_is_dropped_and_not_tried_again() {
    let worker =
        start(&config(), |_, _| Err(ExportError::Permanent { reason: "bad request".to_owned() }));
    worker.offer(batch(2));
    assert_eq!(flush(&worker), Flushed::Done);
    assert_settled(&worker, 0, &[(DropReason::Rejected, 2)]);
    assert_eq!(worker.counts().attempts, 1);
}

#[test]
fn the_part_that_a_receiver_refuses_is_counted_and_never_more_than_was_sent() {
    let mut refused = [3, u64::MAX].into_iter();
    let worker = start(&config(), move |_, _| {
        let message = Some("bad\nspan".to_owned());
        Ok(Delivery { rejected_spans: refused.next().unwrap(), message })
    });
    worker.offer(batch(5));
    worker.offer(batch(5));
    assert_eq!(flush(&worker), Flushed::Done);
    assert_settled(&worker, 2, &[(DropReason::PartiallyRejected, 8)]);
    assert_eq!(worker.counts().last_error.unwrap().message, "5 of 5 spans refused: bad span");
}

#[test]
fn only_the_one_span_that_is_too_large_is_lost() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let worker = start(&config(), move |batch, _| {
        if batch.spans().any(|span| span.attribute("large").is_some()) {
            return Err(ExportError::TooLarge { reason: "413".to_owned() });
        }
        log.lock().unwrap().extend(batch.spans().map(|span| span.span_id().0));
        ok()
    });
    let mut spans: Vec<SpanData> =
        (1..=100).map(|n| SpanData::new(TraceId(1), SpanId(n), "s")).collect();
    spans[41].attributes.push(("large".to_owned(), Value::from(true)));
    worker.offer(Arc::new(Batch::from_spans(Resource::new(), spans)));
    assert_eq!(flush(&worker), Flushed::Done);
    assert_settled(&worker, 99, &[(DropReason::TooLarge, 1)]);
    let all_but_one: Vec<u64> = (1..=100).filter(|n| *n != 42).collect();
    assert_eq!(*seen.lock().unwrap(), all_but_one);
}

#[test]
fn a_panic_costs_its_batch_and_the_thread_goes_on() {
    let mut first = true;
    let worker = start(&config(), move |_, _| {
        assert!(!std::mem::take(&mut first), "out of cheese");
        ok()
    });
    worker.offer(batch(2));
    worker.offer(batch(3));
    assert_eq!(flush(&worker), Flushed::Done);
    assert_settled(&worker, 3, &[(DropReason::ExporterPanicked, 2)]);
    let counts = worker.counts();
    assert_eq!(counts.panics, 1);
    assert_eq!(counts.last_error.unwrap().message, "panicked: out of cheese");
}

#[test]
fn a_shutdown_delivers_what_is_queued_flushes_once_and_ends_the_thread() {
    let exporter = fake(|_, _| ok());
    let flushes = Arc::clone(&exporter.flushes);
    let worker = Worker::start("fake", Box::new(exporter), &config()).unwrap();
    for _ in 0..10 {
        worker.offer(batch(1));
    }
    let counts = close(&worker, LONG);
    assert_eq!((counts.exported, counts.pending_spans), (10, 0));
    assert_eq!(flushes.load(Ordering::Relaxed), 1);
}

#[test]
fn a_batch_after_the_shutdown_is_counted_and_a_flush_returns_at_once() {
    let worker = start(&config(), |_, _| ok());
    close(&worker, LONG);
    worker.offer(batch(4));
    assert_settled(&worker, 0, &[(DropReason::AfterShutdown, 4)]);
    assert_eq!(flush(&worker), Flushed::Done);
    assert!(worker.wait_closed(Instant::now()));
}

#[test]
fn a_shutdown_gives_a_waiting_batch_one_last_chance_at_once() {
    let mut config = config();
    // So long that only the shutdown can end the wait, whatever the random part.
    config.retry.base = Duration::from_secs(1 << 40);
    config.retry.max_delay = config.retry.base;
    config.retry.max_elapsed = Duration::MAX;
    let (failed, has_failed) = mpsc::channel();
    let mut attempts = 0;
    let worker = start(&config, move |_, _| {
        attempts += 1;
        if attempts > 1 {
            return ok();
        }
        failed.send(()).ok();
        retryable(None)
    });
    worker.offer(batch(2));
    has_failed.recv().unwrap();
    assert_eq!(close(&worker, LONG).exported, 2);
    assert_settled(&worker, 2, &[]);
}

#[test]
fn a_delay_that_outlasts_the_shutdown_is_not_waited_for() {
    let (failed, has_failed) = mpsc::channel();
    let worker = start(&config(), move |_, _| {
        failed.send(()).ok();
        retryable(Some(NEVER))
    });
    worker.offer(batch(2));
    worker.offer(batch(3));
    has_failed.recv().unwrap();
    let begun = Instant::now();
    let counts = close(&worker, LONG);
    assert!(begun.elapsed() < LONG / 2);
    assert_eq!(counts.attempts, 1, "the receiver had asked not to be called");
    assert_settled(&worker, 0, &[(DropReason::ShutdownDeadline, 5)]);
}

#[test]
fn no_attempt_starts_after_the_shutdown_deadline() {
    let (mut pass, begun, open) = gate();
    let worker = start(&config(), move |_, _| {
        pass();
        ok()
    });
    worker.offer(batch(1));
    begun.recv().unwrap();
    worker.offer(batch(2));
    let now = Instant::now();
    worker.request_close(now);
    assert!(!worker.wait_closed(now), "an attempt is still under way");
    assert_eq!(worker.counts().pending_spans, 3);
    drop(open);
    assert!(worker.wait_closed(now + LONG));
    assert_settled(&worker, 1, &[(DropReason::ShutdownDeadline, 2)]);
}

#[test]
fn an_attempt_is_told_when_to_be_over() {
    let (told, deadline) = mpsc::channel();
    let worker = start(&WorkerConfig { attempt_timeout: NEVER, ..config() }, move |_, deadline| {
        told.send(deadline).ok();
        ok()
    });
    let before = Instant::now();
    worker.offer(batch(1));
    let told = deadline.recv().unwrap();
    assert!(told >= before + NEVER && told <= Instant::now() + NEVER);
    assert_eq!(flush(&worker), Flushed::Done);
}

#[test]
fn a_flush_gives_up_at_its_deadline_and_the_delivery_goes_on() {
    let (mut pass, begun, open) = gate();
    let worker = start(&config(), move |_, _| {
        pass();
        ok()
    });
    worker.offer(batch(1));
    begun.recv().unwrap();
    let ticket = worker.request_flush();
    assert_eq!(worker.wait(ticket, Instant::now()), Flushed::TimedOut);
    drop(open);
    assert_eq!(worker.wait(ticket, Instant::now() + LONG), Flushed::Done);
}

#[test]
fn a_flush_that_fails_says_so_and_is_tried_again_only_when_asked() {
    let mut exporter = fake(|_, _| ok());
    let flushes = Arc::clone(&exporter.flushes);
    exporter.flush = || Err(ExportError::Permanent { reason: "disk full".to_owned() });
    let worker = Worker::start("fake", Box::new(exporter), &config()).unwrap();
    worker.offer(batch(1));
    assert_eq!(flush(&worker), Flushed::Failed);
    assert_eq!(flush(&worker), Flushed::Failed);
    assert_eq!(flushes.load(Ordering::Relaxed), 2);
    assert_eq!(worker.counts().last_error.unwrap().message, "flush: disk full");
    close(&worker, LONG);
    assert_eq!(flush(&worker), Flushed::Failed, "closed without a flush that succeeded");
}

#[test]
fn flushes_from_many_threads_are_one_flush_of_the_exporter() {
    let (mut pass, begun, open) = gate();
    let exporter = fake(move |_, _| {
        pass();
        ok()
    });
    let flushes = Arc::clone(&exporter.flushes);
    let worker = Worker::start("fake", Box::new(exporter), &config()).unwrap();
    worker.offer(batch(1));
    begun.recv().unwrap();
    let tickets: Vec<Ticket> = (0..8).map(|_| worker.request_flush()).collect();
    drop(open);
    thread::scope(|scope| {
        for ticket in tickets {
            let worker = &worker;
            scope.spawn(move || {
                assert_eq!(worker.wait(ticket, Instant::now() + LONG), Flushed::Done);
            });
        }
    });
    assert_eq!(flushes.load(Ordering::Relaxed), 1);
}

#[test]
fn the_numbers_fit_each_other_at_any_moment() {
    let mut n = 0u64;
    let worker = start(&WorkerConfig { queue_spans: 64, ..config() }, move |batch, _| {
        n += 1;
        match n % 7 {
            0 => retryable(None),
            1 => Err(ExportError::Permanent { reason: "no".to_owned() }),
            2 => Ok(Delivery { rejected_spans: 1, message: None }),
            3 if batch.len() > 1 => Err(ExportError::TooLarge { reason: "large".to_owned() }),
            _ => ok(),
        }
    });
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..500).for_each(|n| worker.offer(batch(n % 9))));
        }
        scope.spawn(|| (0..2000).for_each(|_| assert_all_accounted_for(&worker.counts())));
    });
    let counts = close(&worker, LONG);
    assert_all_accounted_for(&counts);
    assert_eq!(counts.pending_spans, 0);
    assert!(counts.exported > 0 && counts.dropped.get(DropReason::PartiallyRejected) > 0);
}

#[test]
fn the_thread_bears_the_exporters_name_and_traces_nothing() {
    let (tell, told) = mpsc::channel();
    let worker = start(&config(), move |_, _| {
        let silent = tracing::dispatcher::get_default(|default| {
            default.is::<tracing::subscriber::NoSubscriber>()
        });
        tell.send((thread::current().name().map(str::to_owned), silent)).ok();
        ok()
    });
    worker.offer(batch(1));
    assert_eq!(told.recv().unwrap(), (Some("lumina-fake".to_owned()), true));
    close(&worker, LONG);
}

#[test]
fn losses_are_said_once() {
    let (say, said) = mpsc::channel();
    let say = Mutex::new(say);
    let notify = Notify::new(move |line| say.lock().unwrap().send(line.to_owned()).unwrap());
    let worker = start(&WorkerConfig { notify, ..config() }, |_, _| {
        Err(ExportError::Permanent { reason: "no such tenant".to_owned() })
    });
    for _ in 0..20 {
        worker.offer(batch(1));
    }
    close(&worker, LONG);
    drop(worker);
    let said: Vec<String> = said.iter().collect();
    assert_eq!(said.len(), 1);
    assert!(said[0].contains("no such tenant"), "{}", said[0]);
}
