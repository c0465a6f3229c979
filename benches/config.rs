//! What a file of settings costs a call: `cargo bench -p lumina-benches --bench config`.
//!
//! The function retries, and its spans are off, so that nothing but the engine is measured. Each
//! round measures every case; shown are medians, in nanoseconds a call.

#![allow(clippy::print_stdout, reason = "a program for people")]

use lumina::prelude::*;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

const ROUNDS: usize = 31;
const CALLS: u32 = 200_000;

#[traced("bench-call")]
#[retry(max = 3)]
fn call(value: u32) -> Result<u32, std::num::ParseIntError> {
    Ok(black_box(value))
}

const CASES: [(&str, &str); 4] = [
    ("no section for the function", ""),
    ("a section for it", "[policy.\"bench-call\"]\nretry.max = 5\n"),
    ("a glob for it", "[policy.\"bench*\"]\nretry.max = 5\n"),
    (
        "a section and a fault that does not happen",
        "[policy.\"bench-call\"]\nretry.max = 5\n\
      [[fault]]\nspan = \"bench-call\"\ndelay = \"1s\"\ndelay_rate = 0.0\nerror_rate = 1e-300\n",
    ),
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::temp_dir().join(format!("lumina-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let file = folder.join("lumina.toml");
    let without = {
        let guard = lumina::builder().enabled(false).install()?;
        let mut rounds: Vec<f64> = (0..ROUNDS).map(|_| nanos(1)).collect();
        drop(guard);
        median(&mut rounds)
    };
    std::fs::write(&file, "")?;
    let guard = lumina::builder().enabled(false).config_file(&file).allow_faults().install()?;
    let mut measured = vec![[Vec::new(), Vec::new()]; CASES.len()];
    for _ in 0..ROUNDS {
        for ((_, text), [one, two]) in CASES.iter().zip(&mut measured) {
            put(&file, text)?;
            one.push(nanos(1));
            two.push(nanos(2));
        }
    }
    println!("{:<44} {:>9} {:>9}", "ns a call", "1 thread", "2 threads");
    println!("{:<44} {without:>9.1}", "no file");
    for ((name, _), [one, two]) in CASES.iter().zip(&mut measured) {
        println!("{name:<44} {:>9.1} {:>9.1}", median(one), median(two));
    }
    drop(guard);
    std::fs::remove_dir_all(folder)?;
    Ok(())
}

fn put(file: &Path, text: &str) -> Result<(), Box<dyn std::error::Error>> {
    std::fs::write(file, text)?;
    lumina::reload_config()?;
    Ok(())
}

/// Of one thread among `threads` that do the same.
fn nanos(threads: usize) -> f64 {
    let run = || {
        let begun = Instant::now();
        for number in 0..CALLS {
            let _ = black_box(call(black_box(number)));
        }
        begun.elapsed()
    };
    let all: Vec<Duration> = std::thread::scope(|scope| {
        let started: Vec<_> = (0..threads).map(|_| scope.spawn(run)).collect();
        started.into_iter().filter_map(|thread| thread.join().ok()).collect()
    });
    all.iter().map(Duration::as_secs_f64).sum::<f64>() * 1e9 / f64::from(CALLS) / threads as f64
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
