//! The Markdown files of a directory: the only place here that knows the file system.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The most files one index reads.
const MAX_FILES: usize = 2_000;
/// The largest file an index reads.
const MAX_FILE_BYTES: u64 = 1 << 20;
/// Directories that hold other people's documents, or copies of ours.
const SKIPPED: [&str; 2] = ["target", "node_modules"];

/// Why a directory was not indexed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RetrievalError {
    /// A file or directory could not be read; a file that is not UTF-8 counts as such.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },

    /// A file is larger than an index reads.
    #[error("{} has {size_bytes} bytes; at most {MAX_FILE_BYTES} are read", path.display())]
    FileTooLarge {
        /// The file.
        path: PathBuf,
        /// Its size.
        size_bytes: u64,
    },

    /// There are more Markdown files than an index reads.
    #[error("{} holds more than {MAX_FILES} Markdown files", directory.display())]
    TooManyFiles {
        /// The directory given.
        directory: PathBuf,
    },

    /// No text was found.
    #[error("{} holds no Markdown file with text (*.md)", directory.display())]
    Empty {
        /// The directory given.
        directory: PathBuf,
    },
}

/// Returns path and content of each Markdown file under `root`, ordered by path.
pub(super) fn markdown_files(root: &Path) -> Result<Vec<(String, String)>, RetrievalError> {
    let mut files = Vec::new();
    let mut directories = vec![root.to_owned()];
    while let Some(directory) = directories.pop() {
        let entries = fs::read_dir(&directory).map_err(|source| read_error(&directory, source))?;
        for entry in entries {
            let entry = entry.map_err(|source| read_error(&directory, source))?;
            // The entry's own type: a link is neither file nor directory, so no cycle is entered.
            let kind = entry.file_type().map_err(|source| read_error(&entry.path(), source))?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if kind.is_dir() && !name.starts_with('.') && !SKIPPED.contains(&name.as_ref()) {
                directories.push(entry.path());
            } else if kind.is_file() && name.ends_with(".md") {
                files.push(entry.path());
            }
        }
        if files.len() > MAX_FILES {
            return Err(RetrievalError::TooManyFiles { directory: root.to_owned() });
        }
    }
    let mut read: Vec<_> = files
        .iter()
        .map(|path| Ok((relative(root, path), content(path)?)))
        .collect::<Result<_, _>>()?;
    read.sort();
    Ok(read)
}

fn content(path: &Path) -> Result<String, RetrievalError> {
    let size_bytes = fs::metadata(path).map_err(|source| read_error(path, source))?.len();
    if size_bytes > MAX_FILE_BYTES {
        return Err(RetrievalError::FileTooLarge { path: path.to_owned(), size_bytes });
    }
    fs::read_to_string(path).map_err(|source| read_error(path, source))
}

fn relative(root: &Path, path: &Path) -> String {
    let relative = path.strip_prefix(root).unwrap_or(path);
    let parts: Vec<_> = relative.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}

fn read_error(path: &Path, source: io::Error) -> RetrievalError {
    RetrievalError::Read { path: path.to_owned(), source }
}
