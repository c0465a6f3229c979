//! The first minutes with lumina: two traced functions, a block, an error.
//!
//! `cargo run --example quickstart`

const NOTES: [&str; 2] = ["A full queue drops spans and counts them.", "Spans end on every path."];

#[lumina::traced("answer-question", capture(question))]
fn answer(question: &str) -> Result<String, String> {
    let notes = find_notes(question);
    lumina::span!("write-answer", model.tier = "budget"; {
        let best = notes.first().ok_or("none of the notes answers this")?;
        Ok(format!("{best} ({} found)", notes.len()))
    })
}

#[lumina::traced("find-notes", retriever, ok(|notes| hits = notes.len()))]
fn find_notes(question: &str) -> Vec<&'static str> {
    NOTES.into_iter().filter(|note| question.split(' ').any(|word| note.contains(word))).collect()
}

fn main() -> Result<(), lumina::SetupError> {
    let _lumina = lumina::init()?;
    let _ = answer("What does a full queue do?");
    let _ = answer("Who won?");
    Ok(())
}
