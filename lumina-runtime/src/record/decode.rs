//! Attributes read back from their bytes, for the collector.

use super::encode::{
    ARRAY, BOOL, CUT, F64, HEADLINE_KEY, I64, INLINE_KEY, JSON, Key, STATIC_KEY, STR, U64,
};

/// A decoded value; array elements stay encoded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Decoded<'a> {
    Bool(bool),
    I64(i64),
    U64(u64),
    F64(f64),
    Str(&'a str),
    Json(&'a str),
    /// Text that was cut, and how many bytes it had.
    Cut(&'a str, u64),
    Array(Elements<'a>),
}

/// Reads `count` attributes from `bytes`.
///
/// Ends early on bytes that [`encode`](super::encode) did not write: a defect, but not a reason to
/// take the process down.
///
/// # Safety
///
/// `bytes` was written by [`encode`](super::encode) in this process: keys of the program are kept
/// as addresses.
pub(crate) unsafe fn attributes(bytes: &[u8], count: u8) -> AttributeReader<'_> {
    AttributeReader { rest: bytes, left: count }
}

/// See [`attributes`].
#[derive(Clone, Debug)]
pub(crate) struct AttributeReader<'a> {
    rest: &'a [u8],
    left: u8,
}

impl<'a> Iterator for AttributeReader<'a> {
    type Item = (Key<'a>, Decoded<'a>);

    // Always: what is decoded then stays in registers. Handed over in memory it is read back in other
    // widths than it was written, and each time the processor waits.
    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let tag = take::<1>(&mut self.rest)?[0];
        let key = read_key(&mut self.rest)?;
        Some((key, read_value(&mut self.rest, tag)?))
    }
}

/// The elements of an encoded array.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Elements<'a>(&'a [u8]);

impl<'a> Iterator for Elements<'a> {
    type Item = Decoded<'a>;

    fn next(&mut self) -> Option<Decoded<'a>> {
        let tag = take::<1>(&mut self.0)?[0];
        read_value(&mut self.0, tag)
    }
}

#[inline(always)]
fn read_key<'a>(rest: &mut &'a [u8]) -> Option<Key<'a>> {
    Some(match take::<1>(rest)?[0] {
        HEADLINE_KEY => Key::Headline,
        INLINE_KEY => {
            let length = u16::from_le_bytes(*take(rest)?);
            Key::Inline(take_text(rest, length.into())?)
        }
        STATIC_KEY => {
            let address = u64::from_le_bytes(*take(rest)?) as usize;
            let length = u32::from_le_bytes(*take(rest)?) as usize;
            // SAFETY: `encode` wrote the address and length of a `&'static str`, whose provenance
            // it exposed; the caller of `attributes` vouches that the bytes are `encode`'s.
            Key::Static(unsafe {
                let start = std::ptr::with_exposed_provenance::<u8>(address);
                std::str::from_utf8_unchecked(std::slice::from_raw_parts(start, length))
            })
        }
        index => Key::Index(index),
    })
}

#[inline(always)]
fn read_value<'a>(rest: &mut &'a [u8], tag: u8) -> Option<Decoded<'a>> {
    Some(match tag {
        BOOL => Decoded::Bool(take::<1>(rest)?[0] != 0),
        I64 => Decoded::I64(i64::from_le_bytes(*take(rest)?)),
        U64 => Decoded::U64(u64::from_le_bytes(*take(rest)?)),
        F64 => Decoded::F64(f64::from_bits(u64::from_le_bytes(*take(rest)?))),
        STR | JSON | CUT | ARRAY => {
            let length = u32::from_le_bytes(*take(rest)?) as usize;
            match tag {
                STR => Decoded::Str(take_text(rest, length)?),
                JSON => Decoded::Json(take_text(rest, length)?),
                CUT => {
                    let original = u64::from_le_bytes(*take(rest)?);
                    Decoded::Cut(take_text(rest, length)?, original)
                }
                _ => {
                    let (elements, after) = rest.split_at_checked(length)?;
                    *rest = after;
                    Decoded::Array(Elements(elements))
                }
            }
        }
        _ => return None,
    })
}

#[inline(always)]
fn take<'a, const N: usize>(rest: &mut &'a [u8]) -> Option<&'a [u8; N]> {
    let (head, after) = rest.split_first_chunk::<N>()?;
    *rest = after;
    Some(head)
}

#[inline(always)]
fn take_text<'a>(rest: &mut &'a [u8], length: usize) -> Option<&'a str> {
    let (text, after) = rest.split_at_checked(length)?;
    *rest = after;
    // Checked, although `encode` copies whole strings: this is not the traced thread.
    std::str::from_utf8(text).ok()
}

#[cfg(test)]
mod tests {
    use super::super::arg::{Arg, ArgList};
    use super::super::encode::{plain_room, put, put_all, write_plain};
    use super::*;

