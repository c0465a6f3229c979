//! Faults on purpose: a fallback chain is tried before an outage tries it.
//!
//! `cargo run --example faults` reads `lumina.toml` beside this file. Nothing is wrong with the models
//! here; what goes wrong is in the file, and the trees on standard error say so. The same seed gives
//! the same outage each time.

#![allow(clippy::print_stdout, reason = "a program for people")]

use lumina::{Interrupted, prelude::*};
use std::time::Duration;

const CANNED: &str = "We cannot answer right now. A person will write to you today.";

#[traced("answer-customer", llm)]
#[retry(max = 2, jitter = none)]
#[timeout(attempt = "5s", total = "30s")]
#[fallback(smaller_model, name = "smaller model")]
#[fallback(value = CANNED.to_owned(), name = "canned", level = "emergency")]
async fn answer(question: &str) -> Result<String, ModelError> {
    Ok(format!("the large model on {question:?}"))
}

// One attempt is a policy too: without any there would be nothing to fail on purpose.
#[traced("smaller-model", llm)]
#[retry(max = 1)]
async fn smaller_model(question: &str) -> Result<String, ModelError> {
    Ok(format!("the smaller model on {question:?}"))
}

#[derive(Debug, thiserror::Error)]
enum ModelError {
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let lumina = lumina::builder()
        .service("faults")
        .config_file(concat!(env!("CARGO_MANIFEST_DIR"), "/lumina.toml"))
        // A program for production does not call this, and refuses a file with faults.
        .allow_faults()
        .install()?;
    for question in ["parcels", "refunds", "opening hours", "invoices", "warranties"] {
        println!("{}", answer(question).await?);
    }
    if let Some(config) = lumina.health().config {
        println!("{} faults injected", config.injected_faults);
    }
    println!("{}", lumina.shutdown(Duration::from_secs(5)));
    Ok(())
}
