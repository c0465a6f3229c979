//! An AI support assistant that answers from this repository's own documents: traced from the
//! customer's key to the model's last word.
//!
//! ```text
//! cargo run --example support_assistant
//! ```
//!
//! There is nothing to set up. Trees go to standard error, every span to
//! `target/support_assistant.jsonl`, and to an OTLP receiver if `LUMINA_ENDPOINT` (or
//! `OTEL_EXPORTER_OTLP_ENDPOINT`) names one. The model is a mock in this process; with
//! `OPENAI_BASE_URL` and `OPENAI_API_KEY` it is a real one.
//!
//! What is traced is in `assistant/`; this file sets up, asks, and ends in good order.

// An example talks to its reader.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::{env, error::Error, fs, path::Path, process::ExitCode, sync::Arc, time::Duration};

use lumina::export::{Console, Jsonl, Otlp};
use lumina_examples::assistant::{Answer, Assistant, SupportError, serve};
use lumina_support::{
    Endpoint, Index,
    provider::{Behaviour, Faults, Latency},
};
use tokio::net::TcpListener;

const REPOSITORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
const SPAN_FILE: &str = "target/support_assistant.jsonl";
const TIMEOUT: Duration = Duration::from_secs(5);

/// Whose key, which question, about which order.
const REQUESTS: [(&str, &str, Option<&str>); 3] = [
    ("demo-key-grace", "What happens to spans when there is no room?", None),
    (
        "demo-key-ada",
        "Before the training that I ordered: does the traced thread ever block, or wait for the \
         collector?",
        Some("ord_1001"),
    ),
    ("demo-key-grace", "Where are my stickers?", Some("ord_1001")),
];

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let lumina = set_up()?;
    let endpoint = Endpoint::from_env(Behaviour::default().faults(hosted()))?;
    let assistant = Arc::new(Assistant::new(&endpoint, Index::load(REPOSITORY)?)?);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let health_url = format!("http://{}/health", listener.local_addr()?);
    let server = tokio::spawn(serve(Arc::clone(&assistant), listener));

    let mut answers = Vec::new();
    for (key, question, order_id) in REQUESTS {
        answers.push((question, assistant.answer(key, question, order_id).await));
    }
    // Spans leave by themselves within a second; this is only so that all trees stand above.
    lumina.flush(TIMEOUT);
    let health = reqwest::get(health_url).await?.text().await?;

    // In good order: first no more requests, then no more spans.
    server.abort();
    let report = lumina.shutdown(TIMEOUT);
    for (question, answer) in &answers {
        show(question, answer);
    }
    let provider = match endpoint.mock() {
        Some(_) => "a mock in this process; OPENAI_BASE_URL and OPENAI_API_KEY choose a real one",
        None => endpoint.base_url(),
    };
    println!("health    {health}");
    println!("report    {report}");
    for exporter in &report.exporters {
        if let Some(error) = &exporter.last_error {
            println!("          {}: {}", exporter.name, error.message);
        }
    }
    println!("spans     {SPAN_FILE}");
    println!("provider  {provider}");
    Ok(())
}

/// Latency as of a real provider.
fn hosted() -> Faults {
    Faults { latency: Latency::hosted(), ..Faults::default() }
}

/// Trees for people, lines for tools, and OTLP if the environment names a receiver.
fn set_up() -> Result<lumina::Guard, Box<dyn Error>> {
    let file = Path::new(REPOSITORY).join(SPAN_FILE);
    fs::create_dir_all(file.with_file_name(""))?;
    let mut builder = lumina::builder()
        .service("support-assistant")
        .service_version(env!("CARGO_PKG_VERSION"))
        .exporter(Console::new())
        .exporter(Jsonl::create(file)?);
    if let Some(otlp) = Otlp::from_env(&|name: &str| env::var(name).ok())? {
        builder = builder.exporter(otlp);
    }
    let lumina = builder.install()?;
    #[cfg(unix)]
    lumina.handle_signals()?;
    Ok(lumina)
}

fn show(question: &str, answer: &Result<Answer, SupportError>) {
    println!("Q  {question}");
    match answer {
        Ok(answer) => println!("A  {} ({})\n", answer.text, answer.tier.model()),
        Err(error) => {
            let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
            println!("!  {error}{cause}\n");
        }
    }
}
