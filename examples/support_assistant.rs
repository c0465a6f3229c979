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
#![allow(clippy::print_stdout)]

use std::{env, error::Error, fs, path::Path, sync::Arc, time::Duration};

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
        "My order is ord_1001: when is the training, and how does a span get from the thread that \
         recorded it to an exporter?",
        Some("ord_1001"),
    ),
    ("demo-key-grace", "Where is my parcel?", Some("ord_1001")),
];

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let lumina = set_up()?;
    let latency = Faults { latency: Latency::hosted(), ..Faults::default() };
    let endpoint = Endpoint::from_env(Behaviour::default().faults(latency))?;
    let assistant = Arc::new(Assistant::new(&endpoint, Index::load(REPOSITORY)?)?);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let health_url = format!("http://{}/health", listener.local_addr()?);
    tokio::spawn(serve(Arc::clone(&assistant), listener));

    let mut answers = Vec::new();
    for (key, question, order_id) in REQUESTS {
        answers.push((question, assistant.answer(key, question, order_id).await));
    }
    lumina.flush(TIMEOUT);
    let health = reqwest::get(health_url).await?.text().await?;

    // Graceful: what was recorded is delivered, and the report says so, span for span.
    let report = lumina.shutdown(TIMEOUT);
    for (question, answer) in &answers {
        show(question, answer);
    }
    println!("Health  {health}");
    println!("Report  {report}");
    println!("Spans   {SPAN_FILE}");
    Ok(())
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
    println!("Question  {question}");
    match answer {
        Ok(answer) => println!("Answer    {}\n", answer.text),
        Err(error) => {
            let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
            println!("No answer {error}{cause}\n");
        }
    }
}
