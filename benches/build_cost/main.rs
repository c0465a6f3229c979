//! What the attributes cost at build time: processor time of the compiler, and code.
//!
//! ```text
//! cargo bench -p lumina-benches --bench build_cost                 the tables
//! cargo bench -p lumina-benches --bench build_cost -- --rounds 3   with fewer rounds than 7
//! ```
//!
//! Packages of nothing but traced functions with three arguments are written, and built over and
//! over; what they depend on is built before the first round.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program whose output is read")]

mod code_size;
mod package;

use lumina_benches::ratio::{Spread, short};
use lumina_benches::usage::cpu_time_of_children;
use package::{Kind, Packages};
use std::error::Error;
use std::process::ExitCode;
use std::time::Instant;

const ROUNDS: usize = 7;
/// Functions of a package that is built, and of one that is only checked.
const BUILT: usize = 200;
const CHECKED: usize = 250;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let at = arguments.iter().position(|argument| argument == "--rounds");
    let rounds = at.and_then(|at| arguments.get(at + 1)?.parse().ok()).unwrap_or(ROUNDS);
    match run(rounds) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("build_cost: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Seconds of all rounds of one kind.
#[derive(Default)]
struct Measured {
    processor: Vec<f64>,
    wall: Vec<f64>,
}

fn run(rounds: usize) -> Result<(), Box<dyn Error>> {
    let built = Packages::write("build", BUILT)?;
    let checked = Packages::write("check", CHECKED)?;
    policies(&checked, rounds)?;
    let builds = measure(&Kind::TRACED, rounds, |kind| built.build(kind))?;
    let checks = measure(&Kind::TRACED, rounds, |kind| checked.check(kind))?;
    println!(
        "{BUILT} functions with three arguments, `cargo build --release`; {CHECKED}, `cargo \
         check`: medians (min-max) of {rounds} rounds, ratios to the same functions untraced and \
         to `#[tracing::instrument]` within a round\n"
    );
    println!(
        "| | build, processor s | x untraced | x tracing | wall s | check, processor s | x untraced \
         | x tracing | code, bytes a function | all that is loaded |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    for (at, kind) in Kind::TRACED.into_iter().enumerate() {
        let size = built.size(kind)?;
        println!(
            "| {} | {} | {} | {} | {} |",
            kind.title(),
            columns(&builds, at, true),
            columns(&checks, at, false),
            size.code / BUILT as u64,
            size.loaded / BUILT as u64,
        );
    }
    Ok(())
}

fn columns(all: &[Measured], at: usize, wall: bool) -> String {
    let of = |kind: Kind| &all[kind as usize].processor;
    let ratio = |to: Kind| {
        Spread::of_ratio(&all[at].processor, of(to)).map_or_else(String::new, |s| s.to_string())
    };
    let seconds =
        |values: &[f64]| Spread::of(values.iter().copied()).map_or(f64::NAN, |s| s.median);
    let mut columns =
        vec![short(seconds(&all[at].processor)), ratio(Kind::Plain), ratio(Kind::Tracing)];
    if wall {
        columns.push(short(seconds(&all[at].wall)));
    }
    columns.join(" | ")
}

/// What a check of functions with policies costs.
fn policies(checked: &Packages, rounds: usize) -> Result<(), Box<dyn Error>> {
    let checks = measure(&Kind::FALLIBLE, rounds, |kind| checked.check(kind))?;
    let [_, lumina, tracing] = &checks[..] else { return Err("a kind is missing".into()) };
    println!(
        "{CHECKED} asynchronous functions with three arguments that may fail, `cargo check`: \
         medians of {rounds} rounds\n\n| | processor s |\n|---|---|"
    );
    for (kind, measured) in Kind::FALLIBLE.into_iter().zip(&checks) {
        let seconds = Spread::of(measured.processor.iter().copied());
        println!("| {} | {} |", kind.title(), short(seconds.map_or(f64::NAN, |s| s.median)));
    }
    let ratio = Spread::of_ratio(&lumina.processor, &tracing.processor);
    let ratio = ratio.map_or_else(String::new, |ratio| ratio.to_string());
    println!("\nwith policies: {ratio} x `#[tracing::instrument(err, ret)]` within a round; 1.3\n");
    Ok(())
}

/// Runs `build` for all `kinds` in turns. The first round, which builds the dependencies, is left out.
fn measure(
    kinds: &[Kind],
    rounds: usize,
    build: impl Fn(Kind) -> Result<(), Box<dyn Error>>,
) -> Result<Vec<Measured>, Box<dyn Error>> {
    let mut measured: Vec<Measured> = kinds.iter().map(|_| Measured::default()).collect();
    for round in 0..=rounds {
        for (&kind, measured) in kinds.iter().zip(&mut measured) {
            let (used, start) = (cpu_time_of_children(), Instant::now());
            build(kind)?;
            if round > 0 {
                measured.processor.push((cpu_time_of_children() - used).as_secs_f64());
                measured.wall.push(start.elapsed().as_secs_f64());
            }
        }
    }
    Ok(measured)
}
