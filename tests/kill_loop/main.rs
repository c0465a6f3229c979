//! Processes that are killed with SIGKILL at any moment, and what arrives in the end.
//!
//! The oracle: every span that a process knew to be safe arrives, nothing arrives that was not
//! made, and each span is as it was made, also where it arrives twice.
//! `LUMINA_KILL_ROUNDS` sets the number of rounds (5); `tests/kill_loop/run.sh` makes 200.

use lumina::export::{Otlp, SpoolConfig};
use lumina_tests::emit;
use lumina_tests::otlp::{ClosedPort, HttpReceiver};
use lumina_tests::scratch::Scratch;
use opentelemetry_proto::tonic::trace::v1::Span;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{BufRead, BufReader, Write};
use std::ops::Range;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

const LONG: Duration = Duration::from_secs(60);
/// Numbers for each process.
const STRIDE: u64 = 1_000_000;

/// What a process said before it died.
#[derive(Default)]
struct Said {
    made: Vec<Range<u64>>,
    safe: Vec<Range<u64>>,
}

impl Said {
    /// A line without its end is no word: the process died over it.
    fn note(&mut self, line: &str) {
        let Some(line) = line.strip_suffix('\n') else { return };
        let words: Vec<&str> = line.split(' ').collect();
        let [what, from, to] = words[..] else { panic!("the child said {line:?}") };
        let range = from.parse().unwrap()..to.parse().unwrap();
        if what == "safe" { self.safe.push(range) } else { self.made.push(range) }
    }
}

/// A number below `end`, another one each time.
fn random(end: u64) -> u64 {
    RandomState::new().build_hasher().finish() % end
}

fn spawn(dir: &Scratch, url: &str, first: u64) -> (Child, Receiver<String>) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_killed"))
        .args([dir.path().to_str().unwrap(), url, &first.to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let (lines, said) = channel();
    std::thread::spawn(move || {
        let mut line = String::new();
        while output.read_line(&mut line).is_ok_and(|bytes| bytes > 0) {
            lines.send(std::mem::take(&mut line)).ok();
        }
    });
    (child, said)
}

/// Lets a process live for some lines and some microseconds more, and kills it.
fn round(dir: &Scratch, url: &str, first: u64, least_lines: u64, said: &mut Said) {
    let (mut child, lines) = spawn(dir, url, first);
    for _ in 0..least_lines + random(60) {
        said.note(&lines.recv_timeout(LONG).expect("a process that works"));
    }
    let end = Instant::now() + Duration::from_micros(random(15_000));
    loop {
        match lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
            Ok(line) => said.note(&line),
            Err(RecvTimeoutError::Timeout) => break,
            Err(RecvTimeoutError::Disconnected) => panic!("the process ended by itself"),
        }
    }
    child.kill().unwrap();
    assert_eq!(child.wait().unwrap().signal(), Some(9));
    // What it said at the last moment counts as well.
    lines.iter().for_each(|line| said.note(&line));
}

/// The last process makes nothing and delivers what all the others left; returns how many.
fn drain(dir: &Scratch, url: &str) -> u64 {
    let otlp = Otlp::builder().endpoint(url).build().unwrap();
    let builder = lumina::builder().variables([("LUMINA_ENABLED", "1")]).on_warning(|_| {});
    let builder = builder.exporter(otlp).spool(SpoolConfig::new(dir.path()));
    let pipeline = builder.build_scoped().unwrap();
    let deadline = Instant::now() + LONG;
    while dir.names().iter().any(|name| name != "quarantine") {
        assert!(Instant::now() < deadline, "{}", pipeline.health());
        std::thread::yield_now();
    }
    let report = pipeline.shutdown(LONG);
    assert!(report.complete && report.is_lossless(), "{report}");
    report.exporters[0].recovered
}

#[test]
fn r08_whatever_was_safe_when_a_process_was_killed_arrives_and_nothing_else() {
    let rounds: u64 =
        std::env::var("LUMINA_KILL_ROUNDS").map_or(5, |rounds| rounds.parse().unwrap());
    let (dir, receiver, closed) = (Scratch::new(), HttpReceiver::start(), ClosedPort::new());
    let mut said = Said::default();
    for round in 0..rounds {
        // The last one leaves all of its spans to the end, and has some that are safe.
        let is_up = (rounds - round).is_multiple_of(2);
        let (url, least) = if is_up { (receiver.url(), 0) } else { (closed.url(), 4) };
        self::round(&dir, &url, round * STRIDE, least, &mut said);
    }
    let recovered = drain(&dir, &receiver.url());

    let mut arrived: BTreeMap<u64, Span> = BTreeMap::new();
    let mut twice = 0;
    for span in receiver.requests().iter().flat_map(|request| request.spans()) {
        let id = emit::number_of(&span).expect("a span of ours as it was made");
        if let Some(before) = arrived.insert(id, span.clone()) {
            assert_eq!(before, span, "sent twice, and differently");
            twice += 1;
        }
    }
    let made: BTreeSet<u64> = said.made.iter().cloned().flatten().collect();
    let invented: Vec<_> = arrived.keys().filter(|id| !made.contains(id)).collect();
    assert!(invented.is_empty(), "nobody made {invented:?}");
    let safe: BTreeSet<u64> = said.safe.iter().cloned().flatten().collect();
    let lost: Vec<_> = safe.iter().filter(|id| !arrived.contains_key(id)).collect();
    assert!(lost.is_empty(), "{} of {} are lost: {lost:?}", lost.len(), safe.len());
    // Otherwise nothing has been tried.
    assert!(rounds < 5 || (safe.len() > 100 && recovered > 0), "{} safe", safe.len());
    // Seen with `--nocapture`.
    let counts = format!(
        "{rounds} kills: {} made, {} safe, {} arrived, {twice} twice, {recovered} from the last\n",
        made.len(),
        safe.len(),
        arrived.len(),
    );
    std::io::stderr().write_all(counts.as_bytes()).unwrap();
}
