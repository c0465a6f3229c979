//! National numbers of Europe. Sources are the issuing offices' descriptions.

use super::digits::{
    all_equal, ddmmyy, letter_value, luhn, mod_11_10, modulo, number, value, weighted, yymmdd,
};

/// Spain, NIF: the letter of the number modulo 23.
pub(crate) fn es_nif(text: &[u8]) -> bool {
    b"TRWAGMYFPDXBNJZSQVHLCKE"[(number(&text[..8]) % 23) as usize] == text[8]
}

/// Spain, NIE: X, Y, Z stand for 0, 1, 2 before the seven digits.
pub(crate) fn es_nie(text: &[u8]) -> bool {
    let mut digits = [b'0'; 9];
    digits.copy_from_slice(text);
    digits[0] = match text[0] {
        b'X' => b'0',
        b'Y' => b'1',
        b'Z' => b'2',
        _ => return false,
    };
    es_nif(&digits)
}

/// Spain, CIF of companies: odd digits doubled; the control is a digit or a letter.
pub(crate) fn es_cif(text: &[u8]) -> bool {
    let digits = text[1..8].iter().enumerate().map(|(i, &b)| match (i % 2, value(b)) {
        (1, digit) => digit,
        (_, digit) => digit * 2 / 10 + digit * 2 % 10,
    });
    let control = (10 - digits.sum::<u32>() % 10) % 10;
    text[8] == b'0' + control as u8 || text[8] == b"JABCDEFGHI"[control as usize]
}

/// Italy, codice fiscale: odd places by a table, even ones by value, modulo 26.
pub(crate) fn it_cf(text: &[u8]) -> bool {
    const ODD: [u32; 26] = [
        1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24,
        23,
    ];
    let index = |b: u8| if b.is_ascii_digit() { value(b) } else { u32::from(b - b'A') };
    let sum: u32 = text[..15]
        .iter()
        .enumerate()
        .map(|(i, &b)| if i % 2 == 0 { ODD[index(b) as usize] } else { index(b) })
        .sum();
    b"ABCDEHLMPRST".contains(&text[8])
        && matches!(number(&text[9..11]) % 40, 1..=31)
        && u32::from(text[15] - b'A') == sum % 26
}

/// Italy, partita IVA: Luhn over eleven digits.
pub(crate) fn it_vat(text: &[u8]) -> bool {
    let digits = text.strip_prefix(b"IT").unwrap_or(text);
    digits.len() == 11 && luhn(digits) && !all_equal(digits)
}

/// Poland, PESEL: weights 1 3 7 9, modulo 10, and a date whose month holds the century.
pub(crate) fn pl_pesel(text: &[u8]) -> bool {
    let mut date = [0; 6];
    date.copy_from_slice(&text[..6]);
    date[2] = b'0' + (value(text[2]) % 2) as u8;
    weighted(text, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]).is_multiple_of(10) && yymmdd(&date)
}

