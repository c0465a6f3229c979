//! Numbers of Asia, and of devices.

use super::{compact, eleven_or_zero, ten};
use crate::check_digits::{dot, luhn, verhoeff};
use crate::draw::Draw;

pub(super) fn asia(rule: &str, d: &mut Draw) -> Option<String> {
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
