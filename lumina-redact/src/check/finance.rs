//! Cards, accounts and other numbers of money.

use super::digits::{all_digits, all_equal, luhn, modulo, number, value, weighted};

/// Whether compact digits are a payment card: issuer, length and Luhn.
///
/// Issuer ranges: ISO/IEC 7812 as the networks publish them (Visa, Mastercard, American Express,
/// Discover, Diners Club, JCB, UnionPay, Maestro, Mir, RuPay, Elo, Troy).
pub(crate) fn card(text: &[u8]) -> bool {
    (12..=19).contains(&text.len())
        && all_digits(text)
        && card_lengths(text).contains(&text.len())
        && luhn(text)
        && !all_equal(text)
}

fn card_lengths(text: &[u8]) -> &'static [usize] {
    let (two, three, four) = (number(&text[..2]), number(&text[..3]), number(&text[..4]));
    let six = number(&text[..6]);
    match (two, three, four, six) {
        (34 | 37, ..) => &[15],
        (36, ..) => &[14, 16, 17, 18, 19],
        (38 | 39, ..) | (_, 300..=305 | 309, ..) => &[14, 16, 17, 18, 19],
        (_, _, 3528..=3589, _) => &[16, 17, 18, 19],
        (40..=49, ..) => &[13, 16, 19],
        (51..=55, ..) | (_, _, 2221..=2720, _) => &[16],
        (_, _, 2200..=2204, _) => &[16, 17, 18, 19],
        (_, _, 6011, _) | (65, ..) | (_, 644..=649, ..) => &[16, 17, 18, 19],
        (62 | 81, ..) => &[16, 17, 18, 19],
        (60 | 82, ..) | (_, 508, ..) => &[16],
        (_, _, 9792, _) => &[16],
        (_, _, 5018 | 5020 | 5038 | 5893 | 6304 | 6759 | 6761..=6763, _) => {
            &[12, 13, 14, 15, 16, 17, 18, 19]
        }
        (50 | 56..=58 | 63 | 67, ..) => &[16, 18, 19],
        _ => &[],
    }
}

/// The length of an IBAN of `country`, from the SWIFT IBAN registry; 0 for others.
pub(crate) fn iban_length(country: &[u8]) -> usize {
    const LENGTHS: &[u8] = b"AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22\
        DJ27DK18DO28EE20EG29ES24FI18FK18FO18FR27GB22GE22GI23GL18GR27GT28HN28HR21HU28IE22IL23IQ23\
        IS26IT27JO30KW30KZ20LB28LC32LI21LT20LU20LV21LY25MC27MD24ME22MK19MN20MR27MT31MU30NI28NL18\
        NO15OM23PK24PL28PS29PT25QA29RO24RS22RU33SA24SC31SD18SE24SI19SK24SM27SO23ST25SV28TL23TN24\
        TR26UA29VA22VG24XK20YE30DZ26AO25BJ28BF28CM27CV25CF27TD27KM27CG27CI28GA27GQ27GW25IR26MA28\
        MG27ML28MZ25NE28SN28TG28";
    LENGTHS
        .chunks_exact(4)
        .find(|entry| entry[..2] == *country)
        .map_or(0, |entry| number(&entry[2..]) as usize)
}

/// ISO 13616: the country's length, and ISO 7064 MOD 97-10 over the number turned round.
pub(crate) fn iban(text: &[u8]) -> bool {
    text.len() >= 15
        && text.len() == iban_length(&text[..2])
        && modulo(text[4..].iter().chain(&text[..4]).copied(), 97) == 1
}

/// A routing transit number of the American Bankers Association: ranges and weights 3-7-1.
pub(crate) fn aba(text: &[u8]) -> bool {
    text.len() == 9
        && matches!(number(&text[..2]), 0..=12 | 21..=32 | 61..=72 | 80)
        && weighted(text, &[3, 7, 1, 3, 7, 1, 3, 7, 1]).is_multiple_of(10)
        && !all_equal(text)
}

/// ISO 9362: bank, country, place and perhaps branch.
pub(crate) fn bic(text: &[u8]) -> bool {
    const COUNTRIES: &[u8] =
        b"ADAEALATAUBABEBGBHBRBYCACHCLCNCOCYCZDEDKEEEGESFIFRGBGEGIGRHKHRHUIDIE\
        ILINISITJPKRKWKZLBLILTLULVMAMCMDMEMKMTMXMYNGNLNONZOMPAPEPHPKPLPTQAROSARSRUSESGSISKSMTHTNTR\
        TWUAUSUYVAVEVNXKZA";
    matches!(text.len(), 8 | 11) && COUNTRIES.chunks_exact(2).any(|country| country == &text[4..6])
}

/// A vehicle identification number, ISO 3779 with the check digit of 49 CFR 565.
pub(crate) fn vin(text: &[u8]) -> bool {
    const WEIGHTS: [u32; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
    let value_of = |byte: u8| match byte {
        b'0'..=b'9' => value(byte),
        b'A'..=b'H' => u32::from(byte - b'A') + 1,
        b'J'..=b'R' => u32::from(byte - b'J') + 1,
        _ => u32::from(byte.wrapping_sub(b'S')) + 2,
    };
    if text.len() != 17 || text.iter().any(|b| matches!(b, b'I' | b'O' | b'Q')) || all_equal(text) {
        return false;
    }
    let rest = text.iter().zip(WEIGHTS).map(|(&b, w)| value_of(b) * w).sum::<u32>() % 11;
    text[8] == if rest == 10 { b'X' } else { b'0' + rest as u8 }
}

/// The number of a mobile device, 3GPP TS 23.003: 15 digits with Luhn, not all the same.
pub(crate) fn imei(text: &[u8]) -> bool {
    text.len() == 15 && luhn(text) && !all_equal(text)
}