/// Poland, NIP: weights 6 5 7 2 3 4 5 6 7, modulo 11.
pub(crate) fn pl_nip(text: &[u8]) -> bool {
    weighted(&text[..9], &[6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 == value(text[9]) && !all_equal(text)
}

/// Germany, tax number: ISO 7064 MOD 11,10; of the first ten digits one repeats, others do not.
pub(crate) fn de_tax_id(text: &[u8]) -> bool {
    let mut counts = [0u8; 10];
    for &byte in &text[..10] {
        counts[value(byte) as usize] += 1;
    }
    let repeated = counts.iter().filter(|&&n| n > 1).count();
    text[0] != b'0' && repeated == 1 && counts.iter().all(|&n| n <= 3) && mod_11_10(text)
}

/// France, NIR: 97 less the number modulo 97; 2A and 2B of Corsica count 19 and 18.
pub(crate) fn fr_nir(text: &[u8]) -> bool {
    let mut digits = [b'0'; 15];
    digits.copy_from_slice(text);
    if text[5] == b'2' && matches!(text[6], b'A' | b'B') {
        digits[5] = b'1';
        digits[6] = if text[6] == b'A' { b'9' } else { b'8' };
    }
    let month = number(&text[3..5]);
    digits.iter().all(u8::is_ascii_digit)
        && (matches!(month, 1..=12 | 20..=42 | 50..=99))
        && modulo(digits[..13].iter().copied(), 97) + number(&digits[13..]) == 97
}

/// Netherlands, BSN: weights 9 to 2 and -1, modulo 11.
pub(crate) fn nl_bsn(text: &[u8]) -> bool {
    weighted(text, &[9, 8, 7, 6, 5, 4, 3, 2, 10]).is_multiple_of(11) && !all_equal(text)
}

/// Belgium: 97 less the number modulo 97, with a 2 in front from 2000.
pub(crate) fn be_nn(text: &[u8]) -> bool {
    let check = number(&text[9..]);
    let before = 97 - modulo(text[..9].iter().copied(), 97);
    let since = 97 - modulo(std::iter::once(b'2').chain(text[..9].iter().copied()), 97);
    yymmdd(text) && (check == before || check == since)
}

/// Sweden: Luhn over the last ten digits, and a date (60 is added to the day of coordination numbers).
pub(crate) fn se_pnr(text: &[u8]) -> bool {
    if text.len() == 12 && !matches!(&text[..2], b"18" | b"19" | b"20") {
        return false;
    }
    let short = &text[text.len() - 10..];
    let mut date = [0; 6];
    date.copy_from_slice(&short[..6]);
    if date[4] >= b'6' {
        date[4] -= 6;
    }
    luhn(short) && yymmdd(&date)
}

/// Norway: two check digits modulo 11, and a date (40 is added to the day of D numbers).
pub(crate) fn no_fnr(text: &[u8]) -> bool {
    let mut date = [0; 6];
    date.copy_from_slice(&text[..6]);
    if date[0] >= b'4' {
        date[0] -= 4;
    }
    ddmmyy(&date)
        && weighted(&text[..10], &[3, 7, 6, 1, 8, 9, 4, 5, 2, 1]).is_multiple_of(11)
        && weighted(text, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
}

/// Denmark, CPR: a date; the checksum is no longer kept.
pub(crate) fn dk_cpr(text: &[u8]) -> bool {
    ddmmyy(text)
}

/// Finland: the character of the number modulo 31, and a date.
pub(crate) fn fi_hetu(text: &[u8]) -> bool {
    // The century sign goes when separators go, a letter stays.
    let serial = &text[text.len() - 4..];
    let rest = (number(&text[..6]) * 1000 + number(&serial[..3])) % 31;
    ddmmyy(text) && b"0123456789ABCDEFHJKLMNPRSTUVWXY"[rest as usize] == serial[3]
}

/// Portugal, NIF: weights 9 to 2, modulo 11.
pub(crate) fn pt_nif(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"PT").unwrap_or(text);
    let rest = weighted(&text[..8], &[9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    matches!(text[0], b'1'..=b'3' | b'5' | b'6' | b'8' | b'9')
        && value(text[8]) == if rest < 2 { 0 } else { 11 - rest }
}

/// Ireland, PPSN: weights 8 to 2 (9 for a second letter), modulo 23.
pub(crate) fn ie_ppsn(text: &[u8]) -> bool {
    let second = text.get(8).map_or(0, |&b| (letter_value(b) - 9) % 23 * 9);
    let sum = weighted(&text[..7], &[8, 7, 6, 5, 4, 3, 2]) + second;
    b"WABCDEFGHIJKLMNOPQRSTUV"[(sum % 23) as usize] == text[7]
}

/// Switzerland, AHV: EAN-13 over 756 and ten digits.
pub(crate) fn ch_ahv(text: &[u8]) -> bool {
    text.starts_with(b"756")
        && weighted(text, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]).is_multiple_of(10)
}

/// Austria: weights 3 7 9, 5 8 4 2 1 6, modulo 11, and a date.
pub(crate) fn at_svnr(text: &[u8]) -> bool {
    let sum = weighted(&text[..3], &[3, 7, 9]) + weighted(&text[4..], &[5, 8, 4, 2, 1, 6]);
    text[0] != b'0' && sum % 11 == value(text[3]) && ddmmyy(&text[4..])
}

/// Czechia and Slovakia: modulo 11, and a date (50 is added to the month for women).
pub(crate) fn cz_rc(text: &[u8]) -> bool {
    let mut date = [0; 6];
    date.copy_from_slice(&text[..6]);
    date[2] = b'0' + (value(text[2]) % 5) as u8 % 2;
    let rest = modulo(text[..9].iter().copied(), 11) % 10;
    yymmdd(&date) && (text.len() == 9 || rest == value(text[9]))
}

/// Romania, CNP: weights 2 7 9 1 4 6 3 5 8 2 7 9, modulo 11, and a date.
pub(crate) fn ro_cnp(text: &[u8]) -> bool {
    let rest = weighted(&text[..12], &[2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
    yymmdd(&text[1..]) && value(text[12]) == if rest == 10 { 1 } else { rest }
}

/// Bulgaria, EGN: weights 2 4 8 5 10 9 7 3 6, modulo 11, and a date.
pub(crate) fn bg_egn(text: &[u8]) -> bool {
    let mut date = [0; 6];
    date.copy_from_slice(&text[..6]);
    date[2] = b'0' + (value(text[2]) % 2) as u8;
    weighted(&text[..9], &[2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 % 10 == value(text[9]) && yymmdd(&date)
}

/// Greece, AMKA: Luhn over eleven digits, and a date.
pub(crate) fn gr_amka(text: &[u8]) -> bool {
    ddmmyy(text) && luhn(text)
}

/// Croatia, OIB: ISO 7064 MOD 11,10.
pub(crate) fn hr_oib(text: &[u8]) -> bool {
    mod_11_10(text) && !all_equal(text)
}

/// Former Yugoslavia, JMBG: weights 7 to 2 twice, modulo 11, and a date.
pub(crate) fn jmbg(text: &[u8]) -> bool {
    let rest = weighted(&text[..12], &[7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
    ddmmyy(text)
        && matches!(text[4], b'0' | b'9')
        && rest != 1
        && value(text[12]) == (11 - rest) % 11
}

/// Estonia and Lithuania: weights 1 to 9 and 1, then 3 to 9 and 1 to 3, modulo 11, and a date.
pub(crate) fn ee_ik(text: &[u8]) -> bool {
    let mut rest = weighted(&text[..10], &[1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11;
    if rest == 10 {
        rest = weighted(&text[..10], &[3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11 % 10;
    }
    matches!(text[0], b'1'..=b'6') && yymmdd(&text[1..]) && rest == value(text[10])
}

/// Russia, SNILS: weights 9 to 1, modulo 101.
pub(crate) fn ru_snils(text: &[u8]) -> bool {
    weighted(&text[..9], &[9, 8, 7, 6, 5, 4, 3, 2, 1]) % 101 % 100 == number(&text[9..])
        && number(&text[..9]) > 1_001_998
}

/// Russia, INN of a person: two check digits modulo 11.
pub(crate) fn ru_inn(text: &[u8]) -> bool {
    weighted(&text[..10], &[7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10 == value(text[10])
        && weighted(&text[..11], &[3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10 == value(text[11])
}

/// Hungary, TAJ: weights 3 and 7, modulo 10.
pub(crate) fn hu_taj(text: &[u8]) -> bool {
    weighted(&text[..8], &[3, 7, 3, 7, 3, 7, 3, 7]) % 10 == value(text[8]) && !all_equal(text)
}
