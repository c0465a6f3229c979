//! National numbers of Asia, Africa and Latin America. Sources are the issuing offices' descriptions.

use super::digits::{
    all_equal, letter_value, luhn, number, value, verhoeff, weighted, yymmdd, yyyymmdd,
};

/// India, Aadhaar: Verhoeff, first digit 2 to 9.
pub(crate) fn in_aadhaar(text: &[u8]) -> bool {
    text[0] >= b'2' && verhoeff(text) && !all_equal(text)
}

/// India, GSTIN: state, PAN, and a check over base 36.
pub(crate) fn in_gstin(text: &[u8]) -> bool {
    let sum: u32 = text[..14]
        .iter()
        .enumerate()
        .map(|(i, &b)| letter_value(b) * (1 + i as u32 % 2))
        .map(|product| product / 36 + product % 36)
        .sum();
    matches!(number(&text[..2]), 1..=38 | 97) && letter_value(text[14]) == (36 - sum % 36) % 36
}

/// Singapore, NRIC and FIN: weights 2 7 6 5 4 3 2 with an offset a series, a letter table each.
pub(crate) fn sg_nric(text: &[u8]) -> bool {
    let sum = weighted(&text[1..8], &[2, 7, 6, 5, 4, 3, 2]);
    let (offset, letters) = match text[0] {
        b'S' => (0, b"JZIHGFEDCBA"),
        b'T' => (4, b"JZIHGFEDCBA"),
        b'F' => (0, b"XWUTRQPNMLK"),
        b'G' => (4, b"XWUTRQPNMLK"),
        _ => (3, b"XWUTRQPNJLK"),
    };
    let rest = (sum + offset) % 11;
    let index = if text[0] == b'M' { 10 - rest } else { rest };
    letters[index as usize] == text[8] || text[0] == b'M' && letters[rest as usize] == text[8]
}

/// Brazil, CPF: two check digits modulo 11.
pub(crate) fn br_cpf(text: &[u8]) -> bool {
    let check = |sum: u32| sum * 10 % 11 % 10;
    check(weighted(&text[..9], &[10, 9, 8, 7, 6, 5, 4, 3, 2])) == value(text[9])
        && check(weighted(&text[..10], &[11, 10, 9, 8, 7, 6, 5, 4, 3, 2])) == value(text[10])
        && !all_equal(text)
}

/// Brazil, CNPJ: two check digits modulo 11.
pub(crate) fn br_cnpj(text: &[u8]) -> bool {
    const WEIGHTS: [u32; 13] = [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2];
    let check = |rest: u32| if rest < 2 { 0 } else { 11 - rest };
    check(weighted(&text[..12], &WEIGHTS[1..]) % 11) == value(text[12])
        && check(weighted(&text[..13], &WEIGHTS) % 11) == value(text[13])
        && !all_equal(text)
}

/// South Africa: Luhn, a date, citizenship 0 to 2.
pub(crate) fn za_id(text: &[u8]) -> bool {
    yymmdd(text) && text[10] <= b'2' && luhn(text)
}

/// South Korea: a date and a sex digit; the checksum is not kept since October 2020.
pub(crate) fn kr_rrn(text: &[u8]) -> bool {
    yymmdd(text) && matches!(text[6], b'1'..=b'8')
}

/// South Korea, the same with the checksum of the numbers given out before October 2020.
pub(crate) fn kr_rrn_checked(text: &[u8]) -> bool {
    let sum = weighted(&text[..12], &[2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]);
    let offset = if matches!(text[6], b'5'..=b'8') { 13 } else { 11 };
    yymmdd(text) && (offset - sum % 11) % 10 == value(text[12])
}

/// Turkey: two check digits modulo 10.
pub(crate) fn tr_tckn(text: &[u8]) -> bool {
    let at = |i: usize| value(text[i]);
    let odd = at(0) + at(2) + at(4) + at(6) + at(8);
    let even = at(1) + at(3) + at(5) + at(7);
    let sum: u32 = text[..10].iter().map(|&b| value(b)).sum();
    text[0] != b'0' && (odd * 7 + 90 - even) % 10 == at(9) && sum % 10 == at(10)
}

/// China, resident number: GB 11643, ISO 7064 MOD 11-2, and a date.
pub(crate) fn cn_id(text: &[u8]) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let rest = weighted(&text[..17], &WEIGHTS) % 11;
    yyyymmdd(&text[6..]) && b"10X98765432"[rest as usize] == text[17]
}

