//! Numbers with a layout, valid by construction.
//!
//! A number is made compact (no separators, letters upper-case) and laid into the rule's layouts.

use crate::check_digits::{dot, luhn, mod_11_10, mod_97, verhoeff};
use crate::draw::Draw;

/// A digit for a rest below ten; the standards skip a number whose rest is ten.
fn one(rest: u32) -> Option<String> {
    (rest < 10).then(|| rest.to_string())
}

/// 11 less the rest, where 11 counts 0 and 10 is skipped.
fn eleven(rest: u32) -> Option<String> {
    one((11 - rest % 11) % 11)
}

/// 11 less the rest, where 10 and 11 count 0.
fn eleven_or_zero(rest: u32) -> String {
    match 11 - rest % 11 {
        10 | 11 => "0".into(),
        digit => digit.to_string(),
    }
}

fn ten(sum: u32) -> String {
    ((10 - sum % 10) % 10).to_string()
}

/// The rule's next number; `None` when the draw has no check digit or the rule is not known here.
pub(crate) fn compact(rule: &str, d: &mut Draw) -> Option<String> {
    americas(rule, d)
        .or_else(|| commonwealth(rule, d))
        .or_else(|| europe(rule, d))
        .or_else(|| asia(rule, d))
}

fn americas(rule: &str, d: &mut Draw) -> Option<String> {
    let place = |d: &mut Draw, low, high| format!("{:02}", low + d.below(high - low + 1));
    Some(match rule {
        "us-ssn" => {
            format!("{:03}{:02}{:04}", 1 + d.below(660), 1 + d.below(99), 1 + d.below(9999))
        }
        "us-itin" => {
            let group = d.pick(&["50", "65", "70", "78", "88", "90", "92", "94", "99"]);
            format!("9{}{group}{}", d.digits(2), d.digits(4))
        }
        "us-ein" => {
            d.pick(&["12", "20", "36", "45", "52", "61", "77", "83", "94"]).to_owned()
                + &d.digits(7)
        }
        "us-mbi" => {
            const LETTERS: &str = "ACDEFGHJKMNPQRTUVWXY";
            let mixed = |d: &mut Draw| d.of("0123456789ACDEFGHJKMNPQRTUVWXY", 1);
            let head = d.natural(1) + &d.of(LETTERS, 1) + &mixed(d) + &d.digits(1);
            head + &d.of(LETTERS, 1) + &mixed(d) + &d.digits(1) + &d.of(LETTERS, 2) + &d.digits(2)
        }
        "us-npi" => {
            let body = d.of("12", 1) + &d.digits(8);
            let check = luhn(&format!("80840{body}"));
            format!("{body}{check}")
        }
        "us-dea" => {
            let body = d.digits(6);
            d.of("ABFM", 1)
                + &d.letters(1)
                + &body
                + &(dot(&body, &[1, 2, 1, 2, 1, 2]) % 10).to_string()
        }
        "us-aba" => {
            let body = place(d, 1, 12) + &d.digits(6);
            let check = ten(dot(&body, &[3, 7, 1, 3, 7, 1, 3, 7]));
            body + &check
        }
        "ca-sin" => {
            let body = d.of("1245679", 1) + &d.digits(7);
            let check = luhn(&body);
            format!("{body}{check}")
        }
        "mx-curp" => {
            let body = d.of("BCDGHLMPRSTV", 1)
                + &d.of("AEIOU", 1)
                + &d.of("BCDGHLMPRSTV", 2)
                + &d.yymmdd()
                + &d.of("HM", 1)
                + d.pick(&["DF", "JC", "NL", "MC", "OC"])
                + &d.of("BCDGHLMPRSTV", 3)
                + &d.of("0123456789AB", 1);
            let sum: usize = body
                .chars()
                .enumerate()
                .map(|(i, sign)| {
                    "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"
                        .chars()
                        .position(|c| c == sign)
                        .expect("in it")
                        * (18 - i)
                })
                .sum();
            body + &ten(sum as u32)
        }
        "mx-rfc" => d.letters(4) + &d.yymmdd() + &d.of("0123456789ABCDEFGH", 3),
        "br-cpf" => {
            let body = d.digits(9);
            let first = eleven_or_zero(dot(&body, &[10, 9, 8, 7, 6, 5, 4, 3, 2]));
            let body = body + &first;
            let second = eleven_or_zero(dot(&body, &[11, 10, 9, 8, 7, 6, 5, 4, 3, 2]));
            body + &second
        }
        "br-cnpj" => {
            let body = d.digits(8) + "0001";
            let first = eleven_or_zero(dot(&body, &[5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]));
            let body = body + &first;
            let second = eleven_or_zero(dot(&body, &[6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]));
            body + &second
        }
        "ar-cuit" => {
            let body = d.pick(&["20", "23", "27", "30"]).to_owned() + &d.digits(8);
            let check = eleven(dot(&body, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]))?;
            body + &check
        }
        "cl-rut" => {
            let body = (2_000_000 + d.below(24_000_000)).to_string();
            let weights = [2, 3, 4, 5, 6, 7, 2, 3];
            let sum: u32 =
                body.bytes().rev().zip(weights).map(|(b, w)| u32::from(b - b'0') * w).sum();
            let check = match 11 - sum % 11 {
                11 => "0".to_owned(),
                10 => "K".to_owned(),
                digit => digit.to_string(),
            };
            body + &check
        }
        _ => return None,
    })
}

