//! How processes end: children that make 100 spans and go, and the file that they leave behind.

use std::net::TcpListener;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

const SPANS: usize = 100;

/// A directory that is removed at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("lumina-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Scratch(path)
    }

    fn file(&self) -> PathBuf {
        self.0.join("spans.jsonl")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

fn child(ending: &str, variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ends"));
    for (name, _) in std::env::vars() {
        if name.starts_with("LUMINA_") || name.starts_with("OTEL_") {
            command.env_remove(name);
        }
    }
    command.arg(ending).envs(variables.iter().copied()).stdin(Stdio::null()).output().unwrap()
}

/// Runs a child whose spans go to a file, and returns the file's lines.
fn lines(ending: &str, expect: impl FnOnce(&Output)) -> Vec<String> {
    let scratch = Scratch::new(ending);
    let file = scratch.file();
    let output = child(ending, &[("LUMINA_FILE", file.to_str().unwrap())]);
    expect(&output);
    let text = std::fs::read_to_string(file).unwrap();
    text.lines().filter(|line| line.contains("span_id")).map(str::to_owned).collect()
}

fn exits_with(code: i32) -> impl FnOnce(&Output) {
    move |output| assert_eq!(output.status.code(), Some(code), "{}", stderr(output))
}

fn dies_of(signal: i32) -> impl FnOnce(&Output) {
    move |output| assert_eq!(output.status.signal(), Some(signal), "{}", stderr(output))
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn nothing_is_lost_when_main_returns() {
    assert_eq!(lines("return", exits_with(0)).len(), SPANS);
}

#[test]
fn nothing_is_lost_when_the_guard_is_forgotten() {
    assert_eq!(lines("forget", exits_with(0)).len(), SPANS);
}

#[test]
fn nothing_is_lost_at_process_exit() {
    assert_eq!(lines("exit", exits_with(3)).len(), SPANS);
    assert_eq!(lines("exit_in_thread", exits_with(3)).len(), SPANS);
    assert_eq!(lines("exit_in_runtime", exits_with(3)).len(), SPANS);
}

#[test]
fn nothing_is_lost_when_main_panics() {
    let lines = lines("panic", |output| {
        assert_eq!(output.status.code(), Some(101));
        assert!(stderr(output).contains("as asked"), "the panic's own message is gone");
    });
    assert_eq!(lines.len(), SPANS);
}

#[test]
fn nothing_is_lost_on_a_signal_and_the_process_dies_of_it() {
    assert_eq!(lines("sigterm", dies_of(libc::SIGTERM)).len(), SPANS);
    assert_eq!(lines("sigint", dies_of(libc::SIGINT)).len(), SPANS);
    // Whichever of the two ways out is first.
    assert_eq!(lines("sigterm_while_returning", |_| {}).len(), SPANS);
}

#[test]
fn what_was_flushed_survives_an_abort() {
    assert_eq!(lines("abort_after_flush", dies_of(libc::SIGABRT)).len(), SPANS);
}

#[test]
fn a_forked_child_neither_waits_nor_delivers_what_its_parent_delivers() {
    assert_eq!(lines("fork", exits_with(0)).len(), SPANS);
}

#[test]
fn a_second_installation_is_refused_and_harms_nothing() {
    assert_eq!(lines("second", exits_with(0)).len(), SPANS);
}

#[test]
fn a_shutdown_is_final_for_its_pipeline_and_frees_the_place() {
    assert_eq!(lines("shut_down", exits_with(0)).len(), SPANS);
}

#[test]
fn a_panics_message_is_part_of_the_span_it_leaves() {
    let lines = lines("panic_message", exits_with(0));
    let outer = lines.iter().find(|line| line.contains("\"outer\"")).unwrap();
    assert!(outer.contains("out of cheese"), "{outer}");
}

#[test]
fn an_exporter_that_is_instrumented_itself_does_not_feed_itself() {
    exits_with(0)(&child("traced_exporter", &[]));
}

#[test]
fn switched_off_by_either_variable_nothing_is_recorded_or_written() {
    for off in [("LUMINA_ENABLED", "0"), ("OTEL_SDK_DISABLED", "true")] {
        let scratch = Scratch::new(off.0);
        let file = scratch.file();
        let output = child("disabled", &[off, ("LUMINA_FILE", file.to_str().unwrap())]);
        exits_with(0)(&output);
        assert!(!file.exists());
    }
}

#[test]
fn with_nothing_set_spans_are_shown_on_standard_error() {
    let output = child("return", &[]);
    exits_with(0)(&output);
    assert_eq!(stderr(&output).matches("inner").count(), SPANS, "{}", stderr(&output));
}

#[test]
fn a_wrong_variable_stops_the_set_up_with_its_name_and_value() {
    let output = child("return", &[("OTEL_TRACES_SAMPLER", "sometimes")]);
    exits_with(101)(&output);
    let stderr = stderr(&output);
    assert!(stderr.contains("OTEL_TRACES_SAMPLER") && stderr.contains("sometimes"), "{stderr}");
}

/// A receiver that cannot be reached, and one that takes everything and never answers: the process
/// waits for its exit timeout once, not for each of the ways that lead to the end, and says what it
/// lost.
#[test]
fn an_unavailable_receiver_holds_up_the_end_once_and_the_loss_is_said() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = format!("http://{}", silent.local_addr().unwrap());
    for endpoint in [silent.as_str(), "http://127.0.0.1:1"] {
        for ending in ["return", "exit"] {
            let begun = Instant::now();
            let timeout = ("EXIT_TIMEOUT_MS", "2000");
            let output = child(ending, &[("LUMINA_ENDPOINT", endpoint), timeout]);
            let took = begun.elapsed();
            assert!(took < Duration::from_millis(3_900), "{ending}, {endpoint}: {took:?}");
            let stderr = stderr(&output);
            assert!(stderr.contains("not every span was delivered: 100 spans"), "{stderr}");
        }
    }
}
