//! Events of streams: the response is inside of them.

use serde_json::Value;

/// The part of an event that looks like a response; the value itself where it is no such event.
pub(crate) fn unwrap(value: &Value) -> &Value {
    let kind = value.get("type").and_then(Value::as_str).unwrap_or_default();
    let inside = match kind {
        // The realtime API's extractor begins at the event itself.
        "response.done" => None,
        // The end of Cohere's streams.
        "message-end" => value.get("delta"),
        "message_start" => value.get("message"),
        _ if kind.starts_with("response.") => value.get("response"),
        _ => None,
    };
    // The end of Bedrock's and of Groq's streams.
    let unnamed = || {
        let has_usage = |part: &&Value| part.get("usage").is_some_and(Value::is_object);
        let hidden =
            || ["metadata", "x_groq"].iter().find_map(|key| value.get(key).filter(has_usage));
        if value.get("usage").is_some_and(Value::is_object) { None } else { hidden() }
    };
    inside.filter(|part| part.is_object()).or_else(unnamed).unwrap_or(value)
}
