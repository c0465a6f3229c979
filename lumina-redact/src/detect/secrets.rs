//! Secrets with a form of their own: key blocks, JSON web tokens, headers, user information of URLs.

use crate::check::people;
use crate::finding::Reason;
use crate::scan::Scan;
use crate::table::custom::Custom;

/// Longer key blocks are cut here; what follows is found by the next scan or is no key.
const LONGEST_BLOCK: usize = 1 << 14;

/// `-----BEGIN` is at `start..end`.
pub(crate) fn private_key(scan: &mut Scan<'_>, start: usize, end: usize) {
    let rest = &scan.text[end..scan.text.len().min(end + 48)];
    let Some(label) = memchr::memmem::find(rest, b"----") else { return };
    if memchr::memmem::find(&rest[..label], b"PRIVATE KEY").is_none() {
        return;
    }
    let body = end + label + rest[label..].iter().take_while(|&&b| b == b'-').count();
    let window = &scan.text[body..scan.text.len().min(body + LONGEST_BLOCK)];
    // The next line of dashes ends the key; without one it was cut off.
    let stop = match memchr::memmem::find(window, b"----") {
        Some(at) => {
            let after = &window[at..window.len().min(at + 80)];
            let dashes = after.iter().take_while(|&&b| b == b'-').count();
            let is_end =
                after[dashes..].starts_with(b"END") || after[dashes..].starts_with(b" END");
            match memchr::memmem::find(&after[dashes..], b"----").filter(|_| is_end) {
                Some(close) => {
                    let close = at + dashes + close;
                    close + window[close..].iter().take(5).take_while(|&&b| b == b'-').count()
                }
                None => at,
            }
        }
        None => window
            .iter()
            .take_while(|b| b.is_ascii_alphanumeric() || b"+/=\r\n\\ :-,".contains(b))
            .count(),
    };
    let material = window[..stop].iter().filter(|b| b.is_ascii_alphanumeric()).count();
    if material >= 24 {
        scan.push_custom(
            Custom::PrivateKey,
            (start, body + stop),
            99,
            Reason::check("block of a private key"),
        );
    }
}

/// `eyJ` is at `start`: `{"` in Base64.
pub(crate) fn jwt(scan: &mut Scan<'_>, start: usize) {
    if !scan.text[start..].starts_with(b"eyJ")
        || scan.before(start).is_some_and(|b| b.is_ascii_alphanumeric())
    {
        return;
    }
    let symbol = |b: &&u8| b.is_ascii_alphanumeric() || matches!(**b, b'-' | b'_');
    let mut at = start;
    let mut parts = 0;
    while parts < 5 {
        let length = scan.text[at..].iter().take(1 << 13).take_while(symbol).count();
        if length < if parts == 2 { 0 } else { 10 } && parts != 1 {
            break;
        }
        at += length;
        parts += 1;
        if scan.byte(at) != Some(b'.') || !scan.byte(at + 1).is_some_and(|b| symbol(&&b)) {
            break;
        }
        at += 1;
    }
    // The header names its algorithm: `"alg"` in one of its three places.
    let header = &scan.text[start..at.min(start + 256)];
    let names = [&b"hbGci"[..], b"bGciO", b"ImFsZyI", b"YWxnI", b"hbGc"];
    if parts >= 2 && names.iter().any(|name| memchr::memmem::find(header, name).is_some()) {
        scan.push_custom(Custom::Jwt, (start, at), 95, Reason::check("header of a JSON web token"));
    }
}

/// `authorization`, `bearer ` or `basic ` is at `start..end`.
pub(crate) fn authorization(scan: &mut Scan<'_>, start: usize, end: usize) {
    let word = scan.text[start];
    if scan.before(start).is_some_and(|b| b.is_ascii_alphanumeric()) {
        return;
    }
    let mut at = end;
    if word.eq_ignore_ascii_case(&b'a') {
        // `Authorization: Scheme value`; a scheme of its own has its own word.
        while scan.byte(at).is_some_and(|b| b" \t\"'\\:=>".contains(&b)) && at < end + 8 {
            at += 1;
        }
        if at == end {
            return;
        }
        for scheme in [
            &b"token "[..],
            b"apikey ",
            b"api-key ",
            b"digest ",
            b"negotiate ",
            b"ssws ",
            b"key ",
            b"bot ",
            b"hawk ",
            b"splunk ",
        ] {
            if scan
                .text
                .get(at..at + scheme.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(scheme))
            {
                at += scheme.len();
                break;
            }
        }
    }
    let symbol = |b: &&u8| b.is_ascii_alphanumeric() || b"-._~+/=%:".contains(*b);
    let length = scan.text[at..].iter().take(1 << 13).take_while(symbol).count();
    let value = &scan.text[at..at + length];
    let digits = value.iter().filter(|b| b.is_ascii_digit()).count();
    let mixed =
        value.iter().any(u8::is_ascii_lowercase) && value.iter().any(u8::is_ascii_uppercase);
    let fits = match word.to_ascii_lowercase() {
        b'a' => length >= 16 && digits >= 2,
        b'b' if scan.text[start + 1].eq_ignore_ascii_case(&b'e') => {
            length >= 12 && (digits >= 1 || mixed && length >= 20)
        }
        _ => {
            length >= 8
                && (digits >= 1 || value.ends_with(b"="))
                && mixed
                && is_user_and_password(value)
        }
    };
    if fits {
        scan.push_custom(
            Custom::Authorization,
            (at, at + length),
            90,
            Reason::check("value of an authorization header"),
        );
    }
}

