//! Keys and texts that are hard on whoever parses them.

use crate::record;
use lumina::model::Value;

/// As many keys as no fixed-size array of `tracing` holds.
macro_rules! many {
    ($($key:ident)*) => {
        #[lumina::traced(attrs($($key = stringify!($key)),*))]
        fn many() {}
        const MANY: &[&str] = &[$(stringify!($key)),*];
    };
}
many!(a00 a01 a02 a03 a04 a05 a06 a07 a08 a09 a10 a11 a12 a13 a14 a15 a16 a17 a18 a19
      a20 a21 a22 a23 a24 a25 a26 a27 a28 a29 a30 a31 a32 a33 a34 a35 a36 a37 a38 a39
      a40 a41 a42 a43 a44 a45 a46 a47 a48 a49 a50 a51 a52 a53 a54 a55 a56 a57 a58 a59);

#[test]
fn more_than_thirty_two_attributes_all_arrive() {
    let (_, span) = record("many", many);
    let keys: Vec<&str> = span.attributes.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, MANY);
    assert!(span.attributes.iter().all(|(key, value)| *value == Value::from(key.as_str())));
}

#[test]
fn other_subscribers_see_more_than_thirty_two_fields_too() {
    use tracing_mock::{expect, subscriber};
    let mut fields = expect::field(MANY[0]).with_value(&MANY[0]).and(expect::field(MANY[1]));
    for key in &MANY[2..] {
        fields = fields.and(expect::field(*key).with_value(key));
    }
    let new = expect::span().named("many").with_fields(fields.only());
    let (subscriber, handle) = subscriber::mock().new_span(new).run_with_handle();
    tracing::subscriber::with_default(subscriber, || record("many", many));
    handle.assert_finished();
}

#[test]
fn reserved_and_dotted_keys_are_keys() {
    #[lumina::traced(attrs(
        "name" = 1, "message" = 2, "error.type" = 3, "error" = 4, "otel.name" = 5, "span_id" = 6,
        "trace_id" = 7, "parent_id" = 8, "attributes" = 9, "lumina.outcome" = 10, "a.b.c" = 11,
        type.fn.match = 12, "with space" = 13, "\"quoted\\\"" = 14,
    ))]
    fn reserved() {}
    let (_, span) = record("reserved", reserved);
    let values: Vec<Value> = span.attributes.iter().map(|(_, value)| value.clone()).collect();
    assert_eq!(values, (1..=14).map(Value::from).collect::<Vec<_>>());
    assert_eq!(span.name, "reserved");
    assert_eq!(span.attribute("type.fn.match"), Some(&12.into()));
    assert_eq!(span.attribute("\"quoted\\\""), Some(&14.into()));
}

#[test]
fn the_last_value_of_a_key_wins() {
    const KEY: &str = "k";
    #[lumina::traced(attrs(k = 1, {KEY} = 2))]
    fn twice() {
        lumina::record!(k = 3);
    }
    let (_, span) = record("twice", twice);
    assert_eq!(span.attributes, [("k".to_owned(), Value::I64(3))]);
}

#[test]
fn an_empty_key_and_one_of_a_hundred_kilobytes() {
    static BYTES: [u8; 100_000] = [b'k'; 100_000];
    const LONG: &str = match std::str::from_utf8(&BYTES) {
        Ok(text) => text,
        Err(_) => panic!("ASCII"),
    };
    #[lumina::traced(attrs("" = "empty", {LONG} = "long"))]
    fn declared() {
        lumina::event!("e", "" = 1, { LONG } = 2);
    }
    #[lumina::traced]
    fn recorded() {
        lumina::record!("" = "empty", { LONG } = "long");
    }
    let (_, span) = record("declared", declared);
    assert_eq!(span.attribute(""), Some(&"empty".into()));
    assert_eq!(span.attribute(LONG), Some(&"long".into()));
    assert_eq!(span.events[0].attributes.len(), 2);
    let (_, span) = record("recorded", recorded);
    assert_eq!(span.attribute(""), Some(&"empty".into()));
    assert_eq!(span.attribute(LONG), Some(&"long".into()));
}

#[test]
fn text_of_every_kind_arrives_unchanged() {
    const TEXTS: [&str; 7] = [
        "",
        "a\0b",
        "\u{202e}rtl\u{202c} \u{200f}",
        "👩\u{200d}👩\u{200d}👧\u{200d}👦",
        "e\u{301} \u{feff} \u{ffff} \u{10ffff}",
        "line\r\nline\u{2028}\u{85}\x1b[31m",
        "{\"json\": \"\\ud800\"} </script><!-- %s %n",
    ];
    #[lumina::traced(capture(text), attrs("\0\u{202e}👩\u{200d}👧" = text))]
    fn say(text: &str) {
        lumina::event!("said\0", text = text);
    }
    for text in TEXTS {
        let (_, span) = record("say", || say(text));
        assert_eq!(span.attribute("text"), Some(&text.into()));
        assert_eq!(span.attribute("\0\u{202e}👩\u{200d}👧"), Some(&text.into()));
        assert_eq!(span.events[0].name, "said\0");
        assert_eq!(span.events[0].attributes, [("text".to_owned(), text.into())]);
    }
}

#[test]
fn a_name_may_be_odd() {
    #[lumina::traced("a\0\u{202e}👩\u{200d}👧 b")]
    fn odd() {}
    record("a\0\u{202e}👩\u{200d}👧 b", odd);
}

#[test]
fn a_huge_text_is_cut_between_two_characters_and_its_length_noted() {
    #[lumina::traced(capture(text))]
    fn read(text: &str) -> usize {
        text.len()
    }
    let text = "ä".repeat(10 << 20);
    let (output, span) = record("read", || read(&text));
    assert_eq!(output, text.len());
    let Some(Value::Str(kept)) = span.attribute("text") else {
        panic!("{:?}", span.attribute("text"))
    };
    assert!(kept.len() < 64 * 1024, "{}", kept.len());
    let marked = kept.trim_start_matches('ä');
    assert!(marked.contains(&text.len().to_string()), "{marked}");
    assert!(kept.len() - marked.len() > 30_000);
}