fn commonwealth(rule: &str, d: &mut Draw) -> Option<String> {
    Some(match rule {
        "uk-nhs" => {
            let body = d.natural(9);
            let check = eleven(dot(&body, &[10, 9, 8, 7, 6, 5, 4, 3, 2]))?;
            body + &check
        }
        "uk-nino" => {
            d.pick(&["AB", "CE", "JK", "PW", "SR", "HH", "YZ", "LA"]).to_owned()
                + &d.digits(6)
                + &d.of("ABCD", 1)
        }
        "uk-utr" => {
            let body = d.digits(9);
            let check = 11 - dot(&body, &[6, 7, 8, 9, 10, 5, 4, 3, 2]) % 11;
            format!("{}{body}", if check > 9 { check - 9 } else { check })
        }
        "ie-ppsn" => {
            let body = d.digits(7);
            let second = d.pick(&["", "A", "H", "W"]);
            let extra = match second {
                "A" => 9,
                "H" => 72,
                _ => 0,
            };
            let rest = (dot(&body, &[8, 7, 6, 5, 4, 3, 2]) + extra) % 23;
            format!("{body}{}{second}", char::from(b"WABCDEFGHIJKLMNOPQRSTUV"[rest as usize]))
        }
        "au-tfn" => {
            // The last weight is 10, so the last digit is the rest itself.
            let body = d.natural(8);
            let check = one(dot(&body, &[1, 4, 3, 7, 5, 8, 6, 9]) % 11)?;
            body + &check
        }
        "au-abn" => {
            let body = d.digits(9);
            let lead = (89 - dot(&body, &[3, 5, 7, 9, 11, 13, 15, 17, 19]) % 89) % 89;
            format!("{}{}{body}", lead / 10 + 1, lead % 10)
        }
        "au-acn" => {
            let body = d.digits(8);
            let check = ten(dot(&body, &[8, 7, 6, 5, 4, 3, 2, 1]));
            body + &check
        }
        "au-medicare" => {
            let body = d.of("23456", 1) + &d.digits(7);
            let check = dot(&body, &[1, 3, 7, 9, 1, 3, 7, 9]) % 10;
            let person = d.pick(&["", "1", "2"]);
            format!("{body}{check}{}{person}", 1 + d.below(9))
        }
        "nz-ird" => {
            let body = (1_000_000 + d.below(13_000_000)).to_string();
            let padded = format!("{body:0>8}");
            let check = eleven(dot(&padded, &[3, 2, 7, 6, 5, 4, 3, 2]))
                .or_else(|| eleven(dot(&padded, &[7, 4, 3, 2, 5, 2, 7, 6])))?;
            body + &check
        }
        "nz-nhi" => {
            let (letters, digits) = (d.letters(3), d.digits(3));
            let number =
                |sign: char| "ABCDEFGHJKLMNPQRSTUVWXYZ".find(sign).expect("in it") as u32 + 1;
            let sum: u32 = letters.chars().zip([7, 6, 5]).map(|(c, w)| number(c) * w).sum();
            let rest = (sum + dot(&digits, &[4, 3, 2])) % 11;
            (rest != 0).then(|| format!("{letters}{digits}{}", (11 - rest) % 10))?
        }
        "za-id" => {
            let body = d.yymmdd() + &d.digits(4) + &d.of("01", 1) + "8";
            let check = luhn(&body);
            format!("{body}{check}")
        }
        _ => return None,
    })
}

