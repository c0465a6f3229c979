//! What stands in place of a value, and how to know it again.
//!
//! A scan leaves placeholders alone, so that redacting twice is redacting once. Only the exact
//! forms that are written here count: a label of a rule, perhaps four digits or a hash.

use std::collections::HashSet;

/// Every label that a placeholder can have.
pub(crate) struct Labels(HashSet<String>);

/// Longer texts in brackets are no placeholders.
const LONGEST: usize = 64;

impl Labels {
    pub(crate) fn new<'a>(labels: impl Iterator<Item = &'a str>) -> Self {
        Self(labels.map(str::to_owned).chain(["DROPPED".to_owned()]).collect())
    }

    /// The end of the placeholder that begins at `at`.
    pub(crate) fn end_at(&self, text: &[u8], at: usize) -> Option<usize> {
        let rest = text.get(at..)?;
        let inner = rest.strip_prefix(b"[")?;
        let length = inner.iter().take(LONGEST).position(|&byte| byte == b']')?;
        let inner = std::str::from_utf8(&inner[..length]).ok()?;
        let known = self.0.contains(inner)
            || inner.rsplit_once(" ****").is_some_and(|(label, tail)| {
                self.0.contains(label)
                    && tail.len() <= 4
                    && tail.bytes().all(|b| b.is_ascii_alphanumeric())
            })
            || inner.rsplit_once(':').is_some_and(|(label, hash)| {
                self.0.contains(label)
                    && hash.len() == 16
                    && hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
            });
        known.then_some(at + length + 2)
    }

    /// Whether `start..end` begins or ends inside a placeholder, or lies in one.
    pub(crate) fn touches(&self, text: &[u8], start: usize, end: usize) -> bool {
        let open = start.saturating_sub(LONGEST + 2);
        let covers = |at: usize| {
            memchr::memrchr_iter(b'[', &text[open.min(at)..at])
                .take(2)
                .map(|offset| open.min(at) + offset)
                .find_map(|from| self.end_at(text, from).filter(|&to| to > at))
        };
        let ends_inside = memchr::memrchr(b'[', &text[start..end])
            .map(|offset| start + offset)
            .and_then(|from| self.end_at(text, from))
            .is_some_and(|to| to >= end);
        covers(start).is_some() || ends_inside || self.end_at(text, start) == Some(end)
    }
}

/// Appends the placeholder of a value.
pub(crate) fn write_redacted(label: &str, last_four: bool, value: &str, out: &mut String) {
    out.push('[');
    out.push_str(label);
    if last_four {
        out.push_str(" ****");
        let kept: Vec<char> =
            value.chars().rev().filter(char::is_ascii_alphanumeric).take(4).collect();
        out.extend(kept.into_iter().rev());
    }
    out.push(']');
}

/// Appends the placeholder with a keyed hash of the value.
///
/// Signs and case go before hashing, so that `4111-1111..` and `4111 1111..` are equal.
pub(crate) fn write_hashed(label: &str, key: &[u8; 32], value: &str, out: &mut String) {
    let mut hasher = blake3::Hasher::new_keyed(key);
    for byte in value.bytes().filter(|byte| !b" -./()".contains(byte)) {
        hasher.update(&[byte.to_ascii_lowercase()]);
    }
    out.push('[');
    out.push_str(label);
    out.push(':');
    out.push_str(&hasher.finalize().to_hex()[..16]);
    out.push(']');
}
