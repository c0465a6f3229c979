//! Tool calls: whether the question asks for one of the tools, and with which arguments.
//!
//! Pure, and modest: the tool that shares most words with the question is called once, its
//! arguments picked from the words of the question by the types of the parameters.

use serde_json::{Map, Value, json};

use super::{
    answer,
    wire::{ChatRequest, Function, FunctionCall, ToolCall, function_type},
};
use crate::text;

/// How `tool_choice` restricts the choice.
enum Choice<'a> {
    Never,
    IfAsked,
    Always,
    Named(&'a str),
}

/// Returns the call that `request` asks for, named `id`.
///
/// None once a tool has answered the question, and none if `tool_choice` is `none`. With
/// `required`, or the name of a function, there is one whatever the question says.
pub(super) fn call(request: &ChatRequest, id: &str) -> Option<ToolCall> {
    let tools = request.tools.as_deref().unwrap_or_default();
    let mut tools = tools.iter().filter_map(|tool| tool.function.as_ref());
    if request.messages.last().is_some_and(|message| message.role == "tool") {
        return None;
    }
    let question = answer::question(&request.messages);
    let fit = |function: &&Function| shared_terms(function, &question);
    // `max_by_key` takes the last of equals, so from the back: the first tool wins.
    let function = match choice(request) {
        Choice::Never => None,
        Choice::IfAsked => tools.rev().max_by_key(fit).filter(|function| fit(function) > 0),
        Choice::Always => tools.rev().max_by_key(fit),
        Choice::Named(name) => tools.find(|function| function.name == name),
    }?;
    let arguments = arguments(function.parameters.as_ref(), &question).to_string();
    let function = FunctionCall { name: function.name.clone(), arguments };
    Some(ToolCall { id: id.to_owned(), kind: function_type(), function })
}

fn choice(request: &ChatRequest) -> Choice<'_> {
    match &request.tool_choice {
        Some(Value::String(mode)) if mode == "none" => Choice::Never,
        Some(Value::String(mode)) if mode == "required" => Choice::Always,
        Some(choice) => match choice["function"]["name"].as_str() {
            Some(name) => Choice::Named(name),
            None => Choice::IfAsked,
        },
        None => Choice::IfAsked,
    }
}

fn shared_terms(function: &Function, question: &str) -> usize {
    let described = format!("{} {}", function.name, function.description.as_deref().unwrap_or(""));
    let described: Vec<_> = text::terms(&described).collect();
    text::terms(question).filter(|term| described.contains(term)).count()
}

/// Fills in the parameters of a JSON schema from the words of `question`.
///
/// Required ones always get a value; others only if a word fits.
fn arguments(schema: Option<&Value>, question: &str) -> Value {
    let none = Map::new();
    let properties = schema.and_then(|schema| schema["properties"].as_object()).unwrap_or(&none);
    let required = schema.and_then(|schema| schema["required"].as_array());
    let is_required = |name: &str| required.is_some_and(|list| list.iter().any(|n| n == name));
    let filled = properties.iter().filter_map(|(name, property)| {
        let value = fitting(property, question)
            .or_else(|| is_required(name).then(|| fallback(property, question)));
        Some((name.clone(), value?))
    });
    Value::Object(filled.collect())
}

/// Returns the value in `question` that fits `property`: one of its `enum`, a number, or a word
/// with a digit in it, as order numbers have.
fn fitting(property: &Value, question: &str) -> Option<Value> {
    let is_mark = |c: char| !c.is_alphanumeric() && !matches!(c, '-' | '_' | '.');
    let mut words =
        question.split(is_mark).map(|word| word.trim_matches('.')).filter(|word| !word.is_empty());
    if let Some(values) = property["enum"].as_array() {
        let said = |value: &&Value| {
            value.as_str().is_some_and(|v| words.clone().any(|word| word.eq_ignore_ascii_case(v)))
        };
        return values.iter().find(said).cloned();
    }
    match property["type"].as_str()? {
        "integer" => words.find_map(|word| word.parse::<i64>().ok()).map(Value::from),
        "number" => words.find_map(|word| word.parse::<f64>().ok()).map(Value::from),
        "string" => words.find(|word| word.contains(|c: char| c.is_ascii_digit())).map(Value::from),
        _ => None,
    }
}

/// Returns a value of the right type where the question has none.
fn fallback(property: &Value, question: &str) -> Value {
    if let Some(first) = property["enum"].get(0) {
        return first.clone();
    }
    match property["type"].as_str() {
        Some("integer" | "number") => json!(0),
        Some("boolean") => json!(true),
        Some("array") => json!([]),
        Some("object") => json!({}),
        _ => json!(question),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn called(question: &str, choice: Value) -> Option<(String, Value)> {
        let order = json!({ "name": "order_status", "description": "Looks up the status of an order",
            "parameters": { "type": "object", "required": ["order_id", "verbose"], "properties": {
                "order_id": { "type": "string" },
                "carrier": { "type": "string", "enum": ["ups", "dhl"] },
                "days": { "type": "integer" },
                "verbose": { "type": "boolean" },
            } } });
        let refund = json!({ "name": "refund", "description": "Pays money back" });
        let tools = [order, refund].map(|f| json!({ "type": "function", "function": f }));
        let request = json!({ "model": "m", "tools": tools, "tool_choice": choice,
            "messages": [{ "role": "user", "content": question }] });
        let call = call(&serde_json::from_value(request).unwrap(), "call_1")?;
        Some((call.function.name, serde_json::from_str(&call.function.arguments).unwrap()))
    }

    #[test]
    fn the_tool_the_question_is_about_is_called_with_words_of_the_question() {
        let (name, arguments) =
            called("What is the status of order A-1042 by DHL, sent 3 days ago?", Value::Null)
                .unwrap();
        assert_eq!(name, "order_status");
        let expected =
            json!({ "order_id": "A-1042", "carrier": "dhl", "days": 3, "verbose": true });
        assert_eq!(arguments, expected);
    }

    #[test]
    fn optional_arguments_are_left_out_where_nothing_fits() {
        let (_, arguments) = called("status of order B7?", json!("auto")).unwrap();
        assert_eq!(arguments, json!({ "order_id": "B7", "verbose": true }));
    }

    #[test]
    fn a_question_about_no_tool_calls_none_unless_required() {
        assert_eq!(called("How large is the queue?", Value::Null), None);
        let (name, _) = called("How large is the queue?", json!("required")).unwrap();
        assert_eq!(name, "order_status");
    }

    #[test]
    fn the_choice_of_the_request_is_kept() {
        assert_eq!(called("status of order B7?", json!("none")), None);
        let named = json!({ "type": "function", "function": { "name": "refund" } });
        assert_eq!(called("status of order B7?", named).unwrap().0, "refund");
    }
}