fn europe(rule: &str, d: &mut Draw) -> Option<String> {
    let nif = |number: u32| char::from(b"TRWAGMYFPDXBNJZSQVHLCKE"[number as usize % 23]);
    let parsed = |text: &str| text.parse::<u32>().expect("digits");
    Some(match rule {
        "es-nif" => {
            let body = d.digits(8);
            format!("{body}{}", nif(parsed(&body)))
        }
        "es-nie" => {
            let (lead, body) = (d.below(3), d.digits(7));
            format!("{}{body}{}", ["X", "Y", "Z"][lead], nif(parsed(&format!("{lead}{body}"))))
        }
        "es-cif" => {
            let (lead, body) = (d.pick(&["A", "B", "E", "H", "P", "Q", "W"]), d.digits(7));
            // What Luhn asks for, as a digit for companies and as a letter for public bodies.
            let control = luhn(&body);
            match lead {
                "A" | "B" | "E" | "H" => format!("{lead}{body}{control}"),
                _ => format!("{lead}{body}{}", char::from(b"JABCDEFGHI"[control as usize])),
            }
        }
        "it-codice-fiscale" => {
            let (day, _, year) = d.day_month_year();
            let day = parsed(&day) as usize + d.pick(&[0, 40]);
            let body = format!(
                "{}{year}{}{day:02}{}{}",
                d.of("BCDFGLMNPRSTV", 6),
                d.of("ABCDEHLMPRST", 1),
                d.letters(1),
                d.digits(3)
            );
            const ODD: [u32; 36] = [
                1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20,
                11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
            ];
            let sum: u32 = body
                .chars()
                .enumerate()
                .map(|(i, sign)| {
                    let value = sign.to_digit(36).expect("in it");
                    if i % 2 == 0 {
                        ODD[value as usize]
                    } else if value > 9 {
                        value - 10
                    } else {
                        value
                    }
                })
                .sum();
            format!("{body}{}", char::from(b'A' + (sum % 26) as u8))
        }
        "it-vat" => {
            let body = d.digits(10);
            let check = luhn(&body);
            format!("{body}{check}")
        }
        "pl-pesel" => {
            let (day, month, year) = d.day_month_year();
            let body = format!(
                "{year}{:02}{day}{}",
                parsed(&month) as usize + d.pick(&[0, 20]),
                d.digits(4)
            );
            let check = ten(dot(&body, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3]));
            body + &check
        }
        "pl-nip" => {
            let body = d.natural(9);
            let check = one(dot(&body, &[6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11)?;
            body + &check
        }
        "de-tax-id" => {
            let mut left: Vec<char> = ('0'..='9').collect();
            left.remove(d.below(10));
            left.push(left[d.below(9)]);
            let mut body = String::new();
            while !left.is_empty() {
                body.push(left.remove(d.below(left.len())));
            }
            (!body.starts_with('0')).then(|| format!("{body}{}", mod_11_10(&body)))?
        }
        "de-kvnr" => {
            let (letter, body) = (d.letters(1), d.digits(8));
            let number = letter.bytes().next().map_or(0, |b| b - b'A' + 1);
            let whole = format!("{number:02}{body}");
            let products =
                whole.bytes().zip([1, 2].into_iter().cycle()).map(|(b, w)| u32::from(b - b'0') * w);
            let sum: u32 =
                products.map(|product| if product > 9 { product - 9 } else { product }).sum();
            format!("{letter}{body}{}", sum % 10)
        }
        "at-svnr" => {
            let (serial, date) = (d.natural(3), d.ddmmyy());
            let check = one((dot(&serial, &[3, 7, 9]) + dot(&date, &[5, 8, 4, 2, 1, 6])) % 11)?;
            serial + &check + &date
        }
        "ch-ahv" => {
            let body = "756".to_owned() + &d.digits(9);
            let check = ten(dot(&body, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3]));
            body + &check
        }
        "fr-nir" => {
            let (_, month, year) = d.day_month_year();
            let place = d.pick(&["13", "33", "59", "69", "75", "92", "2A", "2B"]);
            let body = format!("{}{year}{month}{place}{}", d.of("12", 1), d.digits(6));
            let number =
                body.replace("2A", "19").replace("2B", "18").parse::<u64>().expect("digits");
            format!("{body}{:02}", 97 - number % 97)
        }
        "nl-bsn" => {
            let body = d.natural(8);
            let check = one(dot(&body, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11)?;
            body + &check
        }
        "be-nn" => {
            let body = d.yymmdd() + &d.digits(3);
            let number = body.parse::<u64>().expect("digits") + d.pick(&[0, 2_000_000_000]);
            format!("{body}{:02}", 97 - number % 97)
        }
        "se-personnummer" => {
            let body = d.yymmdd() + &d.digits(3);
            let check = luhn(&body);
            format!("{}{body}{check}", d.pick(&["", "19", "20"]))
        }
        "no-fodselsnummer" => {
            let body = d.ddmmyy() + &d.digits(3);
            let first = eleven(dot(&body, &[3, 7, 6, 1, 8, 9, 4, 5, 2]))?;
            let body = body + &first;
            let second = eleven(dot(&body, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]))?;
            body + &second
        }
        "dk-cpr" => d.ddmmyy() + &d.digits(4),
        "fi-hetu" => {
            let (date, serial) = (d.ddmmyy(), format!("{:03}", 2 + d.below(898)));
            let rest = parsed(&(date.clone() + &serial)) % 31;
            let check = char::from(b"0123456789ABCDEFHJKLMNPRSTUVWXY"[rest as usize]);
            format!("{date}{}{serial}{check}", d.pick(&["", "A"]))
        }
        "pt-nif" => {
            let body = d.of("12356", 1) + &d.digits(7);
            let check = eleven_or_zero(dot(&body, &[9, 8, 7, 6, 5, 4, 3, 2]));
            body + &check
        }
        "cz-rodne-cislo" => {
            let (day, month, year) = d.day_month_year();
            let body = format!(
                "{year}{:02}{day}{}",
                parsed(&month) as usize + d.pick(&[0, 50]),
                d.digits(3)
            );
            let check = parsed(&body) % 11 % 10;
            if d.below(4) == 0 { body } else { format!("{body}{check}") }
        }
        "ro-cnp" => {
            let body = d.of("1256", 1)
                + &d.yymmdd()
                + d.pick(&["01", "12", "23", "40", "46"])
                + &d.digits(3);
            let rest = dot(&body, &[2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
            format!("{body}{}", if rest == 10 { 1 } else { rest })
        }
        "bg-egn" => {
            let (day, month, year) = d.day_month_year();
            let body = format!(
                "{year}{:02}{day}{}",
                parsed(&month) as usize + d.pick(&[0, 20, 40]),
                d.digits(3)
            );
            let check = dot(&body, &[2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 % 10;
            format!("{body}{check}")
        }
        "gr-amka" => {
            let body = d.ddmmyy() + &d.digits(4);
            let check = luhn(&body);
            format!("{body}{check}")
        }
        "hr-oib" => {
            let body = d.digits(10);
            let check = mod_11_10(&body);
            format!("{body}{check}")
        }
        "hu-taj" => {
            let body = d.digits(8);
            let check = dot(&body, &[3, 7, 3, 7, 3, 7, 3, 7]) % 10;
            format!("{body}{check}")
        }
        "jmbg" => {
            let (day, month, year) = d.day_month_year();
            let body = format!(
                "{day}{month}{}{year}{}{}",
                if year.as_str() > "25" { 9 } else { 0 },
                d.pick(&["71", "50", "33"]),
                d.digits(3)
            );
            let check = eleven(dot(&body, &[7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]))?;
            body + &check
        }
        "ee-lt-kood" => {
            let body = d.of("3456", 1) + &d.yymmdd() + &d.digits(3);
            let mut check = dot(&body, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11;
            if check == 10 {
                check = dot(&body, &[3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11 % 10;
            }
            format!("{body}{check}")
        }
        "ru-snils" => {
            let body = d.natural(9);
            let check = dot(&body, &[9, 8, 7, 6, 5, 4, 3, 2, 1]) % 101 % 100;
            format!("{body}{check:02}")
        }
        "ru-inn" => {
            let body = d.natural(10);
            let first = dot(&body, &[7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10;
            let body = format!("{body}{first}");
            let second = dot(&body, &[3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10;
            format!("{body}{second}")
        }
        "tr-tckn" => {
            let body = d.natural(9);
            let (odd, even) = (
                dot(&body, &[1, 0, 1, 0, 1, 0, 1, 0, 1]),
                dot(&body, &[0, 1, 0, 1, 0, 1, 0, 1, 0]),
            );
            let tenth = (i64::from(odd) * 7 - i64::from(even)).rem_euclid(10);
            format!("{body}{tenth}{}", (i64::from(odd + even) + tenth) % 10)
        }
        _ => return None,
    })
}

fn asia(rule: &str, d: &mut Draw) -> Option<String> {
    Some(match rule {
        "in-aadhaar" => {
            let body = d.of("23456789", 1) + &d.digits(10);
            let check = verhoeff(&body);
            format!("{body}{check}")
        }
        "in-pan" => {
            d.letters(3) + &d.of("PCHFATBLJG", 1) + &d.letters(1) + &d.digits(4) + &d.letters(1)
        }
        "in-gstin" => {
            let body =
                format!("{:02}", 1 + d.below(37)) + &compact("in-pan", d)? + &d.natural(1) + "Z";
            let sum: u32 = body
                .chars()
                .zip([1, 2].into_iter().cycle())
                .map(|(c, w)| {
                    let product = c.to_digit(36).expect("in it") * w;
                    product / 36 + product % 36
                })
                .sum();
            let check =
                char::from_digit((36 - sum % 36) % 36, 36).expect("below 36").to_ascii_uppercase();
            format!("{body}{check}")
        }
        "sg-nric" => {
            let (series, body) = (d.pick(&["S", "T", "F", "G"]), d.digits(7));
            let offset = if matches!(series, "T" | "G") { 4 } else { 0 };
            let rest = (dot(&body, &[2, 7, 6, 5, 4, 3, 2]) + offset) % 11;
            let table = if matches!(series, "S" | "T") { b"JZIHGFEDCBA" } else { b"XWUTRQPNMLK" };
            format!("{series}{body}{}", char::from(table[rest as usize]))
        }
        "cn-id" => {
            let (day, month, year) = d.day_month_year();
            let body = d.pick(&["110101", "310115", "440305", "510107"]).to_owned()
                + "19"
                + &year
                + &month
                + &day
                + &d.digits(3);
            // ISO 7064 MOD 11-2: doubling a rest, not a table of weights.
            let rest = body.bytes().fold(0, |rest, b| (rest + u32::from(b - b'0')) * 2 % 11);
            let check = (12 - rest) % 11;
            body + &if check == 10 { "X".to_owned() } else { check.to_string() }
        }
        "kr-rrn" => {
            let body = d.yymmdd() + &d.of("1234", 1) + &d.digits(5);
            let check = (11 - dot(&body, &[2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11) % 10;
            format!("{body}{check}")
        }
        "kr-rrn-new" => d.yymmdd() + &d.of("34", 1) + &d.digits(6),
        "jp-my-number" => {
            let body = d.digits(11);
            let check = eleven_or_zero(dot(&body, &[6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]));
            body + &check
        }
        "tw-id" => {
            let (letter, body) = (d.below(8), d.of("12", 1) + &d.digits(7));
            let number = letter as u32 + 10;
            let sum = number / 10 + number % 10 * 9 + dot(&body, &[8, 7, 6, 5, 4, 3, 2, 1]);
            format!("{}{body}{}", char::from(b"ABCDEFGH"[letter]), ten(sum))
        }
        "hk-id" => {
            let (letters, body) = (d.pick(&["A", "G", "K", "Y", "WX", "EC"]), d.digits(6));
            let padded: Vec<u32> =
                format!("{letters:>2}").chars().map(|c| c.to_digit(36).unwrap_or(36)).collect();
            let sum = padded[0] * 9 + padded[1] * 8 + dot(&body, &[7, 6, 5, 4, 3, 2]);
            let check = (11 - sum % 11) % 11;
            format!(
                "{letters}{body}{}",
                if check == 10 { "A".to_owned() } else { check.to_string() }
            )
        }
        "my-nric" => d.yymmdd() + d.pick(&["01", "07", "10", "14"]) + &d.digits(4),
        "th-id" => {
            let body = d.of("12345678", 1) + &d.digits(11);
            let check = (11 - dot(&body, &[13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 10;
            format!("{body}{check}")
        }
        "id-nik" => {
            d.pick(&["3171", "3273", "3578", "1271"]).to_owned()
                + &d.digits(2)
                + &d.ddmmyy()
                + &d.digits(4)
        }
        "il-id" => {
            let body = d.digits(8);
            let check = luhn(&body);
            format!("{body}{check}")
        }
        "ae-id" => {
            let body = format!("784{}{}", 1950 + d.below(60), d.digits(7));
            let check = luhn(&body);
            format!("{body}{check}")
        }
        "imei" => {
            let body = d.pick(&["35", "86", "01"]).to_owned() + &d.digits(12);
            let check = luhn(&body);
            format!("{body}{check}")
        }
        _ => return None,
    })
}

/// An IBAN of one of the countries whose account part is digits or any letters.
pub(crate) fn iban(d: &mut Draw) -> String {
    let (country, account) = match d.below(6) {
        0 => ("DE", d.digits(18)),
        1 => ("GB", d.letters(4) + &d.digits(14)),
        2 => ("FR", d.digits(23)),
        3 => ("NL", d.letters(4) + &d.digits(10)),
        4 => ("ES", d.digits(20)),
        _ => ("PL", d.digits(24)),
    };
    format!("{country}{:02}{account}", 98 - mod_97(&format!("{account}{country}00")))
}

/// A card and its groups.
pub(crate) fn card(d: &mut Draw) -> (String, &'static [usize]) {
    let (lead, length, groups): (&str, usize, &'static [usize]) = d.pick(&[
        ("4", 16, &[4, 4, 4, 4][..]),
        ("51", 16, &[4, 4, 4, 4]),
        ("55", 16, &[4, 4, 4, 4]),
        ("2221", 16, &[4, 4, 4, 4]),
        ("34", 15, &[4, 6, 5]),
        ("37", 15, &[4, 6, 5]),
        ("6011", 16, &[4, 4, 4, 4]),
        ("65", 16, &[4, 4, 4, 4]),
        ("3528", 16, &[4, 4, 4, 4]),
        ("36", 14, &[4, 6, 4]),
        ("62", 16, &[4, 4, 4, 4]),
        ("2200", 16, &[4, 4, 4, 4]),
    ]);
    let body = lead.to_owned() + &d.digits(length - 1 - lead.len());
    let check = luhn(&body);
    (format!("{body}{check}"), groups)
}

/// A vehicle's number with the check digit of 49 CFR 565.
pub(crate) fn vin(d: &mut Draw) -> String {
    let signs = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789";
    let (head, tail) = (
        d.pick(&["1HG", "5YJ", "WBA", "JTD"]).to_owned() + &d.of(signs, 5),
        d.of(signs, 4) + &d.digits(4),
    );
    let value = |sign: char| {
        sign.to_digit(10).unwrap_or(match sign {
            'A' | 'J' => 1,
            'B' | 'K' | 'S' => 2,
            'C' | 'L' | 'T' => 3,
            'D' | 'M' | 'U' => 4,
            'E' | 'N' | 'V' => 5,
            'F' | 'W' => 6,
            'G' | 'P' | 'X' => 7,
            'H' | 'Y' => 8,
            _ => 9,
        })
    };
    let weights = [8, 7, 6, 5, 4, 3, 2, 10, 9, 8, 7, 6, 5, 4, 3, 2];
    let sum: u32 = head.chars().chain(tail.chars()).zip(weights).map(|(c, w)| value(c) * w).sum();
    format!("{head}{}{tail}", if sum % 11 == 10 { "X".to_owned() } else { (sum % 11).to_string() })
}
