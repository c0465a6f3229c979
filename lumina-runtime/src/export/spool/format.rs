//! The bytes of a segment. The format is documented in `docs/spool-format.md`; a change there and
//! here needs a new [`VERSION`].
//!
//! Pure but for the reading in [`walk`]: which files there are is told elsewhere.

use super::disk::DiskFile;
use std::io;
use std::ops::Range;

/// Of the layout of segments and records.
pub(super) const VERSION: u8 = 1;
const MAGIC: [u8; 6] = *b"LUMSPL";

/// Magic (6), version, payload format, mark (8), CRC of these (4).
pub(super) const SEGMENT_HEADER_BYTES: usize = 20;
/// Mark (8), payload bytes (4), spans (4), CRC of the payload (4), CRC of these (4), state, zeros
/// (3).
pub(super) const RECORD_HEADER_BYTES: usize = 28;
/// Where in a record's header its state is: not under its checksum, since it is overwritten.
pub(super) const STATE_AT: u64 = 24;
const PENDING: u8 = 0xa5;
/// Four bits away from pending: no single flip makes a pending record a settled one.
pub(super) const SETTLED: u8 = 0x3c;

/// Random bytes that begin every record of a segment: after damage, reading goes on at the next
/// ones. Random, so that no text of a user can look like a record.
pub(super) type Mark = [u8; 8];

pub(super) fn segment_header(format: u8, mark: Mark) -> [u8; SEGMENT_HEADER_BYTES] {
    let mut header = [0; SEGMENT_HEADER_BYTES];
    header[..6].copy_from_slice(&MAGIC);
    header[6] = VERSION;
    header[7] = format;
    header[8..16].copy_from_slice(&mark);
    let crc = crc32fast::hash(&header[..16]);
    header[16..].copy_from_slice(&crc.to_le_bytes());
    header
}

pub(super) fn record_header(mark: Mark, payload: &[u8], spans: u32) -> [u8; RECORD_HEADER_BYTES] {
    let mut header = [0; RECORD_HEADER_BYTES];
    header[..8].copy_from_slice(&mark);
    // OK to cast: the store takes no payload above 4 GiB.
    header[8..12].copy_from_slice(&(payload.len() as u32).to_le_bytes());
    header[12..16].copy_from_slice(&spans.to_le_bytes());
    header[16..20].copy_from_slice(&crc32fast::hash(payload).to_le_bytes());
    let crc = crc32fast::hash(&header[..20]);
    header[20..24].copy_from_slice(&crc.to_le_bytes());
    header[STATE_AT as usize] = PENDING;
    header
}

/// A record, as its header has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// Of the header, from the start of the segment.
    pub(super) offset: u64,
    pub(super) payload_bytes: u32,
    pub(super) spans: u32,
    pub(super) payload_crc: u32,
    pub(super) settled: bool,
}

impl Entry {
    pub(super) fn payload_at(&self) -> u64 {
        self.offset + RECORD_HEADER_BYTES as u64
    }

    pub(super) fn end(&self) -> u64 {
        self.payload_at() + u64::from(self.payload_bytes)
    }

    fn parse(header: &[u8; RECORD_HEADER_BYTES], mark: Mark, offset: u64) -> Option<Entry> {
        let number = |at: usize| {
            u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]])
        };
        let whole = header[..8] == mark && number(20) == crc32fast::hash(&header[..20]);
        whole.then(|| Entry {
            offset,
            payload_bytes: number(8),
            spans: number(12),
            payload_crc: number(16),
            settled: header[STATE_AT as usize] == SETTLED,
        })
    }
}

/// What a segment holds.
#[derive(Debug, Default)]
pub(super) struct Walked {
    pub(super) format: u8,
    pub(super) mark: Mark,
    pub(super) entries: Vec<Entry>,
    /// Bytes that make no sense: torn or overwritten records.
    pub(super) damaged: Vec<Range<u64>>,
}

/// Why a segment is left alone.
#[derive(Debug)]
pub(super) enum WalkError {
    /// A later version wrote it, and knows what to do with it.
    Newer,
    /// It cannot be read now.
    Unreadable,
}

