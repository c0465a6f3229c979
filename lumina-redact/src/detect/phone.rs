//! Phone numbers: E.164 with a country code, the layouts of national plans, and bare digits after a
//! word for phones.

use crate::finding::Reason;
use crate::scan::Scan;
use crate::scan::context::{DEVICE, HEALTH, NATIONAL, ORDER, PHONE, SSN, TAX};
use crate::table::custom::Custom;

const MAX_GROUPS: usize = 8;

/// The groups of digits from a place on, each after a separator.
#[derive(Default)]
struct Run {
    lengths: [u8; MAX_GROUPS],
    separators: [u8; MAX_GROUPS],
    ends: [usize; MAX_GROUPS],
    groups: usize,
    digits: [u8; 24],
    count: usize,
}

/// A number whose first group of `digits` digits begins at `start`.
pub(crate) fn phone(scan: &mut Scan<'_>, start: usize, digits: usize) {
    // Fewer than seven digits need more groups.
    let digit_at = |at: usize| scan.byte(at).is_some_and(|b| b.is_ascii_digit());
    let end = start + digits;
    let separated = scan.byte(end).is_some_and(|b| b" -./()".contains(&b));
    if digits < 7 && !(separated && (digit_at(end + 1) || digit_at(end + 2) || digit_at(end + 3))) {
        return;
    }
    // A part of a number that has been found is no number of its own.
    let known = |c: &crate::scan::Candidate| c.rule == Custom::Phone as u16 && c.end > start;
    if digits > 15 || scan.found.iter().rev().take(4).any(known) {
        return;
    }
    let plus = scan.before(start) == Some(b'+')
        || (start >= 2 && scan.before(start) == Some(b'(') && scan.byte(start - 2) == Some(b'+'));
    let parenthesis = !plus && scan.before(start) == Some(b'(');
    let from = if plus || parenthesis {
        scan.text[..start].iter().rposition(|&b| b != b'(' && b != b'+').map_or(0, |i| i + 1)
    } else {
        start
    };
    let from = from.max(start.saturating_sub(2));
    if !scan.opens(from) {
        return;
    }
    let mut run = read(scan, start);
    while run.groups > 0 {
        let end = run.ends[run.groups - 1];
        if let Some((score, check)) = judge(scan, &run, from, end, plus, parenthesis) {
            let reason = Reason::with(check.0, check.1);
            scan.push_custom(Custom::Phone, (from, end), score, reason);
            return;
        }
        run.groups -= 1;
        run.count -= usize::from(run.lengths[run.groups]);
    }
}

fn read(scan: &Scan<'_>, start: usize) -> Run {
    let mut run = Run::default();
    let mut at = start;
    while run.groups < MAX_GROUPS {
        let length = scan.text[at..].iter().take(16).take_while(|b| b.is_ascii_digit()).count();
        if length == 0 || run.count + length > 17 {
            break;
        }
        run.digits[run.count..run.count + length].copy_from_slice(&scan.text[at..at + length]);
        run.count += length;
        run.lengths[run.groups] = length as u8;
        at += length;
        run.ends[run.groups] = at;
        run.groups += 1;
        let separators =
            scan.text[at..].iter().take(3).take_while(|b| b" -./()".contains(b)).count();
        if separators == 0 {
            break;
        }
        if run.groups < MAX_GROUPS {
            run.separators[run.groups] = match &scan.text[at..at + separators] {
                [one] => *one,
                b") " | b")-" | b" (" | b")." | b"-(" => b')',
                b" - " => b'-',
                _ => break,
            };
        }
        at += separators;
    }
    run
}

type Check = (&'static str, Option<&'static str>);

fn judge(
    scan: &Scan<'_>,
    run: &Run,
    from: usize,
    end: usize,
    plus: bool,
    parenthesis: bool,
) -> Option<(u8, Check)> {
    let digits = &run.digits[..run.count];
    let extension = matches!(scan.byte(end), Some(b'x' | b'X' | b'e'));
    if !(7..=15).contains(&digits.len()) || !(scan.closes(end) || extension) {
        return None;
    }
    // Numbers of dates, times, prices and decimals go on with these.
    let follows = scan.byte(end + 1).is_some_and(|b| b.is_ascii_digit());
    if follows && matches!(scan.byte(end), Some(b',' | b'/' | b'-' | b'.' | b':')) {
        return None;
    }
    if digits.iter().all(|b| *b == digits[0]) {
        return None;
    }
    if plus {
        return country_code(digits).then_some((90, ("country code and length", None)));
    }
    let lengths = &run.lengths[..run.groups];
    let separators = &run.separators[1..run.groups.max(1)];
    let uniform = separators.windows(2).all(|pair| pair[0] == pair[1]);
    let shape = layout(digits, lengths, separators, uniform, parenthesis)?;
    let (base, check) = shape;
    let near = scan.context(from, end);
    let others = ORDER | HEALTH | NATIONAL | SSN | TAX | DEVICE;
    let about = near.about(PHONE, others);
    let score = match about {
        Some(_) => base + 45,
        None if near.distance(others).is_some() => base.saturating_sub(30),
        None => base,
    };
    Some((score, (check, about)))
}

