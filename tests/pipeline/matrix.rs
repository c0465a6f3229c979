//! Flush and shutdown, from every runtime and every place: each returns in time and delivers all.

use lumina::export::Memory;
use lumina::{FutureExt, Report, ScopedPipeline};
use lumina_tests::emit;
use std::sync::Arc;
use std::thread;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

const TIMEOUT: Duration = Duration::from_secs(30);
const SPANS: u64 = 100;

/// A pipeline, and where its spans arrive.
struct Rig {
    pipeline: Arc<ScopedPipeline>,
    memory: Memory,
}

impl Rig {
    fn new() -> Self {
        let memory = Memory::with_max_spans(100_000);
        let builder = lumina::builder().variables([("LUMINA_ENABLED", "1")]);
        let pipeline = builder.exporter(memory.clone()).build_scoped().unwrap();
        Rig { pipeline: Arc::new(pipeline), memory }
    }

    fn emit(&self) {
        self.pipeline.in_scope(|| emit::emit(SPANS));
    }

    #[track_caller]
    fn assert_delivered(&self, report: &Report, spans: u64) {
        assert!(report.complete && report.is_lossless(), "{report}");
        assert_eq!(report.emitted, spans);
        assert_eq!(self.memory.spans().len() as u64, spans);
        assert!(report.elapsed < TIMEOUT / 2, "{:?}", report.elapsed);
    }
}

fn runtimes() -> Vec<(&'static str, Runtime)> {
    let multi = |workers| Builder::new_multi_thread().worker_threads(workers).build().unwrap();
    let current = Builder::new_current_thread().build().unwrap();
    vec![("current_thread", current), ("one worker", multi(1)), ("two workers", multi(2))]
}

#[test]
fn without_a_runtime() {
    let rig = Rig::new();
    rig.emit();
    rig.assert_delivered(&rig.pipeline.flush(TIMEOUT), SPANS);
    rig.emit();
    rig.assert_delivered(&rig.pipeline.shutdown(TIMEOUT), 2 * SPANS);
}

#[test]
fn from_inside_a_task() {
    for (name, runtime) in runtimes() {
        let rig = Arc::new(Rig::new());
        let task = Arc::clone(&rig);
        let reports = runtime.block_on(async move {
            let both = async move {
                task.emit();
                let flushed = task.pipeline.flush(TIMEOUT);
                task.emit();
                (flushed, task.pipeline.shutdown(TIMEOUT))
            };
            tokio::spawn(both).await.unwrap()
        });
        assert!(reports.0.complete && reports.0.is_lossless(), "{name}: {}", reports.0);
        rig.assert_delivered(&reports.1, 2 * SPANS);
    }
}

#[test]
fn from_the_outermost_future_with_tasks_under_way() {
    for (name, runtime) in runtimes() {
        let rig = Rig::new();
        let report = runtime.block_on(async {
            let work = rig.pipeline.scope_future(emit::outer(async {
                let tasks: Vec<_> = (0..10)
                    .map(|_| {
                        let task = async {
                            tokio::task::yield_now().await;
                            emit::emit(SPANS);
                        };
                        tokio::spawn(task.in_current_context())
                    })
                    .collect();
                for task in tasks {
                    task.await.unwrap();
                }
            }));
            work.await;
            rig.pipeline.shutdown(TIMEOUT)
        });
        let spans = rig.memory.spans();
        let root = spans.iter().find(|span| span.name == "outer").unwrap();
        let children = spans.iter().filter(|span| span.parent_id == Some(root.span_id)).count();
        assert_eq!(children as u64, 10 * SPANS, "{name}");
        rig.assert_delivered(&report, 10 * SPANS + 1);
    }
}

#[test]
fn from_a_blocking_task() {
    for (_, runtime) in runtimes() {
        let rig = Arc::new(Rig::new());
        let task = Arc::clone(&rig);
        let report = runtime.block_on(async move {
            let blocking = move || {
                task.emit();
                task.pipeline.shutdown(TIMEOUT)
            };
            tokio::task::spawn_blocking(blocking).await.unwrap()
        });
        rig.assert_delivered(&report, SPANS);
    }
}

#[test]
fn by_dropping_the_pipeline_in_a_task() {
    for (_, runtime) in runtimes() {
        let Rig { pipeline, memory } = Rig::new();
        runtime.block_on(async move {
            let task = async move {
                pipeline.in_scope(|| emit::emit(SPANS));
                drop(pipeline);
            };
            tokio::spawn(task).await.unwrap();
        });
        assert_eq!(memory.spans().len() as u64, SPANS);
    }
}

#[test]
fn twice_and_after_a_shutdown() {
    let rig = Rig::new();
    rig.emit();
    for _ in 0..2 {
        rig.assert_delivered(&rig.pipeline.flush(TIMEOUT), SPANS);
    }
    for _ in 0..2 {
        rig.assert_delivered(&rig.pipeline.shutdown(TIMEOUT), SPANS);
    }
    rig.assert_delivered(&rig.pipeline.flush(TIMEOUT), SPANS);
}

#[test]
fn from_eight_threads_at_once() {
    let rig = Rig::new();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..20 {
                    rig.emit();
                    let report = rig.pipeline.flush(TIMEOUT);
                    assert!(report.complete, "{report}");
                }
            });
        }
    });
    let reports: Vec<Report> = thread::scope(|scope| {
        let threads: Vec<_> =
            (0..8).map(|_| scope.spawn(|| rig.pipeline.shutdown(TIMEOUT))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    for report in reports {
        assert!(report.complete && report.is_lossless(), "{report}");
    }
    rig.assert_delivered(&rig.pipeline.shutdown(TIMEOUT), 8 * 20 * SPANS);
}
