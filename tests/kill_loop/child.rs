//! Makes numbered spans until it is killed, and says of which it knows that they are safe; run by
//! `main.rs`.
//!
//! ```text
//! emit 100 112      these exist from now on
//! safe 100 112      a flush came back that had them spooled, synced, or delivered
//! ```

use lumina::export::{Otlp, SpoolConfig, SpoolMode, SpoolSync};
use lumina_tests::emit;
use std::io::Write;
use std::time::Duration;

const TIMEOUT: Duration = Duration::from_secs(30);

/// One write for each line, so that no line is half there.
fn say(what: &str, from: u64, to: u64) {
    let line = format!("{what} {from} {to}\n");
    std::io::stdout().write_all(line.as_bytes()).expect("somebody who listens");
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut argument = || arguments.next().expect("directory, URL and first number");
    let (dir, url) = (argument(), argument());
    let mut id: u64 = argument().parse().expect("a number");
    let spool = SpoolConfig::new(dir).mode(SpoolMode::WriteAhead).sync(SpoolSync::EachBatch);
    let otlp = Otlp::builder().endpoint(url).build().expect("a usable URL");
    let builder = lumina::builder().variables([("LUMINA_ENABLED", "1")]).on_warning(|_| {});
    let lumina = builder.exporter(otlp).spool(spool).install().expect("set-up");
    loop {
        let next = id + 1 + id % 40;
        say("emit", id, next);
        emit::numbered(id..next);
        let report = lumina.flush(TIMEOUT);
        let dropped = report.exporters[0].dropped.total();
        if report.complete && report.at_risk() == 0 && dropped == 0 {
            say("safe", id, next);
        }
        id = next;
    }
}
