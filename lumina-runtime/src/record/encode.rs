//! Attributes as bytes: `tag, key, payload`, little endian, unaligned.
//!
//! ```text
//! key      one byte: an index into the site's keys, or
//!          STATIC_KEY  + address (8) + length (4)   a key of the program
//!          INLINE_KEY  + length (2) + bytes         a key made at run time
//!          HEADLINE_KEY                             what a record says as a whole: an event's name, a span's status
//! I64 U64 F64   8 bytes        BOOL  1 byte
//! STR JSON      length (4) + bytes
//! CUT           length (4) + original length (8) + bytes
//! ARRAY         length in bytes (4) + elements, each: tag + payload
//! ```
//!
//! Plain values go straight into the stage ([`write_plain`]); whatever must be
//! formatted first, because formatting runs the user's code, goes through a buffer.

use super::arg::Arg;
use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};

pub(super) const I64: u8 = 1;
pub(super) const U64: u8 = 2;
pub(super) const F64: u8 = 3;
pub(super) const BOOL: u8 = 4;
pub(super) const STR: u8 = 5;
pub(super) const JSON: u8 = 6;
pub(super) const CUT: u8 = 7;
pub(super) const ARRAY: u8 = 8;

/// Indices from here on are not indices.
pub(crate) const MAX_KEYS: usize = 240;
pub(super) const HEADLINE_KEY: u8 = 253;
pub(super) const INLINE_KEY: u8 = 254;
pub(super) const STATIC_KEY: u8 = 255;

/// Default of the longest text kept of one value, in bytes.
pub(crate) const DEFAULT_VALUE_LIMIT: usize = 32 * 1024;

static VALUE_LIMIT: AtomicUsize = AtomicUsize::new(DEFAULT_VALUE_LIMIT);

/// Sets the longest text kept of one value, in bytes; the rest is cut and its length noted.
pub(crate) fn set_value_limit(bytes: usize) {
    VALUE_LIMIT.store(bytes, Ordering::Relaxed);
}

#[inline(always)]
pub(crate) fn value_limit() -> usize {
    VALUE_LIMIT.load(Ordering::Relaxed)
}

