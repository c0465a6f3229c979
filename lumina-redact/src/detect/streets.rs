//! Street addresses: a number and a name with a word for streets.

use crate::finding::Reason;
use crate::scan::Scan;
use crate::table::custom::Custom;

const REASON: Reason = Reason::check("house number, name and a word for streets");

const SUFFIXES: &[&str] = &[
    "street",
    "st",
    "avenue",
    "ave",
    "road",
    "rd",
    "boulevard",
    "blvd",
    "lane",
    "ln",
    "drive",
    "dr",
    "court",
    "ct",
    "place",
    "pl",
    "square",
    "sq",
    "terrace",
    "way",
    "parkway",
    "pkwy",
    "circle",
    "cir",
    "highway",
    "hwy",
    "crescent",
    "close",
    "gardens",
    "grove",
    "mews",
    "row",
    "alley",
    "trail",
    "trl",
    "plaza",
    "ter",
    "quay",
    "walk",
    "esplanade",
];

/// Words for streets that stand between number and name.
const PREFIXES: &[&str] = &[
    "rue",
    "avenue",
    "boulevard",
    "place",
    "chemin",
    "allée",
    "impasse",
    "quai",
    "cours",
    "route",
];

/// `221 Baker Street`, `15 rue de la République`: the number is `start..end`, a blank follows.
pub(crate) fn number_first(scan: &mut Scan<'_>, start: usize, end: usize) {
    if !scan.opens(start) || scan.text[start] == b'0' {
        return;
    }
    let first = word_end(scan.text, end + 1);
    let word = &scan.text[end + 1..first];
    if PREFIXES.iter().any(|prefix| word.eq_ignore_ascii_case(prefix.as_bytes()))
        && word[0].is_ascii_lowercase()
    {
        let to = name_end(scan.text, first);
        if to > first {
            scan.push_custom(Custom::StreetAddress, (start, to), 76, REASON);
        }
        return;
    }
    let mut at = end + 1;
    for index in 0..5 {
        let to = word_end(scan.text, at);
        let word = &scan.text[at..to];
        if word.is_empty()
            || !(word[0].is_ascii_uppercase()
                || word[0] >= 0xC3
                || word[0].is_ascii_digit() && index == 0)
        {
            return;
        }
        if index > 0 && SUFFIXES.iter().any(|suffix| word.eq_ignore_ascii_case(suffix.as_bytes())) {
            // `1600 Pennsylvania Avenue NW`
            let after = word_end(scan.text, to + 1);
            let quarter = scan.byte(to) == Some(b' ')
                && matches!(
                    scan.text.get(to + 1..after),
                    Some(b"NW" | b"NE" | b"SW" | b"SE" | b"N" | b"S" | b"E" | b"W")
                );
            let stop = if quarter { after } else { to };
            scan.push_custom(Custom::StreetAddress, (start, stop), 80, REASON);
            return;
        }
        if scan.byte(to) == Some(b'.') && scan.byte(to + 1) == Some(b' ') {
            at = to + 2;
        } else if scan.byte(to) == Some(b' ') {
            at = to + 1;
        } else {
            return;
        }
    }
}

/// `Calle de Alcalá 45`: the word is `start..end`.
pub(crate) fn name_first(scan: &mut Scan<'_>, start: usize, end: usize) {
    if scan.before(start).is_some_and(|b| b.is_ascii_alphanumeric() || b >= 0x80) {
        return;
    }
    let to = name_end(scan.text, end - 1);
    let gap = scan.text[to..].iter().take(3).take_while(|b| b", ".contains(b)).count();
    let capital =
        scan.text.get(end..to).is_some_and(|name| name.iter().any(u8::is_ascii_uppercase));
    let number = house_number(scan.text, to + gap);
    if to > end && gap > 0 && number > 0 && capital {
        scan.push_custom(Custom::StreetAddress, (start, to + gap + number), 74, REASON);
    }
}

/// `Lindenstraße 14`: the ending is `start..end`.
pub(crate) fn suffix_first(scan: &mut Scan<'_>, start: usize, end: usize) {
    let word = |b: &u8| b.is_ascii_alphabetic() || *b >= 0x80 || *b == b'-';
    let mut end = end;
    if scan.before(end) == Some(b' ') {
        end -= 1;
    }
    // `Lindenstraßen` is no street.
    if scan.byte(end) != Some(b' ') {
        return;
    }
    let length = scan.text[..start].iter().rev().take(30).take_while(|b| word(b)).count();
    let mut from = start - length;
    if length == 0 {
        // `Unter den Linden Platz 3`, `Kerk straat 3`: the name stands apart.
        if !scan.text[start].is_ascii_uppercase() || scan.before(start) != Some(b' ') {
            return;
        }
        let name = scan.text[..start - 1].iter().rev().take(30).take_while(|b| word(b)).count();
        from = start - 1 - name;
    }
    let capital = scan.text[from].is_ascii_uppercase() || scan.text[from] >= 0xC3;
    let number = house_number(scan.text, end + 1);
    if capital && number > 0 && from < start {
        scan.push_custom(Custom::StreetAddress, (from, end + 1 + number), 78, REASON);
    }
}

/// The length of a house number at `at`: `14`, `14a`, `14-16`.
fn house_number(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or(&[]);
    let digits = rest.iter().take(5).take_while(|b| b.is_ascii_digit()).count();
    if !(1..=4).contains(&digits) || rest[0] == b'0' {
        return 0;
    }
    let letter = rest.get(digits).is_some_and(u8::is_ascii_alphabetic);
    let length = digits + usize::from(letter);
    match rest.get(length) {
        Some(byte) if byte.is_ascii_alphanumeric() || *byte == b'%' => 0,
        Some(b'.' | b':') if rest.get(length + 1).is_some_and(u8::is_ascii_digit) => 0,
        _ => length,
    }
}

fn word_end(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or(&[]);
    at.min(text.len())
        + rest
            .iter()
            .take(24)
            .take_while(|b| b.is_ascii_alphanumeric() || **b >= 0x80 || **b == b'\'')
            .count()
}

/// The end of a name behind `at`: capitalised words, with `de`, `la` and the like between them.
fn name_end(text: &[u8], at: usize) -> usize {
    const SMALL: &[&[u8]] = &[
        b"de", b"la", b"le", b"les", b"du", b"des", b"del", b"da", b"do", b"dos", b"di", b"el",
        b"los", b"las",
    ];
    let mut end = at;
    let mut position = at;
    for _ in 0..6 {
        if text.get(position) != Some(&b' ') {
            break;
        }
        let to = word_end(text, position + 1);
        let word = &text[position + 1..to];
        let Some(&first) = word.first() else { break };
        let elided = word.len() > 2 && word[1] == b'\'' && matches!(first, b'd' | b'l');
        if first.is_ascii_uppercase() || first >= 0xC3 || elided {
            end = to;
        } else if !SMALL.contains(&word) {
            break;
        }
        position = to;
    }
    end
}
