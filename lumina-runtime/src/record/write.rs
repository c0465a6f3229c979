//! Writing records: spans, their ends, and what is added to them in between.

use super::arg::Arg;
use super::context::{HAS_EXTRAS, pipeline_of};
use super::encode::{plain_room, put_all, write_plain};
use super::layout::{
    ATTRIBUTES, BLOCK, BLOCK_HEAD, END, END_HEAD, END_IS_ALL, END_IS_OK, EVENT, EVENT_HEAD,
    KEYS_INLINE, KEYS_OF_METADATA, LINK, LINK_LENGTH, SPAN_END_OFFSET, SPAN_HEAD, padded, word,
};
use super::local::{LocalRef, large_block};
use super::{clock, pool, scratch};
use crate::model::Outcome;
use std::sync::atomic::{AtomicU64, Ordering};
use tracing_core::Metadata;

/// What a span record says besides its attributes.
#[derive(Clone, Copy)]
pub(crate) struct NewSpan {
    /// [`SPAN`](super::layout::SPAN) or [`FOREIGN_SPAN`](super::layout::FOREIGN_SPAN), perhaps with
    /// [`REMOTE_PARENT`](super::layout::REMOTE_PARENT).
    pub(crate) kind: u8,
    /// Address of a `Site` or of a `'static` `Metadata`, by kind, its provenance exposed.
    pub(crate) site: usize,
    pub(crate) trace: [u64; 2],
    pub(crate) span: u64,
    pub(crate) parent: u64,
    /// The flags of the span's context.
    pub(crate) flags: u64,
}

/// Where a span's record is, for as long as it is there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slot {
    end: *const AtomicU64,
    sequence: u64,
}

impl Slot {
    /// A record that cannot be patched: its end will be an END record.
    pub(crate) const ELSEWHERE: Slot = Slot { end: std::ptr::null(), sequence: 0 };

    /// Forgets the place when the thread that goes on with the span is not the one, or not in the
    /// stage, that has the record. What other threads write for the span is then joined with it.
    #[inline(always)]
    pub(crate) fn keep_if_here(&mut self, local: LocalRef) {
        if self.sequence != local.sequence() {
            self.sequence = 0;
        }
    }

    /// The place as two words, to be kept where words are kept.
    pub(crate) fn into_parts(self) -> (*const AtomicU64, u64) {
        (self.end, self.sequence)
    }

    /// The slot that was taken apart.
    ///
    /// # Safety
    ///
    /// Both parts came from one call of [`into_parts`](Self::into_parts).
    pub(crate) unsafe fn from_parts(end: *const AtomicU64, sequence: u64) -> Self {
        Slot { end, sequence }
    }
}

