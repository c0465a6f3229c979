//! JSON lines: one span a line, in a file of bounded size.
//!
//! `encode` knows the schema, `file` the file and its rotation. With the feature `json`, `read` turns
//! lines back into spans.

#[cfg(feature = "json")]
mod decode;
mod encode;
mod file;
mod json;
#[cfg(test)]
mod random;
#[cfg(feature = "json")]
mod read;
mod tail;
#[cfg(test)]
mod tests;
#[cfg(feature = "json")]
mod tree;

#[cfg(feature = "json")]
pub use read::{Reader, Record, read};

use super::{Delivery, ExportError, Exporter};
use crate::model::Batch;
use file::{FileError, LineFile};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Instant;

const DEFAULT_MAX_FILE_BYTES: u64 = 100 << 20;
const DEFAULT_MAX_FILES: u32 = 5;
/// What the line buffer keeps between batches.
const KEPT_BUFFER_BYTES: usize = 1 << 20;

/// Appends spans to a file, one JSON object a line.
///
/// A batch is written at once: a line is in the file as a whole or not at all, and after a failed
/// write (a full disk) the file is put back as it was. A file that would grow over
/// [`max_file_bytes`](JsonlBuilder::max_file_bytes) is renamed to `path.1`, `path.1` to `path.2`
/// and so on. A file that was deleted or moved away is noticed and created again; a line that was
/// torn by a crash is cut off when the file is opened. One process writes to a file: two may tear
/// each other's lines.
///
/// Written lines survive the end of the process, however it ends; a flush makes them survive the
/// end of the machine.
///
/// # Schema
///
/// Every line stands for itself, so that lines can be cut out, mixed and rotated with any tool:
///
/// | key | value |
/// |---|---|
/// | `v` | 1, the version of this table |
/// | `trace_id`, `span_id`, `parent_id` | 32, 16, 16 hexadecimal digits; no `parent_id`: a root |
/// | `parent_remote` | `true` if the parent is in another process |
/// | `name`, `scope` | strings |
/// | `kind` | `internal`, `server`, `client`, `producer`, `consumer` |
/// | `operation` | `llm`, `embedding`, `retriever`, `tool`, `agent`, `chain` |
/// | `outcome` | `unset`, `ok`, `error`, `panic`, `cancelled`, `incomplete` |
/// | `status_message` | what went wrong |
/// | `start_unix_nanos` | nanoseconds since 1970, as a string: a double would round them |
/// | `duration_nanos` | a number |
/// | `attributes` | an object; values as below |
/// | `events` | objects with `name`, `time_unix_nanos` (a string), `attributes`, `dropped_attributes` |
/// | `links` | objects with `trace_id`, `span_id` |
/// | `dropped_attributes`, `dropped_events`, `dropped_links` | numbers |
/// | `resource` | an object: the attributes of the process |
///
/// Whatever is empty, zero, false or not declared is left out, except `name`, `scope`, `outcome`,
/// `kind`, the times and `resource`.
///
/// Attribute values are what they are in JSON: `true`, `3`, `1.0` (a float always has a point or
/// an exponent), `"text"`, arrays of these. What JSON cannot hold, or a reader that knows doubles
/// only would change, is an object with one key: `{"i64":"-9223372036854775808"}`,
/// `{"u64":"18446744073709551615"}`, `{"f64":"NaN"}` (or `Infinity`, `-Infinity`), and
/// `{"json":"{\"a\": 1}"}` for a document recorded by `json(..)`.
///
/// # Examples
///
/// ```
/// use lumina_runtime::export::{Exporter, Jsonl};
/// use lumina_runtime::model::{Batch, Resource, SpanData, SpanId, TraceId};
/// # let directory = std::env::temp_dir().join(format!("lumina-jsonl-doc-{}", std::process::id()));
/// # std::fs::create_dir_all(&directory)?;
/// # let path = directory.join("spans.jsonl");
/// let mut jsonl = Jsonl::create(&path)?;
/// let span = SpanData::new(TraceId(1), SpanId(2), "retrieve");
/// jsonl.export(&Batch::from_spans(Resource::new(), [span]), std::time::Instant::now())?;
/// assert!(std::fs::read_to_string(&path)?.contains(r#""name":"retrieve""#));
/// # std::fs::remove_dir_all(&directory)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Jsonl {
    file: LineFile,
    buffer: String,
}

/// Why a file of spans cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JsonlError {
    /// The file cannot be created or written to.
    #[error("cannot {action} span file {}: {error}", path.display())]
    File {
        /// What was tried: `open`, ...
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// A limit of the builder makes no sense.
    #[error("`{name}` is {value}; it must be {accepted}")]
    Limit {
        /// The method of the builder.
        name: &'static str,
        /// What it was given.
        value: u64,
        /// What it takes.
        accepted: &'static str,
    },
}

