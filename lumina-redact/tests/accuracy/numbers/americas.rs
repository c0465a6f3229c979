//! Numbers of North and South America.

use super::{eleven, eleven_or_zero, ten};
use crate::check_digits::{dot, luhn};
use crate::draw::Draw;

pub(super) fn americas(rule: &str, d: &mut Draw) -> Option<String> {
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
