//! Numbers with a layout, valid by construction.
//!
//! A number is made compact (no separators, letters upper-case) and laid into the rule's layouts.

mod americas;
mod asia;
mod commonwealth;
mod europe;

use crate::check_digits::{luhn, mod_97};
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
    americas::americas(rule, d)
        .or_else(|| commonwealth::commonwealth(rule, d))
        .or_else(|| europe::europe(rule, d))
        .or_else(|| asia::asia(rule, d))
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
