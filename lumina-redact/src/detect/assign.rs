//! Values assigned to names: `password=..`, `"api_key": ".."`, `the password is ..`.

use super::stand_in::is_stand_in;
use crate::finding::Reason;
use crate::scan::Scan;
use crate::table::custom::Custom;

/// A value behind a name.
pub(super) struct Value {
    pub(super) start: usize,
    pub(super) end: usize,
    quoted: bool,
    /// `=` without blanks, as in URLs and connection strings.
    pub(super) tight: bool,
    /// "is" instead of a sign.
    spoken: bool,
}

/// The most bytes of a name between the word and the sign: `_KEY_FOR_TESTS`.
const NAME: usize = 32;
pub(super) const LONGEST: usize = 512;

/// Finds the value assigned behind `end`, the end of a word.
pub(super) fn value(scan: &Scan<'_>, end: usize) -> Option<Value> {
    let text = scan.text;
    let mut at = end;
    // The name goes on: letters, digits, joins, and a few words of prose.
    let mut spoken = false;
    let mut assigned = false;
    let mut tight = false;
    while at < (end + NAME).min(text.len()) {
        match text[at] {
            b'=' | b':' => {
                tight =
                    text[at] == b'=' && text.get(at + 1).is_some_and(|b| !b.is_ascii_whitespace());
                assigned = true;
                at += 1;
                // `:=`, `=>`, `==`, `::`
                match (text[at - 1], text.get(at)) {
                    (b'=', Some(b'=')) | (b':', Some(b':')) => return None,
                    (_, Some(b'=' | b'>')) => at += 1,
                    _ => {}
                }
                break;
            }
            byte if byte.is_ascii_alphanumeric() => {
                let length = text[at..]
                    .iter()
                    .take(NAME)
                    .take_while(|b| b.is_ascii_alphanumeric() || **b == b'_')
                    .count();
                let word = &text[at..at + length];
                at += length;
                let verb: [&[u8]; 8] = [b"is", b"was", b"est", b"ist", b"es", b"of", b"to", b"as"];
                let preceded = text[at - length - 1] == b' ';
                if preceded && verb[..5].iter().any(|verb| word.eq_ignore_ascii_case(verb)) {
                    spoken = true;
                    break;
                }
            }
            b'_' | b'-' | b'.' | b' ' | b'"' | b'\'' | b'\\' | b']' | b'`' | b'*' => at += 1,
            _ => return None,
        }
    }
    if !assigned && !spoken {
        return None;
    }
    let skipped = text[at..].iter().take(4).take_while(|b| matches!(b, b' ' | b'\t')).count();
    at += skipped;
    // Quotes, escaped or not: `"`, `\"`, `\\\"`.
    let mut quote = None;
    let slashes = text[at..].iter().take(4).take_while(|&&b| b == b'\\').count();
    if let Some(&sign @ (b'"' | b'\'' | b'`')) = text.get(at + slashes) {
        quote = Some(sign);
        at += slashes + 1;
    }
    let rest = &text[at..text.len().min(at + LONGEST)];
    let stop = |&b: &u8| match quote {
        Some(sign) => b == sign || b == b'\n',
        None => {
            b.is_ascii_whitespace()
                || matches!(
                    b,
                    b'"' | b'\''
                        | b'`'
                        | b','
                        | b';'
                        | b'&'
                        | b')'
                        | b'}'
                        | b'|'
                        | b'<'
                        | b'>'
                        | b']'
                )
        }
    };
    let mut length = rest.iter().position(stop).unwrap_or(rest.len());
    if quote.is_some() {
        while length > 0 && rest[length - 1] == b'\\' {
            length -= 1;
        }
    } else {
        while length > 0 && matches!(rest[length - 1], b'.' | b':' | b'\\' | b'?') {
            length -= 1;
        }
    }
    (length > 0).then_some(Value {
        start: at,
        end: at + length,
        quoted: quote.is_some(),
        tight,
        spoken,
    })
}

/// Bits of information a byte, from how often each byte occurs; at most 6 for 64 symbols.
pub(super) fn entropy(value: &[u8]) -> f32 {
    let mut counts = [0u16; 256];
    value.iter().for_each(|&b| counts[usize::from(b)] += 1);
    let length = value.len() as f32;
    counts.iter().filter(|&&n| n > 0).map(|&n| f32::from(n) / length).map(|p| -p * p.log2()).sum()
}

/// Whether the word at `start` begins a name: `password`, `dbPassword`, `DB_PASSWORD`.
fn begins_name(scan: &Scan<'_>, start: usize) -> bool {
    let before = scan.before(start);
    let lower = scan.text[start].is_ascii_lowercase();
    !(lower && before.is_some_and(|b| b.is_ascii_lowercase()))
        || scan.text[start..].len() >= 8
            && scan.text[start..start + 8].eq_ignore_ascii_case(b"password")
}

