//! Accuracy on lines written by hand before the rules were tuned.

#![allow(clippy::print_stdout, reason = "the figures are the result")]

mod support;

use lumina_redact::Redactor;

#[test]
fn chat_and_log_lines_are_redacted_where_they_should_be() {
    let lines = include_str!("data/held_out.txt").lines().filter(|line| !line.starts_with('#'));
    let corpus: Vec<_> = lines.map(support::parse).collect();
    let total = support::total(&support::score(&Redactor::default(), &corpus));
    println!("recall {:.3}, precision {:.3}: {total:?}", total.recall(), total.precision());
    assert!(total.recall() >= 0.95, "recall {:.3}", total.recall());
    assert!(total.precision() >= 0.95, "precision {:.3}", total.precision());
}
