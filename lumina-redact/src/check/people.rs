//! Numbers of persons and of their health: North America, Britain, Australia.

use super::digits::{all_digits, all_equal, letter_value, luhn, number, value, weighted};

/// US social security number: what the Social Security Administration never gave out is not one.
pub(crate) fn ssn(text: &[u8]) -> bool {
    let (area, group, serial) = (number(&text[..3]), number(&text[3..5]), number(&text[5..]));
    !matches!(area, 0 | 666 | 900..)
        && group != 0
        && serial != 0
        && !matches!(text, b"078051120" | b"123456789" | b"219099998")
        && !all_equal(text)
}

/// US individual taxpayer number: 9xx with a group of IRS publication 1915.
pub(crate) fn itin(text: &[u8]) -> bool {
    text[0] == b'9' && matches!(number(&text[3..5]), 50..=65 | 70..=88 | 90..=92 | 94..=99)
}

/// US employer number: the prefixes that the IRS lists.
pub(crate) fn ein(text: &[u8]) -> bool {
    !matches!(number(&text[..2]), 0 | 7..=9 | 17..=19 | 28 | 29 | 49 | 69 | 70 | 78 | 79 | 89 | 96 | 97)
}

/// US Medicare beneficiary number, CMS "MBI format": positions are fixed, six letters are never used.
pub(crate) fn mbi(text: &[u8]) -> bool {
    let letter = |b: u8| b.is_ascii_uppercase() && !b"SLOIBZ".contains(&b);
    let either = |b: u8| b.is_ascii_digit() || letter(b);
    text.len() == 11
        && (b'1'..=b'9').contains(&text[0])
        && [1, 4, 7, 8].iter().all(|&i| letter(text[i]))
        && [2, 5].iter().all(|&i| either(text[i]))
        && [3, 6, 9, 10].iter().all(|&i| text[i].is_ascii_digit())
}

/// US national provider number: Luhn over 80840 and the number, 45 CFR 162.406.
pub(crate) fn npi(text: &[u8]) -> bool {
    let mut whole = *b"808400000000000";
    whole[5..].copy_from_slice(text);
    matches!(text[0], b'1' | b'2') && luhn(&whole)
}

/// US drug enforcement number: sum of digits 1, 3, 5 and twice that of 2, 4, 6.
pub(crate) fn dea(text: &[u8]) -> bool {
    let digits = &text[2..];
    b"ABCDEFGHJKLMPRSTUX".contains(&text[0])
        && all_digits(digits)
        && weighted(&digits[..6], &[1, 2, 1, 2, 1, 2]) % 10 == value(digits[6])
}

/// Canadian social insurance number: Luhn.
pub(crate) fn sin(text: &[u8]) -> bool {
    text[0] != b'8' && luhn(text) && !all_equal(text)
}

/// UK NHS number: weights 10 to 2, modulo 11 (NHS data dictionary).
pub(crate) fn nhs(text: &[u8]) -> bool {
    let rest = weighted(&text[..9], &[10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    (11 - rest) % 11 == value(text[9]) && !all_equal(text)
}

/// UK national insurance number: the prefixes of HMRC manual NIM39110; QQ stands in its examples.
pub(crate) fn nino(text: &[u8]) -> bool {
    let prefix = &text[..2];
    prefix == b"QQ"
        || !(b"DFIQUV".contains(&prefix[0])
            || b"DFIQUVO".contains(&prefix[1])
            || [&b"BG"[..], b"GB", b"KN", b"NK", b"NT", b"TN", b"ZZ"].contains(&prefix))
}

/// UK unique taxpayer reference: the first digit checks the nine others.
pub(crate) fn utr(text: &[u8]) -> bool {
    let rest = weighted(&text[1..], &[6, 7, 8, 9, 10, 5, 4, 3, 2]) % 11;
    b"21987654321"[rest as usize] == text[0]
}

/// Australian tax file number: weights 1, 4, 3, 7, 5, 8, 6, 9, 10, modulo 11.
pub(crate) fn tfn(text: &[u8]) -> bool {
    weighted(text, &[1, 4, 3, 7, 5, 8, 6, 9, 10]).is_multiple_of(11) && !all_equal(text)
}

/// Australian business number: first digit less one, then weights, modulo 89.
pub(crate) fn abn(text: &[u8]) -> bool {
    const WEIGHTS: [u32; 11] = [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19];
    text[0] != b'0' && (weighted(text, &WEIGHTS) - 10).is_multiple_of(89)
}

/// Australian company number: weights 8 to 1, modulo 10.
pub(crate) fn acn(text: &[u8]) -> bool {
    let rest = weighted(&text[..8], &[8, 7, 6, 5, 4, 3, 2, 1]) % 10;
    (10 - rest) % 10 == value(text[8]) && !all_equal(text)
}

/// Australian Medicare number: first digit 2 to 6, weights 1, 3, 7, 9, modulo 10.
pub(crate) fn medicare_au(text: &[u8]) -> bool {
    (b'2'..=b'6').contains(&text[0])
        && weighted(&text[..8], &[1, 3, 7, 9, 1, 3, 7, 9]) % 10 == value(text[8])
}

/// New Zealand tax number: weights 3 2 7 6 5 4 3 2, then 7 4 3 2 5 2 7 6, modulo 11.
pub(crate) fn ird(text: &[u8]) -> bool {
    let mut padded = *b"000000000";
    padded[9 - text.len()..].copy_from_slice(text);
    let check = |weights: &[u32]| (11 - weighted(&padded[..8], weights) % 11) % 11;
    let mut wanted = check(&[3, 2, 7, 6, 5, 4, 3, 2]);
    if wanted == 10 {
        wanted = check(&[7, 4, 3, 2, 5, 2, 7, 6]);
    }
    (10_000_000..150_000_000).contains(&number(text)) && wanted == value(padded[8])
}

/// New Zealand health index, HISO 10046: letters count in an alphabet without I and O.
pub(crate) fn nhi(text: &[u8]) -> bool {
    let of = |b: u8| match b {
        b'A'..=b'H' => u32::from(b - b'A') + 1,
        b'J'..=b'N' => u32::from(b - b'J') + 9,
        b'P'..=b'Z' => u32::from(b - b'P') + 14,
        _ => value(b),
    };
    let sum: u32 = text[..6].iter().zip([7, 6, 5, 4, 3, 2]).map(|(&b, w)| of(b) * w).sum();
    let rest = sum % 11;
    !text[..3].iter().any(|b| b"IO".contains(b)) && rest != 0 && (11 - rest) % 10 == value(text[6])
}

/// German health insurance number: the letter as two digits, weights 1 and 2, modulo 10.
pub(crate) fn kvnr(text: &[u8]) -> bool {
    let letter = letter_value(text[0]) - 9;
    let sum: u32 = [letter / 10, letter % 10]
        .into_iter()
        .chain(text[1..9].iter().map(|&b| value(b)))
        .enumerate()
        .map(|(i, digit)| digit * (1 + i as u32 % 2))
        .map(|product| product / 10 + product % 10)
        .sum();
    sum % 10 == value(text[9])
}

/// Both check digits of a machine readable passport line, ICAO 9303-4: weights 7, 3, 1.
pub(crate) fn mrz(line: &[u8]) -> bool {
    let check = |field: &[u8]| {
        let weights = [7, 3, 1].into_iter().cycle();
        field.iter().zip(weights).map(|(&b, w)| letter_value(b) * w).sum::<u32>() % 10
    };
    line.len() == 44
        && check(&line[..9]) == value(line[9])
        && check(&line[13..19]) == value(line[19])
        && check(&line[21..27]) == value(line[27])
}
