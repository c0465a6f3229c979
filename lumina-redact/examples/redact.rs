//! Shows what redaction does to a file, or to what comes in: `cargo run --example redact -- FILE`.
//!
//! Replaced values are red, what stands for them is green; a table of the findings follows. With
//! `--plain` the redacted text alone is printed.

use std::io::{IsTerminal, Read, Write};

use lumina_redact::Redactor;

fn main() -> std::io::Result<()> {
    let mut plain = false;
    let mut text = None;
    for argument in std::env::args().skip(1) {
        match &*argument {
            "--plain" => plain = true,
            "-" => {}
            path => text = Some(std::fs::read_to_string(path)?),
        }
    }
    let text = match text {
        Some(text) => text,
        None => {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text)?;
            text
        }
    };
    let redactor = Redactor::default();
    let mut out = std::io::stdout().lock();
    if plain {
        return out.write_all(redactor.redact(&text).as_bytes());
    }
    let colour = out.is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let (red, green, off) =
        if colour { ("\x1b[31;9m", "\x1b[32m", "\x1b[0m") } else { ("{-", "{+", "}") };
    let findings = redactor.audit(&text);
    let mut copied = 0;
    for finding in &findings {
        let value = &text[finding.range.clone()];
        let stands = redactor.redact(&text[finding.range.clone()]).into_owned();
        let stands =
            if stands == value { format!("[{}]", finding.rule.to_uppercase()) } else { stands };
        write!(out, "{}{red}{value}{off}{green}{stands}{off}", &text[copied..finding.range.start])?;
        copied = finding.range.end;
    }
    writeln!(out, "{}", &text[copied..])?;
    for finding in &findings {
        let (range, class) = (&finding.range, finding.class);
        writeln!(
            out,
            "{:>8}..{:<8} {:<10} {:<24} {:>3}  {}",
            range.start,
            range.end,
            class.name(),
            finding.rule,
            finding.score,
            finding.reason
        )?;
    }
    Ok(())
}
