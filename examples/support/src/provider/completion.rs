//! A chat completion: from the messages of a request to what is said, why it ends, what it costs.
//!
//! Pure but for the prompt cache that is handed in; the wire and its faults are not its concern.

use super::{
    answer,
    cache::PromptCache,
    error::Refusal,
    tools,
    wire::{ChatRequest, FinishReason, PromptTokensDetails, ToolCall, Usage},
};
use crate::text;

/// Tokens that frame each message, and the answer.
///
/// Source: <https://cookbook.openai.com/examples/how_to_count_tokens_with_tiktoken>.
const MESSAGE_TOKENS: usize = 3;

/// What the model says.
#[derive(Clone, Debug)]
pub(super) enum Said {
    Text(String),
    Call(ToolCall),
}

/// A finished completion, the same whether it is then streamed or not.
#[derive(Clone, Debug)]
pub(super) struct Completion {
    pub(super) said: Said,
    pub(super) finish_reason: FinishReason,
    pub(super) usage: Usage,
}

impl Completion {
    /// The pieces a stream sends one by one, as many as `usage.completion_tokens` of a text.
    pub(super) fn pieces(&self) -> Vec<&str> {
        match &self.said {
            Said::Text(text) => text::tokens(text),
            Said::Call(call) => text::tokens(&call.function.arguments),
        }
    }
}

/// Completes a [checked](check) `request`; `id` names a tool call, if there is one.
pub(super) fn complete(request: &ChatRequest, id: &str, cache: &mut PromptCache) -> Completion {
    let (said, finish_reason) = match tools::call(request, id) {
        Some(call) => (Said::Call(call), FinishReason::ToolCalls),
        None => said_within(request, answer::answer(&request.messages)),
    };
    let completion_tokens = match &said {
        Said::Text(text) => text::tokens(text).len(),
        Said::Call(call) => {
            text::tokens(&call.function.name).len() + text::tokens(&call.function.arguments).len()
        }
    };
    let usage = usage(request, completion_tokens, cache);
    Completion { said, finish_reason, usage }
}

/// Refuses what no model could complete, and what this one cannot.
pub(super) fn check(request: &ChatRequest) -> Result<(), Refusal> {
    if request.messages.is_empty() {
        return Err(Refusal::invalid("messages", "`messages` is empty; give at least one."));
    }
    let roles = ["assistant", "developer", "system", "tool", "user"];
    if let Some(message) = request.messages.iter().find(|m| !roles.contains(&m.role.as_str())) {
        let message = format!("Invalid role '{}'; accepted: {}.", message.role, roles.join(", "));
        return Err(Refusal::invalid("messages", message));
    }
    if request.n.is_some_and(|n| n != 1) {
        return Err(Refusal::invalid("n", "The mock gives one choice; `n` must be 1."));
    }
    if limit(request) == Some(0) {
        return Err(Refusal::invalid("max_completion_tokens", "The limit must be at least 1."));
    }
    Ok(())
}

fn limit(request: &ChatRequest) -> Option<usize> {
    request.max_completion_tokens.or(request.max_tokens)
}

/// Cuts `text` to the limit of `request`.
fn said_within(request: &ChatRequest, text: String) -> (Said, FinishReason) {
    let tokens = text::tokens(&text);
    match limit(request) {
        Some(limit) if tokens.len() > limit => {
            (Said::Text(tokens[..limit].concat()), FinishReason::Length)
        }
        _ => (Said::Text(text), FinishReason::Stop),
    }
}

fn usage(request: &ChatRequest, completion_tokens: usize, cache: &mut PromptCache) -> Usage {
    let tools = request.tools.iter().flatten().filter_map(|tool| tool.function.as_ref());
    // OK to leave out what does not serialise: it is only counted.
    let tools = tools.map(|function| serde_json::to_string(function).unwrap_or_default());
    let messages = request.messages.iter().map(|message| {
        let calls = message.tool_calls.iter().flatten();
        let calls = calls.flat_map(|call| [&*call.function.name, &*call.function.arguments]);
        calls.fold(message.text(), |text, call| text + call)
    });
    let texts: Vec<String> = tools.chain(messages).collect();
    let tokens: Vec<&str> = texts.iter().flat_map(|text| text::tokens(text)).collect();
    let prompt_tokens = tokens.len() + MESSAGE_TOKENS * (request.messages.len() + 1);
    Usage {
        prompt_tokens,
        completion_tokens,
        total_tokens: prompt_tokens + completion_tokens,
        prompt_tokens_details: PromptTokensDetails {
            cached_tokens: cache.admit(&request.model, &tokens),
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn completed(request: Value) -> Result<Completion, Refusal> {
        let request: ChatRequest = serde_json::from_value(request).unwrap();
        check(&request)?;
        Ok(complete(&request, "call_1", &mut PromptCache::default()))
    }

    fn asking(content: &str) -> Value {
        json!({ "model": "m", "messages": [{ "role": "user", "content": content }] })
    }

    fn refused(change: (&str, Value)) -> (Option<&'static str>, String) {
        let mut request = asking("why?");
        request[change.0] = change.1;
        let error = completed(request).unwrap_err().body.error;
        (error.param, error.message)
    }

    #[test]
    fn tokens_of_prompt_and_answer_are_counted() {
        let completion = completed(asking("Hello, you")).unwrap();
        // "Hello", ",", " you", and three each around the message and the answer.
        assert_eq!(completion.usage.prompt_tokens, 9);
        assert_eq!(completion.usage.completion_tokens, completion.pieces().len());
        assert_eq!(
            completion.usage.total_tokens,
            completion.usage.prompt_tokens + completion.usage.completion_tokens
        );
        assert_eq!(completion.finish_reason, FinishReason::Stop);
    }

    #[test]
    fn an_answer_over_the_limit_is_cut_and_says_so() {
        let mut request = asking("why?");
        request["max_completion_tokens"] = json!(3);
        let completion = completed(request).unwrap();
        assert_eq!(completion.pieces().len(), 3);
        assert_eq!(completion.usage.completion_tokens, 3);
        assert_eq!(completion.finish_reason, FinishReason::Length);
    }

    #[test]
    fn what_is_wrong_is_refused_by_its_name() {
        let (param, message) = refused(("messages", json!([{ "role": "root", "content": "x" }])));
        assert_eq!(param, Some("messages"));
        assert!(message.contains("'root'"), "{message}");
        assert_eq!(refused(("messages", json!([]))).0, Some("messages"));
        assert_eq!(refused(("n", json!(2))).0, Some("n"));
        assert_eq!(refused(("max_tokens", json!(0))).0, Some("max_completion_tokens"));
    }
}