impl From<io::Error> for WalkError {
    fn from(_: io::Error) -> Self {
        WalkError::Unreadable
    }
}

/// Reads the headers of a segment of `len` bytes, skipping what is damaged. Payloads are not read:
/// they are checked when they are sent.
///
/// `default_format` is assumed where the segment's own header is damaged and its records are not.
pub(super) fn walk(
    file: &mut dyn DiskFile,
    len: u64,
    default_format: u8,
) -> Result<Walked, WalkError> {
    let mut walked = Walked { format: default_format, ..Walked::default() };
    if len < SEGMENT_HEADER_BYTES as u64 {
        // A crash right after the file was made: nothing was ever in it but a part of the header.
        return Ok(walked);
    }
    let mut header = [0; SEGMENT_HEADER_BYTES];
    file.read_at(0, &mut header)?;
    let crc = u32::from_le_bytes([header[16], header[17], header[18], header[19]]);
    let header_is_whole = header[..6] == MAGIC && crc == crc32fast::hash(&header[..16]);
    if header_is_whole && header[6] != VERSION {
        return Err(WalkError::Newer);
    }
    let mut at = SEGMENT_HEADER_BYTES as u64;
    if header_is_whole {
        walked.format = header[7];
        walked.mark.copy_from_slice(&header[8..16]);
    } else {
        walked.damaged.push(0..at);
        match first_mark(file, len)? {
            Some(mark) => walked.mark = mark,
            None => {
                walked.damaged.clear();
                walked.damaged.push(0..len);
                return Ok(walked);
            }
        }
    }
    while at < len {
        let entry = entry_at(file, walked.mark, at, len)?;
        match entry {
            Some(entry) => {
                at = entry.end();
                walked.entries.push(entry);
            }
            None => {
                let next = next_entry(file, walked.mark, at + 1, len)?;
                walked.damaged.push(at..next);
                at = next;
            }
        }
    }
    Ok(walked)
}

/// The mark that the first record has, where the segment's header cannot say it.
fn first_mark(file: &mut dyn DiskFile, len: u64) -> io::Result<Option<Mark>> {
    let at = SEGMENT_HEADER_BYTES as u64;
    if len < at + RECORD_HEADER_BYTES as u64 {
        return Ok(None);
    }
    let mut mark = Mark::default();
    file.read_at(at, &mut mark)?;
    Ok(entry_at(file, mark, at, len)?.map(|_| mark))
}

/// The whole record at `at`, if there is one.
fn entry_at(file: &mut dyn DiskFile, mark: Mark, at: u64, len: u64) -> io::Result<Option<Entry>> {
    if at + RECORD_HEADER_BYTES as u64 > len {
        return Ok(None);
    }
    let mut header = [0; RECORD_HEADER_BYTES];
    file.read_at(at, &mut header)?;
    Ok(Entry::parse(&header, mark, at).filter(|entry| entry.end() <= len))
}

/// Where the next whole record begins, or `len`.
fn next_entry(file: &mut dyn DiskFile, mark: Mark, from: u64, len: u64) -> io::Result<u64> {
    const CHUNK: u64 = 64 * 1024;
    let mut chunk = Vec::new();
    let mut at = from;
    while at + RECORD_HEADER_BYTES as u64 <= len {
        // Chunks overlap by the mark less one byte.
        let end = (at + CHUNK).min(len);
        chunk.resize((end - at) as usize, 0);
        file.read_at(at, &mut chunk)?;
        for found in positions(&chunk, &mark) {
            if entry_at(file, mark, at + found as u64, len)?.is_some() {
                return Ok(at + found as u64);
            }
        }
        if end == len {
            break;
        }
        at = end - (mark.len() as u64 - 1);
    }
    Ok(len)
}

fn positions<'a>(haystack: &'a [u8], mark: &'a Mark) -> impl Iterator<Item = usize> + 'a {
    let windows = haystack.windows(mark.len()).enumerate();
    windows.filter(move |(_, window)| window == mark).map(|(at, _)| at)
}
