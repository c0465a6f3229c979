//! Session cookies: assigned to their names, and in cookie headers.

use super::assign::{LONGEST, entropy, value};
use crate::finding::Reason;
use crate::scan::Scan;
use crate::table::custom::Custom;

/// A name for session cookies is at `start..end`.
pub(crate) fn cookie(scan: &mut Scan<'_>, start: usize, end: usize) {
    if scan.text[start..end].ends_with(b":") {
        return cookie_header(scan, end);
    }
    let end = if scan.before(end) == Some(b'=') { end - 1 } else { end };
    let Some(value) = value(scan, end) else { return };
    let text = &scan.text[value.start..value.end];
    let symbols = text.iter().all(|b| b.is_ascii_alphanumeric() || b"_-+/=.~%".contains(b));
    let digits = text.iter().any(u8::is_ascii_digit);
    // A session's number for people, `session_id=run-42`, opens nothing.
    let uuid = text.len() == 36 && text[8] == b'-' && text[13] == b'-';
    if text.len() >= 20 && symbols && digits && !uuid && entropy(text) >= 3.0 && value.tight {
        scan.push_custom(
            Custom::Cookie,
            (value.start, value.end),
            72,
            Reason::check("random value of a session cookie"),
        );
    }
}

fn cookie_header(scan: &mut Scan<'_>, end: usize) {
    let mut at = end;
    // Each pair: the values of long ones go.
    for _ in 0..16 {
        let rest = &scan.text[at..scan.text.len().min(at + LONGEST)];
        let Some(equals) = rest.iter().position(|b| matches!(b, b'=' | b'\n' | b'"')) else {
            return;
        };
        if rest[equals] != b'=' {
            return;
        }
        let start = at + equals + 1;
        let length = scan.text[start..]
            .iter()
            .take(LONGEST)
            .take_while(|b| !b.is_ascii_whitespace() && !matches!(b, b';' | b'"' | b'\'' | b','))
            .count();
        let value = &scan.text[start..start + length];
        if length >= 12 && value.iter().any(u8::is_ascii_digit) && entropy(value) >= 2.8 {
            scan.push_custom(
                Custom::Cookie,
                (start, start + length),
                78,
                Reason::check("random value in a cookie header"),
            );
        }
        at = start + length;
        if scan.byte(at) != Some(b';') {
            return;
        }
    }
}
