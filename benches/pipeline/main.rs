//! What tracing costs the whole process, exporting included, and what happens when the exporter
//! stands still.
//!
//! ```text
//! cargo bench -p lumina-benches --bench pipeline                    both tables
//! cargo bench -p lumina-benches --bench pipeline -- --rounds 3      with fewer rounds than 7
//! cargo bench -p lumina-benches --bench pipeline -- --rate 50000    spans a second, not 200,000
//! cargo bench -p lumina-benches --bench pipeline -- --only overload one of the two tables
//! ```
//!
//! Each measurement is a process of its own, the receiver is in this one, so that what it does is
//! not counted.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program whose output is read")]

mod gate;
mod overload;
mod sink;
mod sustained;
mod variants;

use std::error::Error;
use std::io;
use std::process::{Command, ExitCode, Stdio};

const ROUNDS: usize = 7;
const RATE: u64 = 200_000;

fn main() -> ExitCode {
    match run(&std::env::args().skip(1).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("pipeline: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<(), Box<dyn Error>> {
    let value = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1).map(String::as_str)
    };
    let rounds = value("--rounds").map_or(Ok(ROUNDS), str::parse)?;
    let rate = value("--rate").map_or(Ok(RATE), str::parse)?;
    match (value(sustained::CHILD), value(overload::CHILD)) {
        (Some(variant), _) => return sustained::child(variant, rate, value("--endpoint")),
        (_, Some(variant)) => return overload::child(variant),
        (None, None) => {}
    }
    let only = value("--only").unwrap_or("");
    if "sustained".contains(only) {
        sustained::print(rounds, rate)?;
    }
    if "overload".contains(only) {
        overload::print(rounds)?;
    }
    Ok(())
}

/// Runs this program again; the numbers that it printed.
fn ask_child(arguments: &[&str]) -> Result<Vec<f64>, Box<dyn Error>> {
    let output = Command::new(std::env::current_exe()?)
        .args(arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err(format!("{arguments:?} failed: {}", output.status).into());
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let numbers: Result<_, _> = text.split_whitespace().map(str::parse).collect();
    numbers.map_err(|_| io::Error::other(format!("{arguments:?} printed {text:?}")).into())
}
