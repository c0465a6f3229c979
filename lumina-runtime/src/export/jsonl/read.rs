//! Reading span files, damaged ones too: whatever is no whole line of ours is skipped and counted.

use super::decode::decode;
use crate::model::{Resource, SpanData};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;

/// Longer lines are skipped: no span is that large, and memory is not without end.
const MAX_LINE_BYTES: usize = 64 << 20;

/// Opens a file written by [`Jsonl`](super::Jsonl).
///
/// Older files (`path.1`, ...) are files of their own.
///
/// # Errors
///
/// If the file cannot be opened.
///
/// # Examples
///
/// ```
/// use lumina_runtime::export::{Exporter, Jsonl, jsonl};
/// use lumina_runtime::model::{Batch, Resource, SpanData, SpanId, TraceId};
/// # let directory = std::env::temp_dir().join(format!("lumina-read-doc-{}", std::process::id()));
/// # std::fs::create_dir_all(&directory)?;
/// # let path = directory.join("spans.jsonl");
/// let span = SpanData::new(TraceId(1), SpanId(2), "retrieve");
/// let batch = Batch::from_spans(Resource::new(), [span.clone()]);
/// Jsonl::create(&path)?.export(&batch, std::time::Instant::now())?;
///
/// let mut records = jsonl::read(&path)?;
/// assert_eq!(records.next().unwrap()?.span, span);
/// assert!(records.next().is_none());
/// assert_eq!(records.skipped_lines(), 0);
/// # std::fs::remove_dir_all(&directory)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read(path: impl AsRef<Path>) -> io::Result<Reader<BufReader<File>>> {
    Ok(Reader::new(BufReader::new(File::open(path)?)))
}

/// A span and the process that it comes from.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Record {
    /// The span.
    pub span: SpanData,
    /// The process; lines that follow each other share it.
    pub resource: Arc<Resource>,
}

/// The spans of a file, one after the other; only one line is in memory at a time.
///
/// Ends after an error of the input.
#[derive(Debug)]
pub struct Reader<R> {
    input: Option<R>,
    line: Vec<u8>,
    last_resource: Option<Arc<Resource>>,
    skipped_lines: u64,
}

impl<R: BufRead> Reader<R> {
    /// Reads lines from `input`.
    pub fn new(input: R) -> Self {
        Reader { input: Some(input), line: Vec::new(), last_resource: None, skipped_lines: 0 }
    }

    /// Lines so far that were torn, damaged, too long, or of another schema; empty ones are not
    /// counted.
    pub fn skipped_lines(&self) -> u64 {
        self.skipped_lines
    }

    fn next_record(&mut self) -> io::Result<Option<Record>> {
        let Some(input) = &mut self.input else { return Ok(None) };
        while next_line(input, &mut self.line)? {
            if self.line.trim_ascii().is_empty() {
                continue;
            }
            let fits = self.line.len() <= MAX_LINE_BYTES;
            match fits.then(|| decode(&self.line)).flatten() {
                Some(mut record) => {
                    match &self.last_resource {
                        Some(last) if **last == *record.resource => record.resource = last.clone(),
                        _ => self.last_resource = Some(record.resource.clone()),
                    }
                    return Ok(Some(record));
                }
                None => self.skipped_lines += 1,
            }
        }
        Ok(None)
    }
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = io::Result<Record>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.next_record().transpose();
        if !matches!(next, Some(Ok(_))) {
            self.input = None;
        }
        next
    }
}

/// Reads up to the next line feed, and says whether there was anything. Of a line that is too long,
/// one byte more than allowed is kept and the rest passed over.
fn next_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    let read = input.by_ref().take(MAX_LINE_BYTES as u64 + 1).read_until(b'\n', line)?;
    if line.len() > MAX_LINE_BYTES && line.last() != Some(&b'\n') {
        input.skip_until(b'\n')?;
    }
    Ok(read > 0)
}

#[cfg(test)]
mod tests {
    use super::super::encode::encode;
    use super::super::random::Random;
    use super::*;
    use crate::model::Batch;

    fn file(spans: impl IntoIterator<Item = SpanData>) -> Vec<u8> {
        let mut resource = Resource::new();
        resource.set("service.name", "support");
        resource.set("a", u64::MAX);
        resource.set("b", vec![vec![1, 2], vec![3]]);
        let mut out = String::new();
        encode(&Batch::from_spans(resource, spans), &mut out);
        out.into_bytes()
    }

