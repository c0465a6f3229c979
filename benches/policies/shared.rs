//! What calls share, apart from them: a breaker and a budget, asked by one thread and by two.

use lumina_benches::ratio::Spread;
use lumina_runtime::bench::{Breaker, Budget, clock};
use std::hint::black_box;
use std::sync::Barrier;
use std::time::Instant;

const CHECKS: usize = 200_000;

pub(crate) fn measure(rounds: usize) {
    let (breaker, budget) = (Breaker::default(), Budget::default());
    let rows: [(&str, &(dyn Fn() + Sync)); 4] = [
        ("the clock alone", &|| {
            black_box(clock());
        }),
        ("breaker: let through, and counted as a success, with the clock", &|| {
            black_box(breaker.check());
        }),
        ("budget: a success at the first try", &|| budget.earn()),
        ("budget: a retry paid for, and given back", &|| {
            black_box(budget.retry());
        }),
    ];
    println!("ns a check: median (min-max) of {rounds} rounds\n");
    println!("| check | 1 thread | 2 threads |\n|---|---|---|");
    for (name, check) in rows {
        let [one, two] = [1, 2].map(|threads| {
            let rounds = (0..rounds).map(|_| time(threads, check));
            Spread::of(rounds).map_or_else(String::new, |spread| spread.to_string())
        });
        println!("| {name} | {one} | {two} |");
    }
}

/// Nanoseconds a check, of threads that check at the same time.
fn time(threads: usize, check: &(dyn Fn() + Sync)) -> f64 {
    let ready = Barrier::new(threads);
    let run = || {
        ready.wait();
        let start = Instant::now();
        (0..CHECKS).for_each(|_| check());
        start.elapsed().as_nanos() as f64 / CHECKS as f64
    };
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(run)).collect();
        let own = run();
        let all = others.into_iter().filter_map(|other| other.join().ok()).chain([own]);
        all.sum::<f64>() / threads as f64
    })
}
