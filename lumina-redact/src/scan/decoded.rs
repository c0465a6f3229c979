//! Text that has to be decoded before it can be read: percent signs, `\u0040`, `&#64;`, full-width
//! digits, invisible characters, blanks and dashes that are not ASCII, Base64.
//!
//! A window round what was found is decoded into a buffer on the stack, with the source of each
//! byte, and scanned like any text; its findings are mapped back. Windows follow one another, so
//! each byte is decoded once or twice.

use super::{Candidate, Scan};
use crate::Class;

const WINDOW: usize = 1024;
/// Context before the first encoded byte.
const LEAD: usize = 96;
/// A window's end that is read again by the next.
const OVERLAP: usize = 160;

struct Buffer {
    bytes: [u8; WINDOW],
    /// Where each byte came from, and in the end where the window ends.
    sources: [u32; WINDOW + 1],
    length: usize,
}

impl Buffer {
    fn push(&mut self, byte: u8, source: usize, from: usize) {
        if self.length < WINDOW {
            self.bytes[self.length] = byte;
            self.sources[self.length] = (source - from) as u32;
            self.length += 1;
        }
    }
}

impl Scan<'_> {
    /// Decodes and scans round `at`, unless that has been done.
    pub(super) fn decode(&mut self, at: usize) {
        if self.decoding.is_some() || at < self.decoded_to {
            return;
        }
        let from = at.saturating_sub(LEAD).max(self.decoded_to.saturating_sub(OVERLAP));
        let from = (from..=at).find(|&i| self.text[i] & 0xC0 != 0x80).unwrap_or(at);
        let mut buffer = Buffer { bytes: [0; WINDOW], sources: [0; WINDOW + 1], length: 0 };
        let mut position = from;
        while position < self.text.len() && buffer.length + 4 < WINDOW {
            position += decode_one(&self.text[position..], position, from, &mut buffer);
        }
        let at_end = position >= self.text.len();
        buffer.sources[buffer.length] = (position - from) as u32;
        self.decoded_to = if at_end { position } else { position - OVERLAP };
        let encoding = match self.text[at] {
            b'%' => "percent-encoded",
            b'\\' | b'&' => "escaped",
            _ => "written with characters beyond ASCII",
        };
        let found = self.scan_inner(&buffer.bytes[..buffer.length], encoding);
        for mut one in found {
            // What touches a border may be part of something longer.
            let cut = (one.start == 0 && from > 0) || (one.end == buffer.length && !at_end);
            if cut {
                continue;
            }
            one.start = from + buffer.sources[one.start] as usize;
            one.end = from + buffer.sources[one.end] as usize;
            self.found.push(one);
        }
    }

    fn scan_inner(&self, text: &[u8], encoding: &'static str) -> Vec<Candidate> {
        let mut inner = Scan {
            engine: self.engine,
            text,
            key_topics: self.key_topics,
            found: Vec::new(),
            decoding: Some(encoding),
            decoded_to: 0,
        };
        inner.pass();
        inner.found
    }

    /// Decodes a Base64 token and takes it whole when a secret or a sure finding is inside.
    pub(crate) fn base64(&mut self, start: usize, end: usize) {
        if self.decoding.is_some() || start < self.decoded_to {
            return;
        }
        let token = &self.text[start..end];
        let mut bytes = [0u8; WINDOW];
        let Some(length) = decode_base64(&token[..token.len().min(WINDOW)], &mut bytes) else {
            return;
        };
        self.decoded_to = end;
        let found = self.scan_inner(&bytes[..length], "Base64");
        let sure = found.into_iter().filter(|one| {
            one.score >= 80 || self.engine.rules[usize::from(one.rule)].class == Class::Secret
        });
        if let Some(best) = sure.max_by_key(|one| one.score) {
            self.found.push(Candidate { start, end, ..best });
        }
    }
}

/// Decodes what stands at the head of `text`; how many bytes that were.
fn decode_one(text: &[u8], position: usize, from: usize, buffer: &mut Buffer) -> usize {
    let hex = |range: std::ops::Range<usize>| {
        let digits = std::str::from_utf8(text.get(range)?).ok()?;
        let plain = digits.bytes().all(|b| b.is_ascii_hexdigit());
        plain.then(|| u8::from_str_radix(digits, 16).ok()).flatten()
    };
    let (byte, length) = match *text {
        [b'%', ..] => match hex(1..3) {
            Some(byte) => (Some(byte), 3),
            None => (Some(b'%'), 1),
        },
        [b'\\', b'u', b'0', b'0', ..] => match hex(4..6) {
            Some(byte) if byte < 0x80 => (Some(byte), 6),
            _ => (Some(b'\\'), 1),
        },
        [b'&', b'#', ..] => match entity(&text[2..]) {
            Some((byte, length)) => (Some(byte), length + 2),
            None => (Some(b'&'), 1),
        },
        [0xEF, 0xBC, last @ 0x81..=0xBF, ..] => (Some(last - 0x60), 3),
        [0xEF, 0xBD, last @ 0x80..=0x9E, ..] => (Some(last - 0x20), 3),
        [0xE2, 0x80, 0x8B..=0x8D, ..] | [0xE2, 0x81, 0xA0, ..] | [0xEF, 0xBB, 0xBF, ..] => {
            (None, 3)
        }
        [0xC2, 0xAD, ..] => (None, 2),
        [0xC2, 0xA0, ..] => (Some(b' '), 2),
        [0xE2, 0x80, 0xAF | 0x89, ..] => (Some(b' '), 3),
        [0xE2, 0x80, 0x90..=0x93, ..] | [0xE2, 0x88, 0x92, ..] => (Some(b'-'), 3),
        [byte, ..] => (Some(byte), 1),
        [] => (None, 1),
    };
    if let Some(byte) = byte {
        buffer.push(byte, position, from);
    }
    length
}

/// `64;` or `x40;`
fn entity(text: &[u8]) -> Option<(u8, usize)> {
    let end = text.iter().take(5).position(|&byte| byte == b';')?;
    let digits = std::str::from_utf8(&text[..end]).ok()?;
    let value = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u8::from_str_radix(hex, 16).ok()?,
        None => digits.parse().ok()?,
    };
    (value < 0x80).then_some((value, end + 1))
}

/// Decodes either alphabet; `None` unless all of it is text.
fn decode_base64(token: &[u8], out: &mut [u8]) -> Option<usize> {
    let (mut bits, mut count, mut length) = (0u32, 0, 0);
    for &symbol in token {
        let value = match symbol {
            b'A'..=b'Z' => symbol - b'A',
            b'a'..=b'z' => symbol - b'a' + 26,
            b'0'..=b'9' => symbol - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => break,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            let byte = (bits >> count) as u8;
            if !matches!(byte, b' '..=b'~' | b'\n' | b'\r' | b'\t') {
                return None;
            }
            *out.get_mut(length)? = byte;
            length += 1;
        }
    }
    (length >= 8).then_some(length)
}
