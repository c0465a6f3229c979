//! Keys with a mark of their own.

use crate::finding::Reason;
use crate::scan::Scan;
use crate::table::keys::Back;

const MARKED: Reason = Reason::check("prefix and form of the key");

/// The mark of a key is at `mark`.
pub(crate) fn key(scan: &mut Scan<'_>, key: u16, mark: usize) {
    let rule = &scan.engine.keys[usize::from(key)];
    let start = match rule.back {
        Back::Bytes(back) => match mark.checked_sub(back) {
            Some(start) => start,
            None => return,
        },
        Back::Digits => {
            let digits = scan.text[..mark].iter().rev().take(12);
            mark - digits.take_while(|b| b.is_ascii_digit()).count()
        }
    };
    try_at(scan, key, start);
}

/// Tries the keys whose prefix is too short to be looked for everywhere.
pub(crate) fn short(scan: &mut Scan<'_>, start: usize) {
    let engine = scan.engine;
    for (prefix, key) in &engine.short_keys {
        if scan.text[start..].starts_with(prefix) {
            try_at(scan, *key, start);
        }
    }
}

fn try_at(scan: &mut Scan<'_>, key: u16, start: usize) {
    let rule = &scan.engine.keys[usize::from(key)];
    let escaped = start >= 2 && scan.text[start - 2] == b'\\';
    if scan.before(start).is_some_and(|b| b.is_ascii_alphanumeric()) && !escaped {
        return;
    }
    let Some(found) = rule.shape.match_at(scan.text, start) else { return };
    if scan.byte(found.end).is_some_and(|b| b.is_ascii_alphanumeric()) {
        return;
    }
    let value = &scan.text[found.from..found.to];
    // Examples: `sk-xxxxxxxx`, `ghp_0000`.
    let mut seen = [false; 256];
    value.iter().for_each(|&b| seen[usize::from(b)] = true);
    if seen.iter().filter(|&&seen| seen).count() < 8
        || !value.iter().any(u8::is_ascii_digit) && value.len() < 32
    {
        return;
    }
    scan.push(rule.rule, found.from, found.to, 92, MARKED);
}
