//! The model: which one a question needs, and what is recorded of each call.
//!
//! Attributes bear the names of OpenTelemetry's GenAI conventions, so that any backend that knows
//! these understands the spans.

use std::{future::ready, time::Duration};

use async_openai::{
    Client,
    config::OpenAIConfig,
    error::OpenAIError,
    types::chat::{
        ChatCompletionRequestSystemMessage, ChatCompletionRequestUserMessage,
        ChatCompletionStreamOptions, CreateChatCompletionRequest, CreateChatCompletionRequestArgs,
        CreateChatCompletionResponse, CreateChatCompletionStreamResponse, FinishReason,
    },
};
use futures_util::{Stream, StreamExt};
use lumina_support::Endpoint;

/// The longest a call may take, all of its answer included.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Questions of more words than this are for the better model.
const SIMPLE_WORDS: usize = 12;

const INSTRUCTIONS: &str = "You answer questions of customers. Use nothing but the documents \
                            below, and name the source of each statement in brackets.\n\n";

/// How much a question is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tier {
    /// A small model, for simple questions.
    Budget,
    /// A large model, for the others.
    Premium,
}

impl Tier {
    /// Judges a question by its length.
    ///
    /// ```
    /// use lumina_examples::assistant::Tier;
    /// assert_eq!(Tier::for_question("Is the queue bounded?"), Tier::Budget);
    /// ```
    pub fn for_question(question: &str) -> Self {
        let is_simple = question.split_whitespace().count() <= SIMPLE_WORDS;
        if is_simple { Tier::Budget } else { Tier::Premium }
    }

    /// Its name in spans.
    pub const fn as_str(self) -> &'static str {
        match self {
            Tier::Budget => "budget",
            Tier::Premium => "premium",
        }
    }

    /// The model that serves it.
    pub const fn model(self) -> &'static str {
        match self {
            Tier::Budget => "gpt-4.1-mini",
            Tier::Premium => "gpt-4.1",
        }
    }
}

/// What the model is told and asked.
pub struct Prompt {
    instructions: String,
    question: String,
}

impl Prompt {
    /// A question with the documents to answer it from, each as `render` writes it.
    pub fn new(documents: &str, question: &str) -> Self {
        Self { instructions: format!("{INSTRUCTIONS}{documents}"), question: question.to_owned() }
    }

    fn request(&self, tier: Tier) -> Result<CreateChatCompletionRequest, OpenAIError> {
        CreateChatCompletionRequestArgs::default()
            .model(tier.model())
            .messages([
                ChatCompletionRequestSystemMessage::from(self.instructions.as_str()).into(),
                ChatCompletionRequestUserMessage::from(self.question.as_str()).into(),
            ])
            .build()
    }
}

/// A provider's models.
pub struct Model {
    client: Client<OpenAIConfig>,
}

impl Model {
    /// The models at `endpoint`.
    ///
    /// # Errors
    ///
    /// If no HTTP client can be had.
    pub fn new(endpoint: &Endpoint) -> Result<Self, OpenAIError> {
        let config =
            OpenAIConfig::new().with_api_base(endpoint.base_url()).with_api_key(endpoint.api_key());
        let http = reqwest::Client::builder().timeout(TIMEOUT).build()?;
        Ok(Self { client: Client::build(http, config) })
    }

    /// Returns the whole answer.
    ///
    /// # Errors
    ///
    /// If the provider refuses, or gives none in time.
    pub async fn answer(&self, tier: Tier, prompt: &Prompt) -> Result<String, OpenAIError> {
        let response = self.generate(tier, prompt).await?;
        let choice = response.choices.into_iter().next();
        Ok(choice.and_then(|choice| choice.message.content).unwrap_or_default())
    }

    #[lumina::traced(
        "generate",
        llm,
        kind = client,
        attrs(model.tier = tier.as_str(), gen_ai.operation.name = "chat",
              gen_ai.provider.name = "openai", gen_ai.request.model = tier.model()),
        ok(|response| gen_ai.response.id = response.id,
                      gen_ai.response.model = response.model,
                      gen_ai.response.finish_reasons = finish_reasons(response),
                      gen_ai.usage.input_tokens = response.usage.as_ref().map(|u| u.prompt_tokens),
                      gen_ai.usage.output_tokens = response.usage.as_ref().map(|u| u.completion_tokens)),
    )]
    async fn generate(
        &self,
        tier: Tier,
        prompt: &Prompt,
    ) -> Result<CreateChatCompletionResponse, OpenAIError> {
        self.client.chat().create(prompt.request(tier)?).await
    }

    /// Returns the answer piece by piece, as it is written.
    ///
    /// Its span ends with the last piece, and knows when the first one came.
    ///
    /// # Errors
    ///
    /// If the provider refuses; a piece is an error if the stream breaks off.
    #[lumina::traced(
        "generate-stream",
        llm,
        stream,
        kind = client,
        attrs(model.tier = tier.as_str(), gen_ai.operation.name = "chat",
              gen_ai.provider.name = "openai", gen_ai.request.model = tier.model(),
              gen_ai.request.stream = true),
    )]
    pub async fn stream(
        &self,
        tier: Tier,
        prompt: &Prompt,
    ) -> Result<impl Stream<Item = Result<String, OpenAIError>>, OpenAIError> {
        let mut request = prompt.request(tier)?;
        request.stream_options = Some(ChatCompletionStreamOptions {
            include_usage: Some(true),
            include_obfuscation: None,
        });
        let chunks = self.client.chat().create_stream(request).await?;
        Ok(chunks.filter_map(|chunk| ready(chunk.map(text_of).transpose())))
    }

    /// Asks the provider for its models: whether it is there, and takes the key.
    ///
    /// # Errors
    ///
    /// If not.
    #[lumina::traced("check-provider", kind = client, ok(|count| models = count))]
    pub async fn check(&self) -> Result<usize, OpenAIError> {
        Ok(self.client.models().list().await?.data.len())
    }
}

/// The text of a chunk, if there is any: the last chunks say how it ended and what it cost.
fn text_of(chunk: CreateChatCompletionStreamResponse) -> Option<String> {
    if let Some(usage) = chunk.usage {
        lumina::record!(
            gen_ai.response.id = chunk.id,
            gen_ai.response.model = chunk.model,
            gen_ai.usage.input_tokens = usage.prompt_tokens,
            gen_ai.usage.output_tokens = usage.completion_tokens,
        );
    }
    let choice = chunk.choices.into_iter().next()?;
    if let Some(reason) = choice.finish_reason {
        lumina::record!(gen_ai.response.finish_reasons = [name(reason)]);
    }
    choice.delta.content.filter(|text| !text.is_empty())
}

fn finish_reasons(response: &CreateChatCompletionResponse) -> Vec<&'static str> {
    response.choices.iter().filter_map(|choice| choice.finish_reason).map(name).collect()
}

/// The name of a reason on the wire.
const fn name(reason: FinishReason) -> &'static str {
    match reason {
        FinishReason::Stop => "stop",
        FinishReason::Length => "length",
        FinishReason::ToolCalls => "tool_calls",
        FinishReason::ContentFilter => "content_filter",
        FinishReason::FunctionCall => "function_call",
    }
}