/// Whether Base64 decodes to `user:password`.
fn is_user_and_password(value: &[u8]) -> bool {
    let mut colon = false;
    let (mut bits, mut count) = (0u32, 0);
    for &symbol in value {
        let six = match symbol {
            b'A'..=b'Z' => symbol - b'A',
            b'a'..=b'z' => symbol - b'a' + 26,
            b'0'..=b'9' => symbol - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => break,
        };
        bits = bits << 6 | u32::from(six);
        count += 6;
        if count >= 8 {
            count -= 8;
            let byte = (bits >> count) as u8;
            colon |= byte == b':';
            if byte < b' ' {
                return false;
            }
        }
    }
    colon
}

/// `://` is at `start..end`.
pub(crate) fn url_password(scan: &mut Scan<'_>, start: usize, end: usize) {
    if !scan.before(start).is_some_and(|b| b.is_ascii_alphanumeric()) {
        return;
    }
    let rest = &scan.text[end..scan.text.len().min(end + 320)];
    let stop =
        |b: &u8| b.is_ascii_whitespace() || matches!(b, b'"' | b'\'' | b'<' | b'>' | b'`' | b'|');
    let length = rest.iter().position(stop).unwrap_or(rest.len());
    // A password may hold `/` or `@`, though it should not: the last `@` before the path.
    let path = rest[..length].iter().position(|&b| b == b'/' || b == b'?');
    let within = |to: usize| memchr::memrchr(b'@', &rest[..to]);
    let Some(at) = within(path.unwrap_or(length)).or_else(|| within(length)) else { return };
    let Some(colon) = memchr::memchr(b':', &rest[..at]) else { return };
    let value = &rest[colon + 1..at];
    if value.is_empty()
        || value.iter().all(|&b| b == b'*')
        || matches!(value[0], b'$' | b'{' | b'<')
        || value.contains(&b'/') && path.is_some_and(|path| path < colon)
    {
        return;
    }
    // A port and a path with an `@` in it: `http://host:8080/@user`.
    if path.is_some_and(|path| path < at && rest[colon + 1..path].iter().all(u8::is_ascii_digit)) {
        return;
    }
    let words: [&[u8]; 8] =
        [b"password", b"pass", b"pwd", b"secret", b"PASSWORD", b"x", b"token", b"xxx"];
    if words.contains(&value) {
        return;
    }
    scan.push_custom(
        Custom::UrlPassword,
        (end + colon + 1, end + at),
        94,
        Reason::check("password in the user information of a URL"),
    );
}

/// `P<` is at `start`: two lines of 44 signs.
pub(crate) fn passport_lines(scan: &mut Scan<'_>, start: usize) {
    let sign = |b: &&u8| b.is_ascii_uppercase() || b.is_ascii_digit() || **b == b'<';
    let first = scan.text[start..].iter().take(45).take_while(sign).count();
    if first != 44 || scan.before(start).is_some_and(|b| b.is_ascii_alphanumeric()) {
        return;
    }
    let gap = scan.text[start + 44..]
        .iter()
        .take(4)
        .take_while(|b| b.is_ascii_whitespace() || b"\\n".contains(b))
        .count();
    let second = start + 44 + gap;
    let Some(line) = scan.text.get(second..second + 44) else { return };
    if gap > 0 && line.iter().all(|b| sign(&b)) && people::mrz(line) {
        scan.push_custom(
            Custom::PassportLines,
            (start, second + 44),
            98,
            Reason::check("check digits of ICAO 9303"),
        );
    }
}
