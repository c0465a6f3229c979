//! The table, as it stands in the README.

use crate::variants::{FASTRACE, LIMIT, OTEL, Row, rows};
use crate::{Lost, Measured, against, net};
use lumina_benches::ratio::{Spread, short};
use lumina_benches::work::{CHILDREN, Workload};

pub(crate) fn print(measured: &Measured, lost: &Lost, rounds: usize) {
    println!(
        "ns a span net of the untraced function: median (min-max) of {rounds} rounds, {CHILDREN} \
         spans below each root; ratios are medians (min-max) of ratios within a round\n"
    );
    for workload in Workload::ALL {
        println!(
            "| {} | ns a span | x limit | x fastrace | x tracing-opentelemetry | allocations |",
            workload.name()
        );
        println!("|---|---|---|---|---|---|");
        for row in rows().filter(|row| row.workload == workload && measured.contains_key(row)) {
            print_row(measured, row);
        }
        println!();
    }
    let mut lost: Vec<_> = lost.iter().filter(|(_, count)| **count > 0).collect();
    lost.sort();
    for (variant, count) in lost {
        println!("{variant}: {count} spans lost in all, as far as can be told");
    }
}

fn print_row(measured: &Measured, row: Row) {
    let costs = net(measured, row);
    let Some(spread) = Spread::of(costs.iter().copied()) else { return };
    let ratio = |to: &'static str| {
        let spread = Spread::of_ratio(&costs, &against(measured, row, to));
        spread.map_or_else(|| "-".to_owned(), |spread| spread.to_string())
    };
    let allocations = measured.get(&row).into_iter().flatten().map(|round| round.allocations);
    let allocations = Spread::of(allocations).map_or(0.0, |spread| spread.median);
    println!(
        "| {} | {spread} | {} | {} | {} | {} |",
        row.variant,
        ratio(LIMIT),
        ratio(FASTRACE),
        ratio(OTEL),
        if allocations == 0.0 { "0".to_owned() } else { short(allocations) },
    );
}
