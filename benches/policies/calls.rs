//! Calls of functions with policies, spans and all.

use lumina::prelude::*;
use lumina_benches::alloc;
use lumina_benches::ratio::{Spread, short};
use lumina_benches::work::block_on;
use std::convert::Infallible;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Calls below one root: a piece that is timed in one go, short beside a scheduler's slice.
const CALLS: u64 = 1_000;
/// Pieces of a round.
const PIECES: usize = 15;
/// Values that the caches hold.
const KEPT: u64 = 100_000;

type Answer = Result<u64, lumina::Interrupted>;

#[traced]
#[inline(never)]
async fn one(n: u64) -> Answer {
    Ok(black_box(n))
}

/// Two spans, the second below the first: what an operation and its attempt are.
#[traced]
#[inline(never)]
async fn two(n: u64) -> Answer {
    one(n).await
}

#[traced]
#[retry(max = 3)]
#[inline(never)]
async fn retried(n: u64) -> Answer {
    Ok(black_box(n))
}

#[traced]
#[retry(max = 3)]
#[timeout(attempt = "10s", total = "60s")]
#[breaker]
#[fallback(value = 0)]
#[inline(never)]
async fn guarded(n: u64) -> Answer {
    Ok(black_box(n))
}

#[traced]
#[retry(max = 3)]
#[hedge(after = "2s")]
#[inline(never)]
async fn hedged(n: u64) -> Answer {
    Ok(black_box(n))
}

#[traced]
#[inline(never)]
fn one_sync(n: u64) -> Result<u64, Infallible> {
    Ok(black_box(n))
}

#[traced]
#[inline(never)]
fn two_sync(n: u64) -> Result<u64, Infallible> {
    one_sync(n)
}

#[traced]
#[retry(max = 3)]
#[inline(never)]
fn retried_sync(n: u64) -> Result<u64, Infallible> {
    Ok(black_box(n))
}

#[traced]
#[cache(key = n, ttl = "1h", capacity = 200_000, single_flight)]
#[inline(never)]
async fn cached(n: u64) -> Answer {
    Ok(n)
}

/// A key and a value on the heap.
#[traced]
#[cache(key = prompt, ttl = "1h", capacity = 200_000)]
#[inline(never)]
fn cached_text(prompt: &str) -> String {
    format!("the answer to {prompt}")
}

/// Keys in an order that no processor foresees.
fn scattered(n: u64) -> u64 {
    n.wrapping_mul(0x9E37_79B9_7F4A_7C15) % KEPT
}

#[traced]
async fn root(row: usize) {
    for n in 0..CALLS {
        let n = black_box(n);
        let value = match row {
            0 => one(n).await,
            1 => two(n).await,
            2 => retried(n).await,
            3 => guarded(n).await,
            4 => hedged(n).await,
            _ => cached(scattered(n)).await,
        };
        black_box(value).unwrap_or_default();
    }
}

#[traced]
fn root_sync(row: usize, prompts: &[String]) {
    for n in 0..CALLS {
        let n = black_box(n);
        match row {
            0 => drop(black_box(one_sync(n))),
            1 => drop(black_box(two_sync(n))),
            2 => drop(black_box(retried_sync(n))),
            _ => drop(black_box(cached_text(&prompts[scattered(n) as usize]))),
        }
    }
}

struct Row {
    name: &'static str,
    /// The row of two plain spans that it is compared with.
    plain: usize,
    ns: Vec<f64>,
    allocations: f64,
}

pub(crate) fn measure(rounds: usize, only: &str) {
    let prompts: Vec<String> = (0..KEPT).map(|n| format!("prompt number {n}")).collect();
    block_on(async {
        for n in 0..KEPT {
            black_box(cached(n).await).unwrap_or_default();
        }
    });
    prompts.iter().for_each(|prompt| drop(cached_text(prompt)));
    lumina::flush(Duration::from_secs(10));
    let row = |name, plain| Row { name, plain, ns: Vec::new(), allocations: 0.0 };
    let mut rows = [
        row("async: a plain span", 1),
        row("async: two plain spans, one below the other", 1),
        row("async: retry", 1),
        row("async: retry, timeouts, breaker, fallback", 1),
        row("async: retry, hedge", 1),
        row("async: cache hit, integers, one of 100,000", 1),
        row("sync: a plain span", 7),
        row("sync: two plain spans, one below the other", 7),
        row("sync: retry", 7),
        row("sync: cache hit, texts, one of 100,000", 7),
    ];
    for _ in 0..rounds {
        for (index, row) in rows.iter_mut().enumerate() {
            if !row.name.contains(only) {
                continue;
            }
            let run = || match index.checked_sub(6) {
                None => block_on(root(index)),
                Some(sync) => root_sync(sync, &prompts),
            };
            let before = alloc::count();
            row.ns.push(median_ns(run) / CALLS as f64);
            let allocated = alloc::count() - before;
            row.allocations += allocated as f64 / (CALLS as usize * PIECES * rounds) as f64;
            lumina::flush(Duration::from_secs(10));
        }
    }
    print(&rows, rounds);
}

fn median_ns(mut run: impl FnMut()) -> f64 {
    let mut time = || {
        let start = Instant::now();
        run();
        start.elapsed().as_nanos() as f64
    };
    Spread::of((0..PIECES).map(|_| time())).map_or(f64::NAN, |spread| spread.median)
}

fn print(rows: &[Row], rounds: usize) {
    println!(
        "ns a call that succeeds at once, spans included: median (min-max) of {rounds} rounds; \
         ratios are medians (min-max) of ratios within a round\n"
    );
    println!("| call | ns | x two plain spans | allocations |\n|---|---|---|---|");
    for row in rows {
        let Some(ns) = Spread::of(row.ns.iter().copied()) else { continue };
        let ratio = Spread::of_ratio(&row.ns, &rows[row.plain].ns);
        let ratio = ratio.map_or_else(|| "-".to_owned(), |ratio| ratio.to_string());
        // The measurement's own allocations are a few in a piece of a thousand calls.
        println!("| {} | {ns} | {ratio} | {} |", row.name, short(row.allocations));
    }
    println!();
}
