//! What `lumina::inventory()` knows of a program: everything, before any of it has run.
#![forbid(unsafe_code)]
#![deny(warnings, clippy::all, clippy::pedantic)]
#![allow(dead_code, reason = "listed without being called is the point")]

mod policies;
mod shapes;

use lumina::inventory::Entry;

/// The one entry of that name.
fn entry(name: &str) -> Entry {
    let mut entries = named(name);
    assert_eq!(entries.len(), 1, "{name}: {entries:?}");
    entries.remove(0)
}

fn named(name: &str) -> Vec<Entry> {
    lumina::inventory().into_iter().filter(|entry| entry.name == name).collect()
}

#[lumina::traced(
    "everything-about-it",
    llm,
    kind = client,
    level = "debug",
    capture(prompt, email),
    attrs(model.name = "small", late = _),
    ok(|n| tokens = *n, again = email)
)]
fn everything(prompt: &str, #[redact(pii)] email: &str) -> usize {
    prompt.len() + email.len()
}
const LINE: u32 = line!() - 12;

#[test]
fn an_entry_says_what_the_declaration_says() {
    let entry = entry("everything-about-it");
    assert_eq!((entry.operation, entry.kind, entry.level), (Some("llm"), "client", "DEBUG"));
    assert!(!entry.block);
    let attributes: Vec<_> =
        entry.attributes.iter().map(|attribute| (attribute.key, attribute.redacted)).collect();
    let expected = [
        ("prompt", false),
        ("email", true),
        ("model.name", false),
        ("late", false),
        ("tokens", false),
        ("again", true),
    ];
    assert_eq!(attributes, expected);
    assert!(entry.policies.is_empty());
    assert_eq!((entry.file, entry.line, entry.module_path), (file!(), LINE, module_path!()));
}

#[test]
fn an_entry_is_shown_on_a_line() {
    let shown = entry("everything-about-it").to_string();
    let attributes = "{prompt, email=[redacted], model.name, late, tokens, again=[redacted]}";
    assert_eq!(shown, format!("everything-about-it [llm] {attributes} {}:{LINE}", file!()));
}

#[test]
fn entries_are_sorted_and_listed_once() {
    let entries = lumina::inventory();
    let order = |entry: &Entry| (entry.name, entry.file, entry.line);
    assert!(entries.is_sorted_by_key(order));
    assert!(entries.len() > 10, "{entries:?}");
    assert_eq!(named("everything-about-it").len(), 1);
}

#[test]
fn having_run_makes_no_difference() {
    let before = lumina::inventory();
    let spans = lumina::testing::capture_sync(|| everything("a", "b"));
    spans.span("everything-about-it").has_attribute("email", "[PII]");
    assert_eq!(lumina::inventory(), before);
}

#[test]
fn an_entry_is_a_map_in_json() {
    let json = serde_json::to_value(entry("with-everything")).unwrap();
    assert_eq!(json["name"], "with-everything");
    assert_eq!(json["operation"], serde_json::Value::Null);
    assert_eq!(json["attributes"][0]["key"], "n");
    assert_eq!(json["policies"][0]["fallback"]["name"], "smaller");
    assert_eq!(json["policies"][3]["retry"]["max"], "4");
    assert_eq!(json["block"], false);
    assert_eq!(json["file"], policies::FILE);
    assert!(json["line"].as_u64() > Some(1));
    assert_eq!(json["module_path"], "inventory::policies");
    assert_eq!(json.as_object().map(serde_json::Map::len), Some(10));
}
