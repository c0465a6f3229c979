//! The run that all tests look at: three questions and a health check.

use super::received::{Described, described};
use lumina::Report;
use lumina::export::{Console, Jsonl, Otlp, jsonl};
use lumina_examples::assistant::{Answer, Assistant, SupportError, serve};
use lumina_support::provider::{Behaviour, Faults, Latency, MockProvider};
use lumina_support::{Endpoint, Index};
use lumina_tests::otlp::HttpReceiver;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const REPOSITORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
const LONG: Duration = Duration::from_secs(30);

/// What the provider takes to begin an answer.
pub(crate) const FIRST_TOKEN: Duration = Duration::from_millis(30);
/// Of the customer who has it.
pub(crate) const ORDER: &str = "ord_1001";
/// Of the other customer.
pub(crate) const KEY: &str = "demo-key-grace";
/// What the questions say of their author.
pub(crate) const PERSONAL: [&str; 3] = ["grace@example.org", "4111 1111", "Hopper"];

const SIMPLE: &str = "grace@example.org: what happens to spans when there is no room?";
const LONGER: &str = "My name is Hopper, my card is 4111 1111: does the traced thread ever block, \
                      or wait for the collector?";

/// What came of it.
pub(crate) struct Run {
    pub(crate) answers: Vec<Result<Answer, SupportError>>,
    pub(crate) health: serde_json::Value,
    pub(crate) report: Report,
    /// Spans with their resources, by span id, as are those received.
    pub(crate) in_file: Vec<Described>,
    pub(crate) received: Vec<Described>,
    pub(crate) file_text: String,
    pub(crate) received_text: String,
    pub(crate) console_text: String,
}

pub(crate) fn run() -> &'static Run {
    static RUN: LazyLock<Run> = LazyLock::new(|| {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(answer_all())
    });
    &RUN
}

async fn answer_all() -> Run {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("end_to_end.jsonl");
    let _ = std::fs::remove_file(&file);
    let receiver = HttpReceiver::start();
    let screen = Screen::default();
    let otlp = Otlp::builder().endpoint(receiver.url()).build().unwrap();
    let lumina = lumina::builder()
        .variables::<String, String>([])
        .service("support-assistant")
        .exporter(Jsonl::create(&file).unwrap())
        .exporter(otlp)
        .exporter(Console::to(screen.clone()).colors(false).unicode(true))
        .install()
        .unwrap();

    let latency = Latency { first_token: FIRST_TOKEN..FIRST_TOKEN, ..Latency::default() };
    let faults = Faults { latency, ..Faults::default() };
    let mock = MockProvider::start(Behaviour::default().faults(faults)).unwrap();
    let endpoint = Endpoint::of_mock(mock);
    let index = Index::load(REPOSITORY).unwrap();
    let assistant = Arc::new(Assistant::new(&endpoint, index).unwrap());
    let answers = vec![
        assistant.answer(KEY, SIMPLE, None).await,
        assistant.answer("demo-key-ada", LONGER, Some(ORDER)).await,
        assistant.answer(KEY, SIMPLE, Some(ORDER)).await,
    ];
    let health = health(&assistant).await;
    let report = lumina.shutdown(LONG);

    let requests = receiver.requests();
    Run {
        answers,
        health,
        report,
        in_file: in_file(&file),
        received: described(&requests),
        file_text: std::fs::read_to_string(&file).unwrap(),
        received_text: format!("{requests:?}"),
        console_text: screen.text(),
    }
}

/// The answer to `GET /health`.
async fn health(assistant: &Arc<Assistant>) -> serde_json::Value {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(serve(Arc::clone(assistant), listener));
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = "GET /health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut response = String::new();
    let read = stream.read_to_string(&mut response);
    tokio::time::timeout(LONG, read).await.expect("still no answer").unwrap();
    server.abort();
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    serde_json::from_str(body).unwrap()
}

fn in_file(file: &Path) -> Vec<Described> {
    let mut reader = jsonl::read(file).unwrap();
    let mut spans: Vec<Described> = Vec::new();
    for record in &mut reader {
        let record = record.unwrap();
        let attributes = record.resource.attributes();
        let resource = attributes.map(|(key, value)| (key.to_owned(), value.clone())).collect();
        spans.push((record.span, resource));
    }
    assert_eq!(reader.skipped_lines(), 0);
    spans.sort_by_key(|(span, _)| span.span_id);
    spans
}

/// A writer whose text can be looked at.
#[derive(Clone, Default)]
struct Screen(Arc<Mutex<Vec<u8>>>);

impl Screen {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Screen {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        Write::write(&mut *self.0.lock().unwrap(), bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
