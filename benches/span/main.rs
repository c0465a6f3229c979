//! What a span costs the thread that opens it, beside the peers.
//!
//! ```text
//! cargo bench -p lumina-benches --bench span                 the table
//! cargo bench -p lumina-benches --bench span -- --rounds 51  with more rounds than 25
//! cargo bench -p lumina-benches --bench span -- --only async  variants and workloads by name
//! cargo bench -p lumina-benches --bench span -- --gate       quick; fails on a regression
//! ```

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program whose output is read")]

mod fastrace;
mod gate;
mod limit;
mod lumina;
mod otel;
mod table;
mod tracing;
mod variants;

use lumina_benches::alloc::Counting;
use lumina_benches::child::{CHILD, Process, Round, serve};
use lumina_benches::work::Workload;
use std::collections::HashMap;
use std::error::Error;
use std::process::ExitCode;
use variants::{Row, VARIANTS};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Traces in a round: about 20,000 spans, fewer than wait in lumina's queue when its exporter gets
/// no turn while they are made.
const TRACES: usize = 200;
const ROUNDS: usize = 25;

/// Rounds by variant and workload.
type Measured = HashMap<Row, Vec<Round>>;
/// Spans lost by variant.
type Lost = HashMap<&'static str, u64>;

fn main() -> ExitCode {
    match run(&std::env::args().skip(1).collect::<Vec<_>>()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("span: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<bool, Box<dyn Error>> {
    let value = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1)
    };
    if let Some(name) = value(CHILD) {
        let known = VARIANTS.iter().find(|variant| variant.name == name.as_str());
        let variant = known.ok_or_else(|| format!("no variant is called {name:?}"))?;
        serve(&mut *(variant.start)())?;
        return Ok(true);
    }
    let rounds = value("--rounds").map_or(Ok(ROUNDS), |text| text.parse())?;
    if arguments.iter().any(|argument| argument == "--gate") {
        let (measured, lost) = measure(&gate::rows(), gate::ROUNDS)?;
        return Ok(gate::judge(&measured, &lost));
    }
    let wanted = value("--only").map_or("", String::as_str);
    let rows: Vec<Row> = variants::rows().filter(|row| row.is_wanted(wanted)).collect();
    let (measured, lost) = measure(&rows, rounds)?;
    table::print(&measured, &lost, rounds);
    Ok(true)
}

/// Runs all rows in turns; also the spans that each variant lost.
fn measure(rows: &[Row], rounds: usize) -> Result<(Measured, Lost), Box<dyn Error>> {
    let mut children: Vec<(&'static str, Process)> = Vec::new();
    for row in rows {
        if !children.iter().any(|(name, _)| *name == row.variant) {
            children.push((row.variant, Process::start(row.variant)?));
        }
    }
    let mut measured = Measured::new();
    // The first round warms up: threads, buffers and call sites come into being.
    for round in 0..=rounds {
        for row in rows {
            let child = children.iter_mut().find(|(name, _)| *name == row.variant);
            let Some((_, process)) = child else { continue };
            let result = process.round(row.workload, TRACES)?;
            if round > 0 {
                measured.entry(*row).or_default().push(result);
            }
        }
    }
    let mut lost = HashMap::new();
    for (name, process) in children {
        lost.insert(name, process.end()?);
    }
    Ok((measured, lost))
}

/// The net costs of a row, round by round.
fn net(measured: &Measured, row: Row) -> Vec<f64> {
    measured.get(&row).into_iter().flatten().map(|round| round.net_ns).collect()
}

/// Where a row's workload has another row to be compared with.
fn against(measured: &Measured, row: Row, variant: &'static str) -> Vec<f64> {
    let workload: Workload = row.workload;
    net(measured, Row { variant, workload })
}
