//! Answers: the sentences of the documents in a prompt that fit its question best.
//!
//! Pure. Nothing is known here but the prompt: without a document that fits, the answer is that
//! it is not known. So retrieval decides what is said, as it does with a real model.

use std::collections::{HashMap, HashSet};

use super::wire::Message;
use crate::{
    document::{self, Document},
    retrieval::Bm25,
    text,
};

/// What is said when no document fits.
pub const UNKNOWN: &str = "I do not know: none of the documents I was given answers this.";

/// The most sentences in an answer.
const MAX_SENTENCES: usize = 3;
/// A sentence counts when its score is at least this share of the best one's.
const MIN_SHARE: f64 = 0.5;

/// One sentence of a document.
struct Candidate<'a> {
    source: &'a str,
    sentence: String,
    terms: Vec<String>,
}

/// Answers the last question in `messages` from the documents in all of them.
pub(super) fn answer(messages: &[Message]) -> String {
    let documents: Vec<_> = messages
        .iter()
        .filter(|m| m.role != "assistant")
        .flat_map(|m| document::parse(&m.text()))
        .collect();
    let results = tool_results(messages);
    let candidates = candidates(documents.iter().chain(&results));
    let best = best(&candidates, &text::terms(&question(messages)).collect::<Vec<_>>());
    match (best.is_empty(), results.last()) {
        (false, _) => quote(&candidates, best),
        // What a tool was called for is an answer, even in other words than the question's.
        (true, Some(result)) => format!("{} [{}]", result.text, result.source),
        (true, None) => UNKNOWN.to_owned(),
    }
}

/// Returns the last user message without its documents, from its last `Question:` on.
pub(super) fn question(messages: &[Message]) -> String {
    let asked = messages.iter().rfind(|message| message.role == "user").map(Message::text);
    let asked = document::without_documents(&asked.unwrap_or_default());
    asked.rsplit("Question:").next().unwrap_or_default().trim().to_owned()
}

/// Returns what the tools called after the last question gave back, by the names of the tools.
fn tool_results(messages: &[Message]) -> Vec<Document> {
    let since = messages.iter().rposition(|message| message.role == "user").unwrap_or(0);
    let calls = messages.iter().flat_map(|message| message.tool_calls.iter().flatten());
    let names: HashMap<&str, &str> =
        calls.map(|call| (call.id.as_str(), call.function.name.as_str())).collect();
    let results = messages[since..].iter().filter(|message| message.role == "tool");
    results
        .map(|message| {
            let id = message.tool_call_id.as_deref().unwrap_or("tool");
            let source = names.get(id).copied().unwrap_or(id).to_owned();
            Document { source, text: message.text() }
        })
        .collect()
}

fn candidates<'a>(documents: impl Iterator<Item = &'a Document>) -> Vec<Candidate<'a>> {
    documents
        .flat_map(|document| {
            text::sentences(&document.text).into_iter().map(|sentence| {
                let terms = text::terms(&sentence).collect();
                Candidate { source: &document.source, sentence, terms }
            })
        })
        .collect()
}

/// Returns the candidates that fit `question`, in the order of the documents.
///
/// A sentence fits if it has at least a third of the question's terms, its source's included: a
/// section named for the topic need not repeat it in every sentence. One term must be its own.
fn best(candidates: &[Candidate<'_>], question: &[String]) -> Vec<usize> {
    let wanted: HashSet<&String> = question.iter().collect();
    let fits = |candidate: &Candidate<'_>| {
        let named: HashSet<_> = text::terms(candidate.source).collect();
        let shared = |term: &&&String| candidate.terms.contains(**term) || named.contains(**term);
        wanted.iter().filter(shared).count() * 3 >= wanted.len()
    };
    // Terms of the source take part in the choice, and not in the score.
    let ranking = Bm25::new(candidates.iter().map(|candidate| candidate.terms.clone()));
    let mut ranked = ranking.rank(question);
    ranked.retain(|(at, _)| fits(&candidates[*at]));
    let least = ranked.first().map_or(0.0, |(_, score)| score * MIN_SHARE);
    ranked.retain(|(_, score)| *score >= least);
    ranked.truncate(MAX_SENTENCES);
    let mut best: Vec<_> = ranked.into_iter().map(|(at, _)| at).collect();
    best.sort_unstable();
    best
}

