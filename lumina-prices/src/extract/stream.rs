//! Streams: counts that come in several events.

use super::{Extracted, said};
use crate::table::PriceTable;
use serde_json::{Map, Value};

/// What is kept of the events; everything else of a stream passes by.
const KEPT: &[&str] = &[
    "id",
    "responseId",
    "response_id",
    "object",
    "model",
    "modelVersion",
    "service_tier",
    "serviceTier",
    "performanceConfig",
    "status",
    "incomplete_details",
    "usage",
    "usageMetadata",
    "prompt_eval_count",
    "eval_count",
    "tokens_evaluated",
    "tokens_predicted",
];
const MAX_NODES: usize = 256;
const MAX_DEPTH: usize = 4;
const MAX_TEXT_BYTES: usize = 256;
const MAX_FINISH_REASONS: usize = 16;

/// Puts the events of a stream together into what a whole response would have said.
///
/// Later counts replace earlier ones of the same name, as all providers mean them. Memory is
/// bounded: names, counts and ends are kept, at most 256 of them; content is not.
///
/// # Examples
///
/// ```
/// use lumina_prices::{Bucket, PriceTable, StreamUsage};
/// use serde_json::json;
///
/// let mut stream = StreamUsage::new();
/// stream.push(&json!({"type": "message_start", "message": {
///     "id": "msg_1", "model": "claude-haiku-4-5-20251001",
///     "usage": {"input_tokens": 25, "cache_read_input_tokens": 1000, "output_tokens": 1},
/// }}));
/// stream.push(&json!({"type": "content_block_delta", "delta": {"text": "Hello"}}));
/// stream.push(&json!({"type": "message_delta",
///     "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 15}}));
///
/// let extracted = stream.extract(PriceTable::embedded(), "anthropic");
/// let usage = extracted.usage.unwrap();
/// assert_eq!((usage[Bucket::Input], usage[Bucket::CacheRead], usage[Bucket::Output]), (25, 1000, 15));
/// assert_eq!(extracted.finish_reasons, ["end_turn"]);
/// ```
#[derive(Clone, Debug)]
pub struct StreamUsage {
    response: Value,
    nodes: usize,
    finish_reasons: Vec<Box<str>>,
}

impl Default for StreamUsage {
    fn default() -> Self {
        Self { response: Value::Object(Map::new()), nodes: 0, finish_reasons: Vec::new() }
    }
}

impl StreamUsage {
    /// Nothing seen yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in one event.
    pub fn push(&mut self, event: &Value) {
        let body = super::envelope::unwrap(event);
        // What the event itself says comes last, so that it wins.
        let parts = [Some(body).filter(|body| !std::ptr::eq(*body, event)), Some(event)];
        for part in parts.into_iter().flatten() {
            let (Value::Object(kept), Value::Object(part)) = (&mut self.response, part) else {
                continue;
            };
            for &key in KEPT {
                if let Some(value) = part.get(key) {
                    merge(kept, key, value, MAX_DEPTH, &mut self.nodes);
                }
            }
        }
        for reason in said::Said::read(event, body, None).finish_reasons {
            // The responses API reports `in_progress` in each of its events.
            let is_end = reason != "in_progress" && reason != "queued";
            if is_end && self.finish_reasons.len() < MAX_FINISH_REASONS {
                self.finish_reasons.push(reason.into());
            }
        }
    }

    /// What the stream has said so far; for a stream that was broken off, that is part of it.
    ///
    /// `provider` as for [`PriceTable::extract`].
    pub fn extract<'a>(&'a self, table: &'a PriceTable, provider: &'a str) -> Extracted<'a> {
        let mut extracted = table.extract(provider, &self.response);
        extracted.finish_reasons = self.finish_reasons.iter().map(|reason| &**reason).collect();
        extracted
    }
}

/// Puts `value` over what stands under `key`: objects key by key, all else as it is.
fn merge(into: &mut Map<String, Value>, key: &str, value: &Value, depth: usize, nodes: &mut usize) {
    let is_new = !into.contains_key(key);
    let too_much = depth == 0 || key.len() > MAX_TEXT_BYTES || (is_new && *nodes >= MAX_NODES);
    let kept = match value {
        _ if too_much => return,
        Value::Null => return,
        Value::String(text) if text.len() > MAX_TEXT_BYTES => return,
        Value::Object(fields) => {
            *nodes += usize::from(is_new);
            let slot = into.entry(key).or_insert_with(|| Value::Object(Map::new()));
            if !slot.is_object() {
                *slot = Value::Object(Map::new());
            }
            if let Value::Object(slot) = slot {
                for (key, value) in fields {
                    merge(slot, key, value, depth - 1, nodes);
                }
            }
            return;
        }
        // Lists of counts by modality are short and flat; a list of anything else is left out.
        Value::Array(items) => match short(items) {
            Some(items) => Value::Array(items),
            None => return,
        },
        scalar => scalar.clone(),
    };
    *nodes += usize::from(is_new);
    into.insert(key.to_owned(), kept);
}

/// The list again, if its items are a few objects of numbers and names.
fn short(items: &[Value]) -> Option<Vec<Value>> {
    let is_scalar = |value: &Value| match value {
        Value::String(text) => text.len() <= MAX_TEXT_BYTES,
        Value::Array(_) | Value::Object(_) => false,
        _ => true,
    };
    let is_flat = |item: &Value| match item {
        Value::Object(fields) => {
            let is_short =
                |(key, value): (&String, &Value)| key.len() <= MAX_TEXT_BYTES && is_scalar(value);
            fields.len() <= 8 && fields.iter().all(is_short)
        }
        item => is_scalar(item),
    };
    (items.len() <= MAX_FINISH_REASONS && items.iter().all(is_flat)).then(|| items.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn memory_does_not_grow_with_the_stream() {
        let mut stream = StreamUsage::new();
        for number in 0..10_000 {
            let key = format!("made_up_{number}");
            stream.push(&json!({"usage": {key: number}, "choices": [{"finish_reason": "stop"}]}));
        }
        assert!(stream.nodes <= MAX_NODES);
        assert!(stream.finish_reasons.len() <= MAX_FINISH_REASONS);
        assert!(stream.response.to_string().len() < MAX_NODES * 40);
    }

    #[test]
    fn a_later_count_replaces_an_earlier_one_and_null_does_not() {
        let mut stream = StreamUsage::new();
        stream.push(&json!({"usageMetadata": {"promptTokenCount": 4, "candidatesTokenCount": 1}}));
        stream.push(&json!({"usageMetadata": {"promptTokenCount": 4, "candidatesTokenCount": 9}}));
        stream.push(&json!({"usageMetadata": null}));
        let usage = stream.extract(PriceTable::embedded(), "google").usage.unwrap();
        assert_eq!((usage.input_tokens(), usage.output_tokens()), (4, 9));
    }

    #[test]
    fn a_stream_that_was_broken_off_before_its_counts_has_none() {
        let mut stream = StreamUsage::new();
        stream.push(
            &json!({"model": "gpt-4o", "choices": [{"delta": {"content": "a"}}], "usage": null}),
        );
        let extracted = stream.extract(PriceTable::embedded(), "openai");
        assert_eq!(extracted.model, Some("gpt-4o"));
        assert!(!extracted.usage.unwrap_err().is_invalid());
    }
}
