#![deny(warnings, clippy::all, clippy::pedantic)]

use lumina::prelude::*;

pub enum Failed {
    Full,
    Broken,
    Late,
}

const TOKENS: u64 = 90_000;

#[traced]
#[retry(max = 2, total = "1m", err = Failed::Late)]
#[breaker(err = |_| Failed::Broken)]
#[limit(name = "provider", tokens_per_minute = TOKENS, cost = prompt.len() + max_tokens,
        used = |answer| answer.len(), concurrency = 8, max_wait = "10s", err = Failed::Full)]
#[fallback(value = String::new())]
pub async fn answer(prompt: String, max_tokens: usize) -> Result<String, Failed> {
    Ok(prompt.repeat(max_tokens))
}

#[limit(requests_per_minute = 600, tokens_per_minute = 90_000, cost = text.len(), err = |_| Failed::Full)]
pub fn embed(text: &str) -> Result<usize, Failed> {
    Ok(text.len())
}

fn main() {}