/// Writes the chosen sentences, and the source after the last one of each.
fn quote(candidates: &[Candidate<'_>], chosen: Vec<usize>) -> String {
    let mut quoted = String::new();
    let mut said = HashSet::new();
    let mut open = None;
    for candidate in chosen.into_iter().map(|at| &candidates[at]) {
        if !said.insert(&candidate.sentence) {
            continue;
        }
        if let Some(source) = open.filter(|source| *source != candidate.source) {
            quoted += &format!(" [{source}]");
        }
        if !quoted.is_empty() {
            quoted.push(' ');
        }
        quoted += &candidate.sentence;
        open = Some(candidate.source);
    }
    quoted + &open.map(|source| format!(" [{source}]")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn answered(messages: Value) -> String {
        answer(&serde_json::from_value::<Vec<Message>>(messages).unwrap())
    }

    fn with_documents(documents: &[(&str, &str)], question: &str) -> String {
        let blocks: Vec<_> = documents.iter().map(|(s, t)| document::render(s, t)).collect();
        answered(json!([
            { "role": "system", "content": format!("Cite the queue.\n{}", blocks.concat()) },
            { "role": "user", "content": question },
        ]))
    }

    const QUEUE: (&str, &str) = (
        "a.md#queue",
        "The queue is bounded in bytes. It is written in Rust. A full queue drops spans.",
    );
    const KEYS: (&str, &str) = ("b.md#keys", "A key is sent as a bearer header.");

    #[test]
    fn the_sentences_that_fit_are_quoted_with_their_source() {
        assert_eq!(
            with_documents(&[QUEUE, KEYS], "What does a full queue drop?"),
            "A full queue drops spans. [a.md#queue]"
        );
        assert_eq!(
            with_documents(&[QUEUE, KEYS], "How is the key sent?"),
            "A key is sent as a bearer header. [b.md#keys]"
        );
    }

    #[test]
    fn other_documents_give_another_answer_to_the_same_question() {
        let other = ("c.md", "A full queue makes the caller wait.");
        assert_eq!(
            with_documents(&[other], "What does a full queue drop?"),
            "A full queue makes the caller wait. [c.md]"
        );
    }

    #[test]
    fn sentences_of_two_documents_are_cited_apart() {
        let answer = with_documents(
            &[("a.md", "Spans are dropped."), ("b.md", "Spans are counted.")],
            "spans dropped or counted?",
        );
        assert_eq!(answer, "Spans are dropped. [a.md] Spans are counted. [b.md]");
    }

    #[test]
    fn without_a_fitting_document_the_answer_is_not_known() {
        assert_eq!(with_documents(&[], "What is the queue?"), UNKNOWN);
        assert_eq!(with_documents(&[QUEUE, KEYS], "Who won the football match?"), UNKNOWN);
        assert_eq!(
            with_documents(&[QUEUE], "queue of football fans before a match in town?"),
            UNKNOWN
        );
    }

    #[test]
    fn instructions_and_former_answers_are_no_documents() {
        let messages = json!([
            { "role": "system", "content": "The queue is a secret." },
            { "role": "assistant", "content": document::render("x", "The queue is long.") },
            { "role": "user", "content": "Tell me about the queue" },
        ]);
        assert_eq!(answered(messages), UNKNOWN);
    }

    #[test]
    fn documents_may_stand_beside_the_question_in_one_message() {
        let content =
            format!("{}\nQuestion: how is the key sent?", document::render(KEYS.0, KEYS.1));
        let messages =
            json!([{ "role": "user", "content": [{ "type": "text", "text": content }] }]);
        assert_eq!(answered(messages), "A key is sent as a bearer header. [b.md#keys]");
    }

    #[test]
    fn the_result_of_a_tool_is_an_answer_under_the_name_of_the_tool() {
        let call = json!({ "id": "call_7", "function": { "name": "order", "arguments": "{}" } });
        let messages = json!([
            { "role": "user", "content": "Where is my parcel?" },
            { "role": "assistant", "tool_calls": [call] },
            { "role": "tool", "tool_call_id": "call_7", "content": "{\"status\":\"shipped\"}" },
        ]);
        assert_eq!(answered(messages), "{\"status\":\"shipped\"} [order]");
    }
}
