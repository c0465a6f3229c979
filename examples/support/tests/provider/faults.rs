//! Each fault as the client sees it, and where the server runs.

use std::time::{Duration, Instant};

use async_openai::{
    Client, config::OpenAIConfig, error::OpenAIError, types::chat::CreateChatCompletionRequest,
};
use futures_util::{StreamExt, future::join_all};
use lumina_support::provider::{Behaviour, Fault, Faults, Latency, MockProvider};
use serde_json::Value;

use crate::support::*;

const NO_WAIT: Fault = Fault::RateLimited { retry_after: Some(Duration::ZERO) };

async fn status_and_type(provider: &MockProvider) -> (u16, Option<String>) {
    match client(provider).chat().create(question()).await.unwrap_err() {
        OpenAIError::ApiError(error) => (error.status_code.as_u16(), error.api_error.r#type),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_rate_limit_is_told_in_body_and_in_both_headers() {
    let wait = Duration::from_millis(1_200);
    let provider = scripted([Fault::RateLimited { retry_after: Some(wait) }]);
    let response = post_question(&provider).await;
    assert_eq!(response.status(), 429);
    assert_eq!(response.headers()["retry-after"], "2");
    assert_eq!(response.headers()["retry-after-ms"], "1200");
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["error"]["code"], "rate_limit_exceeded");
    assert!(body["error"].get("param").is_some(), "{body}");
    assert_eq!(provider.requests().rate_limited, 1);
}

#[tokio::test]
async fn a_rate_limit_without_a_wait_has_no_header() {
    let provider = scripted([Fault::RateLimited { retry_after: None }]);
    let response = post_question(&provider).await;
    assert_eq!(response.status(), 429);
    assert!(!response.headers().contains_key("retry-after"));
    assert!(!response.headers().contains_key("retry-after-ms"));
}

#[tokio::test]
async fn a_client_without_retries_sees_the_first_fault() {
    let provider = scripted([NO_WAIT]);
    assert_eq!(status_and_type(&provider).await, (429, Some("requests".to_owned())));
    assert_eq!(provider.requests().total, 1);
}

#[tokio::test]
async fn a_client_with_its_own_retries_hides_three_faults() {
    let provider = scripted([NO_WAIT, NO_WAIT, NO_WAIT]);
    let retrying = Client::with_config(config(&provider));
    let answer = retrying.chat().create(question()).await.unwrap();
    assert_eq!(answer.choices[0].message.content.as_deref(), Some(ANSWER));
    let requests = provider.requests();
    assert_eq!((requests.total, requests.rate_limited, requests.answered), (4, 3, 1));
}

#[tokio::test]
async fn faults_of_a_request_itself_have_their_status() {
    let provider = scripted([
        Fault::ServerError { status: 500 },
        Fault::ServerError { status: 503 },
        Fault::QuotaExceeded,
        Fault::ContextLengthExceeded,
    ]);
    assert_eq!(status_and_type(&provider).await.0, 500);
    assert_eq!(status_and_type(&provider).await.0, 503);
    assert_eq!(status_and_type(&provider).await, (429, Some("insufficient_quota".to_owned())));
    assert_eq!(status_and_type(&provider).await, (400, Some("invalid_request_error".to_owned())));
    let requests = provider.requests();
    assert_eq!((requests.server_errors, requests.rate_limited, requests.rejected), (2, 1, 1));
    assert!(client(&provider).chat().create(question()).await.is_ok());
}

#[tokio::test]
async fn a_hang_ends_by_the_timeout_of_the_client_alone() {
    let provider = scripted([Fault::Hang]);
    let http = reqwest::Client::builder().timeout(Duration::from_millis(50)).build().unwrap();
    let hasty = Client::build(http, config(&provider));
    let error = hasty.chat().create(question()).await.unwrap_err();
    assert!(matches!(&error, OpenAIError::Reqwest(error) if error.is_timeout()), "{error:?}");
    let requests = bounded(provider.wait_for(|requests| requests.abandoned == 1)).await;
    assert_eq!((requests.hung, requests.answered), (1, 0));
}

#[tokio::test]
async fn a_dropped_call_is_seen_as_abandoned() {
    let provider = scripted([Fault::Hang]);
    let call = tokio::spawn({
        let client = client(&provider);
        async move { client.chat().create(question()).await }
    });
    bounded(provider.wait_for(|requests| requests.hung == 1)).await;
    assert_eq!(provider.requests().abandoned, 0);
    call.abort();
    bounded(provider.wait_for(|requests| requests.abandoned == 1)).await;
}

#[tokio::test]
async fn a_truncated_stream_gives_its_tokens_and_then_an_error() {
    let provider = scripted([Fault::Truncated { after_tokens: 3 }]);
    let events = collected(&provider, streamed_question()).await;
    assert_eq!(text_of(&events), "A full queue");
    let (last, before) = events.split_last().unwrap();
    assert!(matches!(last, Err(OpenAIError::StreamError(_))), "{last:?}");
    assert!(before.iter().all(Result::is_ok), "{before:?}");
    let requests = provider.requests();
    assert_eq!((requests.truncated, requests.answered), (1, 0));
}

#[tokio::test]
async fn a_stream_truncated_by_chance_is_cut_half_way() {
    let faults = Faults { truncated_streams: 1.0, ..Faults::default() };
    let provider = started(Behaviour::default().faults(faults));
    let events = collected(&provider, streamed_question()).await;
    let text = text_of(&events);
    assert!(!text.is_empty() && text.len() < ANSWER.len() && ANSWER.starts_with(&text), "{text}");
    assert!(client(&provider).chat().create(question()).await.is_ok());
}

#[tokio::test]
async fn a_truncated_whole_answer_is_an_error_of_the_connection() {
    let provider = scripted([Fault::Truncated { after_tokens: 0 }]);
    let error = client(&provider).chat().create(question()).await.unwrap_err();
    assert!(matches!(error, OpenAIError::Reqwest(_)), "{error:?}");
    assert_eq!(provider.requests().truncated, 1);
}

#[tokio::test]
async fn a_stalled_stream_stays_open_until_the_client_leaves() {
    let provider = scripted([Fault::Stalled { after_tokens: 2 }]);
    let stream = client(&provider).chat().create_stream(streamed_question()).await.unwrap();
    // The role and two tokens; a fourth event never comes.
    let mut events: Vec<_> = bounded(stream.take(3).collect()).await;
    assert_eq!(text_of(&events), "A full");
    events.clear();
    let requests = bounded(provider.wait_for(|requests| requests.abandoned == 1)).await;
    assert_eq!((requests.hung, requests.answered), (1, 0));
}

#[tokio::test]
async fn garbage_is_an_error_of_decoding() {
    let provider = scripted([Fault::Garbage, Fault::Garbage]);
    let error = client(&provider).chat().create(question()).await.unwrap_err();
    assert!(matches!(error, OpenAIError::JSONDeserialize(..)), "{error:?}");
    let events = collected(&provider, streamed_question()).await;
    assert!(matches!(&events[..], [Err(OpenAIError::JSONDeserialize(..))]), "{events:?}");
}

#[tokio::test]
async fn a_dead_model_fails_until_it_is_healed_and_others_answer() {
    let dead = Fault::ServerError { status: 503 };
    let provider = started(Behaviour::default().model_fault("gpt-4o-mini", dead));
    assert_eq!(status_and_type(&provider).await.0, 503);
    let mut other = question();
    other.model = "gpt-4o".to_owned();
    assert!(client(&provider).chat().create(other).await.is_ok());
    provider.set_model_fault("gpt-4o-mini", None).unwrap();
    assert!(client(&provider).chat().create(question()).await.is_ok());
    let requests = provider.requests();
    assert_eq!((requests.to_model("gpt-4o-mini"), requests.to_model("gpt-4o")), (2, 1));
}

#[tokio::test]
async fn parallel_requests_meet_the_same_random_faults_in_each_run() {
    async fn run() -> Vec<bool> {
        let faults = Faults { seed: 11, server_errors: 0.4, ..Faults::default() };
        let provider = started(Behaviour::default().faults(faults));
        let client = client(&provider);
        let calls = (0..32).map(|n| {
            let request =
                CreateChatCompletionRequest { max_completion_tokens: Some(100 + n), ..question() };
            let client = client.clone();
            async move { client.chat().create(request).await.is_ok() }
        });
        bounded(join_all(calls)).await
    }
    let first = run().await;
    assert!(first.contains(&true) && first.contains(&false), "{first:?}");
    assert_eq!(first, run().await);
}

#[tokio::test]
async fn an_answer_takes_the_time_of_its_tokens() {
    let first_token = Duration::from_millis(20)..Duration::from_millis(30);
    let latency = Latency { first_token, per_token: Duration::from_millis(1) };
    let provider = started(Behaviour::default().faults(Faults { latency, ..Faults::default() }));
    let start = Instant::now();
    let answer = client(&provider).chat().create(question()).await.unwrap();
    let tokens = answer.usage.unwrap().completion_tokens;
    assert!(start.elapsed() >= Duration::from_millis(20 + u64::from(tokens)));
}

#[test]
fn a_dropped_server_is_gone_and_lets_go_of_its_clients() {
    let provider = scripted([Fault::Hang]);
    let url = provider.base_url().to_owned();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let call = runtime.spawn({
        let client = client(&provider);
        async move { client.chat().create(question()).await }
    });
    runtime.block_on(bounded(provider.wait_for(|requests| requests.hung == 1)));
    drop(provider);
    let error = runtime.block_on(bounded(call)).unwrap().unwrap_err();
    assert!(matches!(error, OpenAIError::Reqwest(_)), "{error:?}");
    let again = runtime.block_on(reqwest::get(format!("{url}/models"))).unwrap_err();
    assert!(again.is_connect(), "{again:?}");
}

#[test]
fn it_runs_within_every_runtime_and_under_a_paused_clock() {
    async fn ask() {
        let provider = started(Behaviour::default());
        assert!(client(&provider).chat().create(question()).await.is_ok());
    }
    let current = || tokio::runtime::Builder::new_current_thread();
    current().enable_all().build().unwrap().block_on(ask());
    tokio::runtime::Runtime::new().unwrap().block_on(ask());
    let paused = current().enable_all().start_paused(true).build().unwrap();
    paused.block_on(ask());
}

#[test]
fn a_wrong_behaviour_starts_nothing() {
    let faults = Faults { hangs: 2.0, ..Faults::default() };
    let error = MockProvider::start(Behaviour::default().faults(faults)).unwrap_err();
    assert_eq!(error.to_string(), "fault rate `hangs` is 2; accepted: 0 to 1");
    let provider = started(Behaviour::default());
    let error = provider.script([Fault::ServerError { status: 200 }]).unwrap_err();
    assert_eq!(error.to_string(), "status 200 is not a server error; accepted: 500 to 599");
}

#[test]
fn the_key_is_not_in_the_debug_output() {
    let provider = started(Behaviour::default().api_key("sk-secret"));
    assert!(!format!("{provider:?}").contains("secret"));
    assert_eq!(provider.api_key(), "sk-secret");
    assert!(!format!("{:?}", OpenAIConfig::new().with_api_key("sk-secret")).contains("secret"));
}
