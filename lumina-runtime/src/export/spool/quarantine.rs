//! The quarantine: records that receivers refuse or that are damaged, moved aside to be looked at.
//!
//! Bounded in files and bytes, the oldest go first. What cannot be written is given up: these
//! records are lost already, and counted where they were taken out.

use super::disk::{Disk, Open};
use super::format::{Mark, record_header, segment_header};
use std::io;
use std::path::{Path, PathBuf};

const MAX_FILES: usize = 256;

#[derive(Debug)]
pub(super) struct Quarantine {
    dir: PathBuf,
    max_bytes: u64,
}

impl Quarantine {
    pub(super) fn new(root: &Path, max_bytes: u64) -> Self {
        Quarantine { dir: root.join("quarantine"), max_bytes }
    }

    /// Keeps a whole record as a segment of its own, `<name>.seg`, readable like any other.
    pub(super) fn put_record(
        &self,
        disk: &dyn Disk,
        name: &str,
        (format, mark): (u8, Mark),
        payload: &[u8],
        spans: u32,
    ) {
        let segment = segment_header(format, mark);
        let record = record_header(mark, payload, spans);
        let _ = self.put(disk, &format!("{name}.seg"), &[&segment, &record, payload]);
    }

    /// Keeps bytes that make no sense: `<name>.bad`.
    pub(super) fn put_damaged(&self, disk: &dyn Disk, name: &str, bytes: &[u8]) {
        let _ = self.put(disk, &format!("{name}.bad"), &[bytes]);
    }

    fn put(&self, disk: &dyn Disk, name: &str, parts: &[&[u8]]) -> io::Result<()> {
        let bytes: u64 = parts.iter().map(|part| part.len() as u64).sum();
        if bytes > self.max_bytes {
            return Ok(());
        }
        disk.create_dir(&self.dir)?;
        self.make_room(disk, bytes)?;
        let mut file = disk.open(&self.dir.join(name), Open::New)?;
        let mut at = 0;
        for part in parts {
            file.write_at(at, part)?;
            at += part.len() as u64;
        }
        Ok(())
    }

    /// Names begin with the time, so that the first in order is the oldest.
    fn make_room(&self, disk: &dyn Disk, bytes: u64) -> io::Result<()> {
        let mut names = disk.list(&self.dir)?;
        names.sort_unstable();
        let mut kept: Vec<(String, u64)> = Vec::new();
        for name in names {
            let len = disk.open(&self.dir.join(&name), Open::Existing)?.len()?;
            kept.push((name, len));
        }
        let mut used: u64 = kept.iter().map(|(_, len)| len).sum();
        let mut files = kept.len();
        for (name, len) in kept {
            if used + bytes <= self.max_bytes && files < MAX_FILES {
                break;
            }
            disk.remove_file(&self.dir.join(name))?;
            used -= len;
            files -= 1;
        }
        Ok(())
    }
}
