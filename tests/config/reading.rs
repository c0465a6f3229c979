//! When the file is read: at set-up, and whenever it has changed.

use super::{Failed, Folder, alone, install, quiet};
use lumina::ConfigError;
use lumina::prelude::*;
use std::fs;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

static CALLS: AtomicU32 = AtomicU32::new(0);

#[traced("read.fails")]
#[retry(max = 3, base = "1us", jitter = none)]
fn fails() -> Result<u32, Failed> {
    CALLS.fetch_add(1, Ordering::Relaxed);
    Err(Failed::Busy)
}

fn attempts() -> u32 {
    let before = CALLS.load(Ordering::Relaxed);
    assert_eq!(fails(), Err(Failed::Busy));
    CALLS.load(Ordering::Relaxed) - before
}

fn max(calls: u32) -> String {
    format!("[policy.\"read.fails\"]\nretry.max = {calls}\n")
}

#[test]
fn a_bad_file_is_refused_as_a_whole_and_the_old_settings_stay() {
    let _alone = alone();
    let folder = Folder::with(&max(5));
    let guard = install(&folder.file());
    // One good value, two bad ones.
    folder.write(&(max(9) + "retry.base = \"10\"\nretry.mx = 3\n"));
    let Err(ConfigError::Invalid { path, mistakes }) = lumina::reload_config() else {
        panic!("a bad file was taken");
    };
    assert_eq!(path, folder.file());
    let places: Vec<_> = mistakes
        .iter()
        .map(|it| (it.line, it.column, it.key.rsplit('.').next().unwrap()))
        .collect();
    assert_eq!(places, [(3, 14, "base"), (4, 7, "mx")]);
    assert_eq!(attempts(), 5);
    let health = guard.health().config.unwrap();
    assert_eq!(health.generation, 1);
    let said = health.error.unwrap().to_string();
    assert!(said.starts_with(&format!("{}:3:14: policy.", folder.file().display())), "{said}");
    assert!(lumina::reload_config().is_err(), "it is still bad");
    folder.write(&max(6));
    assert_eq!(lumina::reload_config(), Ok(true));
    assert_eq!(attempts(), 6);
    assert_eq!(guard.health().config.unwrap().error, None);
}

#[test]
fn a_file_that_is_gone_changes_nothing_and_says_so_until_it_is_back() {
    let _alone = alone();
    let folder = Folder::with(&max(5));
    let guard = install(&folder.file());
    fs::remove_file(folder.file()).unwrap();
    let error = lumina::reload_config().unwrap_err();
    assert!(matches!(error, ConfigError::Unreadable { .. }), "{error}");
    assert_eq!((attempts(), guard.health().config.unwrap().error), (5, Some(error)));
    folder.write(&max(5));
    assert_eq!(lumina::reload_config(), Ok(false), "the same as before");
    assert_eq!(guard.health().config.unwrap().error, None);
    folder.write(&max(2));
    assert_eq!((lumina::reload_config(), attempts()), (Ok(true), 2));
}

#[test]
fn a_file_that_is_written_again_with_the_same_text_is_no_news() {
    let _alone = alone();
    let folder = Folder::with(&max(5));
    let guard = install(&folder.file());
    folder.write(&max(5));
    assert_eq!(lumina::reload_config(), Ok(false));
    // The same length, and perhaps within one tick of the file system's clock.
    fs::write(folder.file(), max(6)).unwrap();
    assert_eq!((lumina::reload_config(), attempts()), (Ok(true), 6));
    assert_eq!(guard.health().config.unwrap().generation, 2);
}

/// How Kubernetes replaces a mounted ConfigMap: the file is a link through a link to a folder, and
/// the middle link is swapped.
#[cfg(unix)]
#[test]
fn a_link_that_is_swapped_somewhere_on_the_way_is_another_file() {
    use std::os::unix::fs::symlink;
    let _alone = alone();
    let folder = Folder::with("");
    for (name, calls) in [("first", 4), ("second", 6)] {
        fs::create_dir(folder.0.join(name)).unwrap();
        fs::write(folder.0.join(name).join("lumina.toml"), max(calls)).unwrap();
    }
    fs::remove_file(folder.file()).unwrap();
    symlink("first", folder.0.join("data")).unwrap();
    symlink("data/lumina.toml", folder.file()).unwrap();
    let _guard = install(&folder.file());
    assert_eq!(attempts(), 4);
    symlink("second", folder.0.join("data.new")).unwrap();
    fs::rename(folder.0.join("data.new"), folder.0.join("data")).unwrap();
    assert_eq!((lumina::reload_config(), attempts()), (Ok(true), 6));
}

#[test]
fn the_file_is_looked_at_without_being_asked() {
    let _alone = alone();
    let folder = Folder::with(&max(5));
    let guard = install(&folder.file());
    folder.write(&max(6));
    let deadline = Instant::now() + Duration::from_secs(30);
    while guard.health().config.unwrap().generation < 2 {
        assert!(Instant::now() < deadline, "nobody looked");
        std::thread::yield_now();
    }
    assert_eq!(attempts(), 6);
}

#[test]
fn what_goes_wrong_is_said_once_a_minute_with_the_place() {
    let _alone = alone();
    let folder = Folder::with(&max(5));
    let said = Arc::new(Mutex::new(Vec::new()));
    let lines = Arc::clone(&said);
    let guard = quiet()
        .config_file(folder.file())
        .on_warning(move |line| lines.lock().unwrap().push(line.to_owned()))
        .install()
        .unwrap();
    for bad in 0..5 {
        folder.write(&format!("[policy.\"read.fails\"]\nretry.max = -{bad}\n"));
        assert!(lumina::reload_config().is_err());
    }
    drop(guard);
    let said = said.lock().unwrap();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains("lumina.toml:2:13: policy."), "{said:?}");
}

#[test]
fn what_has_no_effect_is_said_at_set_up_and_shown() {
    let _alone = alone();
    let folder = Folder::with("[policy.\"read.fial\"]\nretry.max = 2\n");
    let guard = install(&folder.file());
    let warnings = guard.health().config.unwrap().warnings;
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].contains("lumina.toml:1:9: ") && warnings[0].contains("`read.fails`"));
    assert!(guard.health().to_string().contains("did you mean `read.fails`?"));
}

#[test]
fn thousands_of_new_settings_do_not_pile_up() {
    let _alone = alone();
    let folder = Folder::with(&max(5));
    let _guard = install(&folder.file());
    let resident = || {
        let status = fs::read_to_string("/proc/self/statm").ok()?;
        status.split(' ').nth(1)?.parse::<u64>().ok()
    };
    let change = |times: u32| {
        for round in 0..times {
            fs::write(folder.file(), max(1 + round % 1_000)).unwrap();
            lumina::reload_config().unwrap();
        }
    };
    change(500);
    let before = resident();
    change(3_000);
    if let (Some(before), Some(after)) = (before, resident()) {
        assert!(after < before + 512, "{before} pages, then {after}");
    }
}
