//! The file itself: whether it has changed, and what is in it.

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::Path;
use std::time::{Duration, SystemTime};

/// More is no file of settings.
const LONGEST: u64 = 256 << 10;
/// Two writes this close may leave the same time of change.
const COARSEST_CLOCK: Duration = Duration::from_secs(3);

/// What the file system says of a file's content. Asked by path each time, so that a file that was
/// replaced, also by way of a symbolic link above it, is another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    modified: Option<SystemTime>,
    length: u64,
    identity: (u64, u64),
}

impl Stamp {
    pub(super) fn of(path: &Path) -> io::Result<Stamp> {
        std::fs::metadata(path).map(|metadata| Stamp::from(&metadata))
    }

    fn from(metadata: &Metadata) -> Stamp {
        #[cfg(unix)]
        let identity = {
            use std::os::unix::fs::MetadataExt;
            (metadata.dev(), metadata.ino())
        };
        #[cfg(not(unix))]
        let identity = (0, 0);
        Stamp { modified: metadata.modified().ok(), length: metadata.len(), identity }
    }

    /// Whether a content that was read at `read_at` is surely this one.
    pub(super) fn is_settled(&self, read_at: SystemTime) -> bool {
        let age = self.modified.and_then(|modified| read_at.duration_since(modified).ok());
        age.is_some_and(|age| age > COARSEST_CLOCK)
    }
}

/// Reads a file that nobody writes meanwhile.
pub(super) fn read(path: &Path) -> io::Result<(Vec<u8>, Stamp)> {
    let mut last = None;
    for _ in 0..3 {
        let before = Stamp::of(path)?;
        let mut content = Vec::new();
        File::open(path)?.take(LONGEST + 1).read_to_end(&mut content)?;
        if content.len() as u64 > LONGEST {
            let message = format!("it is longer than {} KiB", LONGEST >> 10);
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
        }
        if Stamp::of(path)? == before {
            return Ok((content, before));
        }
        last = Some((content, before));
    }
    // OK: whoever writes without end is judged by what there is.
    last.ok_or_else(|| io::Error::other("it changes while it is read"))
}
