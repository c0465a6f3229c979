//! Protocol Buffers on the wire: what writing and reading OTLP needs of them, and nothing of OTLP.
//!
//! Writing goes forward into one `Vec<u8>`. A nested message's length is not known when it is
//! opened: room for the usual width is left and patched by [`close`], which moves the content by a
//! byte or two in the rare case of another width. Neither a second pass nor a buffer per message.
//!
//! Source: Protocol Buffers documentation, "Encoding".

/// The longest varint: 64 bits, seven a byte.
const MAX_VARINT_BYTES: usize = 10;

/// Number of bytes of `value` as a varint.
#[inline]
pub(super) fn varint_len(value: u64) -> usize {
    // OK to set the lowest bit: zero takes one byte like one does.
    (63 - (value | 1).leading_zeros() as usize) / 7 + 1
}

/// The bytes of `value` as a varint, the first one lowest: at most 80 bits.
#[inline]
pub(super) fn varint_bits(mut value: u64) -> u128 {
    let (mut bits, mut shift) = (0, 0);
    while value >= 0x80 {
        bits |= u128::from(value as u8 | 0x80) << shift;
        value >>= 7;
        shift += 8;
    }
    bits | u128::from(value) << shift
}

/// Appends `value`.
#[inline]
pub(super) fn put_varint(out: &mut Vec<u8>, value: u64) {
    if value < 0x80 {
        out.push(value as u8);
        return;
    }
    let end = out.len() + varint_len(value);
    out.extend_from_slice(&varint_bits(value).to_le_bytes());
    out.truncate(end);
}

/// Appends a varint field, if it is not the default, zero.
#[inline]
pub(super) fn put_count(out: &mut Vec<u8>, tag: u8, count: u32) {
    if count != 0 {
        out.push(tag);
        put_varint(out, u64::from(count));
    }
}

/// Appends a length-delimited field.
#[inline]
pub(super) fn put_bytes(out: &mut Vec<u8>, tag: u8, bytes: &[u8]) {
    if bytes.len() < 0x80 {
        out.extend_from_slice(&[tag, bytes.len() as u8]);
    } else {
        out.push(tag);
        put_varint(out, bytes.len() as u64);
    }
    out.extend_from_slice(bytes);
}

/// A nested message that is being written: where its content starts.
#[derive(Clone, Copy)]
#[must_use = "an open message must be closed"]
pub(super) struct Open {
    content: usize,
    width: usize,
}

/// Opens a nested message whose length will take `width` bytes as a rule (at most 4).
#[inline]
pub(super) fn open(out: &mut Vec<u8>, tag: u8, width: usize) -> Open {
    let room = [tag, 0, 0, 0, 0];
    out.extend_from_slice(&room[..=width]);
    Open { content: out.len(), width }
}

/// Closes a nested message: writes its length into the room left for it.
#[inline]
pub(super) fn close(out: &mut Vec<u8>, open: Open) {
    let len = out.len() - open.content;
    let width = varint_len(len as u64);
    if width != open.width {
        move_content(out, open, width);
    }
    let start = open.content - open.width;
    let bytes = varint_bits(len as u64).to_le_bytes();
    for (place, byte) in out[start..start + width].iter_mut().zip(bytes) {
        *place = byte;
    }
}

#[cold]
fn move_content(out: &mut Vec<u8>, open: Open, width: usize) {
    let end = out.len();
    if width > open.width {
        let more = width - open.width;
        out.resize(end + more, 0);
        out.copy_within(open.content..end, open.content + more);
    } else {
        let fewer = open.width - width;
        out.copy_within(open.content..end, open.content - fewer);
        out.truncate(end - fewer);
    }
}

/// One field of a message that is being read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Field<'a> {
    Varint(u64),
    Bytes(&'a [u8]),
    /// Four or eight bytes of fixed width: nothing that we read has them.
    Fixed,
}