/// A name for passwords is at `start..end`.
pub(crate) fn password(scan: &mut Scan<'_>, start: usize, end: usize) {
    // The sign may be part of the word: `pass=`.
    let end = if matches!(scan.before(end), Some(b'=' | b':' | b' ')) { end - 1 } else { end };
    if !begins_name(scan, start) {
        return;
    }
    let Some(value) = value(scan, end) else { return };
    // `PASSWORD_MIN_LENGTH = 12`, `password_hash`, `password reset link:`
    let name = &scan.text[end..value.start];
    let about = [
        &b"len"[..],
        b"LEN",
        b"Len",
        b"min",
        b"MIN",
        b"reset",
        b"RESET",
        b"policy",
        b"polic",
        b"field",
        b"Field",
        b"count",
        b"COUNT",
        b"expir",
        b"EXPIR",
        b"must",
        b"file",
        b"FILE",
        b"path",
        b"PATH",
        b"hint",
        b"manager",
        b"protected",
    ];
    if about.iter().any(|word| memchr::memmem::find(name, word).is_some()) {
        return;
    }
    let text = &scan.text[value.start..value.end];
    let length = text.len();
    let digit = text.iter().any(u8::is_ascii_digit);
    let sign = text.iter().any(|b| b.is_ascii_punctuation() && !b"_-.,/'?!".contains(b));
    let mixed =
        text.iter().any(u8::is_ascii_lowercase) && text[1..].iter().any(u8::is_ascii_uppercase);
    let exclaimed = text.ends_with(b"!") && !value.spoken;
    let plain = !(digit || sign || mixed || exclaimed);
    let follows = scan.byte(value.end);
    let argument = !value.quoted && plain && matches!(follows, Some(b')' | b','));
    if length < 3 || is_stand_in(text, value.quoted) || argument {
        return;
    }
    let score = match (value.quoted, plain, value.tight, value.spoken) {
        (true, false, ..) => 85,
        (true, true, _, false) if !text.contains(&b' ') => 72,
        (false, false, _, true) if length >= 4 => 75,
        (false, false, ..) if length >= 4 => 82,
        (false, true, true, _) if length >= 4 => 66,
        _ => 40,
    };
    scan.push_custom(
        Custom::Password,
        (value.start, value.end),
        score,
        Reason::check("value assigned to a name for passwords"),
    );
}

/// A name for keys or tokens is at `start..end`.
pub(crate) fn credential(scan: &mut Scan<'_>, start: usize, end: usize) {
    let end = if matches!(scan.before(end), Some(b'=' | b':')) { end - 1 } else { end };
    // `tokens`, `tokenizer`, `secretary`
    let goes_on = scan.byte(end).is_some_and(|b| b.is_ascii_lowercase())
        && scan.text[start..].first().is_some_and(u8::is_ascii_lowercase);
    if goes_on && scan.byte(end) != Some(b's') {
        return;
    }
    let Some(value) = value(scan, end) else { return };
    let text = &scan.text[value.start..value.end];
    let symbols = text.iter().all(|b| b.is_ascii_alphanumeric() || b"_-+/=.~:%!$#@^&*".contains(b));
    let digits = text.iter().filter(|b| b.is_ascii_digit()).count();
    let letters = text.iter().filter(|b| b.is_ascii_alphabetic()).count();
    if text.len() < 10 || !symbols || is_stand_in(text, value.quoted) {
        return;
    }
    // A path or a dotted name is read, not random.
    let words = text
        .split(|b| b"_-./: ".contains(b))
        .filter(|part| !part.is_empty() && part.iter().all(u8::is_ascii_alphabetic))
        .count();
    let parts = text.split(|b| b"_-./: ".contains(b)).filter(|part| !part.is_empty()).count();
    let readable = words * 2 > parts && parts > 1;
    let random = entropy(text) >= if text.len() >= 20 { 3.0 } else { 2.9 };
    if digits == 0 && text.len() < 24 || letters == 0 || digits + letters < 8 || readable || !random
    {
        return;
    }
    // Cursors are shown to everybody.
    let head = &scan.text[start.saturating_sub(16)..start];
    let public = [
        &b"page"[..],
        b"next",
        b"Page",
        b"Next",
        b"public",
        b"PUBLIC",
        b"cursor",
        b"continuation",
        b"idempotency",
    ];
    if public.iter().any(|word| memchr::memmem::find(head, word).is_some()) {
        return;
    }
    let score = if text.len() >= 16 { 80 } else { 66 };
    scan.push_custom(
        Custom::Credential,
        (value.start, value.end),
        score,
        Reason::check("random value assigned to a name for keys or tokens"),
    );
}

/// A vendor's name is at `start..end`.
pub(crate) fn vendor(scan: &mut Scan<'_>, vendor: u16, start: usize, end: usize) {
    if scan.before(start).is_some_and(|b| b.is_ascii_lowercase())
        && scan.text[start].is_ascii_lowercase()
    {
        return;
    }
    let Some(value) = value(scan, end) else { return };
    let name = &scan.text[end..value.start];
    // `datadog trace id: ..` assigns too.
    let other = [
        &b"trace"[..],
        b"span",
        b"commit",
        b"hash",
        b"sha",
        b"version",
        b"url",
        b"host",
        b"TRACE",
        b"COMMIT",
    ];
    if other.iter().any(|word| memchr::memmem::find(name, word).is_some()) {
        return;
    }
    let rule = &scan.engine.vendors[usize::from(vendor)];
    let Some(found) = rule.shape.match_at(scan.text, value.start) else { return };
    if scan.byte(found.end).is_some_and(|b| b.is_ascii_alphanumeric() || b == b'_') {
        return;
    }
    let text = &scan.text[found.from..found.to];
    let digits = text.iter().filter(|b| b.is_ascii_digit()).count();
    if digits < 1 || entropy(text) < 2.8 {
        return;
    }
    scan.push(
        rule.rule,
        found.from,
        found.to,
        88,
        Reason::check("the vendor's name and the form of its keys"),
    );
}
