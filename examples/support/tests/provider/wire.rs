//! Answers without faults: their shape, their numbers, and what is refused.

use async_openai::{
    Client,
    error::OpenAIError,
    types::{
        chat::{ChatCompletionMessageToolCalls, FinishReason, Role},
        embeddings::{CreateEmbeddingRequest, CreateEmbeddingRequestArgs, EncodingFormat},
    },
};
use lumina_support::provider::{Behaviour, MockProvider, UNKNOWN};
use serde_json::{Value, json};

use crate::support::*;

#[tokio::test]
async fn a_question_is_answered_from_its_document() {
    let provider = started(Behaviour::default());
    let answer = client(&provider).chat().create(question()).await.unwrap();
    assert_eq!(answer.object, "chat.completion");
    assert_eq!(answer.model, "gpt-4o-mini");
    assert_eq!(answer.choices.len(), 1);
    assert_eq!(answer.choices[0].message.role, Role::Assistant);
    assert_eq!(answer.choices[0].message.content.as_deref(), Some(ANSWER));
    assert_eq!(answer.choices[0].finish_reason, Some(FinishReason::Stop));
    let requests = provider.requests();
    assert_eq!((requests.total, requests.chat, requests.answered), (1, 1, 1));
    assert_eq!(requests.to_model("gpt-4o-mini"), 1);
}

#[tokio::test]
async fn a_question_without_a_document_is_not_answered() {
    let provider = started(Behaviour::default());
    let messages = json!([{ "role": "user", "content": "What does a full queue drop?" }]);
    let request = request(json!({ "model": "gpt-4o", "messages": messages }));
    let answer = client(&provider).chat().create(request).await.unwrap();
    assert_eq!(answer.choices[0].message.content.as_deref(), Some(UNKNOWN));
}

#[tokio::test]
async fn a_stream_says_and_counts_the_same_as_a_whole_answer() {
    let provider = started(Behaviour::default());
    let whole = client(&provider).chat().create(question()).await.unwrap();
    let events = collected(&provider, streamed_question()).await;
    assert!(events.iter().all(Result::is_ok), "{events:?}");
    assert_eq!(text_of(&events), ANSWER);

    let events: Vec<_> = events.into_iter().map(Result::unwrap).collect();
    assert_eq!(events[0].choices[0].delta.role, Some(Role::Assistant));
    assert!(events.iter().all(|event| event.id == events[0].id));
    let [.., end, usage] = &events[..] else { panic!("only {} events", events.len()) };
    assert_eq!(end.choices[0].finish_reason, Some(FinishReason::Stop));
    assert!(usage.choices.is_empty());
    assert!(events[..events.len() - 1].iter().all(|event| event.usage.is_none()));
    let whole = whole.usage.unwrap();
    assert_eq!(usage.usage.as_ref(), Some(&whole));
    // One event each for role, end and usage; one for each token.
    assert_eq!(events.len(), whole.completion_tokens as usize + 3);
}

#[tokio::test]
async fn a_stream_without_the_option_has_no_usage_and_ends_with_done() {
    let provider = started(Behaviour::default());
    let mut body = serde_json::to_value(question()).unwrap();
    body["stream"] = json!(true);
    let response = post(&provider, "/chat/completions", body.to_string()).await;
    assert_eq!(response.headers()["content-type"], "text/event-stream; charset=utf-8");
    let text = response.text().await.unwrap();
    assert!(text.ends_with("\n\ndata: [DONE]\n\n"), "{text}");
    assert!(!text.contains("usage"), "{text}");
}

#[tokio::test]
async fn a_repeated_long_prompt_is_cached_but_for_its_rest() {
    let provider = started(Behaviour::default());
    let content: String = (0..1_100).map(|n| format!("word{n} ")).collect();
    let messages = json!([{ "role": "user", "content": content }]);
    let request = request(json!({ "model": "gpt-4o", "messages": messages }));
    let mut cached = Vec::new();
    for _ in 0..2 {
        let answer = client(&provider).chat().create(request.clone()).await.unwrap();
        let usage = answer.usage.unwrap();
        assert_eq!(usage.prompt_tokens, 1_100 + 1 + 6);
        cached.push(usage.prompt_tokens_details.unwrap().cached_tokens);
    }
    assert_eq!(cached, [Some(0), Some(1_024)]);
}

fn tool_request(messages: Value) -> Value {
    let parameters = json!({ "type": "object", "required": ["order_id"],
        "properties": { "order_id": { "type": "string" } } });
    let function = json!({ "name": "order_status", "description": "Looks up an order",
        "parameters": parameters });
    let tools = json!([{ "type": "function", "function": function }]);
    json!({ "model": "gpt-4o", "messages": messages, "tools": tools })
}

