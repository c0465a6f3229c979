//! What policies cost a call that they have nothing to do for, beside spans without policies.
//!
//! ```text
//! cargo bench -p lumina-benches --bench policies                 the tables
//! cargo bench -p lumina-benches --bench policies -- --rounds 11  with fewer rounds than 25
//! cargo bench -p lumina-benches --bench policies -- --only hedge  calls by a part of their name
//! ```
//!
//! All in one process: there are no peers. In each round every row is measured once, in turns, so
//! that what the machine does to one it does to all; ratios are taken within a round.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program whose output is read")]

mod calls;
mod shared;

use lumina::export::{Delivery, ExportError, Exporter};
use lumina::model::Batch;
use lumina_benches::alloc::Counting;
use std::process::ExitCode;
use std::time::{Duration, Instant};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const ROUNDS: usize = 25;

struct Discard;

impl Exporter for Discard {
    fn name(&self) -> &'static str {
        "discard"
    }

    fn export(&mut self, _batch: &Batch, _deadline: Instant) -> Result<Delivery, ExportError> {
        Ok(Delivery::default())
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1)
    };
    let rounds = value("--rounds").and_then(|rounds| rounds.parse().ok()).unwrap_or(ROUNDS);
    let only = value("--only").map_or("", String::as_str);
    // No variable of the caller's environment, so that every run measures the same.
    let set_up = lumina::builder().variables([("", ""); 0]).without_subscriber().exporter(Discard);
    let guard = match set_up.install() {
        Ok(guard) => guard,
        Err(error) => {
            eprintln!("policies: {error}");
            return ExitCode::FAILURE;
        }
    };
    calls::measure(rounds, only);
    let report = guard.shutdown(Duration::from_secs(10));
    println!("{} spans lost in all\n", report.undelivered());
    if only.is_empty() {
        shared::measure(rounds);
    }
    ExitCode::SUCCESS
}
