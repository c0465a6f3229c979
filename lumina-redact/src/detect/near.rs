//! Values behind the word that names them: `passport no. 533380006`.

use super::numbers::compact;
use crate::finding::Reason;
use crate::scan::Scan;
use crate::table::near::NEAR;

/// How far behind the word a value is looked for.
const REACH: usize = 40;
/// Words between the two.
const MAX_WORDS: usize = 4;

/// The word of a rule is at `start..end`.
pub(crate) fn near(scan: &mut Scan<'_>, near: u16, start: usize, end: usize) {
    if scan.before(start).is_some_and(|b| b.is_ascii_lowercase())
        && scan.text[start].is_ascii_lowercase()
    {
        return;
    }
    let rule = &scan.engine.near[usize::from(near)];
    let row = &NEAR[usize::from(rule.near)];
    let mut at = end;
    // `social insurance number` and `national insurance number` are numbers of their own.
    let insured = [&b"social "[..], b"national "];
    if row.head.name == "health-insurance"
        && insured.iter().any(|word| {
            let from = start.saturating_sub(word.len());
            scan.text[from..start].eq_ignore_ascii_case(word)
        })
    {
        return;
    }
    // The rest of a longer name, `passportNumber`; behind a sign, `vin:WBA..`, the value begins.
    let named = scan.text[end - 1].is_ascii_alphabetic();
    while named
        && scan.byte(at).is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && at < end + 16
    {
        at += 1;
    }
    let mut words = 0;
    while at < end + REACH && words <= MAX_WORDS {
        let Some(byte) = scan.byte(at) else { return };
        if byte == b'\n' || byte == b'{' || byte == b'}' {
            return;
        }
        if !byte.is_ascii_alphanumeric() {
            at += 1;
            continue;
        }
        let token =
            scan.text[at..].iter().take(40).take_while(|b| b.is_ascii_alphanumeric()).count();
        for shape in &rule.shapes {
            let Some(found) = shape.match_at(scan.text, at) else { continue };
            let mut buffer = [0u8; 40];
            let value = compact(&scan.text[at..found.end], &mut buffer);
            let passes = value.is_some_and(|value| {
                value.iter().any(|b| b.is_ascii_digit() || row.head.name == "bic")
                    && row.check.is_none_or(|check| check(value))
            });
            if passes && scan.opens(at) && scan.closes(found.end) {
                let reason = Reason::with("form of the value", Some(row.head.name));
                scan.push(rule.rule, at, found.end, row.score, reason);
                return;
            }
        }
        if scan.text[at..at + token].iter().any(u8::is_ascii_digit) {
            return;
        }
        words += 1;
        at += token;
    }
}