#[tokio::test]
async fn a_tool_is_called_and_its_result_answers() {
    let provider = started(Behaviour::default());
    let asked = json!({ "role": "user", "content": "Where is order A-17?" });
    let call =
        client(&provider).chat().create(request(tool_request(json!([asked])))).await.unwrap();
    assert_eq!(call.choices[0].finish_reason, Some(FinishReason::ToolCalls));
    assert_eq!(call.choices[0].message.content, None);
    let calls = call.choices[0].message.tool_calls.clone().unwrap();
    let [ChatCompletionMessageToolCalls::Function(called)] = &calls[..] else {
        panic!("{calls:?}")
    };
    assert_eq!(called.function.name, "order_status");
    assert_eq!(called.function.arguments, r#"{"order_id":"A-17"}"#);

    let result =
        json!({ "role": "tool", "tool_call_id": called.id, "content": "Order A-17 is in Oslo." });
    let turn = json!({ "role": "assistant", "tool_calls": calls });
    let second = request(tool_request(json!([asked, turn, result])));
    let answer = client(&provider).chat().create(second).await.unwrap();
    let content = answer.choices[0].message.content.as_deref();
    assert_eq!(content, Some("Order A-17 is in Oslo. [order_status]"));
}

#[tokio::test]
async fn a_streamed_tool_call_adds_up_to_the_whole_one() {
    let provider = started(Behaviour::default());
    let asked = json!([{ "role": "user", "content": "Where is order A-17?" }]);
    let events = collected(&provider, request(tool_request(asked))).await;
    let calls = events.iter().flatten().flat_map(|event| &event.choices);
    let calls: Vec<_> =
        calls.filter_map(|choice| choice.delta.tool_calls.as_ref()).flatten().collect();
    assert!(calls[0].id.as_deref().unwrap().starts_with("call_"));
    let parts = || calls.iter().filter_map(|call| call.function.as_ref());
    let name: String = parts().filter_map(|part| part.name.clone()).collect();
    let arguments: String = parts().filter_map(|part| part.arguments.clone()).collect();
    assert_eq!((name.as_str(), arguments.as_str()), ("order_status", r#"{"order_id":"A-17"}"#));
}

#[tokio::test]
async fn embeddings_come_in_order_and_mean_something() {
    let provider = started(Behaviour::default());
    let input = vec!["a full queue drops spans", "the queue is full", "bearer keys"];
    let request = CreateEmbeddingRequestArgs::default()
        .model("text-embedding-3-small")
        .input(input)
        .dimensions(512u32)
        .build()
        .unwrap();
    let response = client(&provider).embeddings().create(request).await.unwrap();
    let indices: Vec<_> = response.data.iter().map(|embedding| embedding.index).collect();
    assert_eq!(indices, [0, 1, 2]);
    assert!(response.data.iter().all(|embedding| embedding.embedding.len() == 512));
    let cosine = |a: usize, b: usize| -> f32 {
        let (a, b) = (&response.data[a].embedding, &response.data[b].embedding);
        a.iter().zip(b).map(|(a, b)| a * b).sum()
    };
    assert!(cosine(0, 1) > 0.5 && cosine(0, 2).abs() < 0.1, "{} {}", cosine(0, 1), cosine(0, 2));
    // Five, four and two words of at most eight letters.
    assert_eq!(response.usage.prompt_tokens, 11);
    assert_eq!(provider.requests().embeddings, 1);
}

#[tokio::test]
async fn base64_holds_the_same_numbers_as_floats() {
    let provider = started(Behaviour::default());
    let request = CreateEmbeddingRequestArgs::default()
        .model("text-embedding-3-small")
        .input("a full queue")
        .build()
        .unwrap();
    let client = client(&provider);
    let floats = client.embeddings().create(request.clone()).await.unwrap();
    let request =
        CreateEmbeddingRequest { encoding_format: Some(EncodingFormat::Base64), ..request };
    let encoded = client.embeddings().create_base64(request).await.unwrap();
    let decoded: Vec<f32> = encoded.data[0].embedding.clone().into();
    assert_eq!(decoded, floats.data[0].embedding);
}

#[tokio::test]
async fn models_are_those_of_the_behaviour() {
    let provider = started(Behaviour::default().models(["a", "b"]));
    let list = client(&provider).models().list().await.unwrap();
    let names: Vec<_> = list.data.iter().map(|model| model.id.as_str()).collect();
    assert_eq!(names, ["a", "b"]);
    assert_eq!(client(&provider).models().retrieve("b").await.unwrap().id, "b");
    let error = client(&provider).chat().create(question()).await.unwrap_err();
    let OpenAIError::ApiError(error) = error else { panic!("{error:?}") };
    assert_eq!(error.status_code, 404);
    assert_eq!(error.api_error.code.as_deref(), Some("model_not_found"));
}

#[tokio::test]
async fn a_wrong_key_is_refused_and_not_repeated() {
    let provider = started(Behaviour::default());
    let config = config(&provider).with_api_key("sk-wrong");
    let error = Client::with_config(config).chat().create(question()).await.unwrap_err();
    let OpenAIError::ApiError(error) = error else { panic!("{error:?}") };
    assert_eq!(error.status_code, 401);
    assert_eq!(error.api_error.r#type.as_deref(), Some("invalid_request_error"));
    assert_eq!(error.api_error.code.as_deref(), Some("invalid_api_key"));
    assert!(!error.api_error.message.contains("sk-"), "{}", error.api_error.message);
    let requests = provider.requests();
    assert_eq!((requests.unauthorized, requests.chat), (1, 0));
}

#[tokio::test]
async fn keys_are_needed_once_in_one_header_with_the_scheme_in_any_case() {
    let provider = started(Behaviour::default());
    let get = |headers: Vec<(&'static str, String)>| {
        let request = reqwest::Client::new().get(format!("{}/models", provider.base_url()));
        let request = headers.into_iter().fold(request, |r, (name, value)| r.header(name, value));
        async { request.send().await.unwrap().status().as_u16() }
    };
    let bearer = |scheme: &str| ("authorization", format!("{scheme} {}", provider.api_key()));
    assert_eq!(get(vec![]).await, 401);
    assert_eq!(get(vec![bearer("Basic")]).await, 401);
    assert_eq!(get(vec![("authorization", "Bearer ".to_owned())]).await, 401);
    assert_eq!(get(vec![bearer("Bearer"), bearer("Bearer")]).await, 401);
    assert_eq!(get(vec![bearer("bEARER")]).await, 200);
}

async fn refused(provider: &MockProvider, path: &str, body: Value) -> (u16, Value) {
    let body = if body.is_string() { body.as_str().unwrap().to_owned() } else { body.to_string() };
    let response = post(provider, path, body).await;
    let status = response.status().as_u16();
    (status, response.json::<Value>().await.unwrap()["error"].clone())
}

#[tokio::test]
async fn wrong_requests_get_an_error_body_that_names_what_is_wrong() {
    let provider = started(Behaviour::default());
    let (status, error) = refused(&provider, "/chat/completions", json!("{")).await;
    assert_eq!(status, 400);
    assert_eq!(error["type"], "invalid_request_error");
    assert!(error["message"].as_str().unwrap().contains("parse the JSON body"), "{error}");
    assert_eq!(error["param"], Value::Null);

    let empty = json!({ "model": "gpt-4o", "messages": [] });
    let (status, error) = refused(&provider, "/chat/completions", empty).await;
    assert_eq!((status, &error["param"]), (400, &json!("messages")));

    for (input, dimensions) in
        [(json!(""), 1), (json!([]), 1), (json!(["a", ""]), 1), (json!("a"), 0)]
    {
        let body =
            json!({ "model": "text-embedding-3-small", "input": input, "dimensions": dimensions });
        let (status, error) = refused(&provider, "/embeddings", body).await;
        let param = if dimensions == 0 { "dimensions" } else { "input" };
        assert_eq!((status, &error["param"]), (400, &json!(param)));
    }

    let (status, error) = refused(&provider, "/images", json!({})).await;
    assert_eq!((status, &error["message"]), (404, &json!("Invalid URL (POST /v1/images)")));
    assert_eq!(provider.requests().rejected, 7);
}

#[tokio::test]
async fn a_body_over_eight_mebibytes_is_refused() {
    let provider = started(Behaviour::default());
    let response = reqwest::Client::new()
        .post(format!("{}/chat/completions", provider.base_url()))
        .bearer_auth(provider.api_key())
        .body("x".repeat((8 << 20) + 1))
        .send()
        .await;
    // The server answers before it has read all; a client that is still writing may see the
    // connection close instead.
    if let Ok(response) = response {
        assert_eq!(response.status(), 413);
    }
    let requests = bounded(provider.wait_for(|requests| requests.rejected == 1)).await;
    assert_eq!(requests.chat, 0);
}
