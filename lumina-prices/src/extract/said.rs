//! What a response says beside its counts: model, ends, id, tier.

use super::extractor::Extractor;
use crate::table::ServiceTier;
use serde_json::{Map, Value};

/// Longer texts are no names.
const MAX_NAME_BYTES: usize = 256;
const MAX_FINISH_REASONS: usize = 16;

/// What was found in one pass over the keys of a response. Looking each name up would cost more.
#[derive(Default)]
pub(crate) struct Said<'a> {
    pub(crate) model: Option<&'a str>,
    pub(crate) id: Option<&'a str>,
    pub(crate) finish_reasons: Vec<&'a str>,
    tier: Option<&'a str>,
    surcharges: [Option<&'static str>; 3],
    /// The responses API: a status, and the reason where it did not come to its end.
    status: Option<&'a str>,
    incomplete: Option<&'a str>,
}

fn name(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| !text.is_empty() && text.len() <= MAX_NAME_BYTES)
}

fn field<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(name)
}

impl<'a> Said<'a> {
    /// Reads an event, and the response inside of it where the event does not say the same.
    pub(crate) fn read(event: &'a Value, body: &'a Value, extractor: Option<&Extractor>) -> Self {
        let mut said = Self::default();
        for part in [Some(event), Some(body).filter(|body| !std::ptr::eq(*body, event))] {
            if let Some(Value::Object(fields)) = part {
                said.fields(fields);
            }
        }
        if let Some(model) = extractor.and_then(|extractor| extractor.model(body)).and_then(name) {
            said.model = Some(model);
        }
        if said.finish_reasons.is_empty()
            && body.get("object").is_some_and(|object| object == "response")
        {
            said.finish_reasons.extend(said.incomplete.or(said.status));
        }
        said.finish_reasons.truncate(MAX_FINISH_REASONS);
        said
    }

    fn fields(&mut self, fields: &'a Map<String, Value>) {
        for (key, value) in fields {
            match key.as_str() {
                "model" | "modelVersion" | "model_version" => {
                    self.model = self.model.or(name(value))
                }
                "id" | "responseId" | "response_id" | "generation_id" => {
                    self.id = self.id.or(name(value))
                }
                "choices" | "candidates" | "generations" | "results" | "outputs" => {
                    self.list(value)
                }
                "delta" | "messageStop" => self.reason(value),
                "service_tier" => self.tier = self.tier.or(name(value)),
                "serviceTier" => {
                    self.tier = self.tier.or_else(|| name(value).or(field(value, "type")))
                }
                "usageMetadata" => self.tier = self.tier.or(field(value, "trafficType")),
                "usage" => self.usage(value),
                "performanceConfig" if field(value, "latency") == Some("optimized") => {
                    self.surcharges[2] = Some("latency:optimized");
                }
                "status" => self.status = self.status.or(name(value)),
                "incomplete_details" => {
                    self.incomplete = self.incomplete.or(field(value, "reason"))
                }
                key if is_reason(key) && self.finish_reasons.is_empty() => {
                    self.finish_reasons.extend(name(value));
                }
                _ => {}
            }
        }
    }

    /// The ends of all choices.
    fn list(&mut self, items: &'a Value) {
        if self.finish_reasons.is_empty() {
            let items = items.as_array().into_iter().flatten().filter_map(Value::as_object);
            let reasons = items.filter_map(|item| {
                item.iter().find_map(|(key, value)| name(value).filter(|_| is_reason(key)))
            });
            self.finish_reasons.extend(reasons.take(MAX_FINISH_REASONS));
        }
    }

    fn reason(&mut self, part: &'a Value) {
        if let (Value::Object(part), true) = (part, self.finish_reasons.is_empty()) {
            let reason =
                part.iter().find_map(|(key, value)| name(value).filter(|_| is_reason(key)));
            self.finish_reasons.extend(reason);
        }
    }

    fn usage(&mut self, usage: &'a Value) {
        let Value::Object(usage) = usage else { return };
        for (key, value) in usage {
            match key.as_str() {
                "service_tier" => self.tier = self.tier.or(name(value)),
                "speed" if value == "fast" => self.surcharges[0] = Some("fast"),
                "inference_geo" if value == "us" => self.surcharges[1] = Some("inference_geo:us"),
                _ => {}
            }
        }
    }

    /// How the call was served. A surcharge that is no tier by name is one by its price.
    pub(crate) fn tier(&self) -> ServiceTier {
        let tier = self.tier.map_or(ServiceTier::Standard, ServiceTier::parse);
        self.surcharges.into_iter().flatten().fold(tier, |tier, name| match tier {
            ServiceTier::Standard => ServiceTier::Other(name.into()),
            tier => ServiceTier::Other(format!("{tier}+{name}").into()),
        })
    }
}

fn is_reason(key: &str) -> bool {
    matches!(
        key,
        "finish_reason"
            | "finishReason"
            | "stop_reason"
            | "stopReason"
            | "done_reason"
            | "completionReason"
    )
}
