//! Numbers of Britain, Ireland, Australia, New Zealand, South Africa.

use super::{eleven, one, ten};
use crate::check_digits::{dot, luhn};
use crate::draw::Draw;

pub(super) fn commonwealth(rule: &str, d: &mut Draw) -> Option<String> {
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
