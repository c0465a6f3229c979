//! `lumina.toml`, on functions as a program has them: what it changes, when, and what it refuses.
#![forbid(unsafe_code)]
#![deny(warnings, clippy::all)]

mod faults;
mod overrides;
mod reading;
mod refused;

use lumina::{Guard, Interrupted, builder, export::Memory};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Settings are the process's: one test at a time has them.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A folder of its own, with a `lumina.toml`.
struct Folder(PathBuf);

impl Folder {
    fn with(text: &str) -> Folder {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("lumina-config-{}-{number}", std::process::id());
        let folder = Folder(std::env::temp_dir().join(name));
        fs::create_dir_all(&folder.0).unwrap();
        folder.write(text);
        folder
    }

    fn file(&self) -> PathBuf {
        self.0.join("lumina.toml")
    }

    /// Replaces the file as a careful program does: by another one that is there in one piece.
    fn write(&self, text: &str) {
        let new = self.0.join("new.toml");
        fs::write(&new, text).unwrap();
        fs::rename(new, self.file()).unwrap();
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

const NOTHING: [(&str, &str); 0] = [];

fn quiet() -> lumina::Builder {
    builder().variables(NOTHING).exporter(Memory::new()).on_warning(|_| {}).without_subscriber()
}

fn install(file: &Path) -> Guard {
    quiet().config_file(file).allow_faults().install().unwrap()
}

/// Whatever a test leaves behind, the next begins with what the attributes say.
fn clean() {
    let guard = quiet().install().unwrap();
    guard.shutdown(Duration::from_secs(5));
}

#[derive(Debug, PartialEq, thiserror::Error)]
enum Failed {
    #[error("busy")]
    Busy,
    #[error(transparent)]
    Policy(#[from] Interrupted),
}
