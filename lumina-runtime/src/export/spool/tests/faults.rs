//! A disk that fails at its n-th call, for n = 1, 2, .. until none fails.

use super::*;
use std::io::ErrorKind;
use std::sync::Mutex;

/// Counts calls, and fails at those it is told to.
#[derive(Debug)]
struct Faulty {
    calls: Arc<Mutex<Calls>>,
}

#[derive(Debug, Default)]
struct Calls {
    made: u64,
    /// Fails from this call on ..
    from: u64,
    /// .. as often as this.
    times: u64,
    /// Writes half of what it is given before a write fails.
    tears: bool,
}

impl Calls {
    fn may(&mut self) -> io::Result<()> {
        self.made += 1;
        let fails = self.made >= self.from && self.made - self.from < self.times;
        if fails { Err(io::Error::new(ErrorKind::StorageFull, "injected")) } else { Ok(()) }
    }
}

impl Faulty {
    fn new(from: u64, times: u64, tears: bool) -> Self {
        Faulty { calls: Arc::new(Mutex::new(Calls { made: 0, from, times, tears })) }
    }

    fn may(&self) -> io::Result<()> {
        self.calls.lock().unwrap().may()
    }

    fn heal(&self) -> u64 {
        let mut calls = self.calls.lock().unwrap();
        calls.times = 0;
        calls.made
    }
}

impl Disk for Faulty {
    fn create_dir(&self, path: &Path) -> io::Result<()> {
        self.may()?;
        OsDisk.create_dir(path)
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        self.may()?;
        OsDisk.list(dir)
    }

    fn open(&self, path: &Path, how: Open) -> io::Result<Box<dyn DiskFile>> {
        self.may()?;
        let file = OsDisk.open(path, how)?;
        Ok(Box::new(FaultyFile { file, calls: Arc::clone(&self.calls) }))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.may()?;
        OsDisk.rename(from, to)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.may()?;
        OsDisk.remove_file(path)
    }

    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        self.may()?;
        OsDisk.remove_dir(path)
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        self.may()?;
        OsDisk.sync_dir(dir)
    }
}

#[derive(Debug)]
struct FaultyFile {
    file: Box<dyn DiskFile>,
    calls: Arc<Mutex<Calls>>,
}

impl FaultyFile {
    fn may(&self) -> io::Result<()> {
        self.calls.lock().unwrap().may()
    }
}

impl DiskFile for FaultyFile {
    fn len(&mut self) -> io::Result<u64> {
        self.may()?;
        self.file.len()
    }

    fn read_at(&mut self, offset: u64, bytes: &mut [u8]) -> io::Result<()> {
        self.may()?;
        self.file.read_at(offset, bytes)
    }

    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let mut calls = self.calls.lock().unwrap();
        if let Err(error) = calls.may() {
            if calls.tears {
                self.file.write_at(offset, &bytes[..bytes.len() / 2])?;
            }
            return Err(error);
        }
        self.file.write_at(offset, bytes)
    }

    fn truncate(&mut self, len: u64) -> io::Result<()> {
        self.may()?;
        self.file.truncate(len)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.may()?;
        self.file.sync()
    }

    fn try_lock(&mut self) -> io::Result<bool> {
        self.may()?;
        self.file.try_lock()
    }
}

/// Appends, delivers and leaves; returns what was appended and what was delivered.
fn use_it(disk: &Arc<Faulty>, root: &Path) -> (Vec<u32>, Vec<u32>) {
    let config = StoreConfig { sync: SpoolSync::EachBatch, ..config(root) };
    let mut store = store_with(Arc::clone(disk) as Arc<dyn Disk>, config);
    let (mut appended, mut delivered) = (Vec::new(), Vec::new());
    for number in 1..=6 {
        if append(&mut store, number, 20_000).is_ok() {
            appended.push(number);
        }
        if number % 2 == 0
            && let Ok(Some(record)) = store.next(None)
        {
            store.settle(record.id);
            delivered.push(record.spans);
        }
    }
    let known = delivered.len() + store.take_news().damaged_records as usize;
    assert!(known <= appended.len());
    // As by SIGKILL.
    drop(store);
    (appended, delivered)
}

/// After any failure: no panic; what was not acknowledged may be gone, what was is there for the
/// next process, unchanged, and what was delivered does not come in place of it.
#[test]
fn a_failure_at_any_call_loses_nothing_that_was_acknowledged() {
    for (times, tears) in [(1, false), (1, true), (3, true), (u64::MAX, false)] {
        for n in 1.. {
            let scratch = Scratch::new();
            let disk = Arc::new(Faulty::new(n, times, tears));
            let (appended, delivered) = use_it(&disk, &scratch.0);
            let calls = disk.heal();
            let mut next = store(&scratch);
            let found = drain(&mut next);
            for record in &found {
                assert_eq!(*record, super::record(record.spans, 20_000), "n = {n}: changed");
            }
            let mut found = numbers(&found);
            found.sort_unstable();
            found.dedup();
            let missing = appended.iter().filter(|n| !delivered.contains(n) && !found.contains(n));
            assert_eq!(missing.count(), 0, "n = {n}, {times} times: {appended:?} {found:?}");
            if calls < n {
                assert_eq!(appended.len(), 6, "a disk that works refuses nothing");
                break;
            }
        }
    }
}

#[test]
fn a_disk_that_heals_is_used_again() {
    let scratch = Scratch::new();
    let disk = Arc::new(Faulty::new(1, u64::MAX, false));
    let root = scratch.0.join("not/there/yet");
    let mut store = store_with(Arc::clone(&disk) as Arc<dyn Disk>, config(&root));
    assert!((1..=3).all(|n| append(&mut store, n, 100).is_err()));
    assert!(store.is_empty() && store.bytes() == 0);
    disk.heal();
    append(&mut store, 4, 100).unwrap();
    assert_eq!(numbers(&drain(&mut store)), [4]);
}

#[test]
fn a_record_that_cannot_be_read_for_a_while_is_not_given_up_at_once() {
    let scratch = Scratch::new();
    let disk = Arc::new(Faulty::new(u64::MAX, 0, false));
    let mut store = store_with(Arc::clone(&disk) as Arc<dyn Disk>, config(&scratch.0));
    append(&mut store, 1, 100).unwrap();
    append(&mut store, 2, 100).unwrap();
    let fail = |times| {
        let mut calls = disk.calls.lock().unwrap();
        (calls.from, calls.times) = (calls.made + 1, times);
    };
    fail(2);
    assert!(store.next(None).is_err() && store.next(None).is_err());
    assert_eq!(store.next(None).unwrap().unwrap().spans, 1);
    fail(1_000);
    while store.next(None).is_err() {}
    let news = store.take_news();
    assert!(news.damaged_records >= 1, "a record that can never be read holds up the others");
}
