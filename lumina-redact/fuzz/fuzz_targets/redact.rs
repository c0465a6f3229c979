//! Any text: no panic, nothing found in what was redacted, ranges on characters.
//!
//! `cargo +nightly fuzz run redact seeds/redact -- -max_total_time=60`, in `lumina-redact/fuzz`.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use lumina_redact::Redactor;

static REDACTOR: LazyLock<Redactor> = LazyLock::new(Redactor::default);

fuzz_target!(|text: &str| {
    for finding in REDACTOR.audit(text) {
        assert!(text.get(finding.range).is_some());
    }
    let once = REDACTOR.redact(text).into_owned();
    assert!(REDACTOR.audit(&once).is_empty());
    assert_eq!(REDACTOR.redact(&once), once.as_str());
    let middle = (0..=text.len() / 2).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    let (parts, _) = REDACTOR.redact_parts(&[&text[..middle], &text[middle..]]);
    assert!(parts.iter().all(|part| REDACTOR.audit(part).is_empty()));
});
