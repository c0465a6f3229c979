//! Flush and shutdown, from every runtime and every place: each returns in time and delivers all.

use lumina::export::{Memory, Otlp, OtlpProtocol};
use lumina::{FutureExt, Report, ScopedPipeline};
use lumina_tests::emit;
use lumina_tests::otlp::{GrpcReceiver, HttpReceiver, Inbox};
use std::sync::Arc;
use std::thread;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

const TIMEOUT: Duration = Duration::from_secs(30);
const SPANS: u64 = 100;

/// Where spans arrive.
enum Target {
    Memory(Memory),
    Http(HttpReceiver),
    Grpc(GrpcReceiver),
}

impl Target {
    fn names(&self) -> Vec<String> {
        let inbox: &Inbox = match self {
            Target::Memory(memory) => {
                return memory.spans().into_iter().map(|span| span.name).collect();
            }
            Target::Http(receiver) => receiver,
            Target::Grpc(receiver) => receiver,
        };
        inbox.span_names()
    }
}

/// A pipeline, and where its spans arrive.
struct Rig {
    pipeline: Arc<ScopedPipeline>,
    target: Target,
}

impl Rig {
    /// One for each way that spans travel.
    fn each() -> [Rig; 3] {
        let http = HttpReceiver::start();
        let grpc = GrpcReceiver::start();
        [
            Rig::new(Target::Memory(Memory::with_max_spans(100_000))),
            Rig::new(Target::Http(http)),
            Rig::new(Target::Grpc(grpc)),
        ]
    }

    fn new(target: Target) -> Self {
        let builder = lumina::builder().variables([("LUMINA_ENABLED", "1")]);
        let builder = match &target {
            Target::Memory(memory) => builder.exporter(memory.clone()),
            Target::Http(receiver) => builder.endpoint(receiver.url()),
            Target::Grpc(receiver) => {
                let otlp = Otlp::builder().endpoint(receiver.url()).protocol(OtlpProtocol::Grpc);
                builder.exporter(otlp.build().unwrap())
            }
        };
        Rig { pipeline: Arc::new(builder.build_scoped().unwrap()), target }
    }

    fn emit(&self) {
        self.pipeline.in_scope(|| emit::emit(SPANS));
    }

    #[track_caller]
    fn assert_delivered(&self, report: &Report, spans: u64) {
        assert!(report.complete && report.is_lossless(), "{report}");
        assert_eq!(report.emitted, spans);
        assert_eq!(self.target.names().len() as u64, spans);
        assert!(report.elapsed < TIMEOUT / 2, "{:?}", report.elapsed);
    }
}

fn runtimes() -> [Runtime; 3] {
    let multi = |workers| Builder::new_multi_thread().worker_threads(workers).build().unwrap();
    let current = Builder::new_current_thread().build().unwrap();
    [current, multi(1), multi(2)]
}

fn for_each(test: impl Fn(Rig, &Runtime)) {
    for runtime in runtimes() {
        for rig in Rig::each() {
            test(rig, &runtime);
        }
    }
}

#[test]
fn without_a_runtime() {
    for rig in Rig::each() {
        rig.emit();
        rig.assert_delivered(&rig.pipeline.flush(TIMEOUT), SPANS);
        rig.emit();
        rig.assert_delivered(&rig.pipeline.shutdown(TIMEOUT), 2 * SPANS);
    }
}

#[test]
fn from_inside_a_task() {
    for_each(|rig, runtime| {
        let rig = Arc::new(rig);
        let task = Arc::clone(&rig);
        let (flushed, shut_down) = runtime.block_on(async move {
            let both = async move {
                task.emit();
                let flushed = task.pipeline.flush(TIMEOUT);
                task.emit();
                (flushed, task.pipeline.shutdown(TIMEOUT))
            };
            tokio::spawn(both).await.unwrap()
        });
        assert!(flushed.complete && flushed.is_lossless(), "{flushed}");
        rig.assert_delivered(&shut_down, 2 * SPANS);
    });
}

#[test]
fn from_the_outermost_future_after_tasks() {
    for_each(|rig, runtime| {
        let report = runtime.block_on(async {
            let work = emit::outer(async {
                let task = || async {
                    tokio::task::yield_now().await;
                    emit::emit(SPANS);
                };
                let tasks: Vec<_> =
                    (0..10).map(|_| tokio::spawn(task().in_current_context())).collect();
                for task in tasks {
                    task.await.unwrap();
                }
            });
            rig.pipeline.scope_future(work).await;
            rig.pipeline.shutdown(TIMEOUT)
        });
        if let Target::Memory(memory) = &rig.target {
            let spans = memory.spans();
            let root = spans.iter().find(|span| span.name == "outer").unwrap();
            let children = spans.iter().filter(|span| span.parent_id == Some(root.span_id));
            assert_eq!(children.count() as u64, 10 * SPANS);
        }
        rig.assert_delivered(&report, 10 * SPANS + 1);
    });
}

#[test]
fn from_a_blocking_task() {
    for_each(|rig, runtime| {
        let rig = Arc::new(rig);
        let task = Arc::clone(&rig);
        let report = runtime.block_on(async move {
            let blocking = move || {
                task.emit();
                task.pipeline.shutdown(TIMEOUT)
            };
            tokio::task::spawn_blocking(blocking).await.unwrap()
        });
        rig.assert_delivered(&report, SPANS);
    });
}

#[test]
fn by_dropping_the_pipeline_in_a_task() {
    for_each(|Rig { pipeline, target }, runtime| {
        runtime.block_on(async move {
            let task = async move {
                pipeline.in_scope(|| emit::emit(SPANS));
                drop(pipeline);
            };
            tokio::spawn(task).await.unwrap();
        });
        assert_eq!(target.names().len() as u64, SPANS);
    });
}

#[test]
fn twice_and_after_a_shutdown() {
    for rig in Rig::each() {
        rig.emit();
        for _ in 0..2 {
            rig.assert_delivered(&rig.pipeline.flush(TIMEOUT), SPANS);
        }
        for _ in 0..2 {
            rig.assert_delivered(&rig.pipeline.shutdown(TIMEOUT), SPANS);
        }
        rig.assert_delivered(&rig.pipeline.flush(TIMEOUT), SPANS);
    }
}

#[test]
fn from_eight_threads_at_once() {
    for rig in Rig::each() {
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..10 {
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
        rig.assert_delivered(&rig.pipeline.shutdown(TIMEOUT), 8 * 10 * SPANS);
    }
}
