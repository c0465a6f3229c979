//! Shapes: the patterns of built-in rules, a small subset of regular expressions.
//!
//! A shape is a sequence of literals, byte classes with a count, and lists of literals. It is
//! matched at one place, takes as much as each class allows and never goes back, so its cost is the
//! length of what it matched, and building it costs a microsecond: two hundred regular expressions
//! would cost a process tens of milliseconds and megabytes. Whatever a shape matches, the same text
//! read as a regular expression matches too. What a match means belongs to the rule.

mod parse;

/// A set of bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ByteSet([u64; 4]);

impl ByteSet {
    pub(crate) fn insert(&mut self, byte: u8) {
        self.0[usize::from(byte >> 6)] |= 1 << (byte & 63);
    }

    #[inline]
    pub(crate) fn contains(&self, byte: u8) -> bool {
        self.0[usize::from(byte >> 6)] >> (byte & 63) & 1 == 1
    }

    /// Whether every byte of the set passes `test`.
    pub(crate) fn all(&self, test: impl Fn(u8) -> bool) -> bool {
        (0..=u8::MAX).all(|byte| !self.contains(byte) || test(byte))
    }

    /// The set with both cases of each letter.
    fn ignoring_case(mut self) -> Self {
        for byte in 0..=u8::MAX {
            if self.contains(byte) {
                self.insert(byte.to_ascii_lowercase());
                self.insert(byte.to_ascii_uppercase());
            }
        }
        self
    }
}

#[derive(Debug)]
pub(crate) enum Node {
    /// Bytes of a class, as many as there are.
    Class { set: ByteSet, min: u16, max: u16 },
    /// The first of these that is there.
    OneOf { words: Box<[Box<[u8]>]>, optional: bool, ignore_case: bool },
    /// Where what is to be replaced begins.
    Open,
    /// Where it ends.
    Close,
}

/// A compiled pattern.
#[derive(Debug)]
pub(crate) struct Shape {
    nodes: Box<[Node]>,
}

/// Where a shape matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Match {
    /// The end of the whole match.
    pub(crate) end: usize,
    /// What is to be replaced: the group, or the whole match.
    pub(crate) from: usize,
    pub(crate) to: usize,
}

/// Stands for "as many as there are" in a count.
const UNBOUNDED: u16 = u16::MAX;

impl Shape {
    /// Matches at `at`, on what follows as well: `[a-z]{3}` does not match in `abcd`.
    #[inline]
    pub(crate) fn match_at(&self, text: &[u8], at: usize) -> Option<Match> {
        let mut position = at;
        let (mut from, mut to) = (at, None);
        for node in &self.nodes {
            match node {
                Node::Class { set, min, max } => {
                    let limit = if *max == UNBOUNDED { usize::MAX } else { usize::from(*max) };
                    let rest = text.get(position..)?;
                    let taken = rest.iter().take(limit).take_while(|&&b| set.contains(b)).count();
                    if taken < usize::from(*min) {
                        return None;
                    }
                    position += taken;
                }
                Node::OneOf { words, optional, ignore_case } => {
                    let rest = text.get(position..)?;
                    match words.iter().find(|word| starts_with(rest, word, *ignore_case)) {
                        Some(word) => position += word.len(),
                        None if *optional => {}
                        None => return None,
                    }
                }
                Node::Open => from = position,
                Node::Close => to = Some(position),
            }
        }
        if self.goes_on(text, position) {
            return None;
        }
        Some(Match { end: position, from, to: to.unwrap_or(position) })
    }

    /// Whether the last class would have taken the byte at `end` too, had it been allowed to.
    fn goes_on(&self, text: &[u8], end: usize) -> bool {
        let Some(&next) = text.get(end) else { return false };
        match self.nodes.iter().rev().find(|node| !matches!(node, Node::Open | Node::Close)) {
            Some(Node::Class { set, max, .. }) => *max != UNBOUNDED && set.contains(next),
            _ => false,
        }
    }

    /// The literals that every match begins with; empty when it begins with a class.
    pub(crate) fn prefixes(&self) -> Vec<Vec<u8>> {
        let mut prefixes = vec![Vec::new()];
        for node in &self.nodes {
            match node {
                Node::OneOf { words, optional: false, .. }
                    if prefixes.len() * words.len() <= 32 =>
                {
                    prefixes = prefixes
                        .iter()
                        .flat_map(|head| words.iter().map(move |word| [head, &**word].concat()))
                        .collect();
                }
                Node::Open | Node::Close => {}
                _ => break,
            }
        }
        if prefixes.iter().any(Vec::is_empty) { Vec::new() } else { prefixes }
    }

    /// How many letters and then how many digits a match begins with: the key under which rules
    /// for numbers are found. `None` when the shape does not begin so.
    pub(crate) fn lead(&self) -> Option<Lead> {
        let mut lead = Lead { letters: (0, 0), digits: (0, 0) };
        // The fewest digits before a separator that may be there.
        let mut fewest = None;
        // Set by a class of digits and letters, `[0-9X]`: from there on digits may be there.
        let mut mixed = false;
        for node in &self.nodes {
            let (set, min, max) = match node {
                Node::Class { set, min, max } => (set, *min, *max),
                Node::OneOf { words, optional: false, .. } if words.len() == 1 => {
                    if mixed || !lead.literal(&words[0]) {
                        break;
                    }
                    continue;
                }
                Node::OneOf { .. } => return None,
                Node::Open | Node::Close => continue,
            };
            let may_be_digit = (b'0'..=b'9').any(|digit| set.contains(digit));
            if lead.digits.1 > 0 && may_be_digit && (mixed || !set.all(|b| b.is_ascii_digit())) {
                mixed = true;
                lead.digits.1 = lead.digits.1.saturating_add(max);
                continue;
            }
            if mixed {
                break;
            }
            let slot = if set.all(|b| b.is_ascii_alphabetic()) && lead.digits.1 == 0 {
                &mut lead.letters
            } else if set.all(|b| b.is_ascii_digit()) {
                &mut lead.digits
            } else if set.all(|b| !b.is_ascii_alphanumeric()) && min == 0 {
                if lead.digits.1 > 0 {
                    fewest = fewest.or(Some(lead.digits.0));
                }
                continue;
            } else if lead.digits.1 > 0 {
                break;
            } else {
                return None;
            };
            *slot = (slot.0 + min, slot.1.saturating_add(max));
        }
        lead.digits.0 = fewest.unwrap_or(lead.digits.0);
        (lead.digits.1 > 0).then_some(lead)
    }
}

/// The letters and digits that a match begins with, each as the fewest and the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lead {
    pub(crate) letters: (u16, u16),
    pub(crate) digits: (u16, u16),
}

impl Lead {
    /// Adds a literal's letters and digits; false at the first byte that ends the lead.
    fn literal(&mut self, word: &[u8]) -> bool {
        for &byte in word {
            let slot = match byte {
                b'A'..=b'Z' | b'a'..=b'z' if self.digits.1 == 0 => &mut self.letters,
                b'0'..=b'9' => &mut self.digits,
                // `QQ 12 34 56 C`: letters apart from their digits lead all the same.
                _ if self.digits.1 == 0 && self.letters.1 > 0 => continue,
                _ => return false,
            };
            *slot = (slot.0 + 1, slot.1 + 1);
        }
        true
    }
}

fn starts_with(text: &[u8], word: &[u8], ignore_case: bool) -> bool {
    let Some(head) = text.get(..word.len()) else { return false };
    if ignore_case { head.eq_ignore_ascii_case(word) } else { head == word }
}

#[cfg(test)]
mod tests;
