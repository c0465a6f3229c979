//! What a person sees.

use super::*;
use crate::model::{
    EventData, Operation, Outcome, Resource, SpanData, SpanId, SpanKind, TraceId, Value,
};
use std::sync::{Arc, Mutex};

/// A writer whose text can be looked at.
#[derive(Clone, Default)]
struct Screen(Arc<Mutex<Vec<u8>>>);

impl Write for Screen {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Screen {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

const MILLI: u64 = 1_000_000;

/// Times in milliseconds; parent 0 is none.
fn span(id: u64, parent: u64, name: &str, start: u64, end: u64) -> SpanData {
    let mut span = SpanData::new(TraceId(0xab), SpanId(id), name);
    span.parent_id = (parent != 0).then_some(SpanId(parent));
    span.start_unix_nanos = 1_700_000_000_000_000_000 + start * MILLI;
    span.duration_nanos = (end - start) * MILLI;
    span
}

fn resource() -> Resource {
    let mut resource = Resource::new();
    resource.set("service.name", "support");
    resource
}

fn show_with(
    change: impl FnOnce(Console) -> Console,
    spans: impl IntoIterator<Item = SpanData>,
) -> String {
    let screen = Screen::default();
    let console = Console::to(screen.clone()).colors(false).unicode(true).width(120);
    let mut console = change(console);
    let batch = Batch::from_spans(resource(), spans);
    console.export(&batch, Instant::now()).unwrap();
    console.flush(Instant::now()).unwrap();
    screen.text()
}

fn show(spans: impl IntoIterator<Item = SpanData>) -> String {
    show_with(|console| console, spans)
}

fn api_request() -> Vec<SpanData> {
    let mut llm = span(5, 1, "llm-call", 2950, 3500);
    llm.operation = Operation::Llm;
    llm.outcome = Outcome::Error;
    llm.status_message = "too many requests".to_owned();
    llm.attributes = vec![
        ("error.type".to_owned(), Value::from("RateLimited")),
        ("gen_ai.request.model".to_owned(), Value::from("small")),
        ("prompt".to_owned(), Value::from("How do I\nreset it?")),
    ];
    let mut search = span(4, 1, "vector-search", 150, 2950);
    search.outcome = Outcome::Ok;
    vec![
        span(2, 1, "auth", 0, 50),
        span(3, 1, "db-query", 50, 150),
        search,
        span(6, 4, "cache", 160, 170),
        llm,
        span(7, 1, "audit-log", 100, 120),
        span(1, 0, "api-request", 0, 3500),
    ]
}

#[test]
fn the_picture_of_the_guide() {
    let expected = "\
📊 api-request (total: 3.5s)  service=support  trace=000000000000000000000000000000ab
  ┝━ auth (50ms)
  ┝━ db-query (100ms ∥)
  ├─ audit-log (20ms ∥)
  ┝━ vector-search (2.8s) ⚠ SLOW (80% of the total in its own code) ✓
  │  ┕━ cache (10ms)
  ┕━ llm-call [llm] (550ms) ✗ RateLimited: too many requests
        gen_ai.request.model=small  prompt=\"How do I\\nreset it?\"

";
    assert_eq!(show(api_request()), expected);
}

#[test]
fn delays_and_turns_before_attempts_are_waits_and_not_own_code() {
    let attempt = |id: u64, number: i64, start, end, wait: (&str, f64)| {
        let mut attempt = span(id, 1, "answer.attempt", start, end);
        attempt.attributes = vec![
            ("retry.attempt".to_owned(), Value::from(number)),
            (wait.0.to_owned(), Value::from(wait.1)),
        ];
        attempt
    };
    let shown = show([
        attempt(2, 1, 1000, 1100, ("limit.wait_ms", 1000.0)),
        attempt(3, 2, 2100, 2200, ("retry.delay_ms", 1000.0)),
        span(1, 0, "answer", 0, 2300),
    ]);
    assert!(shown.contains("SLOW (91% of the total waiting for its attempts)"), "{shown}");
    let shown =
        show([attempt(2, 1, 1000, 1100, ("limit.wait_ms", 100.0)), span(1, 0, "answer", 0, 2300)]);
    assert!(shown.contains("of the total in its own code"), "{shown}");
}

#[test]
fn a_trace_of_one_line_stands_close_to_the_next_one() {
    let shown = show([span(1, 0, "tick", 0, 3)]);
    assert_eq!(shown.lines().count(), 1);
    assert!(shown.ends_with("ab\n"), "{shown:?}");
}

#[test]
fn the_trace_id_is_never_cut_off() {
    let mut root = span(1, 0, "answer", 0, 3);
    root.outcome = Outcome::Error;
    root.status_message = "no ".repeat(50);
    let shown = show([root]);
    assert!(
        shown.contains("…\n     service=support  trace=000000000000000000000000000000ab\n"),
        "{shown}"
    );
}

#[test]
fn a_service_that_nobody_named_is_not_shown() {
    let screen = Screen::default();
    let mut console = Console::to(screen.clone()).colors(false);
    let mut resource = Resource::new();
    resource.set("service.name", "unknown_service:quickstart");
    let batch = Batch::from_spans(resource, [span(1, 0, "tick", 0, 3)]);
    console.export(&batch, Instant::now()).unwrap();
    assert!(!screen.text().contains("service"), "{}", screen.text());
}

#[test]
fn the_same_in_ascii() {
    let shown = show_with(|console| console.unicode(false), api_request());
    assert!(shown.is_ascii(), "{shown}");
    assert!(shown.contains("  |= vector-search (2.8s) ! SLOW"), "{shown}");
    assert!(shown.contains("  |  `= cache (10ms)\n"), "{shown}");
}

#[test]
fn every_way_to_end_is_shown() {
    let outcomes = [
        (Outcome::Unset, "", "unset (1ms)\n"),
        (Outcome::Ok, "", "ok (1ms) ✓\n"),
        (Outcome::Error, "", "error (1ms) ✗ error\n"),
        (Outcome::Panic, "index out of bounds", "panic (1ms) ✗ panic: index out of bounds\n"),
        (Outcome::Cancelled, "", "cancelled (1ms) ⊘ cancelled\n"),
        (Outcome::Incomplete, "", "incomplete (1ms) ◌ incomplete\n"),
    ];
    let children = outcomes.iter().zip(2..).map(|((outcome, message, _), id)| {
        let mut span = span(id, 1, outcome.as_str(), id, id + 1);
        span.outcome = *outcome;
        span.status_message = (*message).to_owned();
        span
    });
    let shown = show(children.chain([span(1, 0, "root", 0, 100)]));
    for (_, _, line) in outcomes {
        assert!(shown.contains(&format!("━ {line}")), "{line:?} is not in\n{shown}");
    }
}

#[test]
fn events_links_and_drops_have_lines_of_their_own() {
    let mut root = span(1, 0, "answer", 0, 200);
    root.kind = SpanKind::Client;
    root.events = vec![EventData {
        name: "first-token".to_owned(),
        time_unix_nanos: root.start_unix_nanos + 120 * MILLI,
        attributes: vec![("index".to_owned(), Value::from(0))],
        dropped_attributes: 0,
    }];
    root.links = vec![crate::model::LinkData { trace_id: TraceId(1), span_id: SpanId(2) }];
    root.dropped_events = 3;
    let expected = "\
📊 answer [client] (total: 200ms)  service=support  trace=000000000000000000000000000000ab
     · first-token +120ms index=0
     → linked to span 0000000000000002 of trace 00000000000000000000000000000001
     … not shown: 3 events

";
    assert_eq!(show([root]), expected);
}

#[test]
fn colours_are_sequences_around_the_same_text() {
    let coloured = show_with(|console| console.colors(true), api_request());
    assert!(coloured.contains("\x1b[1;33m ⚠ SLOW (80% of the total in its own code)\x1b[0m"));
    assert!(coloured.contains("\x1b[31m ✗\x1b[0m"));
    let mut plain = String::new();
    for (at, piece) in coloured.split("\x1b[").enumerate() {
        plain.push_str(if at == 0 { piece } else { piece.split_once('m').unwrap().1 });
    }
    assert_eq!(plain, show(api_request()));
}

#[test]
fn no_text_of_a_span_reaches_the_terminal_as_a_command() {
    let evil = "\x1b]0;owned\x07\x1b[2J\x1b[31m\u{9b}31m\r\nfake line\u{202e}\u{2028}";
    let mut root = span(1, 0, evil, 0, 200);
    root.outcome = Outcome::Error;
    root.status_message = evil.to_owned();
    root.attributes = vec![
        (evil.to_owned(), Value::from(evil)),
        ("list".to_owned(), Value::from([evil])),
        ("error.type".to_owned(), Value::from(evil)),
        ("json".to_owned(), Value::Json(evil.to_owned())),
    ];
    root.events = vec![EventData {
        name: evil.to_owned(),
        time_unix_nanos: 0,
        attributes: root.attributes.clone(),
        dropped_attributes: 0,
    }];
    let mut resource = Resource::new();
    resource.set("service.name", evil);
    let screen = Screen::default();
    let mut console = Console::to(screen.clone()).colors(false);
    console.export(&Batch::from_spans(resource, [root]), Instant::now()).unwrap();
    let shown = screen.text();
    let is_obeyed = |c: char| {
        c != '\n' && c.is_control()
            || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    assert!(!shown.contains(is_obeyed), "{shown:?}");
    assert!(shown.contains("\\x1b[2J"));
    assert!(!shown.lines().any(|line| line.starts_with("fake")), "{shown:?}");
}

#[test]
fn lines_are_no_wider_than_asked_for() {
    let mut spans = api_request();
    spans[0].name = "日本".repeat(40);
    spans[1].attributes = vec![("answer".to_owned(), Value::from("é".repeat(300)))];
    for id in 100..160 {
        spans.push(span(id, if id == 100 { 2 } else { id - 1 }, "deeper", 0, 1));
    }
    let shown = show_with(|console| console.width(60), spans);
    let widest = shown.lines().map(text::columns).max();
    assert_eq!(widest, Some(60), "{shown}");
}

#[test]
fn a_hundred_thousand_nested_spans_are_drawn_without_overflow() {
    const DEPTH: u64 = 100_000;
    let nested = (1..=DEPTH).rev().map(|id| span(id, id - 1, "deeper", id, 2 * DEPTH - id));
    let roomy = |console: Console| console.max_held_spans(usize::MAX, usize::MAX);
    let shown = show_with(roomy, nested);
    let lines = shown.trim_end().lines();
    assert_eq!(lines.clone().count() as u64, DEPTH);
    let last = lines.last().unwrap();
    assert!(last.contains("…99978 "), "{last:?}");
    assert!(shown.len() < 20 << 20, "{} bytes", shown.len());
}

#[test]
fn a_flush_prints_what_waits_for_its_root_and_the_root_says_so_later() {
    let screen = Screen::default();
    let mut console = Console::to(screen.clone()).colors(false).unicode(true);
    let mut export = |spans: Vec<SpanData>| {
        console.export(&Batch::from_spans(resource(), spans), Instant::now()).unwrap();
        let before_flush = screen.text();
        console.flush(Instant::now()).unwrap();
        (before_flush, screen.text())
    };
    let (waiting, flushed) = export(vec![span(3, 2, "embed", 1, 2), span(4, 2, "rank", 2, 3)]);
    assert_eq!(waiting, "");
    let part = "\
… part of trace 000000000000000000000000000000ab, below span 0000000000000002
  ├─ embed (1ms)
  └─ rank (1ms)

";
    assert_eq!(flushed, part);
    let (_, all) = export(vec![span(2, 1, "retrieve", 0, 4), span(1, 0, "answer", 0, 100)]);
    let rest = all.strip_prefix(part).unwrap();
    assert!(rest.starts_with("📊 answer (total: 100ms)"), "{rest}");
    assert!(rest.contains("(parts were shown before)"), "{rest}");
    // Nothing is called slow where children are missing.
    assert!(!rest.contains("SLOW"), "{rest}");
}

#[test]
fn a_span_with_a_parent_in_another_process_is_a_root_here() {
    let mut root = span(2, 1, "handle", 0, 100);
    root.parent_remote = true;
    let screen = Screen::default();
    let mut console = Console::to(screen.clone()).colors(false).unicode(true);
    let spans = [span(3, 2, "answer", 0, 90), root];
    console.export(&Batch::from_spans(resource(), spans), Instant::now()).unwrap();
    let shown = screen.text();
    assert!(shown.starts_with("📊 handle (total: 100ms)"), "{shown}");
    assert!(shown.contains("\n  ┕━ answer (90ms) ⚠ SLOW (90% of the total)\n"), "{shown}");
}

#[test]
fn a_writer_that_fails_is_a_permanent_error() {
    struct Closed;
    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let batch = Batch::from_spans(Resource::new(), [span(1, 0, "answer", 0, 1)]);
    let error = Console::to(Closed).export(&batch, Instant::now()).unwrap_err();
    assert_eq!(error.to_string(), "cannot write to the console: broken pipe");
    assert!(matches!(error, ExportError::Permanent { .. }));
}
