//! Numbers of the table: layout, check, context.

use crate::finding::Reason;
use crate::scan::Scan;
use crate::scan::context::{Context, ORDER};
use crate::table::numbers::{CONTEXT_BONUS, NUMBERS, OTHER_PENALTY};

/// Tries the forms that begin with so many letters and digits at `start`.
pub(crate) fn numbers(scan: &mut Scan<'_>, start: usize, letters: usize, digits: usize) {
    let engine = scan.engine;
    if !goes_on(scan, start + letters + digits, letters + digits) {
        return;
    }
    let mut context: Option<(usize, Context)> = None;
    for &form in engine.forms_at(letters, digits) {
        let form = &engine.forms[usize::from(form)];
        let Some(found) = form.shape.match_at(scan.text, start) else { continue };
        if !scan.closes(found.end) {
            continue;
        }
        let mut buffer = [0u8; 32];
        let Some(compact) = compact(&scan.text[start..found.end], &mut buffer) else { continue };
        let rule = &NUMBERS[usize::from(form.number)];
        if !(rule.check)(compact) {
            continue;
        }
        let near = match &context {
            Some((end, near)) if *end == found.end => near,
            _ => &context.insert((found.end, scan.context(start, found.end))).1,
        };
        let about = near.about(rule.topics, ORDER);
        let score = match about {
            Some(_) => form.score + CONTEXT_BONUS,
            None if near.distance(ORDER).is_some() => form.score.saturating_sub(OTHER_PENALTY),
            None => form.score,
        };
        scan.push(form.rule, start, found.end, score, Reason::with(rule.reason, about));
    }
}

/// Whether enough can follow so few signs: every form has seven and more letters and digits.
fn goes_on(scan: &Scan<'_>, end: usize, signs: usize) -> bool {
    signs >= 7
        || match scan.byte(end) {
            Some(b' ' | b'.' | b'/') => scan.byte(end + 1).is_some_and(|b| b.is_ascii_digit()),
            Some(b'-' | b'(' | b'+') => {
                scan.byte(end + 1).is_some_and(|b| b.is_ascii_alphanumeric())
            }
            Some(byte) => byte.is_ascii_alphanumeric(),
            None => false,
        }
}

/// Letters and digits alone, upper-case.
pub(crate) fn compact<'b>(text: &[u8], buffer: &'b mut [u8]) -> Option<&'b [u8]> {
    let mut length = 0;
    for byte in text.iter().filter(|b| b.is_ascii_alphanumeric()) {
        *buffer.get_mut(length)? = byte.to_ascii_uppercase();
        length += 1;
    }
    Some(&buffer[..length])
}
