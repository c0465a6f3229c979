//! The arithmetic that checksums share.

/// The digit's value; callers hand in ASCII digits only.
#[inline]
pub(crate) fn value(byte: u8) -> u32 {
    u32::from(byte.wrapping_sub(b'0'))
}

/// Whether all bytes are ASCII digits.
pub(crate) fn all_digits(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(u8::is_ascii_digit)
}

/// The number that at most nine digits spell.
pub(crate) fn number(text: &[u8]) -> u32 {
    text.iter().fold(0, |n, &b| n * 10 + value(b))
}

/// Luhn's checksum over all digits, ISO/IEC 7812-1 annex B.
pub(crate) fn luhn(text: &[u8]) -> bool {
    if !all_digits(text) {
        return false;
    }
    let sum: u32 = text
        .iter()
        .rev()
        .enumerate()
        .map(|(i, &b)| match (i % 2, value(b)) {
            (0, digit) => digit,
            (_, digit) if digit > 4 => digit * 2 - 9,
            (_, digit) => digit * 2,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// The sum of each digit times its weight; letters count 10 to 35.
pub(crate) fn weighted(text: &[u8], weights: &[u32]) -> u32 {
    text.iter().zip(weights).map(|(&b, weight)| letter_value(b) * weight).sum()
}

/// 0 to 9 for digits, 10 to 35 for letters.
pub(crate) fn letter_value(byte: u8) -> u32 {
    match byte {
        b'0'..=b'9' => value(byte),
        b'A'..=b'Z' => u32::from(byte - b'A') + 10,
        _ => 0,
    }
}

/// The decimal number that `text` spells, modulo `modulus`; letters count 10 to 35 (ISO 7064).
pub(crate) fn modulo(text: impl Iterator<Item = u8>, modulus: u32) -> u32 {
    text.fold(0, |rest, byte| {
        let value = letter_value(byte);
        (rest * if value > 9 { 100 } else { 10 } + value) % modulus
    })
}

/// ISO 7064 MOD 11,10 over all digits, the check digit included.
pub(crate) fn mod_11_10(text: &[u8]) -> bool {
    if !all_digits(text) {
        return false;
    }
    let mut product = 10;
    for &byte in &text[..text.len() - 1] {
        let sum = (value(byte) + product) % 10;
        product = (if sum == 0 { 10 } else { sum }) * 2 % 11;
    }
    (11 - product) % 10 == value(text[text.len() - 1])
}

/// Verhoeff's checksum over the dihedral group of order ten.
pub(crate) fn verhoeff(text: &[u8]) -> bool {
    const PERMUTATION: [u32; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    let product = |a: u32, b: u32| match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => (a + b) % 5 + 5,
        (false, true) => (a + 5 - b) % 5 + 5,
        (false, false) => (a + 5 - b) % 5,
    };
    let check = text.iter().rev().enumerate().fold(0, |check, (i, &b)| {
        let moved = (0..i % 8).fold(value(b), |digit, _| PERMUTATION[digit as usize]);
        product(check, moved)
    });
    all_digits(text) && check == 0
}

/// Whether all digits are the same, as in numbers made up.
pub(crate) fn all_equal(text: &[u8]) -> bool {
    text.iter().all(|&b| b == text[0])
}

/// Whether `day`, `month` can be of a date; February has 29 days.
pub(crate) fn day_and_month(day: u32, month: u32) -> bool {
    let days = match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    (1..=days).contains(&day)
}

/// Whether six digits are year, month and day.
pub(crate) fn yymmdd(text: &[u8]) -> bool {
    text.len() >= 6 && day_and_month(number(&text[4..6]), number(&text[2..4]))
}

/// Whether six digits are day, month and year.
pub(crate) fn ddmmyy(text: &[u8]) -> bool {
    text.len() >= 6 && day_and_month(number(&text[..2]), number(&text[2..4]))
}

/// Whether eight digits are a date from 1900 to 2039.
pub(crate) fn yyyymmdd(text: &[u8]) -> bool {
    text.len() >= 8
        && (1900..2040).contains(&number(&text[..4]))
        && day_and_month(number(&text[6..8]), number(&text[4..6]))
}
