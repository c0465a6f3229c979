//! What a response says beside its counts: model, ends, id, tier.

use super::extractor::Extractor;
use crate::table::ServiceTier;
use serde_json::Value;

/// Longer texts are no names.
const MAX_NAME_BYTES: usize = 256;
const MAX_FINISH_REASONS: usize = 16;

fn name(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| !text.is_empty() && text.len() <= MAX_NAME_BYTES)
}

/// The name under the first of these keys that has one.
fn first<'a>(value: &'a Value, keys: &[&str]) -> Option<&'a str> {
    keys.iter().find_map(|key| value.get(key).and_then(name))
}

pub(crate) fn model<'a>(extractor: Option<&Extractor>, value: &'a Value) -> Option<&'a str> {
    let by_rule = extractor.and_then(|extractor| extractor.model(value)).and_then(name);
    by_rule.or_else(|| first(value, &["model", "modelVersion", "model_version"]))
}

pub(crate) fn id(value: &Value) -> Option<&str> {
    let metadata = || first(value.get("ResponseMetadata")?, &["RequestId"]);
    first(value, &["id", "responseId", "response_id", "generation_id"]).or_else(metadata)
}

/// Why the model stopped, for each choice, wherever providers say so.
pub(crate) fn finish_reasons<'a>(event: &'a Value, body: &'a Value) -> Vec<&'a str> {
    const KEYS: &[&str] = &[
        "finish_reason",
        "finishReason",
        "stop_reason",
        "stopReason",
        "done_reason",
        "completionReason",
    ];
    let mut reasons = Vec::new();
    for list in ["choices", "candidates", "generations", "results", "outputs"] {
        let items = body.get(list).and_then(Value::as_array).into_iter().flatten();
        reasons.extend(items.filter_map(|item| first(item, KEYS)).take(MAX_FINISH_REASONS));
    }
    if reasons.is_empty() {
        let delta = event.get("delta");
        let message_stop = event.get("messageStop");
        let places = [Some(body), Some(event), delta, message_stop];
        reasons.extend(places.into_iter().flatten().find_map(|place| first(place, KEYS)));
    }
    if reasons.is_empty() && body.get("object").and_then(Value::as_str) == Some("response") {
        // The responses API: a status, and the reason where it did not come to its end.
        let incomplete =
            body.get("incomplete_details").and_then(|details| first(details, &["reason"]));
        reasons.extend(incomplete.or_else(|| first(body, &["status"])));
    }
    reasons.truncate(MAX_FINISH_REASONS);
    reasons
}

/// How the call was served. A surcharge that is no tier by name is one by its price.
pub(crate) fn tier(body: &Value) -> ServiceTier {
    let usage = body.get("usage");
    let of_usage = |key: &str| usage.and_then(|usage| usage.get(key)).and_then(name);
    let said = first(body, &["service_tier"])
        .or_else(|| of_usage("service_tier"))
        .or_else(|| first(body.get("serviceTier")?, &["type"]))
        .or_else(|| first(body, &["serviceTier"]))
        .or_else(|| first(body.get("usageMetadata")?, &["trafficType"]));
    let tier = said.map_or(ServiceTier::Standard, ServiceTier::parse);
    let fast = of_usage("speed") == Some("fast");
    let in_one_country = of_usage("inference_geo") == Some("us");
    let optimized = body.get("performanceConfig").and_then(|config| first(config, &["latency"]))
        == Some("optimized");
    let surcharges =
        [(fast, "fast"), (in_one_country, "inference_geo:us"), (optimized, "latency:optimized")];
    surcharges.into_iter().filter(|(is_so, _)| *is_so).fold(tier, |tier, (_, name)| match tier {
        ServiceTier::Standard => ServiceTier::Other(name.into()),
        tier => ServiceTier::Other(format!("{tier}+{name}").into()),
    })
}
