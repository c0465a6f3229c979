//! Chance for property tests: reproducible, without a crate.

use serde_json::{Map, Value};

/// Splitmix64. A failing test names its seed.
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ word >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ word >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ word >> 31
    }

    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }

    pub(crate) fn one_of<T: Clone>(&mut self, items: &[T]) -> T {
        items[self.below(items.len() as u64) as usize].clone()
    }

    /// Any JSON, mostly made of the words that extractors look for.
    pub(crate) fn json(&mut self, depth: u64) -> Value {
        match self.below(if depth == 0 { 7 } else { 10 }) {
            0 => Value::Null,
            1 => Value::Bool(self.below(2) == 0),
            2 => Value::from(self.below(1000)),
            3 => Value::from(self.next()),
            4 => Value::from(self.next() as i64),
            5 => Value::from(f64::from_bits(self.next())),
            6 => Value::from(self.one_of(WORDS)),
            7 => (0..self.below(4)).map(|_| self.json(depth - 1)).collect(),
            _ => {
                let fields = 0..self.below(6);
                let field = |_| (self.one_of(WORDS).to_string(), self.json(depth - 1));
                Value::Object(fields.map(field).collect::<Map<_, _>>())
            }
        }
    }

    /// Replaces a part of `value` by any JSON.
    pub(crate) fn damage(&mut self, value: &mut Value) {
        let down = self.below(5) > 0;
        match value {
            Value::Object(fields) if down && !fields.is_empty() => {
                let at = self.below(fields.len() as u64) as usize;
                if let Some(value) = fields.values_mut().nth(at) {
                    self.damage(value);
                }
            }
            Value::Array(items) if down && !items.is_empty() => {
                let at = self.below(items.len() as u64) as usize;
                self.damage(&mut items[at]);
            }
            value => *value = self.json(3),
        }
    }
}

const WORDS: &[&str] = &[
    "usage",
    "usageMetadata",
    "model",
    "modelVersion",
    "id",
    "type",
    "response",
    "message",
    "delta",
    "metadata",
    "x_groq",
    "choices",
    "finish_reason",
    "stop_reason",
    "prompt_tokens",
    "completion_tokens",
    "input_tokens",
    "output_tokens",
    "prompt_tokens_details",
    "cached_tokens",
    "audio_tokens",
    "completion_tokens_details",
    "reasoning_tokens",
    "input_tokens_details",
    "cache_creation_input_tokens",
    "cache_read_input_tokens",
    "cache_creation",
    "ephemeral_1h_input_tokens",
    "promptTokenCount",
    "candidatesTokenCount",
    "thoughtsTokenCount",
    "promptTokensDetails",
    "modality",
    "AUDIO",
    "tokenCount",
    "billed_units",
    "tokens",
    "inputTokens",
    "eval_count",
    "service_tier",
    "flex",
    "response.completed",
    "response.done",
    "message_start",
    "message-end",
    "error",
    "gpt-4o",
    "claude-haiku-4-5",
    "gemini-2.5-flash",
    "",
    "é",
    "stop",
];