/// A key on its way into a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key<'a> {
    Index(u8),
    Static(&'static str),
    Inline(&'a str),
    Headline,
}

/// The room that [`write_plain`] asks for, or `None` when a value must be formatted or cut first.
pub(crate) fn plain_room(args: &[Arg<'_>]) -> Option<usize> {
    let mut room = 0;
    for arg in args {
        room += match arg {
            Arg::I64(_) | Arg::U64(_) | Arg::F64(_) | Arg::Bool(_) | Arg::Empty => USUAL,
            Arg::Str(text) if text.len() <= value_limit() => USUAL.max(TEXT_HEAD + text.len()),
            _ => return None,
        };
    }
    Some(room)
}

/// Room that is asked for each value before any is looked at.
const USUAL: usize = 32;

/// Writes plain values from `at` on, keyed by position; where they end, and how many were not
/// empty. `None` when they may not fit before `end`, or when one must be formatted or cut first.
///
/// Each value is looked at once: to add up the sizes first costs more than all else that is done
/// with a number. So room for usual values is asked for in advance, and longer texts for what they
/// are over.
///
/// # Safety
///
/// The bytes from `at` to `end` are writable.
#[inline(always)]
pub(crate) unsafe fn write_plain(
    args: &[Arg<'_>],
    mut at: *mut u8,
    end: *mut u8,
) -> Option<(*mut u8, u8)> {
    let mut spare = (end as usize - at as usize).checked_sub(args.len() * USUAL)?;
    let mut count = 0;
    for (index, arg) in args.iter().enumerate() {
        // The words first and together: one branch for most of what is ever recorded.
        let (tag, word) = match arg {
            Arg::I64(v) => (I64, *v as u64),
            Arg::U64(v) => (U64, *v),
            Arg::F64(v) => (F64, v.to_bits()),
            Arg::Str(text) => {
                if TEXT_HEAD + text.len() > USUAL {
                    spare = spare.checked_sub(TEXT_HEAD + text.len() - USUAL)?;
                }
                if text.len() > value_limit() {
                    return None;
                }
                // SAFETY: there is room for it: what is usual, and what it is over.
                at = unsafe { write_text(at, index as u8, text) };
                count += 1;
                continue;
            }
            Arg::Bool(v) => {
                // SAFETY: there is room for 32 bytes.
                at = unsafe {
                    at.cast::<[u8; 3]>().write([BOOL, index as u8, u8::from(*v)]);
                    at.add(3)
                };
                count += 1;
                continue;
            }
            Arg::Empty => continue,
            _ => return None,
        };
        // SAFETY: there is room for 32 bytes.
        at = unsafe {
            at.cast::<u16>().write_unaligned(head(tag, index as u8));
            at.add(2).cast::<u64>().write_unaligned(word.to_le());
            at.add(10)
        };
        count += 1;
    }
    Some((at, count))
}

/// Tag and key in one.
#[inline(always)]
const fn head(tag: u8, index: u8) -> u16 {
    u16::from_ne_bytes([tag, index])
}

const TEXT_HEAD: usize = 6;

/// # Safety
///
/// From `at` on, [`TEXT_HEAD`] bytes and those of `text` are writable.
#[inline(always)]
unsafe fn write_text(at: *mut u8, index: u8, text: &str) -> *mut u8 {
    // SAFETY: the caller's promise.
    unsafe {
        at.cast::<u16>().write_unaligned(head(STR, index));
        at.add(2).cast::<u32>().write_unaligned((text.len() as u32).to_le());
        copy_short(text.as_ptr(), at.add(TEXT_HEAD), text.len());
        at.add(TEXT_HEAD + text.len())
    }
}

/// `memcpy` with the usual lengths inline: a model's name is not worth a call.
///
/// # Safety
///
/// `length` bytes are readable from `from` and writable from `to`, and they do not overlap.
#[inline(always)]
unsafe fn copy_short(from: *const u8, to: *mut u8, length: usize) {
    macro_rules! two_words {
        ($word:ty) => {{
            // Two words that may overlap cover any length between one and two words.
            let last = length - size_of::<$word>();
            // SAFETY: the branch guarantees at least one whole word.
            unsafe {
                let head = from.cast::<$word>().read_unaligned();
                let tail = from.add(last).cast::<$word>().read_unaligned();
                to.cast::<$word>().write_unaligned(head);
                to.add(last).cast::<$word>().write_unaligned(tail);
            }
        }};
    }
    match length {
        8..=15 => two_words!(u64),
        16..=32 => two_words!(u128),
        4..=7 => two_words!(u32),
        // SAFETY: the caller's promise.
        _ => unsafe { std::ptr::copy_nonoverlapping(from, to, length) },
    }
}

/// Appends one attribute; returns whether there was one (an empty value is none).
#[inline(always)]
pub(crate) fn put(out: &mut Vec<u8>, key: Key<'_>, arg: &Arg<'_>) -> bool {
    match (key, arg) {
        (Key::Index(index), Arg::I64(v)) => put_number(out, index, I64, *v as u64),
        (Key::Index(index), Arg::U64(v)) => put_number(out, index, U64, *v),
        (Key::Index(index), Arg::F64(v)) => put_number(out, index, F64, v.to_bits()),
        _ => return put_any(out, key, arg),
    }
    true
}

/// What most attributes of `tracing` are, without a call.
#[inline(always)]
fn put_number(out: &mut Vec<u8>, index: u8, tag: u8, word: u64) {
    // In a register and not on the stack, from where it would be read back before it is there.
    let bytes = u128::from(tag) | u128::from(index) << 8 | u128::from(word) << 16;
    out.extend_from_slice(&bytes.to_le_bytes()[..10]);
}

fn put_any(out: &mut Vec<u8>, key: Key<'_>, arg: &Arg<'_>) -> bool {
    if matches!(arg, Arg::Empty) {
        return false;
    }
    let tag_at = out.len();
    out.push(0);
    put_key(out, key);
    let tag = put_payload(out, arg);
    out[tag_at] = tag;
    true
}

/// Appends values keyed by position; returns how many were not empty.
pub(crate) fn put_all(out: &mut Vec<u8>, args: &[Arg<'_>]) -> u8 {
    let count =
        args.iter().enumerate().filter(|(i, arg)| put(out, Key::Index(*i as u8), arg)).count();
    count.min(u8::MAX.into()) as u8
}

fn put_key(out: &mut Vec<u8>, key: Key<'_>) {
    match key {
        Key::Index(index) => out.push(index),
        Key::Headline => out.push(HEADLINE_KEY),
        Key::Static(key) => {
            out.push(STATIC_KEY);
            out.extend_from_slice(&(key.as_ptr().expose_provenance() as u64).to_le_bytes());
            out.extend_from_slice(&(key.len() as u32).to_le_bytes());
        }
        Key::Inline(key) => {
            let key = cut_at(key, 1024);
            out.push(INLINE_KEY);
            out.extend_from_slice(&(key.len() as u16).to_le_bytes());
            out.extend_from_slice(key.as_bytes());
        }
    }
}

fn put_payload(out: &mut Vec<u8>, arg: &Arg<'_>) -> u8 {
    match arg {
        Arg::Bool(v) => {
            out.push(u8::from(*v));
            BOOL
        }
        Arg::I64(v) => put_word(out, I64, *v as u64),
        Arg::U64(v) => put_word(out, U64, *v),
        Arg::F64(v) => put_word(out, F64, v.to_bits()),
        Arg::Str(text) => put_text(out, text),
        Arg::OwnedStr(text) => put_text(out, text),
        Arg::Json(text) => match put_text(out, text) {
            STR => JSON,
            cut => cut,
        },
        Arg::Display(value) => put_formatted(out, format_args!("{value}")),
        Arg::Debug(value) => put_formatted(out, format_args!("{value:?}")),
        Arg::Array(values) => put_array(out, *values),
        // An empty element of an array; `put` has dealt with the rest.
        Arg::Empty => put_text(out, ""),
    }
}

fn put_word(out: &mut Vec<u8>, tag: u8, word: u64) -> u8 {
    out.extend_from_slice(&word.to_le_bytes());
    tag
}

fn put_text(out: &mut Vec<u8>, text: &str) -> u8 {
    let kept = cut_at(text, value_limit());
    out.extend_from_slice(&(kept.len() as u32).to_le_bytes());
    let tag = if kept.len() == text.len() {
        STR
    } else {
        out.extend_from_slice(&(text.len() as u64).to_le_bytes());
        CUT
    };
    out.extend_from_slice(kept.as_bytes());
    tag
}

fn put_array(out: &mut Vec<u8>, values: &dyn super::arg::ArgList) -> u8 {
    let length_at = out.len();
    out.extend_from_slice(&[0; 4]);
    for index in 0..values.count() {
        if out.len() - length_at > value_limit() {
            break;
        }
        let tag_at = out.len();
        out.push(0);
        let tag = match values.get(index) {
            // Arrays of arrays are no attribute values: shown as text.
            nested @ Arg::Array(_) => put_formatted(out, format_args!("{nested:?}")),
            plain => put_payload(out, &plain),
        };
        out[tag_at] = tag;
    }
    let length = (out.len() - length_at - 4) as u32;
    out[length_at..length_at + 4].copy_from_slice(&length.to_le_bytes());
    ARRAY
}

/// Formats into `out`. A `Display` or `Debug` that panics must not harm the call it describes: its
/// value is replaced by a note.
fn put_formatted(out: &mut Vec<u8>, arguments: std::fmt::Arguments<'_>) -> u8 {
    let start = out.len();
    out.extend_from_slice(&[0; 12]);
    let mut writer = Bounded { out, room: value_limit(), written: 0 };
    let done = catch_unwind(AssertUnwindSafe(|| writer.write_fmt(arguments)));
    let written = writer.written;
    if done.is_err() {
        out.truncate(start);
        return put_text(out, "[panicked while being formatted]");
    }
    let kept = out.len() - start - 12;
    out[start..start + 4].copy_from_slice(&(kept as u32).to_le_bytes());
    if kept as u64 == written {
        out.drain(start + 4..start + 12);
        STR
    } else {
        out[start + 4..start + 12].copy_from_slice(&written.to_le_bytes());
        CUT
    }
}

/// Keeps what fits, counts the rest.
struct Bounded<'a> {
    out: &'a mut Vec<u8>,
    room: usize,
    written: u64,
}

impl std::fmt::Write for Bounded<'_> {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        let kept = cut_at(text, self.room);
        self.out.extend_from_slice(kept.as_bytes());
        // Once something was cut, a later short piece must not be glued to the cut.
        self.room = if kept.len() == text.len() { self.room - kept.len() } else { 0 };
        self.written += text.len() as u64;
        Ok(())
    }
}

/// The longest prefix of at most `limit` bytes that ends between two characters.
#[inline]
fn cut_at(text: &str, limit: usize) -> &str {
    if text.len() <= limit {
        return text;
    }
    // `str::floor_char_boundary` is newer than the oldest supported compiler.
    let end = (0..=limit).rev().find(|&end| text.is_char_boundary(end)).unwrap_or(0);
    &text[..end]
}
