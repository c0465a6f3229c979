//! Responses: an answer or a fault as bytes on the connection, and its count.

use std::{
    future,
    sync::{Arc, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use hyper::{
    Response, StatusCode,
    header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue, RETRY_AFTER},
};
use serde::Serialize;

use super::{
    behaviour::Fault,
    body::{Body, Cut},
    completion::{self, Completion, Said},
    dice::Draw,
    error::Refusal,
    server::{State, now_unix_seconds},
    stream::{self, Ending},
    wire::{AssistantMessage, ChatRequest, ChatResponse, Choice, Embedding, List},
};

/// What a broken gateway answers.
const GARBAGE: &[u8] = b"<html>upstream error</html>";

/// Answers a chat request, or fails it as drawn.
pub(super) async fn chat(
    state: &Arc<State>,
    request: ChatRequest,
    draw: Draw,
) -> Result<Response<Body>, Refusal> {
    let fault = before_answer(state, &draw).await?;
    let id = state.next_id("chatcmpl-");
    let completion = {
        let mut cache = state.cache.lock().unwrap_or_else(PoisonError::into_inner);
        completion::complete(&request, &state.next_id("call_"), &mut cache)
    };
    if request.stream == Some(true) {
        let ending = match fault {
            None => Ending::Complete,
            Some(Fault::Garbage) => Ending::Garbage,
            Some(Fault::Truncated { after_tokens }) => Ending::Cut { after_tokens },
            Some(Fault::Stalled { after_tokens }) => Ending::Stalled { after_tokens },
            Some(fault) => unreachable!("{fault:?} was dealt with before the answer"),
        };
        return Ok(stream_events(state, stream::events(&id, &request, &completion), ending));
    }
    // OK to saturate: nobody waits for 2^32 tokens.
    let tokens = u32::try_from(completion.usage.completion_tokens).unwrap_or(u32::MAX);
    tokio::time::sleep(state.latency.per_token.saturating_mul(tokens)).await;
    whole_or_broken(state, &chat_response(&id, &request, &completion), fault).await
}

/// Answers a request for embeddings, or fails it as drawn.
pub(super) async fn embeddings(
    state: &Arc<State>,
    embeddings: &List<Embedding>,
    draw: Draw,
) -> Result<Response<Body>, Refusal> {
    let fault = before_answer(state, &draw).await?;
    whole_or_broken(state, embeddings, fault).await
}

/// Waits for the first token, unless the fault leaves nothing to wait for; returns the faults
/// that come with the answer.
async fn before_answer(state: &State, draw: &Draw) -> Result<Option<Fault>, Refusal> {
    match draw.fault {
        Some(Fault::RateLimited { retry_after }) => return Err(Refusal::rate_limited(retry_after)),
        Some(Fault::QuotaExceeded) => return Err(Refusal::quota_exceeded()),
        Some(Fault::ContextLengthExceeded) => return Err(Refusal::context_length_exceeded()),
        Some(Fault::Hang) => return hang(state).await,
        _ => {}
    }
    tokio::time::sleep(draw.first_token).await;
    match draw.fault {
        Some(Fault::ServerError { status }) => {
            // The range was checked when the fault was given.
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            Err(Refusal::server_error(status))
        }
        ref fault => Ok(fault.clone()),
    }
}

/// Never returns; dropped when the client leaves.
async fn hang<T>(state: &State) -> T {
    state.counters.count(|requests| requests.hung += 1);
    future::pending().await
}

async fn whole_or_broken<T: Serialize>(
    state: &Arc<State>,
    answer: &T,
    fault: Option<Fault>,
) -> Result<Response<Body>, Refusal> {
    match fault {
        None => Ok(whole(state, answer)),
        Some(Fault::Garbage) => {
            state.counters.count(|requests| requests.answered += 1);
            Ok(json(state, StatusCode::OK, Body::Whole(Bytes::from_static(GARBAGE))))
        }
        Some(Fault::Stalled { .. }) => hang(state).await,
        Some(_) => Ok(half(state, encode(answer))),
    }
}

/// A whole answer.
pub(super) fn whole<T: Serialize>(state: &State, answer: &T) -> Response<Body> {
    state.counters.count(|requests| requests.answered += 1);
    json(state, StatusCode::OK, Body::Whole(encode(answer)))
}

/// Promises all of `body` and sends half of it.
fn half(state: &Arc<State>, body: Bytes) -> Response<Body> {
    let (parts, response_body) = Body::in_parts();
    let first = body.slice(..body.len() / 2);
    let counting = state.clone();
    tokio::spawn(async move {
        // OK to ignore: the client that is to be cut off has left by itself.
        let _ = parts.send(Ok(first)).await;
        counting.counters.count(|requests| requests.truncated += 1);
        let _ = parts.send(Err(Cut)).await;
    });
    let mut response = json(state, StatusCode::OK, response_body);
    response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    response
}

fn stream_events(state: &Arc<State>, events: Vec<stream::Event>, ending: Ending) -> Response<Body> {
    let (parts, body) = Body::in_parts();
    tokio::spawn(stream::send(events, ending, parts, state.clone()));
    let mut response = json(state, StatusCode::OK, body);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

fn chat_response<'a>(
    id: &'a str,
    request: &'a ChatRequest,
    completion: &'a Completion,
) -> ChatResponse<'a> {
    let (content, tool_calls) = match &completion.said {
        Said::Text(text) => (Some(text.clone()), None),
        Said::Call(call) => (None, Some([call])),
    };
    ChatResponse {
        id,
        object: "chat.completion",
        created: now_unix_seconds(),
        model: &request.model,
        choices: [Choice {
            index: 0,
            message: AssistantMessage { role: "assistant", content, refusal: None, tool_calls },
            logprobs: None,
            finish_reason: completion.finish_reason,
        }],
        usage: completion.usage,
    }
}

/// An error answer, counted by its kind.
pub(super) fn refuse(state: &State, refusal: Refusal) -> Response<Body> {
    state.counters.count(|requests| match refusal.status {
        StatusCode::UNAUTHORIZED => requests.unauthorized += 1,
        StatusCode::TOO_MANY_REQUESTS => requests.rate_limited += 1,
        status if status.is_server_error() => requests.server_errors += 1,
        _ => requests.rejected += 1,
    });
    let mut response = json(state, refusal.status, Body::Whole(encode(&refusal.body)));
    if let Some(wait) = refusal.retry_after {
        let headers = response.headers_mut();
        headers.insert(RETRY_AFTER, HeaderValue::from(whole_seconds(wait)));
        // OK to saturate: no wait has 2^64 milliseconds.
        let millis = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        headers.insert("retry-after-ms", HeaderValue::from(millis));
    }
    response
}

/// Rounds up: a client that waits in seconds must not come too early.
fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

fn json(state: &State, status: StatusCode, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    // A name is hexadecimal, so it is always a header value.
    if let Ok(id) = HeaderValue::from_str(&state.next_id("req_")) {
        headers.insert("x-request-id", id);
    }
    response
}

pub(super) fn encode<T: Serialize>(answer: &T) -> Bytes {
    // Our types have string keys only and no fallible implementation, so this never fails.
    Bytes::from(serde_json::to_vec(answer).unwrap_or_default())
}
