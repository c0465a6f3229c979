//! Who a directory of segments belongs to: the process that holds its lock.
//!
//! ```text
//! spool/
//!   otlp-18c5a2f3b4000000-9f1c..e2/ one for each exporter of each process
//!     lock                          held by the owner for as long as it lives
//!     0000000001.seg ..
//!   quarantine/
//! ```
//!
//! The kernel frees the lock of a process that died, however it did; whoever gets the lock then
//! owns the directory with its segments. A directory gets its name only when its lock is held, so
//! that nobody takes one that is being made.

use super::disk::{Disk, DiskFile, Open};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

const LOCK: &str = "lock";

/// A directory whose lock is held until this value is dropped.
#[derive(Debug)]
pub(super) struct Owned {
    pub(super) path: PathBuf,
    _lock: Box<dyn DiskFile>,
}

/// Makes a directory of our own below `root`. Names sort by age.
pub(super) fn claim(
    disk: &dyn Disk,
    root: &Path,
    label: &str,
    now_unix_nanos: u64,
    random: u64,
) -> io::Result<Owned> {
    disk.create_dir(root)?;
    let unnamed = root.join(format!("new-{random:016x}"));
    disk.create_dir(&unnamed)?;
    let claimed = lock_new(disk, &unnamed).and_then(|lock| {
        let path = root.join(format!("{label}-{now_unix_nanos:016x}-{random:016x}"));
        disk.rename(&unnamed, &path)?;
        Ok(Owned { path, _lock: lock })
    });
    if claimed.is_err() {
        // OK to ignore: what stays is an empty directory.
        let _ = disk.remove_file(&unnamed.join(LOCK));
        let _ = disk.remove_dir(&unnamed);
    }
    claimed
}

fn lock_new(disk: &dyn Disk, dir: &Path) -> io::Result<Box<dyn DiskFile>> {
    let mut lock = disk.open(&dir.join(LOCK), Open::New)?;
    match lock.try_lock()? {
        true => Ok(lock),
        false => Err(io::Error::new(ErrorKind::WouldBlock, "a new lock is held by another")),
    }
}

/// Takes over the directories of `label` whose owners are gone, the oldest first. Those that cannot
/// be had now may be had the next time.
pub(super) fn adopt(disk: &dyn Disk, root: &Path, label: &str) -> Vec<Owned> {
    let mut names = disk.list(root).unwrap_or_default();
    names.retain(|name| label_of(name) == Some(label));
    names.sort_unstable();
    let dirs = names.into_iter().map(|name| root.join(name));
    dirs.filter_map(|path| lock_abandoned(disk, path).ok().flatten()).collect()
}

fn lock_abandoned(disk: &dyn Disk, path: PathBuf) -> io::Result<Option<Owned>> {
    let lock = match disk.open(&path.join(LOCK), Open::Existing) {
        Ok(mut lock) => lock.try_lock()?.then_some(lock),
        // Its last owner was ended between removing the lock and removing the directory.
        Err(error) if error.kind() == ErrorKind::NotFound => Some(lock_new(disk, &path)?),
        Err(error) => return Err(error),
    };
    Ok(lock.map(|lock| Owned { path, _lock: lock }))
}

/// The label in a directory's name, if it is such a name.
fn label_of(name: &str) -> Option<&str> {
    let (rest, random) = name.rsplit_once('-')?;
    let (label, time) = rest.rsplit_once('-')?;
    let is_hex = |text: &str, len| text.len() == len && text.bytes().all(|b| b.is_ascii_hexdigit());
    (is_hex(random, 16) && is_hex(time, 16)).then_some(label)
}

impl Owned {
    /// Removes the directory, if no segment is left in it, and frees the lock.
    pub(super) fn remove(self, disk: &dyn Disk) {
        let Ok(names) = disk.list(&self.path) else { return };
        if names.iter().any(|name| name != LOCK) {
            return;
        }
        // OK to ignore: an empty directory is removed by whoever takes it over.
        if disk.remove_file(&self.path.join(LOCK)).is_ok() {
            let _ = disk.remove_dir(&self.path);
        }
    }
}

/// A label as a part of a file's name.
pub(super) fn file_label(label: &str) -> String {
    label.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
}
