//! Policies: one function that is tried again, bounded in time, and replaced when all else fails.
//!
//! `cargo run --example resilience` runs it against a local provider that limits, fails, hangs and
//! dies; the trees on standard error show each attempt, each wait and each fallback.

#![allow(clippy::print_stdout, reason = "a program for people")]

use std::time::Duration;

use async_openai::{
    Client,
    config::OpenAIConfig,
    error::OpenAIError,
    middleware::ReqwestService,
    types::chat::{
        ChatCompletionRequestSystemMessage, ChatCompletionRequestUserMessage,
        CreateChatCompletionRequestArgs,
    },
};
use lumina::{Classify, Interrupted, prelude::*};
use lumina_support::{
    Endpoint, MockProvider,
    document::render,
    provider::{Behaviour, Fault},
};

type Provider = Client<OpenAIConfig>;

const QUESTION: &str = "How many days does a parcel take?";
const CANNED: &str = "We cannot answer right now. A person will write to you today.";

#[traced("answer-customer", llm, attrs(cost_center = "customer-support"))]
#[retry(max = 3, base = "100ms", jitter = none)]
#[timeout(attempt = "400ms", total = "3s")]
#[fallback(smaller_model, name = "gpt-4.1-mini")]
#[fallback(value = CANNED.to_owned(), name = "canned", level = "emergency")]
async fn answer(provider: &Provider, #[redact(pii)] question: &str) -> Result<String, ModelError> {
    ask(provider, "gpt-4.1", question).await
}

async fn smaller_model(provider: &Provider, question: &str) -> Result<String, ModelError> {
    ask(provider, "gpt-4.1-mini", question).await
}

async fn ask(provider: &Provider, model: &str, question: &str) -> Result<String, ModelError> {
    let documents = render("delivery.md", "A parcel takes three days. Damaged goods are replaced.");
    let request = CreateChatCompletionRequestArgs::default()
        .model(model)
        .messages([
            ChatCompletionRequestSystemMessage::from(documents).into(),
            ChatCompletionRequestUserMessage::from(question).into(),
        ])
        .build()?;
    let response = provider.chat().create(request).await?;
    let choice = response.choices.into_iter().next();
    Ok(choice.and_then(|choice| choice.message.content).unwrap_or_default())
}

/// Why there is no answer: the provider's reason, or a policy's. What it means drives the retries,
/// the reasons of fallbacks and `error.*` on the spans.
#[derive(Debug, thiserror::Error, Classify)]
enum ModelError {
    #[error(transparent)]
    #[classify(transparent)]
    Provider(#[from] OpenAIError),
    #[error(transparent)]
    #[classify(transparent)]
    Interrupted(#[from] Interrupted),
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let lumina = lumina::builder().service("resilience").install()?;
    let mock = MockProvider::start(Behaviour::default())?;
    let endpoint = Endpoint::of_mock(mock);
    let mock = endpoint.mock().ok_or("the provider is not the mock")?;
    // The client would try again by itself; here the function's own policy says when.
    let config =
        OpenAIConfig::new().with_api_base(endpoint.base_url()).with_api_key(endpoint.api_key());
    let provider = Client::with_config(config).with_http_service(ReqwestService::default());

    let outage = Fault::ServerError { status: 503 };
    mock.script([
        Fault::RateLimited { retry_after: Some(Duration::from_millis(250)) },
        outage.clone(),
    ])?;
    tell("a busy provider", answer(&provider, QUESTION).await);

    mock.script([Fault::Hang])?;
    tell("a provider that hangs once", answer(&provider, QUESTION).await);

    mock.script([Fault::ContextLengthExceeded])?;
    tell("a prompt that is too long", answer(&provider, QUESTION).await);

    mock.set_model_fault("gpt-4.1", Some(outage.clone()))?;
    tell("a dead model", answer(&provider, QUESTION).await);

    mock.set_model_fault("gpt-4.1-mini", Some(outage))?;
    tell("a dead provider", answer(&provider, QUESTION).await);

    println!("{}", lumina.shutdown(Duration::from_secs(5)));
    Ok(())
}

fn tell(case: &str, answer: Result<String, ModelError>) {
    match answer {
        Ok(answer) => println!("{case}: {answer}"),
        Err(error) => println!("{case}: failed, {error}"),
    }
}
