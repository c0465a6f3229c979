//! Speed on one core, all rules on: `cargo bench -p lumina-redact`.
//!
//! Megabytes a second on kinds of text, nanoseconds on a short attribute; each figure is the best
//! of several rounds. `regex set` is what a gate of one regular expression for each of eight kinds
//! of values costs on the same text, without any validator: the usual first engine.

#![allow(clippy::print_stdout, reason = "the figures are the result")]

use std::hint::black_box;
use std::time::Instant;

use lumina_redact::Redactor;
use regex_automata::meta::Regex;

const MEGABYTE: usize = 1_000_000;
const ROUNDS: usize = 7;

fn repeated(text: &str) -> String {
    text.repeat(MEGABYTE / text.len() + 1)
}

/// The best time of several rounds, in seconds.
fn best(mut run: impl FnMut()) -> f64 {
    let once = |run: &mut dyn FnMut()| {
        let start = Instant::now();
        run();
        start.elapsed().as_secs_f64()
    };
    (0..ROUNDS).map(|_| once(&mut run)).fold(f64::MAX, f64::min)
}

fn main() {
    let start = Instant::now();
    let redactor = Redactor::default();
    println!("built in {:.1?}", start.elapsed());

    let held_out: String = include_str!("../tests/data/held_out.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.replace("<<", "").replace(">>", "").replace('|', " ") + "\n")
        .collect();
    // One message of six holds something: more than in any chat that was counted.
    let small_talk = "User: hey, could you look at why my build is so slow since the last update? it used \
        to take two minutes\nAssistant: Sure! Could you tell me which version you are on, and whether \
        incremental builds are on? With 8 cores a cold build should take about 90 seconds.\nUser: v1.82, \
        and yes they are. it is the linker I think, see https://example.com/issues/1234 for the log\n\
        Assistant: Then try `lld`, add it to .cargo/config.toml under [target.x86_64-unknown-linux-gnu].\n\
        User: thanks, that brought it down to 45s :) one more question about tokens and prices though\n";
    let chat =
        format!("{small_talk}User: you can reach me at jane.doe@example.org or +1 415 555 0132\n");
    let prose = include_str!("../../docs/redaction.md")
        .lines()
        .filter(|line| !line.contains("4111") && !line.contains("phone") && !line.contains('`'))
        .collect::<Vec<_>>()
        .join("\n");
    let code = include_str!("../src/engine.rs");
    let numbers = "[0.0123456789, -0.9876543210, 0.4539148803, 12.5, 1732406953482, 4bf92f3577b34da6a3ce929d0e0e4736], ";
    let peers = [
        r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}",
        r"\b(?:\d[ -]*?){13,16}\b",
        r"\b\d{3}-\d{2}-\d{4}\b",
        r"\b(?:\d{1,3}\.){3}\d{1,3}\b",
        r"\+?\d{1,3}[ -.]?\(?\d{3}\)?[ -.]?\d{3}[ -.]?\d{4}",
        r"\b[A-Z]{2}\d{2}[A-Z0-9]{11,30}\b",
        r"(?i)(?:password|secret|token|api_key)\s*[:=]\s*\S+",
        r"\b(?:AKIA|ghp_|sk-)[A-Za-z0-9]{16,}\b",
    ];
    let set = Regex::builder()
        .syntax(regex_automata::util::syntax::Config::new().unicode(false).utf8(false))
        .build_many(&peers)
        .unwrap_or_else(|error| panic!("the peers' patterns: {error}"));

    println!("{:<28}{:>12}{:>14}{:>14}", "text", "findings", "MB/s", "regex set");
    for (name, text) in [
        ("chat", &*chat),
        ("prose", &*prose),
        ("code", code),
        ("numbers", numbers),
        ("every line a finding", &*held_out),
    ] {
        let text = repeated(text);
        let seconds = best(|| drop(black_box(redactor.redact(black_box(&text)))));
        let peer = best(|| {
            black_box(set.find_iter(black_box(&text)).count());
        });
        let rate = |seconds: f64| text.len() as f64 / 1e6 / seconds;
        let findings = redactor.audit(&text).len();
        println!("{name:<28}{findings:>12}{:>14.0}{:>14.0}", rate(seconds), rate(peer));
    }
    for attribute in ["gpt-4o-mini", "answer the user's question", "GET /v1/users/42/orders?page=2"]
    {
        let rounds = 100_000;
        let seconds = best(|| {
            for _ in 0..rounds {
                black_box(redactor.redact(black_box(attribute)));
            }
        });
        println!("{attribute:<40}{:>6.0} ns", seconds / f64::from(rounds) * 1e9);
    }
}
