//! Numbers of Europe.

use super::{eleven, eleven_or_zero, one, ten};
use crate::check_digits::{dot, luhn, mod_11_10};
use crate::draw::Draw;

pub(super) fn europe(rule: &str, d: &mut Draw) -> Option<String> {
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
