//! E-mail addresses.

use crate::finding::Reason;
use crate::scan::Scan;
use crate::scan::context::MAIL;
use crate::table::custom::Custom;

/// Top-level domains of three letters and more that are in wide use, and the reserved ones.
const DOMAINS: &str = " com org net edu gov mil int info biz name pro aero coop museum jobs mobi travel \
    app dev cloud online site store shop blog tech ai io xyz top club live life world email mail agency \
    company studio design media news network systems solutions software digital global group team work \
    space website page link click zone center academy school university institute foundation church \
    health care clinic hospital dental doctor law legal lawyer bank finance financial capital money tax \
    insurance consulting services support technology engineering construction properties estate house \
    berlin hamburg wien paris london nyc tokyo amsterdam swiss scot wales cat eus gal africa asia \
    example test invalid localhost local internal corp lan home intranet \u{0}";

/// Handles the sign at `at`; the place to go on from. Nothing before `floor` is read again.
pub(crate) fn at_sign(scan: &mut Scan<'_>, at: usize, floor: usize) -> usize {
    let text = scan.text;
    let local = |b: u8| {
        b.is_ascii_alphanumeric() || b"._%+-'&=!#~*".contains(&b) || (0x80..0xD4).contains(&b)
    };
    let lowest = floor.saturating_sub(64).max(at.saturating_sub(64));
    let mut start = at;
    while start > lowest && local(text[start - 1]) && (text[start - 1] != b'=') {
        start -= 1;
    }
    while start < at && (!text[start].is_ascii_alphanumeric() && text[start] & 0xC0 != 0xC0) {
        start += 1;
    }
    // The letter of an escaped line end is not part of the address.
    if start > 0 && text[start - 1] == b'\\' && matches!(text[start], b'n' | b't' | b'r') {
        start += 1;
    }
    let (end, domain_end) = domain(text, at + 1);
    let Some(end) = end.filter(|_| start < at && text[at - 1] != b'.') else { return at + 1 };
    let name = &text[at + 1..end];
    let top = name.rsplit(|&b| b == b'.').next().unwrap_or(&[]);
    // `git@github.com:owner/repo`, `icon@2x.png`, `user:password@host`.
    let remote = &text[start..at] == b"git" || text[..start].ends_with(b"ssh://");
    let scale = name.len() > 2 && name[0].is_ascii_digit() && name[1] == b'x' && name[2] == b'.';
    let userinfo = scan.before(start) == Some(b':')
        && text[start.saturating_sub(64)..start].windows(3).any(|w| w == b"://");
    if remote || scale || userinfo {
        return domain_end;
    }
    let about = scan.context(start, end).about(MAIL, 0);
    let known = top.len() == 2 || is_known(top);
    let called = scan.byte(end) == Some(b'(');
    let score = if known && !called {
        92
    } else if about.is_some() && !called {
        70
    } else {
        40
    };
    let reason = Reason::with("local part, domain and top-level domain", about);
    scan.push_custom(Custom::Email, (start, end), score, reason);
    domain_end
}

fn is_known(top: &[u8]) -> bool {
    let mut lower = [b' '; 18];
    let Some(slot) = lower.get_mut(1..=top.len()) else { return top.starts_with(b"xn--") };
    slot.copy_from_slice(top);
    lower.make_ascii_lowercase();
    top.starts_with(b"xn--")
        || memchr::memmem::find(DOMAINS.as_bytes(), &lower[..top.len() + 2]).is_some()
}

/// The end of the domain name at `start`, if it is one, and how far was read.
fn domain(text: &[u8], start: usize) -> (Option<usize>, usize) {
    let part = |b: &u8| b.is_ascii_alphanumeric() || *b == b'-';
    let mut end = start;
    let mut last = start;
    let mut labels = 0;
    loop {
        let length = text[end..].iter().take(64).take_while(|b| part(b)).count();
        if length == 0 || length > 63 || end - start > 253 {
            break;
        }
        last = end;
        end += length;
        labels += 1;
        if text.get(end) != Some(&b'.')
            || !text.get(end + 1).is_some_and(|b| b.is_ascii_alphanumeric())
        {
            break;
        }
        end += 1;
    }
    let mut top = text.get(last..end).unwrap_or(&[]);
    while let Some(rest) = top.strip_suffix(b"-") {
        top = rest;
        end -= 1;
    }
    let alphabetic = (2..=18).contains(&top.len()) && top.iter().all(u8::is_ascii_alphabetic);
    let fits = labels >= 2 && (alphabetic || top.starts_with(b"xn--")) && text[start] != b'-';
    (fits.then_some(end), end.max(start))
}