impl From<FileError> for JsonlError {
    fn from(FileError { action, path, error }: FileError) -> Self {
        JsonlError::File { action, path, error }
    }
}

impl Jsonl {
    /// Opens `path` for appending, creating it (for its owner alone) if it is not there.
    ///
    /// Files of 100 MiB, five of them.
    ///
    /// # Errors
    ///
    /// [`JsonlError::File`] if it cannot be opened, or is a directory, a pipe or a device.
    /// Directories are not created.
    pub fn create(path: impl AsRef<Path>) -> Result<Self, JsonlError> {
        Self::builder(path).open()
    }

    /// The same with other limits.
    ///
    /// ```
    /// use lumina_runtime::export::Jsonl;
    /// let error = Jsonl::builder("spans.jsonl").max_files(0).open().unwrap_err();
    /// assert_eq!(error.to_string(), "`max_files` is 0; it must be 1 to 1000");
    /// ```
    pub fn builder(path: impl AsRef<Path>) -> JsonlBuilder {
        JsonlBuilder {
            path: path.as_ref().to_owned(),
            max_file_bytes: DEFAULT_MAX_FILE_BYTES,
            max_files: DEFAULT_MAX_FILES,
        }
    }

    /// The file that is being written.
    pub fn path(&self) -> &Path {
        self.file.path()
    }
}

/// Limits of a [`Jsonl`].
#[derive(Clone, Debug)]
#[must_use = "nothing is opened before `open`"]
pub struct JsonlBuilder {
    path: PathBuf,
    max_file_bytes: u64,
    max_files: u32,
}

impl JsonlBuilder {
    /// Begins a new file before a batch that would make the current one longer than this.
    ///
    /// A batch is never split: one that is longer by itself gets a file of its own.
    pub fn max_file_bytes(mut self, bytes: u64) -> Self {
        self.max_file_bytes = bytes;
        self
    }

    /// Keeps this many files, the one being written included; the oldest is deleted.
    pub fn max_files(mut self, files: u32) -> Self {
        self.max_files = files;
        self
    }

    /// Opens the file.
    ///
    /// # Errors
    ///
    /// As [`Jsonl::create`], and [`JsonlError::Limit`] for a limit of zero or above a thousand
    /// files.
    pub fn open(self) -> Result<Jsonl, JsonlError> {
        if self.max_file_bytes == 0 {
            return Err(JsonlError::Limit {
                name: "max_file_bytes",
                value: 0,
                accepted: "at least 1",
            });
        }
        if !(1..=1000).contains(&self.max_files) {
            return Err(JsonlError::Limit {
                name: "max_files",
                value: self.max_files.into(),
                accepted: "1 to 1000",
            });
        }
        let JsonlBuilder { path, max_file_bytes, max_files } = self;
        let file = LineFile::open(path, max_file_bytes, max_files, encode::LINE_START)?;
        Ok(Jsonl { file, buffer: String::new() })
    }
}

impl Exporter for Jsonl {
    fn name(&self) -> &'static str {
        "jsonl"
    }

    /// Writes the batch. The deadline is not looked at: a write to a file cannot be given up.
    fn export(&mut self, batch: &Batch, _deadline: Instant) -> Result<Delivery, ExportError> {
        if batch.is_empty() {
            return Ok(Delivery::default());
        }
        self.buffer.clear();
        encode::encode(batch, &mut self.buffer);
        let written = self.file.append(self.buffer.as_bytes());
        self.buffer.clear();
        self.buffer.shrink_to(KEPT_BUFFER_BYTES);
        written.map_err(failed)?;
        Ok(Delivery::default())
    }

    fn flush(&mut self, _deadline: Instant) -> Result<(), ExportError> {
        self.file.sync().map_err(failed)
    }
}

/// A full disk or a missing directory may be mended soon; a path that is wrong or forbidden needs
/// a person.
fn failed(error: FileError) -> ExportError {
    use io::ErrorKind::{
        InvalidFilename, InvalidInput, IsADirectory, NotADirectory, PermissionDenied,
        ReadOnlyFilesystem, Unsupported,
    };
    let reason = error.to_string();
    match error.error.kind() {
        InvalidFilename | InvalidInput | IsADirectory | NotADirectory | PermissionDenied
        | ReadOnlyFilesystem | Unsupported => ExportError::Permanent { reason },
        _ => ExportError::Retryable { reason, retry_after: None },
    }
}
