//! What holds for any text.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use lumina_redact::Redactor;
use proptest::prelude::*;

struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

// SAFETY: hands everything to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = ALLOCATIONS.try_with(|count| count.set(count.get() + 1));
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn redactor() -> &'static Redactor {
    static REDACTOR: OnceLock<Redactor> = OnceLock::new();
    REDACTOR.get_or_init(Redactor::default)
}

/// Pieces that start rules, so that random text does more than miss all of them.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "\\PC{0,12}",
        "[0-9]{1,19}",
        "[ -./():@=,;\"'\\\\%\\n]{1,3}",
        "[A-Za-z0-9+/_-]{4,60}",
        proptest::sample::select(
            [
                "password",
                "password=",
                "api_key: ",
                "token ",
                "bearer ",
                "Authorization: Basic ",
                "born ",
                "4111 1111 1111 1111",
                "4111111111111111",
                "bob@acme.io",
                "+14155550101",
                "415-555-0132",
                "GB33BUKB20201555555555",
                "536-22-8726",
                "10.42.7.19",
                "2001:db8::8a2e:370:7334",
                "sk-proj-4fK9aZq2LmX8vTn1RsW6Yb3cD5eG7hJ",
                "AKIAIOSFODNN7EXAMPLE",
                "eyJhbGciOiJIUzI1NiJ9.",
                "-----BEGIN RSA PRIVATE KEY-----",
                "-----END RSA PRIVATE KEY-----",
                "[EMAIL]",
                "[CARD ****1111]",
                "[",
                "]",
                "****",
                "%40",
                "\\u0040",
                "\u{ff14}\u{ff11}",
                "\u{200b}",
                "\u{a0}",
                "passport ",
                "cvv ",
                "https://u:",
                "@h.io",
                "Cookie: ",
                "phone ",
                "é",
                "电话",
                "Lindenstraße 14",
                "221 Baker Street",
                "P<",
                "<<<<",
                "Calle ",
                "Via Roma 1",
                "12 rue de",
                "Avenue",
                "str. ",
                "born 1 May 1980",
                "Cookie: a=b;",
                "1EG4-TE5-MK73",
                "0x",
                "bc1q",
                "YWRtaW46c3VwZXJzZWNyZXQxMjM=",
            ]
            .as_slice()
        )
        .prop_map(str::to_owned),
    ];
    proptest::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

/// Random texts a property is tried on: few in every run, more with `PROPTEST_CASES`.
fn cases() -> u32 {
    let more = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    more.unwrap_or(400)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn redacting_twice_is_redacting_once(text in pieces()) {
        let once = redactor().redact(&text).into_owned();
        prop_assert_eq!(redactor().redact(&once), once.as_str());
    }

    #[test]
    fn nothing_is_found_in_redacted_text(text in pieces()) {
        let redacted = redactor().redact(&text);
        prop_assert_eq!(redactor().audit(&redacted), vec![]);
    }

    #[test]
    fn findings_are_in_order_apart_and_on_characters(text in pieces()) {
        let mut end = 0;
        for finding in redactor().audit(&text) {
            prop_assert!(finding.range.start >= end && finding.range.start < finding.range.end);
            prop_assert!(text.get(finding.range.clone()).is_some());
            end = finding.range.end;
        }
    }

    #[test]
    fn parts_are_redacted_as_well_as_their_sum(text in pieces(), cut in 0usize..200) {
        let cut = (0..=cut.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
        let (parts, _) = redactor().redact_parts(&[&text[..cut], &text[cut..]]);
        for part in &parts {
            prop_assert_eq!(redactor().audit(part), vec![]);
        }
    }
}

#[test]
fn text_without_findings_is_borrowed_and_allocates_nothing() {
    let clean = [
        "a short attribute",
        "The quick brown fox jumps over the lazy dog 12 times, at 10:45 on 2024-01-15, 100%20 of it.",
        "trace 4bf92f3577b34da6a3ce929d0e0e4736, 7c9e6679-7425-40de-944b-e07fc1f90ae7, tokens: 512",
        "password must be at least 12 characters; the phone rang; card games; order 4711",
        "naïve café \u{a0} zero\u{200b}width \u{ff11}\u{ff12}",
    ];
    for text in clean {
        assert_eq!(redactor().redact(text), text);
        let before = ALLOCATIONS.with(Cell::get);
        let redacted = redactor().redact(text);
        assert_eq!(ALLOCATIONS.with(Cell::get) - before, 0, "{text}");
        assert!(matches!(redacted, std::borrow::Cow::Borrowed(_)));
    }
}

#[test]
fn twice_the_text_takes_twice_the_time() {
    let hostile = [
        "a@",
        "1 1 1 1 ",
        "-----BEGIN RSA PRIVATE KEY-----",
        "password=",
        "4111 1111 1111 111 ",
        "::a1:",
        "%41%",
        "\u{200b}1",
        "eyJhbGci.",
        "://a:",
        "passport no no no ",
        "born ",
        "[EMAIL",
        "AAAA1",
        "1-",
        "(1) ",
        "bearer ",
        "1.1.1.",
        "xoxb-1",
        "P<",
        "datadog ",
        "\\u0040",
        "cookie: a=",
        "a1b2c3d4e5f6g7h8i9j0",
    ];
    let time = |text: &str| {
        let once = || {
            let start = Instant::now();
            std::hint::black_box(redactor().audit(text));
            start.elapsed()
        };
        (0..3).map(|_| once()).min().unwrap_or(Duration::MAX)
    };
    for piece in hostile {
        let small = time(&piece.repeat(10_000 / piece.len()));
        let large = time(&piece.repeat(80_000 / piece.len()));
        // Eight times the text: a quadratic cost would take 64 times as long.
        assert!(
            large < small * 24 + Duration::from_millis(2),
            "{piece:?}: {small:?} then {large:?}"
        );
    }
}
