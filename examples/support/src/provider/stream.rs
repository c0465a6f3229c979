//! Streamed answers: the events of a completion, and how sending them ends.

use std::sync::Arc;

use bytes::Bytes;
use serde_json::{Value, json};

use super::{
    body::{Cut, Parts},
    completion::{Completion, Said},
    respond::encode,
    server::{State, now_unix_seconds},
    wire::{ChatRequest, Chunk, ChunkChoice, FinishReason, Usage},
};

/// One server-sent event.
pub(super) struct Event {
    bytes: Bytes,
    /// Whether it carries a token of the answer, and takes the time of one.
    is_token: bool,
}

/// How a stream ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    Complete,
    /// An event that is not JSON comes instead of the answer.
    Garbage,
    /// The connection is closed.
    Cut {
        after_tokens: usize,
    },
    /// The connection stays open, and nothing more comes.
    Stalled {
        after_tokens: usize,
    },
}

/// Returns the events of `completion`, the last one `[DONE]`.
///
/// ```text
/// role, token.., finish reason, [usage], [DONE]
/// ```
pub(super) fn events(id: &str, request: &ChatRequest, completion: &Completion) -> Vec<Event> {
    let options = request.stream_options.as_ref();
    let with_usage = options.and_then(|options| options.include_usage).unwrap_or(false);
    let created = now_unix_seconds();
    let chunk = |choices: Vec<ChunkChoice>, usage: Option<Usage>| {
        let usage = with_usage.then_some(usage);
        let object = "chat.completion.chunk";
        event(&encode(&Chunk { id, object, created, model: &request.model, choices, usage }))
    };
    let grows = |delta: Value, finish_reason: Option<FinishReason>| {
        chunk(vec![ChunkChoice { index: 0, delta, finish_reason }], None)
    };

    let mut events = vec![grows(opening(&completion.said), None)];
    events.extend(completion.pieces().into_iter().map(|piece| {
        let event = grows(piece_of(&completion.said, piece), None);
        Event { is_token: true, ..event }
    }));
    events.push(grows(json!({}), Some(completion.finish_reason)));
    if with_usage {
        events.push(chunk(Vec::new(), Some(completion.usage)));
    }
    events.push(event(b"[DONE]"));
    events
}

fn event(data: &[u8]) -> Event {
    Event { bytes: [b"data: ", data, b"\n\n"].concat().into(), is_token: false }
}

/// The first event: whose turn it is, and which function is called.
fn opening(said: &Said) -> Value {
    match said {
        Said::Text(_) => json!({ "role": "assistant", "content": "", "refusal": null }),
        Said::Call(call) => {
            let function = json!({ "name": call.function.name, "arguments": "" });
            let call =
                json!({ "index": 0, "id": call.id, "type": "function", "function": function });
            json!({ "role": "assistant", "content": null, "tool_calls": [call] })
        }
    }
}

fn piece_of(said: &Said, piece: &str) -> Value {
    match said {
        Said::Text(_) => json!({ "content": piece }),
        Said::Call(_) => {
            json!({ "tool_calls": [{ "index": 0, "function": { "arguments": piece } }] })
        }
    }
}

/// Sends `events` in the time they take, and ends as told.
pub(super) async fn send(events: Vec<Event>, ending: Ending, parts: Parts, state: Arc<State>) {
    let count = last_event(&events, ending);
    let garbage = (ending == Ending::Garbage).then(|| event(b"{\"id\": \"chatcmpl-"));
    for event in garbage.into_iter().chain(events.into_iter().take(count)) {
        if event.is_token {
            tokio::time::sleep(state.latency.per_token).await;
        }
        if parts.send(Ok(event.bytes)).await.is_err() {
            return state.counters.count(|requests| requests.abandoned += 1);
        }
    }
    match ending {
        Ending::Complete | Ending::Garbage => {
            state.counters.count(|requests| requests.answered += 1);
        }
        Ending::Cut { .. } => {
            state.counters.count(|requests| requests.truncated += 1);
            // OK to ignore: the client that is to be cut off has left by itself.
            let _ = parts.send(Err(Cut)).await;
        }
        Ending::Stalled { .. } => {
            state.counters.count(|requests| requests.hung += 1);
            parts.closed().await;
            state.counters.count(|requests| requests.abandoned += 1);
        }
    }
}

/// Returns how many of `events` are sent: all that come before the token after the last.
fn last_event(events: &[Event], ending: Ending) -> usize {
    let after_tokens = match ending {
        Ending::Complete => return events.len(),
        Ending::Garbage => return 0,
        Ending::Cut { after_tokens } | Ending::Stalled { after_tokens } => after_tokens,
    };
    let tokens = events.iter().filter(|event| event.is_token).count();
    // An answer that is shorter than asked for is cut half way.
    let wanted = if after_tokens < tokens { after_tokens } else { tokens / 2 };
    let next = events.iter().enumerate().filter(|(_, event)| event.is_token).nth(wanted);
    next.map_or(events.len(), |(at, _)| at)
}
