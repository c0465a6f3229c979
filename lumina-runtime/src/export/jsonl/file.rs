//! A file that only ever grows by whole lines, and makes way for a new one when it is full.
//!
//! Knows nothing of spans. What it has to survive: a file that somebody deletes, moves or truncates,
//! a rotation that fails half-way, and what [`tail`](super::tail) deals with.

use super::tail::{mend_end, write_whole};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

/// What went wrong with which file.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} {}: {error}", path.display())]
pub(super) struct FileError {
    pub(super) action: &'static str,
    pub(super) path: PathBuf,
    pub(super) error: io::Error,
}

fn at<'p>(action: &'static str, path: &'p Path) -> impl FnOnce(io::Error) -> FileError + 'p {
    move |error| FileError { action, path: path.to_owned(), error }
}

/// An open file of lines, and its older ones: `path`, `path.1`, `path.2`, ...
#[derive(Debug)]
pub(super) struct LineFile {
    path: PathBuf,
    max_file_bytes: u64,
    /// The one being written included; at least 1.
    max_files: u32,
    /// How a line of ours begins: what may be cut off when it is not whole.
    line_start: &'static str,
    file: Option<File>,
    /// Whether the directory has changed since it was last made durable.
    is_directory_dirty: bool,
}

impl LineFile {
    /// Opens or creates `path`.
    pub(super) fn open(
        path: PathBuf,
        max_file_bytes: u64,
        max_files: u32,
        line_start: &'static str,
    ) -> Result<Self, FileError> {
        let mut lines = LineFile {
            path,
            max_file_bytes,
            max_files,
            line_start,
            file: None,
            is_directory_dirty: true,
        };
        lines.reopen()?;
        Ok(lines)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Appends whole lines: all of them, or after an error none of them.
    ///
    /// (None, unless taking back a torn write fails too; then the next call mends what it can.)
    pub(super) fn append(&mut self, lines: &[u8]) -> Result<(), FileError> {
        let mut length = match self.current_length()? {
            Some(length) => length,
            None => self.reopen()?,
        };
        if self.is_full(length, lines.len()) {
            self.rotate()?;
            length = self.reopen()?;
        }
        let Some(file) = &mut self.file else {
            return Err(at("open", &self.path)(io::ErrorKind::NotFound.into()));
        };
        let written = write_whole(file, length, lines);
        if written.is_err() {
            // Opening it again looks at the last line.
            self.file = None;
        }
        written.map_err(at("write to", &self.path))
    }

    /// Makes the lines durable.
    pub(super) fn sync(&mut self) -> Result<(), FileError> {
        if let Some(file) = &self.file {
            file.sync_data().map_err(at("sync", &self.path))?;
        }
        if std::mem::take(&mut self.is_directory_dirty) {
            sync_directory(&self.path).map_err(at("sync the directory of", &self.path))?;
        }
        Ok(())
    }

    fn is_full(&self, length: u64, more: usize) -> bool {
        length > 0 && length.saturating_add(more as u64) > self.max_file_bytes
    }

    /// The length of the open file, if it is still the one at the path.
    fn current_length(&mut self) -> Result<Option<u64>, FileError> {
        let Some(file) = &self.file else { return Ok(None) };
        let there = match fs::metadata(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            there => Some(there.map_err(at("look at", &self.path))?),
        };
        let open = file.metadata().map_err(at("look at", &self.path))?;
        Ok(there.filter(|there| is_same_file(there, &open)).map(|there| there.len()))
    }

    /// Opens the file at the path and returns its length, after mending its last line.
    fn reopen(&mut self) -> Result<u64, FileError> {
        self.file = None;
        let mut file = open_regular(&self.path).map_err(at("open", &self.path))?;
        let length = mend_end(&mut file, self.line_start)
            .map_err(at("mend the last line of", &self.path))?;
        self.is_directory_dirty |= length == 0;
        self.file = Some(file);
        Ok(length)
    }

    /// Moves each file to the next number; the oldest goes.
    fn rotate(&mut self) -> Result<(), FileError> {
        if let Some(file) = self.file.take() {
            file.sync_data().map_err(at("sync", &self.path))?;
        }
        self.is_directory_dirty = true;
        let oldest = self.max_files - 1;
        if oldest == 0 {
            return fs::remove_file(&self.path).map_err(at("delete", &self.path));
        }
        // Only as far as the first gap: a rotation that failed half-way left one, and trying again
        // must not push the older files out one by one.
        let gap = (1..oldest).find(|&number| !self.numbered(number).exists()).unwrap_or(oldest);
        for number in (1..gap).rev() {
            let path = self.numbered(number);
            fs::rename(&path, self.numbered(number + 1)).map_err(at("rename", &path))?;
        }
        fs::rename(&self.path, self.numbered(1)).map_err(at("rename", &self.path))
    }

    fn numbered(&self, number: u32) -> PathBuf {
        let mut path = self.path.clone().into_os_string();
        path.push(format!(".{number}"));
        path.into()
    }
}

/// Opens for appending; creates it for the owner alone, since spans hold prompts.
fn open_regular(path: &Path) -> io::Result<File> {
    let refuse = || io::Error::new(io::ErrorKind::InvalidInput, "not a regular file");
    // Looked at first: opening a pipe would wait for its reader.
    if fs::metadata(path).is_ok_and(|found| !found.is_file()) {
        return Err(refuse());
    }
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(refuse()) }
}

#[cfg(unix)]
fn is_same_file(a: &fs::Metadata, b: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (a.dev(), a.ino()) == (b.dev(), b.ino())
}

/// Elsewhere a file that is open cannot be replaced, as a rule.
#[cfg(not(unix))]
fn is_same_file(_: &fs::Metadata, _: &fs::Metadata) -> bool {
    true
}

#[cfg(unix)]
fn sync_directory(path: &Path) -> io::Result<()> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    File::open(parent.unwrap_or(Path::new(".")))?.sync_all()
}

/// Elsewhere directories cannot be opened.
#[cfg(not(unix))]
fn sync_directory(_: &Path) -> io::Result<()> {
    Ok(())
}