    fn read(bytes: &[u8], count: u8) -> Vec<(Key<'_>, Decoded<'_>)> {
        // SAFETY: every test writes its bytes with `encode`.
        unsafe { attributes(bytes, count) }.collect()
    }

    #[test]
    fn both_ways_of_writing_plain_values_give_the_same_bytes() {
        let long = "x".repeat(100);
        for text in ["", "a", "abc", "abcd", "gpt-4o-mini", "exactly-16-bytes", long.as_str()] {
            let args = [Arg::I64(-3), Arg::Empty, Arg::Str(text), Arg::Bool(true), Arg::F64(0.5)];
            let mut direct = vec![0u8; plain_room(&args).unwrap()];
            let std::ops::Range { start, end } = direct.as_mut_ptr_range();
            // SAFETY: the bounds are those of the buffer.
            let (after, count) = unsafe { write_plain(&args, start, end) }.unwrap();
            direct.truncate(after as usize - start as usize);
            let mut buffered = Vec::new();
            assert_eq!(put_all(&mut buffered, &args), count);
            assert_eq!(direct, buffered);
            let values = read(&direct, count);
            assert_eq!(values.len(), 4);
            assert_eq!(values[1], (Key::Index(2), Decoded::Str(text)));
        }
    }

    #[test]
    fn plain_values_never_leave_their_room() {
        let text = "x".repeat(100);
        let args = [Arg::Str(&text), Arg::I64(1), Arg::Str(&text), Arg::Bool(true)];
        let needed = plain_room(&args).unwrap();
        for room in 0..needed + 100 {
            let mut bytes = vec![0xaau8; needed + 100];
            let start = bytes.as_mut_ptr();
            // SAFETY: the room is part of the buffer.
            let written = unsafe { write_plain(&args, start, start.add(room)) };
            assert_eq!(written.is_some(), room >= needed, "{room}");
            assert!(bytes[room..].iter().all(|byte| *byte == 0xaa), "{room}");
        }
    }

    #[test]
    fn every_kind_of_key_and_value_comes_back() {
        struct List;
        impl ArgList for List {
            fn count(&self) -> usize {
                3
            }
            fn get(&self, index: usize) -> Arg<'_> {
                Arg::I64(index as i64)
            }
        }
        let mut bytes = Vec::new();
        assert!(put(&mut bytes, Key::Static("order.id"), &Arg::U64(u64::MAX)));
        assert!(put(&mut bytes, Key::Inline("küche"), &Arg::Display(&1.5)));
        assert!(put(&mut bytes, Key::Headline, &Arg::Debug(&"q\"uote")));
        assert!(put(&mut bytes, Key::Index(7), &Arg::Array(&List)));
        assert!(put(&mut bytes, Key::Index(8), &Arg::Json("{}".to_owned())));
        assert!(!put(&mut bytes, Key::Index(9), &Arg::Empty));
        let values = read(&bytes, 5);
        assert_eq!(values[0], (Key::Static("order.id"), Decoded::U64(u64::MAX)));
        assert_eq!(values[1], (Key::Inline("küche"), Decoded::Str("1.5")));
        assert_eq!(values[2], (Key::Headline, Decoded::Str(r#""q\"uote""#)));
        let Decoded::Array(elements) = values[3].1 else { panic!("{values:?}") };
        assert!(elements.eq([Decoded::I64(0), Decoded::I64(1), Decoded::I64(2)]));
        assert_eq!(values[4], (Key::Index(8), Decoded::Json("{}")));
    }

    #[test]
    fn text_over_the_limit_is_cut_between_characters_and_its_length_kept() {
        let limit = super::super::encode::value_limit();
        let text = "é".repeat(limit);
        let mut bytes = Vec::new();
        put(&mut bytes, Key::Index(0), &Arg::Str(&text));
        put(&mut bytes, Key::Index(1), &Arg::Display(&text));
        for (_, value) in read(&bytes, 2) {
            let Decoded::Cut(kept, original) = value else { panic!("{value:?}") };
            assert_eq!(original, 2 * limit as u64);
            assert!(kept.len() <= limit && kept.len() > limit - 2);
        }
    }

    #[test]
    fn a_value_that_panics_while_formatted_is_replaced() {
        struct Bad;
        impl std::fmt::Display for Bad {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("half")?;
                panic!("no")
            }
        }
        let mut bytes = Vec::new();
        put(&mut bytes, Key::Index(0), &Arg::Display(&Bad));
        put(&mut bytes, Key::Index(1), &Arg::I64(1));
        let values = read(&bytes, 2);
        assert_eq!(values[0].1, Decoded::Str("[panicked while being formatted]"));
        assert_eq!(values[1].1, Decoded::I64(1));
    }

    #[test]
    fn torn_bytes_end_the_attributes() {
        let mut bytes = Vec::new();
        put(&mut bytes, Key::Index(0), &Arg::Str("whole"));
        for length in 0..bytes.len() {
            assert!(read(&bytes[..length], 1).is_empty(), "{length}");
        }
    }
}