    fn spans(bytes: &[u8]) -> (Vec<SpanData>, u64) {
        let mut reader = Reader::new(bytes);
        let spans = reader.by_ref().map(|record| record.unwrap().span).collect();
        (spans, reader.skipped_lines())
    }

    /// `Debug`, since no `NaN` equals another.
    fn show(spans: &[SpanData]) -> String {
        format!("{spans:#?}")
    }

    #[test]
    fn any_span_reads_back_as_it_was() {
        let mut random = Random::new(2);
        for _ in 0..500 {
            let batch = Batch::from_spans(Resource::new(), [random.span(), random.span()]);
            let written: Vec<SpanData> = batch.spans().map(SpanData::from).collect();
            let (read, skipped) = spans(&file(written.clone()));
            assert_eq!(show(&read), show(&written));
            assert_eq!(skipped, 0);
        }
    }

    #[test]
    fn the_resource_reads_back_and_is_shared() {
        let mut random = Random::new(3);
        let bytes = file([random.span(), random.span()]);
        let records: Vec<Record> = Reader::new(&bytes[..]).map(Result::unwrap).collect();
        assert_eq!(records[0].resource.get("a"), Some(&u64::MAX.into()));
        assert_eq!(records[0].resource.get("b"), Some(&vec![vec![1, 2], vec![3]].into()));
        assert_eq!(records[0].resource.get("service.name"), Some(&"support".into()));
        assert!(Arc::ptr_eq(&records[0].resource, &records[1].resource));
    }

    #[test]
    fn a_file_cut_at_any_byte_loses_only_the_line_that_was_cut() {
        let mut random = Random::new(4);
        let bytes = file([random.span(), random.span(), random.span()]);
        let (all, _) = spans(&bytes);
        for cut in 0..=bytes.len() {
            let (read, skipped) = spans(&bytes[..cut]);
            let ended = bytes[..cut].iter().filter(|&&byte| byte == b'\n').count();
            // A line may be whole but for its line feed.
            assert!(read.len() == ended || read.len() == ended + 1, "cut at {cut}");
            assert_eq!(show(&read), show(&all[..read.len()]));
            assert!(skipped <= 1);
        }
    }

    #[test]
    fn a_byte_flipped_anywhere_harms_only_its_own_lines() {
        let mut random = Random::new(5);
        let bytes = file((0..4).map(|_| random.span()));
        let (all, _) = spans(&bytes);
        let all: Vec<String> = all.iter().map(|span| format!("{span:?}")).collect();
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1 << random.below(8);
            let line = bytes[..at].iter().filter(|&&byte| byte == b'\n').count();
            let (read, _) = spans(&damaged);
            let read: Vec<String> = read.iter().map(|span| format!("{span:?}")).collect();
            // A lost line feed takes the next line with it.
            let next = line + 1 + usize::from(bytes[at] == b'\n');
            assert!(read.starts_with(&all[..line]), "byte {at}");
            assert!(read.ends_with(&all[next.min(4)..]), "byte {at}");
        }
    }

    #[test]
    fn noise_is_skipped_and_counted_and_never_panics() {
        let span = file([Random::new(6).span()]);
        let deep = "[".repeat(100_000);
        let noise: [&[u8]; 8] = [
            b"\n\n  \n",
            b"not json\n",
            b"{\"v\":2}\n",
            b"\xff\xfe\n",
            b"null\n",
            deep.as_bytes(),
            b"\n{\"v\":1,\"trace_id\":\"+0000000000000000000000000000001\"}\n",
            b"\0\0\0\0\n",
        ];
        let mut bytes = noise.concat();
        bytes.extend(&span);
        let (read, skipped) = spans(&bytes);
        assert_eq!((read.len(), skipped), (1, 7));
    }

    #[test]
    fn an_endless_line_is_passed_over_in_bounded_memory() {
        let span = file([Random::new(7).span()]);
        let endless = io::repeat(b'x').take(MAX_LINE_BYTES as u64 * 3);
        let input = endless.chain(&b"\n"[..]).chain(&span[..]);
        let mut reader = Reader::new(BufReader::new(input));
        assert!(reader.next().unwrap().is_ok());
        assert_eq!(reader.skipped_lines(), 1);
        assert!(reader.line.capacity() <= 2 * MAX_LINE_BYTES + 64);
    }

    #[test]
    fn an_input_that_fails_ends_the_reading_with_its_error() {
        struct Broken;
        impl io::Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::ErrorKind::Other.into())
            }
        }
        let mut reader = Reader::new(BufReader::new(Broken));
        assert!(reader.next().unwrap().is_err());
        assert!(reader.next().is_none());
    }
}
