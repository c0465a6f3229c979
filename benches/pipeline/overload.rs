//! An exporter that stands still: what a span costs then, how far memory grows, and whether every
//! span is accounted for.

use crate::ask_child;
use crate::gate::Gate;
use crate::variants::{FASTRACE, LUMINA, OTEL, Target, start};
use lumina_benches::ratio::{Spread, short};
use lumina_benches::usage::resident_bytes;
use lumina_benches::work::CHILDREN;
use std::error::Error;
use std::time::Instant;

pub(crate) const CHILD: &str = "--overload";
/// Traces while the exporter stands still: a million spans.
const TRACES: usize = 10_000;
/// Traces timed in one go.
const PIECE: usize = 10;
const MIB: f64 = 1024.0 * 1024.0;

static GATE: Gate = Gate::new();

pub(crate) fn print(rounds: usize) -> Result<(), Box<dyn Error>> {
    println!(
        "the exporter stands still while {} spans are made, as fast as they can be; medians of \
         {rounds} rounds\n",
        TRACES * (CHILDREN + 1)
    );
    println!(
        "| | ns a span | memory, first half | second half | exported | dropped, as counted | unaccounted |"
    );
    println!("|---|---|---|---|---|---|---|");
    for name in [LUMINA, FASTRACE, OTEL] {
        let mut answers = Vec::new();
        for _ in 0..rounds {
            answers.push(ask_child(&[CHILD, name])?);
        }
        let median = |at: usize| {
            let values = answers.iter().filter_map(|answer| answer.get(at).copied());
            Spread::of(values).map_or(f64::NAN, |spread| spread.median)
        };
        let [cost, first, second, exported, dropped, unaccounted] = [0, 1, 2, 3, 4, 5].map(median);
        let dropped = if dropped < 0.0 { "does not say".to_owned() } else { format!("{dropped}") };
        println!(
            "| {name} | {} | +{} MiB | +{} MiB | {exported} | {dropped} | {unaccounted} |",
            short(cost),
            short(first / MIB),
            short(second / MIB),
        );
    }
    println!();
    Ok(())
}

/// Prints ns a span, bytes of memory more after the first and after the second half, spans exported
/// and dropped (-1: unknown), and spans that are neither.
pub(crate) fn child(name: &str) -> Result<(), Box<dyn Error>> {
    let mut pipeline = start(name, Target::Gate(&GATE))?;
    let before = resident_bytes();
    let mut grown = [0u64; 2];
    let mut costs = Vec::with_capacity(TRACES / PIECE);
    for grown in &mut grown {
        for _ in 0..TRACES / PIECE / 2 {
            let start = Instant::now();
            pipeline.run(PIECE);
            costs.push(start.elapsed().as_nanos() as f64 / (PIECE * (CHILDREN + 1)) as f64);
        }
        *grown = resident_bytes().saturating_sub(before);
    }
    let [first, both] = grown;
    GATE.open();
    let (exported, dropped) = pipeline.finish();
    let begun = (TRACES * (CHILDREN + 1)) as u64;
    let unaccounted = begun as i64 - exported as i64 - dropped.unwrap_or(0) as i64;
    let cost = Spread::of(costs).map_or(f64::NAN, |spread| spread.median);
    let dropped = dropped.map_or(-1, |dropped| dropped as i64);
    println!("{cost} {first} {} {exported} {dropped} {unaccounted}", both.saturating_sub(first));
    Ok(())
}