/// Reads the fields of a message, until its end or the first byte that makes no sense.
///
/// The message comes from outside: every length is checked, and nothing is allocated.
pub(super) struct Fields<'a> {
    rest: &'a [u8],
    malformed: bool,
}

impl<'a> Fields<'a> {
    pub(super) fn new(message: &'a [u8]) -> Self {
        Fields { rest: message, malformed: false }
    }

    /// Whether reading stopped before the end of the message.
    pub(super) fn is_malformed(&self) -> bool {
        self.malformed
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0u64;
        for at in 0..MAX_VARINT_BYTES {
            let byte = *self.rest.get(at)?;
            value |= u64::from(byte & 0x7f) << (7 * at);
            if byte < 0x80 {
                self.rest = &self.rest[at + 1..];
                return Some(value);
            }
        }
        None
    }

    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(len)?;
        self.rest = rest;
        Some(taken)
    }

    fn field(&mut self) -> Option<(u64, Field<'a>)> {
        let tag = self.varint()?;
        let field = match tag & 7 {
            0 => Field::Varint(self.varint()?),
            1 => self.take(8).map(|_| Field::Fixed)?,
            2 => {
                let len = usize::try_from(self.varint()?).ok()?;
                Field::Bytes(self.take(len)?)
            }
            5 => self.take(4).map(|_| Field::Fixed)?,
            _ => return None,
        };
        Some((tag >> 3, field))
    }
}

impl<'a> Iterator for Fields<'a> {
    /// A field's number and value.
    type Item = (u64, Field<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() || self.malformed {
            return None;
        }
        let field = self.field();
        self.malformed = field.is_none();
        field
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_varint_is_as_long_as_announced_and_reads_back() {
        for shift in 0..64 {
            for value in [1u64 << shift, (1u64 << shift) - 1, u64::MAX >> shift] {
                let mut out = vec![0x08];
                put_varint(&mut out, value);
                assert_eq!(out.len() - 1, varint_len(value), "{value}");
                let mut fields = Fields::new(&out);
                assert_eq!(fields.next(), Some((1, Field::Varint(value))));
                assert_eq!(fields.next(), None);
            }
        }
    }

    #[test]
    fn a_message_of_any_length_reads_back_whatever_room_was_left() {
        for len in [0, 1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152] {
            for width in 1..=4 {
                let mut out = vec![];
                let message = open(&mut out, 0x0a, width);
                out.extend((0..len).map(|i| i as u8));
                let content = out[message.content..].to_vec();
                close(&mut out, message);
                assert_eq!(out.len(), 1 + varint_len(len as u64) + len, "shortest length");
                let mut fields = Fields::new(&out);
                assert_eq!(fields.next(), Some((1, Field::Bytes(&content))));
                assert!(fields.next().is_none() && !fields.is_malformed());
            }
        }
    }

    #[test]
    fn a_message_cut_anywhere_is_malformed_or_shorter_but_never_a_panic() {
        let mut out = vec![0x08, 0xff, 0x01, 0x0d, 1, 2, 3, 4, 0x11, 1, 2, 3, 4, 5, 6, 7, 8];
        put_bytes(&mut out, 0x12, b"words");
        let whole = Fields::new(&out).count();
        assert_eq!(whole, 4);
        for end in 0..out.len() {
            let mut fields = Fields::new(&out[..end]);
            assert!(fields.by_ref().count() < whole);
            assert!(fields.is_malformed() || [0, 3, 8, 17].contains(&end), "cut at {end}");
        }
    }

    #[test]
    fn an_endless_varint_and_a_length_beyond_the_message_are_malformed() {
        for bytes in [&[0xff; 32][..], &[0x12, 0xff, 0xff, 0xff, 0xff, 0x0f, 1], &[0x0b]] {
            let mut fields = Fields::new(bytes);
            assert_eq!(fields.next(), None);
            assert!(fields.is_malformed());
        }
    }
}
