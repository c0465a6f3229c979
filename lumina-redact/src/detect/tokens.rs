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
    // `X-1234567-L`: letters and a dash in front do not open a number, but are part of one.
    let dashed = start == digit && scan.before(start) == Some(b'-');
    if !scan.opens(start) && !scan.opens(digit) && !dashed {
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
    if letters == 0 {
        letters_apart(scan, start, digits);
    }
}

/// Letters in one or two groups before the digits at `start`: `QQ 12 34 56 C`, `X-1234567-L`,
/// `RSS MRA 85T10 A562S`.
fn letters_apart(scan: &mut Scan<'_>, start: usize, digits: usize) {
    let Some(separator @ (b' ' | b'-')) = scan.before(start) else { return };
    let (mut first, mut letters) = (start, 0);
    while scan.before(first) == Some(separator) {
        let earlier = scan.text[..first - 1].iter().rev().take(7);
        let count = earlier.take_while(|b| b.is_ascii_alphabetic()).count();
        if count == 0 || letters + count > 6 {
            return;
        }
        first -= 1 + count;
        letters += count;
        if !scan.opens(first) {
            return;
        }
        numbers::numbers(scan, first, letters, digits);
        if letters == 2 && separator == b' ' {
            card::iban(scan, first);
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
