//! Dates of birth: a date behind a word for birth.

use crate::check::digits::{day_and_month, number};
use crate::finding::Reason;
use crate::scan::Scan;
use crate::table::custom::Custom;

const REACH: usize = 40;

/// The first letters of months in the languages that write dates with words.
const MONTHS: &[&str] = &[
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "januar",
    "febr", "mär", "mai", "juin", "juil", "août", "aout", "okt", "dez", "fév", "avr", "déc", "ene",
    "abr", "ago", "dic", "gen", "mag", "giu", "lug", "set", "ott", "fev", "out", "maj", "mei",
    "mrt", "sty", "lut", "kwi", "cze", "lip", "sie", "wrz", "paź", "lis", "gru",
];

/// A word for birth ends at `end`.
pub(crate) fn birth(scan: &mut Scan<'_>, end: usize) {
    // An escaped or quoted name may follow: `"dateOfBirth": "1990-02-17"`.
    let limit = scan.text.len().min(end + REACH);
    let mut at = end;
    while at < limit {
        let byte = scan.text[at];
        if byte == b'\n' {
            return;
        }
        let opens = !scan.before(at).is_some_and(|b| b.is_ascii_alphanumeric());
        if opens
            && byte.is_ascii_alphanumeric()
            && let Some(to) = date(scan.text, at)
                .filter(|&to| !scan.byte(to).is_some_and(|b| b.is_ascii_alphanumeric()))
        {
            let reason = Reason::with("date", Some("birth"));
            scan.push_custom(Custom::BirthDate, (at, to), 85, reason);
            return;
        }
        at += 1;
    }
}

/// The end of the date at `at`.
fn date(text: &[u8], at: usize) -> Option<usize> {
    let mut values = [0u32; 3];
    let mut lengths = [0usize; 3];
    let mut month = None;
    let mut position = at;
    for slot in 0..3 {
        if slot > 0 {
            let rest = &text[position..];
            let gap = rest.iter().take(5).take_while(|b| b" -./,".contains(b)).count();
            let (gap, rest) = (gap, &rest[gap..]);
            let of = ["de ", "of ", "del "].iter().find(|word| rest.starts_with(word.as_bytes()));
            let cjk =
                [("年", 3), ("月", 3)].iter().find(|(sign, _)| rest.starts_with(sign.as_bytes()));
            let skip = gap + of.map_or(0, |word| word.len()) + cjk.map_or(0, |(_, length)| *length);
            if skip == 0 {
                return None;
            }
            position += skip;
        }
        let rest = text.get(position..)?;
        let digits = rest.iter().take(5).take_while(|b| b.is_ascii_digit()).count();
        if (1..=4).contains(&digits) {
            values[slot] = number(&rest[..digits]);
            lengths[slot] = digits;
            position += digits;
            for suffix in ["st", "nd", "rd", "th", "er", "º", "日"] {
                if text[position..].starts_with(suffix.as_bytes()) && digits <= 2 {
                    position += suffix.len();
                    break;
                }
            }
        } else if month.is_none() && slot < 2 {
            let letters =
                rest.iter().take(14).take_while(|b| b.is_ascii_alphabetic() || **b >= 0x80).count();
            let word = String::from_utf8_lossy(rest.get(..letters)?).to_lowercase();
            if letters < 3 || !MONTHS.iter().any(|name| word.starts_with(name)) {
                return None;
            }
            month = Some(slot);
            position += letters;
        } else {
            return None;
        }
    }
    let year = |value: u32, length: usize| length == 4 && (1900..2040).contains(&value);
    let [a, b, c] = values;
    let fits = match month {
        Some(0) => year(c, lengths[2]) && (1..=31).contains(&b),
        Some(_) => (year(c, lengths[2]) || lengths[2] == 2) && (1..=31).contains(&a),
        None if year(a, lengths[0]) => day_and_month(c, b),
        None => {
            (year(c, lengths[2]) || lengths[2] == 2)
                && lengths[0] <= 2
                && lengths[1] <= 2
                && (day_and_month(a, b) || day_and_month(b, a))
        }
    };
    fits.then_some(position)
}
