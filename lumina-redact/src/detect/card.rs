//! Payment cards and IBANs.

use super::numbers::compact;
use crate::check::finance;
use crate::finding::Reason;
use crate::scan::Scan;
use crate::scan::context::{BANK, CARD, ORDER};
use crate::table::custom::Custom;

const CARD_CHECK: Reason = Reason::check("Luhn checksum, issuer and length");

/// Group lengths as cards are written, each with one separator.
const LAYOUTS: &[&[usize]] =
    &[&[4, 4, 4, 4, 3], &[4, 4, 4, 4], &[4, 6, 5], &[4, 6, 4], &[4, 4, 4, 2], &[8, 8], &[6, 10]];

/// A card whose first group of `digits` digits begins at `start`.
pub(crate) fn card(scan: &mut Scan<'_>, start: usize, digits: usize) {
    if (12..=19).contains(&digits) {
        return judge(scan, start, start + digits, digits);
    }
    if !matches!(digits, 1 | 4 | 6 | 8) {
        return;
    }
    let Some(separator @ (b' ' | b'-' | b'.' | b'/')) = scan.byte(start + digits) else { return };
    if digits == 1 {
        return spaced_out(scan, start, separator);
    }
    for layout in LAYOUTS.iter().filter(|layout| layout[0] == digits) {
        let mut end = start;
        let fits = layout.iter().enumerate().all(|(i, &length)| {
            if i > 0 {
                if scan.byte(end) != Some(separator) {
                    return false;
                }
                end += 1;
            }
            let group = scan.text[end..].iter().take(length + 1).take_while(|b| b.is_ascii_digit());
            let fits = group.count() == length;
            end += length;
            fits
        });
        if fits {
            let count = layout.iter().sum();
            let before = scan.found.len();
            judge(scan, start, end, count);
            if scan.found.len() > before {
                return;
            }
        }
    }
}

/// `4 1 1 1 1 1 ..`
fn spaced_out(scan: &mut Scan<'_>, start: usize, separator: u8) {
    let mut end = start;
    let mut count = 0;
    while scan.byte(end).is_some_and(|b| b.is_ascii_digit()) && count <= 19 {
        count += 1;
        end += 1;
        if scan.byte(end) != Some(separator) {
            break;
        }
        end += 1;
    }
    let complete = scan.before(end).is_some_and(|b| b.is_ascii_digit());
    let first = start < 2 || scan.byte(start - 2).is_none_or(|b| !b.is_ascii_digit());
    if complete && first && (13..=19).contains(&count) {
        judge(scan, start, end, count);
    }
}

fn judge(scan: &mut Scan<'_>, start: usize, end: usize, digits: usize) {
    let mut buffer = [0u8; 24];
    let Some(number) = compact(&scan.text[start..end], &mut buffer) else { return };
    if number.len() != digits || !scan.closes(end) || !finance::card(number) {
        return;
    }
    let near = scan.context(start, end);
    let about = near.about(CARD, ORDER);
    let other = near.distance(ORDER).is_some_and(|distance| distance < 24);
    let common = number.len() == 16 || number.len() == 15;
    let score = match (about.is_some(), other, common) {
        (true, ..) => 97,
        (false, false, true) => 85,
        (false, false, false) => 62,
        (false, true, _) => 45,
    };
    scan.push_custom(Custom::Card, (start, end), score, Reason { context: about, ..CARD_CHECK });
}

/// An IBAN at `start`, in one piece or in groups.
pub(crate) fn iban(scan: &mut Scan<'_>, start: usize) {
    let mut buffer = [0u8; 34];
    let country: [u8; 2] = match scan.text.get(start..start + 2) {
        Some(&[a, b]) => [a.to_ascii_uppercase(), b.to_ascii_uppercase()],
        _ => return,
    };
    let length = finance::iban_length(&country);
    if length == 0 {
        return;
    }
    let mut count = 0;
    let mut end = start;
    while count < length {
        match scan.byte(end) {
            Some(byte) if byte.is_ascii_alphanumeric() => {
                buffer[count] = byte.to_ascii_uppercase();
                count += 1;
            }
            Some(b' ' | b'-' | b'.') if count >= 2 && scan.before(end) != Some(b' ') => {}
            _ => return,
        }
        end += 1;
    }
    if scan.closes(end) && finance::iban(&buffer[..length]) {
        let about = scan.context(start, end).about(BANK, 0);
        let reason = Reason::with("MOD 97-10 checksum, country and length", about);
        scan.push_custom(Custom::Iban, (start, end), 96, reason);
    }
}
