//! A run of letters and digits with a digit in it: which detectors look at it.

use super::{card, keys, network, numbers, phone, streets, wallets};
use crate::scan::Scan;

/// Longer tokens are no numbers of persons.
const LONGEST_NUMBER: usize = 40;

/// Handles the token `start..end` whose first digit is at `digit`.
pub(crate) fn token(scan: &mut Scan<'_>, start: usize, digit: usize, end: usize) {
    let length = end - start;
    if length >= 16 {
        long(scan, start, end);
    }
    if length > LONGEST_NUMBER {
        return;
    }
    if length <= 4 && matches!(scan.byte(end), Some(b':' | b'-' | b'.')) {
        network::address(scan, start, end);
    }
    if start == digit {
        let digits = scan.text[start..end].iter().take_while(|b| b.is_ascii_digit()).count();
        if digits == length {
            phone::phone(scan, start, digits);
            if digits <= 5 && scan.byte(end) == Some(b' ') {
                streets::number_first(scan, start, end);
            }
        }
    }
    if !scan.opens(start) && !scan.opens(digit) {
        return;
    }
    let letters = digit - start;
    let digits = scan.text[digit..end].iter().take_while(|b| b.is_ascii_digit()).count();
    if scan.opens(start) {
        if letters == 0 {
            card::card(scan, start, digits);
        } else if letters == 2 && digits >= 2 {
            card::iban(scan, start);
        }
        numbers::numbers(scan, start, letters, digits);
    }
    // Letters apart: `QQ 12 34 56 C`, `X-1234567-L`.
    if letters == 0
        && let Some(separator @ (b' ' | b'-')) = scan.before(start)
    {
        let earlier = &scan.text[..start - 1];
        let count = earlier.iter().rev().take(7).take_while(|b| b.is_ascii_alphabetic()).count();
        let first = start - 1 - count;
        if (1..=6).contains(&count) && scan.opens(first) {
            numbers::numbers(scan, first, count, digits);
            if count == 2 && separator == b' ' {
                card::iban(scan, first);
            }
        }
    }
}

fn long(scan: &mut Scan<'_>, start: usize, end: usize) {
    let length = end - start;
    if (25..=62).contains(&length) && scan.opens(start) {
        wallets::wallet(scan, start, end);
    }
    keys::short(scan, start);
    // Base64 has signs that tokens have not.
    let symbol =
        |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=' | b'_' | b'-');
    let whole = end + scan.text[end..].iter().take(1 << 12).take_while(|b| symbol(b)).count();
    scan.base64(start, whole);
}