/// Writes a span's start if it takes no more than that: `None` when the stage is full, or when a
/// value must be formatted first. Nothing is lost then, [`write_span`] does it.
#[inline(always)]
pub(crate) fn write_span_in_place(local: LocalRef, new: NewSpan, args: &[Arg<'_>]) -> Option<Slot> {
    write_span_plain(local, new, args, clock::now_inline)
}

#[inline(always)]
fn write_span_plain(
    local: LocalRef,
    new: NewSpan,
    args: &[Arg<'_>],
    now: impl FnOnce() -> Option<u64>,
) -> Option<Slot> {
    let (at, end) = local.room();
    if (end as usize - at as usize) < SPAN_HEAD {
        return None;
    }
    // SAFETY: there is room for the head, and `end` is the end of the stage.
    unsafe {
        let (after, count) = write_plain(args, at.add(SPAN_HEAD), end)?;
        let length = padded(after as usize - at as usize);
        // Last: what is written before it is not part of the span.
        let start = now()?;
        Some(write_span_head(local, at, new, count, length, start))
    }
}

/// Writes a span's start; `None` when there is no room, which is counted.
pub(crate) fn write_span(local: LocalRef, new: NewSpan, args: &[Arg<'_>]) -> Option<Slot> {
    let room = plain_room(args).map(|room| padded(SPAN_HEAD + room));
    if room.is_some_and(|room| !local.reserve(room).is_null())
        && let Some(slot) = write_span_plain(local, new, args, || Some(clock::now()))
    {
        return Some(slot);
    }
    let mut buffer = scratch::take();
    let count = put_all(&mut buffer, args);
    let slot = write_span_bytes(local, new, &buffer, count);
    scratch::give_back(buffer);
    slot
}

/// [`write_span`] with attributes that are encoded already.
pub(crate) fn write_span_bytes(
    local: LocalRef,
    new: NewSpan,
    attributes: &[u8],
    count: u8,
) -> Option<Slot> {
    let length = padded(SPAN_HEAD + attributes.len());
    let at = local.reserve(length);
    if at.is_null() {
        let head = [
            word(new.kind, count, pipeline_of(new.flags), length),
            new.site as u64,
            new.trace[0],
            new.trace[1],
            new.span,
            new.parent,
            clock::now(),
            0,
        ];
        if write_large(local, &head, attributes) {
            return Some(Slot::ELSEWHERE);
        }
        pool::count_lost_span(pipeline_of(new.flags));
        return None;
    }
    // SAFETY: `reserve` gave `length` bytes, which hold the head and the attributes.
    Some(unsafe {
        at.add(SPAN_HEAD).copy_from_nonoverlapping(attributes.as_ptr(), attributes.len());
        write_span_head(local, at, new, count, length, clock::now())
    })
}

/// # Safety
///
/// The stage has room for `length` bytes from `at` on, where its free part begins, and the
/// attributes after the head are written.
#[inline(always)]
unsafe fn write_span_head(
    local: LocalRef,
    at: *mut u8,
    new: NewSpan,
    count: u8,
    length: usize,
    start: u64,
) -> Slot {
    let words = at.cast::<u64>();
    // SAFETY: the caller's promise; the head is eight words.
    unsafe {
        words.write(word(new.kind, count, pipeline_of(new.flags), length));
        words.add(1).write(new.site as u64);
        words.add(2).write(new.trace[0]);
        words.add(3).write(new.trace[1]);
        words.add(4).write(new.span);
        words.add(5).write(new.parent);
        words.add(7).write(0);
        words.add(6).write(start);
        local.commit(at.add(length));
        Slot { end: at.add(SPAN_END_OFFSET).cast(), sequence: local.sequence() }
    }
}

/// Ends a span: in place where that says everything, otherwise by an END record with `attributes`.
#[inline(always)]
pub(crate) fn end_span(
    local: LocalRef,
    slot: Slot,
    span: u64,
    outcome: Outcome,
    attributes: &[u8],
    count: u8,
) {
    let tick = clock::now();
    let plain = matches!(outcome, Outcome::Unset | Outcome::Ok);
    let end = if outcome == Outcome::Ok { tick | END_IS_OK } else { tick };
    let is_all = local.flags() & HAS_EXTRAS == 0;
    if !(plain && count == 0 && is_all && end_in_place(local, slot, end)) {
        end_elsewhere(local, span, tick, Ending { outcome, is_all }, attributes, count);
    }
}

/// Ends a span of which there is nothing to say but, perhaps, [`END_IS_OK`], if it takes no more than
/// a word in its record; false: nothing was done, [`end_span`] does it.
#[inline(always)]
pub(crate) fn end_span_in_place(local: LocalRef, slot: Slot, mark: u64) -> bool {
    if slot.sequence != local.sequence() || local.flags() & HAS_EXTRAS != 0 {
        return false;
    }
    clock::now_inline().is_some_and(|end| end_in_place(local, slot, end | mark))
}

/// Ends a span of `tracing`, which need not be the current one.
#[inline(always)]
pub(crate) fn end_foreign_span(local: LocalRef, slot: Slot, span: u64, has_extras: bool) {
    let tick = clock::now();
    if has_extras || !end_in_place(local, slot, tick) {
        let ending = Ending { outcome: Outcome::Unset, is_all: !has_extras };
        end_elsewhere(local, span, tick, ending, &[], 0);
    }
}

/// Writes a span's end into its record, if that is still in the calling thread's stage.
#[inline(always)]
fn end_in_place(local: LocalRef, slot: Slot, end: u64) -> bool {
    let here = slot.sequence == local.sequence();
    if here {
        // SAFETY: the sequence says that this thread's stage still holds the record; only this
        // thread writes there, and the collector reads the word atomically.
        unsafe { (*slot.end).store(end, Ordering::Relaxed) };
    }
    here
}

/// What an END record says besides the time.
#[derive(Clone, Copy)]
struct Ending {
    outcome: Outcome,
    /// See [`END_IS_ALL`].
    is_all: bool,
}

#[inline(never)]
fn end_elsewhere(
    local: LocalRef,
    span: u64,
    tick: u64,
    ending: Ending,
    attributes: &[u8],
    count: u8,
) {
    let length = padded(END_HEAD + attributes.len());
    let outcome = ending.outcome;
    let extra = outcome as u16 | if ending.is_all { END_IS_ALL } else { 0 };
    let head = [word(END, count, extra, length), span, tick];
    if !write_record(local, &head, attributes) {
        let end = pool::LostEnd { span, end: tick, outcome: outcome as u8 };
        let kept = pool::keep_lost_end(end);
        if count > 0 || !kept {
            pool::count_lost_record();
        }
    }
}

/// Whose keys the indices of a record mean.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Keys {
    Metadata(&'static Metadata<'static>),
    /// Nobody's: each key is in the record.
    Inline,
}

impl Keys {
    fn parts(self) -> (u16, u64) {
        match self {
            Keys::Metadata(metadata) => {
                let address: *const Metadata<'static> = metadata;
                (KEYS_OF_METADATA, address.expose_provenance() as u64)
            }
            Keys::Inline => (KEYS_INLINE, 0),
        }
    }
}

/// Adds attributes to a span that has started.
pub(crate) fn write_attributes(
    local: LocalRef,
    keys: Keys,
    span: u64,
    attributes: &[u8],
    count: u8,
) {
    write_extra(local, ATTRIBUTES, keys, span, attributes, count);
}

/// Adds an event to a span.
pub(crate) fn write_event(local: LocalRef, keys: Keys, span: u64, attributes: &[u8], count: u8) {
    write_extra(local, EVENT, keys, span, attributes, count);
}

fn write_extra(local: LocalRef, kind: u8, keys: Keys, span: u64, attributes: &[u8], count: u8) {
    let (form, address) = keys.parts();
    let length = padded(EVENT_HEAD + attributes.len());
    let head = [word(kind, count, form, length), address, span, clock::now()];
    if !write_record(local, &head, attributes) {
        pool::count_lost_record();
    }
}

/// Links a span to another.
pub(crate) fn write_link(local: LocalRef, span: u64, trace: [u64; 2], linked: u64) {
    let head = [word(LINK, 0, 0, LINK_LENGTH), span, trace[0], trace[1], linked];
    if !write_record(local, &head, &[]) {
        pool::count_lost_record();
    }
}

/// Writes a record whose head holds its length; false when there is no room.
fn write_record(local: LocalRef, head: &[u64], attributes: &[u8]) -> bool {
    let length = padded(size_of_val(head) + attributes.len());
    let at = local.reserve(length);
    if at.is_null() {
        return write_large(local, head, attributes);
    }
    // SAFETY: `reserve` gave `length` bytes, which hold the head and the attributes.
    unsafe {
        at.cast::<u64>().copy_from_nonoverlapping(head.as_ptr(), head.len());
        let after = at.add(size_of_val(head));
        after.copy_from_nonoverlapping(attributes.as_ptr(), attributes.len());
        local.commit(at.add(length));
    }
    true
}

/// Hands over a record that is larger than a stage as a block of its own; false for a smaller one,
/// which found no room where it belongs.
#[cold]
fn write_large(_local: LocalRef, head: &[u64], attributes: &[u8]) -> bool {
    let length = size_of_val(head) + attributes.len();
    if length <= super::buffer::STAGE_ROOM {
        return false;
    }
    let mut block = large_block(length);
    block[0] = word(BLOCK, 0, 0, size_of_val(&*block));
    let body = &mut block[BLOCK_HEAD / 8..];
    body[..head.len()].copy_from_slice(head);
    for (to, from) in body[head.len()..].iter_mut().zip(attributes.chunks(8)) {
        let mut bytes = [0; 8];
        bytes[..from.len()].copy_from_slice(from);
        *to = u64::from_ne_bytes(bytes);
    }
    pool::hand_over_large(block)
}
