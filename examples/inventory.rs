//! What is traced in this program, as a table, without running any of it.
//!
//! `cargo run --example inventory`

#![allow(clippy::print_stdout, dead_code, reason = "declared to be listed, printed for people")]

use lumina::{Interrupted, inventory::Entry, prelude::*};
// A dependency's functions are listed as those of the program.
use lumina_examples as _;

#[traced("answer-customer", llm, capture(question), attrs(cost_center = "support"))]
#[retry(max = 4, base = "200ms")]
#[timeout(attempt = "10s", total = "60s")]
#[fallback(value = "a person will write to you".to_owned(), name = "canned")]
async fn answer(#[redact(pii)] question: &str) -> Result<String, Interrupted> {
    Ok(question.to_owned())
}

/// The longest line of a cell with several parts, in characters.
const WIDTH: usize = 44;

/// A cell's lines.
type Cell = Vec<String>;

fn main() {
    let head = ["NAME", "KIND", "ATTRIBUTES", "POLICIES", "PLACE"].map(|word| vec![word.into()]);
    let entries = lumina::inventory();
    let rows: Vec<[Cell; 5]> = [head].into_iter().chain(entries.iter().map(row)).collect();
    let [name, kind, attributes, policies, _] = std::array::from_fn(|column| {
        rows.iter().flat_map(|row| &row[column]).map(String::len).max().unwrap_or(0)
    });
    for row in &rows {
        for line in 0..row.iter().map(Vec::len).max().unwrap_or(0) {
            let [a, b, c, d, e] =
                row.each_ref().map(|cell| cell.get(line).map_or("", String::as_str));
            let line = format!("{a:name$}  {b:kind$}  {c:attributes$}  {d:policies$}  {e}");
            println!("{}", line.trim_end());
        }
    }
    println!("\n{} functions and blocks are traced", entries.len());
}

fn row(entry: &Entry) -> [Cell; 5] {
    let kind = entry.operation.unwrap_or(entry.kind);
    let policies: Vec<_> = entry.policies.iter().map(ToString::to_string).collect();
    [
        vec![entry.name.to_owned()],
        vec![kind.to_owned()],
        filled(entry.attributes.iter().map(ToString::to_string)),
        filled(policies.iter().flat_map(|policy| policy.split(", ")).map(str::to_owned)),
        vec![format!("{}:{}", entry.file, entry.line)],
    ]
}

/// As many parts to a line as fit; a policy begins a line.
fn filled(parts: impl Iterator<Item = String>) -> Cell {
    let mut lines: Cell = Vec::new();
    for part in parts {
        match lines.last_mut() {
            Some(line) if !part.contains('(') && line.len() + part.len() + 2 <= WIDTH => {
                line.push_str(", ");
                line.push_str(&part);
            }
            _ => lines.push(part),
        }
    }
    lines
}
