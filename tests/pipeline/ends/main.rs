//! A program that makes 100 spans and ends as its argument says; run by `exits.rs`.
#![allow(clippy::disallowed_methods, reason = "to end the process is its purpose")]

use lumina::export::{Delivery, DropReason, ExportError, Exporter};
use lumina::model::Batch;
use lumina::{Guard, State};
use lumina_tests::emit;
use std::time::{Duration, Instant};

const SPANS: u64 = 100;
const TIMEOUT: Duration = Duration::from_secs(30);

fn main() {
    let ending = std::env::args().nth(1).expect("how to end");
    if ending == "traced_exporter" {
        return traced_exporter();
    }
    let guard = set_up();
    emit::emit(SPANS);
    match ending.as_str() {
        "return" => {}
        "forget" => std::mem::forget(guard),
        "exit" => std::process::exit(3),
        "exit_in_thread" => {
            std::thread::spawn(|| std::process::exit(3)).join().expect("exits");
        }
        "exit_in_runtime" => {
            let runtime = tokio::runtime::Builder::new_current_thread().build().expect("runtime");
            runtime.block_on(async { std::process::exit(3) });
        }
        "panic" => panic!("as asked"),
        "abort_after_flush" => {
            assert!(lumina::flush(TIMEOUT).is_lossless());
            std::process::abort();
        }
        "sigterm" => die_of(libc::SIGTERM, &guard),
        "sigint" => die_of(libc::SIGINT, &guard),
        "sigterm_while_returning" => {
            guard.handle_signals().expect("handlers");
            raise(libc::SIGTERM);
        }
        "fork" => fork(),
        "disabled" => disabled(&guard),
        "second" => second(&guard),
        "shut_down" => shut_down(&guard),
        "panic_message" => {
            let caught = std::panic::catch_unwind(|| emit::in_outer(|| panic!("out of cheese")));
            assert!(caught.is_err());
        }
        other => panic!("no such end: {other}"),
    }
}

/// From the environment; the time to end from a variable of the tests' own.
fn set_up() -> Guard {
    let mut builder = lumina::builder();
    if let Ok(millis) = std::env::var("EXIT_TIMEOUT_MS") {
        builder = builder.exit_timeout(Duration::from_millis(millis.parse().expect("a number")));
    }
    builder.install().expect("set-up")
}

fn raise(signal: i32) {
    // SAFETY: `raise` has no preconditions.
    assert_eq!(unsafe { libc::raise(signal) }, 0);
}

fn die_of(signal: i32, guard: &Guard) {
    guard.handle_signals().expect("handlers");
    raise(signal);
    // The signal thread ends the process.
    loop {
        std::thread::park();
    }
}

/// The child has none of the threads: it must not wait for them, at no call and at no end.
fn fork() {
    // SAFETY: the child calls nothing but what is tested here and `exit`, on its only thread.
    let child = unsafe { libc::fork() };
    if child == 0 {
        let begun = Instant::now();
        emit::emit(SPANS);
        let report = lumina::flush(TIMEOUT);
        let health = lumina::health();
        lumina::shutdown(TIMEOUT);
        let is_quick = begun.elapsed() < TIMEOUT / 2;
        std::process::exit(i32::from(!is_quick || report.emitted != 0 || health.emitted != 0));
    }
    let mut status = 0;
    // SAFETY: waits for the child just made; `status` is a valid place for the answer.
    assert_eq!(unsafe { libc::waitpid(child, &mut status, 0) }, child);
    assert!(libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == 0, "child: {status}");
}

fn disabled(guard: &Guard) {
    assert!(emit::is_off(), "a switched-off pipeline costs the traced calls");
    assert_eq!(guard.health().state, State::Disabled);
    let report = guard.shutdown(TIMEOUT);
    assert!(report.complete && report.emitted == 0, "{report}");
}

fn second(guard: &Guard) {
    let error = lumina::init().expect_err("one is installed").to_string();
    assert!(error.contains("already installed"), "{error}");
    assert_eq!(guard.health().state, State::Running);
    let wrong = lumina::builder().variables([("LUMINA_ENABLED", "perhaps")]).install();
    assert!(wrong.is_err());
    assert!(lumina::flush(TIMEOUT).is_lossless());
}

/// What comes after a shutdown is counted; then the place is free.
fn shut_down(guard: &Guard) {
    let report = lumina::shutdown(TIMEOUT);
    assert!(report.complete && report.is_lossless() && report.emitted == SPANS, "{report}");
    emit::emit(7);
    let report = guard.shutdown(TIMEOUT);
    assert_eq!(report.exporters[0].dropped.get(DropReason::AfterShutdown), 7, "{report}");
    assert_eq!((report.emitted, report.exporters[0].exported), (SPANS + 7, SPANS));
    assert_eq!(lumina::health().state, State::ShutDown);

    let memory = lumina::export::Memory::new();
    let again = lumina::builder().exporter(memory.clone()).install().expect("the place is free");
    emit::emit(5);
    assert!(again.flush(TIMEOUT).is_lossless());
    assert_eq!(memory.spans().len(), 5);
}

/// Makes spans of both kinds in each attempt.
struct Traced;

impl Exporter for Traced {
    fn name(&self) -> &'static str {
        "traced"
    }

    fn export(&mut self, _: &Batch, _: Instant) -> Result<Delivery, ExportError> {
        lumina::__private::tracing::info_span!("request").in_scope(|| emit::emit(10));
        Ok(Delivery::default())
    }
}

/// An exporter's own spans are not exported: one span is one attempt, for ever.
fn traced_exporter() {
    let lumina = lumina::builder().exporter(Traced).install().expect("set-up");
    emit::emit(1);
    for _ in 0..3 {
        let report = lumina.flush(TIMEOUT);
        assert!(report.is_lossless() && report.emitted == 1, "{report}");
    }
    let health = lumina.health();
    assert_eq!(health.exporters[0].attempts, 1, "{health}");
}
