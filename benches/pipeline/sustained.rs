//! Processor time a span, of the whole process, at a steady load.

use crate::ask_child;
use crate::sink::Sink;
use crate::variants::{FASTRACE, LUMINA, OTEL, PLAIN, Pipeline, Target, start};
use lumina_benches::ratio::{Spread, short};
use lumina_benches::usage::cpu_time;
use lumina_benches::work::CHILDREN;
use std::error::Error;
use std::time::{Duration, Instant};

pub(crate) const CHILD: &str = "--sustained";
const LENGTH: Duration = Duration::from_secs(2);
const WARM_UP: Duration = Duration::from_millis(300);
const SPANS_OF_A_TRACE: u64 = CHILDREN as u64 + 1;

/// A line of the table: a pipeline, and whether it ships to a receiver.
type Row = (&'static str, bool);
const ROWS: [Row; 5] =
    [(LUMINA, true), (OTEL, true), (LUMINA, false), (FASTRACE, false), (OTEL, false)];

struct Round {
    cpu_ns: f64,
    lost_share: f64,
    bytes: f64,
}

pub(crate) fn print(rounds: usize, rate: u64) -> Result<(), Box<dyn Error>> {
    let sink = Sink::start()?;
    let mut measured: Vec<(Row, Vec<Round>)> = ROWS.map(|row| (row, Vec::new())).into();
    for _ in 0..rounds {
        let plain = measure((PLAIN, false), rate, &sink)?.cpu_ns;
        for (row, rounds) in &mut measured {
            let mut round = measure(*row, rate, &sink)?;
            round.cpu_ns -= plain;
            rounds.push(round);
        }
    }
    println!(
        "processor time of the process a span, in ns, net of the untraced program, at {rate} spans \
         a second: median (min-max) of {rounds} rounds\n"
    );
    println!("| | ns a span | x tracing-opentelemetry | not exported | bytes a span |");
    println!("|---|---|---|---|---|");
    for ((name, ships), rounds) in &measured {
        let costs = |rounds: &[Round]| rounds.iter().map(|round| round.cpu_ns).collect::<Vec<_>>();
        let peer = measured.iter().find(|(row, _)| *row == (OTEL, *ships));
        let ratio = peer.and_then(|(_, peer)| Spread::of_ratio(&costs(rounds), &costs(peer)));
        let Some(cost) = Spread::of(costs(rounds)) else { continue };
        let median = |of: fn(&Round) -> f64| {
            Spread::of(rounds.iter().map(of)).map_or(f64::NAN, |spread| spread.median)
        };
        println!(
            "| {name}, {} | {cost} | {} | {} % | {} |",
            if *ships { "OTLP" } else { "discarded" },
            ratio.map_or_else(|| "-".to_owned(), |ratio| ratio.to_string()),
            short(median(|round| round.lost_share) * 100.0),
            short(median(|round| round.bytes)),
        );
    }
    println!();
    Ok(())
}

fn measure((name, ships): Row, rate: u64, sink: &Sink) -> Result<Round, Box<dyn Error>> {
    let rate = rate.to_string();
    let mut arguments = vec![CHILD, name, "--rate", &rate];
    if ships {
        arguments.extend(["--endpoint", &sink.endpoint]);
    }
    let answer = ask_child(&arguments)?;
    let &[cpu_ns, begun, exported] = answer.as_slice() else {
        return Err(format!("{name} answered {answer:?}").into());
    };
    let (lost_share, bytes) = (1.0 - exported / begun, sink.take_bytes() as f64 / begun);
    Ok(Round { cpu_ns, lost_share, bytes })
}

/// Prints processor time a span, spans begun, spans exported.
pub(crate) fn child(name: &str, rate: u64, endpoint: Option<&str>) -> Result<(), Box<dyn Error>> {
    let mut pipeline = start(name, endpoint.map_or(Target::Nowhere, Target::Receiver))?;
    let warmed = load(&mut *pipeline, rate, WARM_UP);
    pipeline.flush();
    let before = cpu_time();
    let begun = load(&mut *pipeline, rate, LENGTH);
    pipeline.flush();
    let used = (cpu_time() - before).as_nanos() as f64;
    let exported = pipeline.finish().0;
    println!("{} {} {exported}", used / begun as f64, warmed + begun);
    Ok(())
}

/// Traces at `rate` spans a second, in bursts of about a millisecond; the number of spans.
///
/// A tracer that cannot keep up makes the load last longer, not smaller.
fn load(pipeline: &mut dyn Pipeline, rate: u64, length: Duration) -> u64 {
    let start = Instant::now();
    let traces = (rate as f64 * length.as_secs_f64()) as u64 / SPANS_OF_A_TRACE;
    let due = |now: Duration| (now.as_secs_f64() * rate as f64) as u64 / SPANS_OF_A_TRACE;
    let mut done = 0;
    while done < traces {
        let wanted = due(start.elapsed()).min(traces);
        if wanted > done {
            pipeline.run((wanted - done) as usize);
            done = wanted;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    done * SPANS_OF_A_TRACE
}
