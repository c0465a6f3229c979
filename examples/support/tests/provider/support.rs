//! A server, a client without retries, and requests.

use std::{future::Future, time::Duration};

use async_openai::{
    Client,
    config::OpenAIConfig,
    error::OpenAIError,
    middleware::ReqwestService,
    types::chat::{CreateChatCompletionRequest, CreateChatCompletionStreamResponse},
};
use futures_util::StreamExt;
use lumina_support::{
    MockProvider, document,
    provider::{Behaviour, Fault, install_tls},
};
use serde_json::{Value, json};

pub(crate) fn started(behaviour: Behaviour) -> MockProvider {
    // Every client of these tests is made after the first server.
    install_tls();
    MockProvider::start(behaviour).unwrap()
}

pub(crate) fn scripted(faults: impl IntoIterator<Item = Fault>) -> MockProvider {
    started(Behaviour::default().script(faults))
}

pub(crate) fn config(provider: &MockProvider) -> OpenAIConfig {
    OpenAIConfig::new().with_api_base(provider.base_url()).with_api_key(provider.api_key())
}

/// A client that makes one attempt: its own retries would hide the faults.
pub(crate) fn client(provider: &MockProvider) -> Client<OpenAIConfig> {
    Client::with_config(config(provider)).with_http_service(ReqwestService::default())
}

pub(crate) const ANSWER: &str = "A full queue drops spans and counts them. [README.md#limits]";

/// A question with the document that answers it by [`ANSWER`].
pub(crate) fn question() -> CreateChatCompletionRequest {
    let text = "It is written in Rust. A full queue drops spans and counts them.";
    let system = format!("Answer from these.\n{}", document::render("README.md#limits", text));
    let messages = json!([
        { "role": "system", "content": system },
        { "role": "user", "content": "What does a full queue drop?" },
    ]);
    request(json!({ "model": "gpt-4o-mini", "messages": messages }))
}

pub(crate) fn streamed_question() -> CreateChatCompletionRequest {
    let stream_options = serde_json::from_value(json!({ "include_usage": true })).unwrap();
    CreateChatCompletionRequest { stream_options: Some(stream_options), ..question() }
}

pub(crate) fn request(body: Value) -> CreateChatCompletionRequest {
    serde_json::from_value(body).unwrap()
}

/// Everything a stream gives, errors included.
pub(crate) async fn collected(
    provider: &MockProvider,
    request: CreateChatCompletionRequest,
) -> Vec<Result<CreateChatCompletionStreamResponse, OpenAIError>> {
    let stream = client(provider).chat().create_stream(request).await.unwrap();
    bounded(stream.collect()).await
}

/// The text of the events that came whole.
pub(crate) fn text_of(
    events: &[Result<CreateChatCompletionStreamResponse, OpenAIError>],
) -> String {
    let choices = events.iter().flatten().flat_map(|event| &event.choices);
    choices.filter_map(|choice| choice.delta.content.as_deref()).collect()
}

/// Sends `body` as it is, with the right key.
pub(crate) async fn post(provider: &MockProvider, path: &str, body: String) -> reqwest::Response {
    let request = reqwest::Client::new()
        .post(format!("{}{path}", provider.base_url()))
        .bearer_auth(provider.api_key())
        .body(body);
    bounded(request.send()).await.unwrap()
}

pub(crate) async fn post_question(provider: &MockProvider) -> reqwest::Response {
    post(provider, "/chat/completions", serde_json::to_string(&question()).unwrap()).await
}

/// Fails a test that would wait for ever.
pub(crate) async fn bounded<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(Duration::from_secs(20), future).await.expect("still not done")
}