/// Japan, My Number: weights 6 5 4 3 2 7 6 5 4 3 2, modulo 11.
pub(crate) fn jp_my_number(text: &[u8]) -> bool {
    let rest = weighted(&text[..11], &[6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
    value(text[11]) == if rest < 2 { 0 } else { 11 - rest } && !all_equal(text)
}

/// Taiwan: the letter's number, weights 1 9 8 7 6 5 4 3 2 1 1, modulo 10.
pub(crate) fn tw_id(text: &[u8]) -> bool {
    const ORDER: &[u8] = b"ABCDEFGHJKLMNPQRSTUVXYWZIO";
    let Some(index) = ORDER.iter().position(|&letter| letter == text[0]) else { return false };
    let letter = index as u32 + 10;
    let sum = letter / 10 + letter % 10 * 9 + weighted(&text[1..], &[8, 7, 6, 5, 4, 3, 2, 1, 1]);
    sum.is_multiple_of(10)
}

/// Hong Kong: weights 9 (a blank counts 36) to 2, modulo 11.
pub(crate) fn hk_id(text: &[u8]) -> bool {
    let body = &text[..text.len() - 1];
    let blank = if body.len() == 7 { 36 * 9 } else { 0 };
    let weights = &[9, 8, 7, 6, 5, 4, 3, 2][8 - body.len()..];
    let last = letter_value(text[text.len() - 1]);
    (blank + weighted(body, weights) + last).is_multiple_of(11)
}

/// Malaysia: a date and a place that exists.
pub(crate) fn my_nric(text: &[u8]) -> bool {
    yymmdd(text) && matches!(number(&text[6..8]), 1..=16 | 21..=68 | 71 | 72 | 74..=79 | 82..=93)
}

/// Thailand: weights 13 to 2, modulo 11.
pub(crate) fn th_id(text: &[u8]) -> bool {
    let sum = weighted(&text[..12], &[13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
    matches!(text[0], b'1'..=b'8') && (11 - sum % 11) % 10 == value(text[12])
}

/// Indonesia, NIK: a date (40 is added to the day for women) after a region.
pub(crate) fn id_nik(text: &[u8]) -> bool {
    let mut date = [0; 6];
    date.copy_from_slice(&text[6..12]);
    if date[0] >= b'4' {
        date[0] -= 4;
    }
    super::digits::ddmmyy(&date) && matches!(number(&text[..2]), 11..=96)
}

/// Mexico, CURP: a date, a state, and a check over base 37.
pub(crate) fn mx_curp(text: &[u8]) -> bool {
    const ALPHABET: &[u8] = b"0123456789ABCDEFGHIJKLMN\x00OPQRSTUVWXYZ";
    let value_of = |b: u8| ALPHABET.iter().position(|&c| c == b).unwrap_or(0) as u32;
    let sum: u32 = text[..17].iter().zip(2..=18u32).map(|(&b, n)| value_of(b) * (20 - n)).sum();
    yymmdd(&text[4..]) && (10 - sum % 10) % 10 == value(text[17])
}

/// Mexico, RFC of a person: a date after four letters.
pub(crate) fn mx_rfc(text: &[u8]) -> bool {
    yymmdd(&text[4..])
}

/// Argentina, CUIT: weights 5 4 3 2 7 6 5 4 3 2, modulo 11.
pub(crate) fn ar_cuit(text: &[u8]) -> bool {
    let rest = weighted(&text[..10], &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
    matches!(number(&text[..2]), 20 | 23..=27 | 30 | 33 | 34)
        && value(text[10])
            == match rest {
                0 => 0,
                1 => 9,
                rest => 11 - rest,
            }
}

/// Chile, RUT: weights 2 to 7 from the right, modulo 11.
pub(crate) fn cl_rut(text: &[u8]) -> bool {
    let (check, body) = (text[text.len() - 1], &text[..text.len() - 1]);
    let weights = [2, 3, 4, 5, 6, 7].into_iter().cycle();
    let sum: u32 = body.iter().rev().zip(weights).map(|(&b, w)| value(b) * w).sum();
    let wanted = match 11 - sum % 11 {
        11 => b'0',
        10 => b'K',
        n => b'0' + n as u8,
    };
    wanted == check && number(body) > 1_000_000
}

/// Israel: Luhn over nine digits.
pub(crate) fn il_id(text: &[u8]) -> bool {
    luhn(text) && !all_equal(text)
}

/// United Arab Emirates: Luhn over 784 and twelve digits.
pub(crate) fn ae_id(text: &[u8]) -> bool {
    text.starts_with(b"784") && luhn(text)
}