/// How much a layout alone says.
fn layout(
    digits: &[u8],
    lengths: &[u8],
    separators: &[u8],
    uniform: bool,
    parenthesis: bool,
) -> Option<(u8, &'static str)> {
    let nanp = |d: &[u8]| {
        (b'2'..=b'9').contains(&d[0])
            && (b'2'..=b'9').contains(&d[3])
            && !(d[1] == b'1' && d[2] == b'1')
    };
    let first = separators.first().copied();
    let dashed = |s: u8| matches!(s, b'-' | b'.' | b')');
    match (digits[0], lengths) {
        (_, [3, 3, 4]) if nanp(digits) && first == Some(b')') => {
            Some((75, "area code in parentheses"))
        }
        (_, [3, 3, 4]) if nanp(digits) && uniform && first.is_some_and(dashed) => {
            Some((70, "layout of the North American plan"))
        }
        (_, [3, 3, 4]) if nanp(digits) => Some((48, "layout of the North American plan")),
        (b'1', [1, 3, 3, 4]) if nanp(&digits[1..]) && first != Some(b'.') => {
            Some((72, "layout of the North American plan"))
        }
        (_, [3, 7]) if nanp(digits) => Some((45, "layout of the North American plan")),
        (b'0', [2, 2, 2, 2, 2]) if uniform && digits[1] != b'0' => {
            Some((78, "layout of the French plan"))
        }
        (b'0', _) if digits.starts_with(b"00") && lengths.len() > 1 => {
            country_code(&digits[2..]).then_some((62, "international prefix and length"))
        }
        (b'0', _) if digits.starts_with(b"00") || digits.starts_with(b"011") => {
            country_code(&digits[2..]).then_some((40, "international prefix and length"))
        }
        (b'0', [3..=5, ..])
            if (9..=12).contains(&digits.len()) && (2..=4).contains(&lengths.len()) =>
        {
            Some((
                if lengths[1..].iter().all(|&n| (2..=8).contains(&n)) { 62 } else { 30 },
                "trunk prefix and length",
            ))
        }
        (b'0', _) if parenthesis && (9..=12).contains(&digits.len()) => {
            Some((66, "area code in parentheses"))
        }
        (b'0', [2, 4, 4] | [2, 3, 4] | [2, 8 | 7] | [2, 4, 5]) => {
            Some((58, "trunk prefix and length"))
        }
        (b'0', [10 | 11]) => Some((38, "trunk prefix and length")),
        (b'1'..=b'9', [2, 4 | 5, 4]) if first == Some(b')') || parenthesis => {
            Some((75, "area code in parentheses"))
        }
        (b'6' | b'7', [3, 3, 3]) => Some((40, "layout of the Spanish or French plan")),
        (b'6'..=b'9', [5, 5]) => Some((45, "layout of the Indian plan")),
        (b'1', [3, 4, 4]) if (b'3'..=b'9').contains(&digits[1]) => {
            Some((55, "layout of the Chinese plan"))
        }
        (b'1', [11]) if (b'3'..=b'9').contains(&digits[1]) => {
            Some((35, "length of a mobile number"))
        }
        (_, [7..=12]) => Some((30, "length of a phone number")),
        (_, [3, 4] | [4, 4]) if uniform => Some((25, "length of a local number")),
        // Dates are no phone numbers.
        (_, [4, 1 | 2, 1 | 2] | [1 | 2, 1 | 2, 4 | 2]) => None,
        (_, groups) if groups.len() <= 6 && digits.len() >= 8 && groups.iter().all(|&n| n >= 2) => {
            Some((22, "length of a phone number"))
        }
        _ => None,
    }
}

/// Whether `digits` begin with a country code and have a length that it allows.
///
/// ITU-T E.164 list of country codes; zones 7 and 1 have one digit.
fn country_code(digits: &[u8]) -> bool {
    const TWO: &[u8] =
        b"2027303132333436394041434445464748495152535455565758606162636465668182848690919293949598";
    match digits.first() {
        Some(b'1') => {
            digits.len() == 11
                && (b'2'..=b'9').contains(&digits[1])
                && (b'2'..=b'9').contains(&digits[4])
        }
        Some(b'7') => digits.len() == 11,
        Some(b'0') | None => false,
        _ => {
            let two = TWO.chunks_exact(2).any(|code| digits.starts_with(code));
            let national = digits.len().saturating_sub(if two { 2 } else { 3 });
            digits.len() <= 15 && (if two { 7..=12 } else { 6..=11 }).contains(&national)
        }
    }
}
