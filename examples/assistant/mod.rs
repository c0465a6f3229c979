//! A support assistant, traced: all that one request does, from the customer's key to the answer.
//!
//! ```text
//! support-request
//!   authenticate
//!   fetch-customer, fetch-orders     at the same time
//!   retrieve                         [retriever]
//!   generate  or  generate-stream    [llm]
//! ```
//!
//! Each span is declared on the function that does the work; nothing is passed from one to the
//! next. What a customer writes is never recorded: see `#[redact]`.

mod accounts;
mod health;
mod model;

pub use accounts::{AccountError, Accounts, Customer, Order};
pub use health::{Health, serve};
pub use model::{Model, Prompt, Tier};

use std::pin::pin;

use async_openai::error::OpenAIError;
use futures_util::StreamExt;
use lumina_support::{Endpoint, Index, document::render, retrieval::Hit};

/// Passages that one prompt holds.
const PASSAGES: usize = 4;

/// Answers questions of customers from the documents that it was given.
pub struct Assistant {
    accounts: Accounts,
    index: Index,
    model: Model,
}

/// What a customer gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The answer in the model's words.
    pub text: String,
    /// Who answered.
    pub tier: Tier,
    /// What the model was given to answer from.
    pub sources: Vec<String>,
}

/// Why a customer got no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SupportError {
    /// The customer, or what belongs to the customer, was not found.
    #[error("look-up failed")]
    LookUp(#[from] AccountError),
    /// The provider refused, or could not be reached.
    #[error("the model gave no answer")]
    Model(#[from] OpenAIError),
}

impl Assistant {
    /// An assistant that knows the documents in `index` and asks the models at `endpoint`.
    ///
    /// # Errors
    ///
    /// If no HTTP client can be had.
    pub fn new(endpoint: &Endpoint, index: Index) -> Result<Self, OpenAIError> {
        Ok(Self { accounts: Accounts::demo(), index, model: Model::new(endpoint)? })
    }

    /// Answers one question; `order_id` says which order it is about, if any.
    ///
    /// # Errors
    ///
    /// [`SupportError`]: an unknown key or order, or a model that does not answer.
    #[lumina::traced(
        "support-request",
        kind = server,
        capture(question),
        attrs(cost_center = "customer-support", order.id = order_id, customer.id = _, customer.tier = _),
        ok(|answer| quality.response_length = answer.text.len(),
                    quality.contains_citation = answer.text.contains('[')),
    )]
    pub async fn answer(
        &self,
        #[redact] key: &str,
        #[redact(pii)] question: &str,
        order_id: Option<&str>,
    ) -> Result<Answer, SupportError> {
        let customer_id = self.accounts.authenticate(key).await?;
        lumina::record!(customer.id = customer_id);

        let (customer, orders) = tokio::join!(
            self.accounts.fetch_customer(customer_id),
            self.accounts.fetch_orders(customer_id, order_id),
        );
        let (customer, orders) = (customer?, orders?);
        lumina::record!(customer.tier = customer.tier);

        let hits = retrieve(&self.index, question, PASSAGES);
        let prompt = Prompt::new(&documents(&hits, &orders), question);

        let tier = Tier::for_question(question);
        lumina::event!("model-chosen", model.tier = tier.as_str(), model = tier.model());
        let text = match tier {
            Tier::Budget => self.model.answer(tier, &prompt).await?,
            // Long answers are read while they are written.
            Tier::Premium => self.streamed(tier, &prompt).await?,
        };
        Ok(Answer { text, tier, sources: sources(&hits) })
    }

    async fn streamed(&self, tier: Tier, prompt: &Prompt) -> Result<String, OpenAIError> {
        let mut pieces = pin!(self.model.stream(tier, prompt).await?);
        let mut text = String::new();
        while let Some(piece) = pieces.next().await {
            text.push_str(&piece?);
        }
        Ok(text)
    }
}

/// Finds what the documents say about `query`.
#[lumina::traced(
    "retrieve",
    retriever,
    capture(query),
    attrs(query.length = raw(query.chars().count()), retrieval.limit = limit),
    ok(|hits| retrieval.hits = hits.len(),
              retrieval.top_score = hits.first().map(|hit| hit.score),
              retrieval.sources = sources(hits)),
)]
fn retrieve<'i>(index: &'i Index, #[redact(pii)] query: &str, limit: usize) -> Vec<Hit<'i>> {
    index.search(query, limit)
}

fn sources(hits: &[Hit<'_>]) -> Vec<String> {
    hits.iter().map(|hit| hit.passage.source()).collect()
}

/// All that the model may answer from, one after the other.
fn documents(hits: &[Hit<'_>], orders: &[Order]) -> String {
    let passages = hits.iter().map(|hit| hit.passage.to_prompt());
    let orders = orders.iter().map(|order| render(&format!("order {}", order.id), order.status));
    passages.chain(orders).collect()
}
