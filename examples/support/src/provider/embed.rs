//! Embeddings: a hashed bag of words. Texts that share words are near each other.
//!
//! Pure and the same on every machine.
//! Source: K. Weinberger et al., "Feature Hashing for Large Scale Multitask Learning", ICML 2009.

use base64::{Engine, engine::general_purpose::STANDARD};

use super::{
    dice,
    error::Refusal,
    wire::{
        Embedding, EmbeddingInput, EmbeddingRequest, EmbeddingUsage, EncodingFormat, List, Vector,
    },
};
use crate::text;

/// The length of a vector if the request asks for none.
const DEFAULT_DIMENSIONS: usize = 256;
const MAX_DIMENSIONS: usize = 3_072;
/// The most inputs in one request, as with the provider.
const MAX_INPUTS: usize = 2_048;

/// One input: its features, and what they count.
struct Input {
    features: Vec<String>,
    tokens: usize,
}

/// Embeds the inputs of `request`, in their order.
pub(super) fn embed(request: &EmbeddingRequest) -> Result<List<Embedding>, Refusal> {
    let dimensions = request.dimensions.unwrap_or(DEFAULT_DIMENSIONS);
    if !(1..=MAX_DIMENSIONS).contains(&dimensions) {
        let message = format!("`dimensions` is {dimensions}; accepted: 1 to {MAX_DIMENSIONS}.");
        return Err(Refusal::invalid("dimensions", message));
    }
    let inputs = inputs(&request.input);
    if inputs.is_empty() || inputs.iter().any(|input| input.tokens == 0) {
        return Err(Refusal::invalid("input", "`input` cannot be empty, nor any part of it."));
    }
    if inputs.len() > MAX_INPUTS {
        let message =
            format!("`input` has {} parts; accepted: at most {MAX_INPUTS}.", inputs.len());
        return Err(Refusal::invalid("input", message));
    }
    let tokens = inputs.iter().map(|input| input.tokens).sum();
    let embedding = |(index, input): (usize, &Input)| {
        let vector = vector(&input.features, dimensions);
        let embedding = encode(vector, request.encoding_format.unwrap_or_default());
        Embedding { object: "embedding", index, embedding }
    };
    Ok(List {
        object: "list",
        data: inputs.iter().enumerate().map(embedding).collect(),
        model: Some(request.model.clone()),
        usage: Some(EmbeddingUsage { prompt_tokens: tokens, total_tokens: tokens }),
    })
}

fn inputs(input: &EmbeddingInput) -> Vec<Input> {
    match input {
        EmbeddingInput::Text(text) => vec![of_text(text)],
        EmbeddingInput::Texts(texts) => texts.iter().map(|text| of_text(text)).collect(),
        EmbeddingInput::Tokens(tokens) => vec![of_tokens(tokens)],
        EmbeddingInput::TokenLists(lists) => lists.iter().map(|list| of_tokens(list)).collect(),
    }
}

fn of_text(text: &str) -> Input {
    let mut features: Vec<_> = text::terms(text).collect();
    if features.is_empty() {
        // Nothing but stop words or marks: the text as a whole, so that no vector is zero.
        features.push(text.to_owned());
    }
    Input { features, tokens: text::tokens(text).len() }
}

fn of_tokens(tokens: &[u32]) -> Input {
    Input { features: tokens.iter().map(u32::to_string).collect(), tokens: tokens.len() }
}

/// Returns a vector of length 1.
fn vector(features: &[String], dimensions: usize) -> Vec<f32> {
    let mut sums = vec![0.0; dimensions];
    for feature in features {
        let hash = dice::hash(feature.as_bytes());
        // The sign makes features that share a place cancel out on average.
        let sign = if hash >> 63 == 0 { 1.0 } else { -1.0 };
        // OK to cut: the place is below 3072.
        sums[(hash % dimensions as u64) as usize] += sign;
    }
    let mut length = sums.iter().map(|sum| sum * sum).sum::<f64>().sqrt();
    if length == 0.0 {
        // Features that cancelled out in full; any fixed direction will do.
        (sums[0], length) = (1.0, 1.0);
    }
    // OK to round: the wire has single precision.
    sums.into_iter().map(|sum| (sum / length) as f32).collect()
}

fn encode(vector: Vec<f32>, format: EncodingFormat) -> Vector {
    match format {
        EncodingFormat::Float => Vector::Floats(vector),
        EncodingFormat::Base64 => {
            let bytes: Vec<u8> = vector.iter().flat_map(|value| value.to_le_bytes()).collect();
            Vector::Base64(STANDARD.encode(bytes))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vector_of(text: &str) -> Vec<f32> {
        vector(&of_text(text).features, DEFAULT_DIMENSIONS)
    }

    fn cosine(a: &str, b: &str) -> f32 {
        vector_of(a).iter().zip(vector_of(b)).map(|(a, b)| a * b).sum()
    }

    #[test]
    fn vectors_have_length_one_even_of_stop_words_and_marks() {
        for text in ["queue", "a queue and a span", "the", "?!", "span span queue"] {
            let length: f32 = vector_of(text).iter().map(|value| value * value).sum();
            assert!((length - 1.0).abs() < 1e-5, "{text:?}: {length}");
        }
        let length: f32 = vector(&["a".to_owned(), "b".to_owned()], 1).iter().map(|v| v * v).sum();
        assert_eq!(length, 1.0);
    }

    #[test]
    fn the_more_words_are_shared_the_nearer() {
        let (same, near) =
            (cosine("full queue", "The queues are full"), cosine("full queue", "a full span"));
        assert!((same - 1.0).abs() < 1e-6, "{same}");
        assert!((near - 0.5).abs() < 1e-6, "{near}");
        assert!(cosine("full queue", "bearer key").abs() < 1e-6);
    }
}
