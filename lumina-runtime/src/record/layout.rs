//! The records of a stream, byte by byte.
//!
//! A stream is a run of *blocks*; a block is what one thread wrote into its stage between two
//! spills. Each record starts with one word (`kind | count << 8 | extra << 16 | length << 32`), is
//! padded to eight bytes, and is followed by its attributes (see [`encode`](super::encode)).
//!
//! ```text
//! block  16  word, stage sequence                         (length: the whole block)
//! span   64  word, site, trace, span, parent, start, end  (extra: pipeline)
//! end    24  word, span, end                              (extra: outcome, END_IS_ALL)
//! event  32  word, metadata, span, tick                   (extra: kind of metadata)
//! attrs  32  as event
//! link   40  word, span, trace, linked span
//! ```

use std::sync::atomic::AtomicU64;

/// A span of `#[traced]`: its site is a [`Site`](crate::span::Site).
pub(crate) const SPAN: u8 = 1;
/// A span of `tracing`: its site is a `tracing` `Metadata`.
pub(crate) const FOREIGN_SPAN: u8 = 2;
/// The end of a span whose start is no longer in the stage, or that ends with attributes.
pub(crate) const END: u8 = 3;
/// Attributes recorded after the start.
pub(crate) const ATTRIBUTES: u8 = 4;
/// Something that happened within a span.
pub(crate) const EVENT: u8 = 5;
/// Another span that this one has to do with.
pub(crate) const LINK: u8 = 6;
/// Start of a block.
pub(crate) const BLOCK: u8 = 7;

/// Set on a span record's kind when its parent is in another process.
pub(crate) const REMOTE_PARENT: u8 = 0x80;

/// Set on a span's end when it returned `Ok`: the one outcome that fits in a patched end.
pub(crate) const END_IS_OK: u64 = 1 << 63;

/// Set on an END record beside the outcome when nothing was added to the span elsewhere: it can be
/// put together as soon as both its ends are read.
pub(crate) const END_IS_ALL: u16 = 1 << 8;

/// A span's start. `end` is 0 while the span is open or when an END record follows.
#[repr(C)]
pub(crate) struct SpanRecord {
    pub(crate) word: u64,
    /// `*const Site` or `*const Metadata<'static>`, by kind; as a number, since it only travels.
    pub(crate) site: usize,
    pub(crate) trace: [u64; 2],
    pub(crate) span: u64,
    pub(crate) parent: u64,
    pub(crate) start: u64,
    pub(crate) end: AtomicU64,
}

pub(crate) const BLOCK_HEAD: usize = 16;
pub(crate) const SPAN_HEAD: usize = 64;
pub(crate) const END_HEAD: usize = 24;
pub(crate) const EVENT_HEAD: usize = 32;
pub(crate) const LINK_LENGTH: usize = 40;

const _: () = assert!(size_of::<SpanRecord>() == SPAN_HEAD);
const _: () = assert!(std::mem::offset_of!(SpanRecord, end) == SPAN_END_OFFSET);

/// Where a span record keeps its end.
pub(crate) const SPAN_END_OFFSET: usize = 56;

/// The first word of a record.
#[inline(always)]
pub(crate) const fn word(kind: u8, count: u8, extra: u16, length: usize) -> u64 {
    kind as u64 | (count as u64) << 8 | (extra as u64) << 16 | (length as u64) << 32
}

/// A record's first word, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) kind: u8,
    pub(crate) count: u8,
    pub(crate) extra: u16,
    pub(crate) length: usize,
}

impl Head {
    #[inline]
    pub(crate) const fn of(word: u64) -> Self {
        Head {
            kind: word as u8,
            count: (word >> 8) as u8,
            extra: (word >> 16) as u16,
            length: (word >> 32) as usize,
        }
    }
}

/// `bytes` rounded up to whole words.
#[inline(always)]
pub(crate) const fn padded(bytes: usize) -> usize {
    (bytes + 7) & !7
}

/// What the metadata pointer of an event or an attribute record points to.
pub(crate) const KEYS_OF_SITE: u16 = 0;
/// See [`KEYS_OF_SITE`].
pub(crate) const KEYS_OF_METADATA: u16 = 1;
/// No pointer: each key is in the record.
pub(crate) const KEYS_INLINE: u16 = 2;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_comes_apart_as_it_was_put_together() {
        let head = Head { kind: SPAN | REMOTE_PARENT, count: 200, extra: 65_000, length: 1 << 20 };
        assert_eq!(Head::of(word(head.kind, head.count, head.extra, head.length)), head);
    }
}
