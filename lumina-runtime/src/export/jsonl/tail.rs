//! The end of a file of lines: whole after every write, and mended where it is torn.
//!
//! What it has to survive: a disk that fills up in the middle of a write and has room again later,
//! and a process that died in the middle of a line.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

/// What taking back a torn write needs of a file.
pub(super) trait Shrink {
    fn length(&self) -> io::Result<u64>;
    fn shrink_to(&self, length: u64) -> io::Result<()>;
}

impl Shrink for File {
    fn length(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }
    fn shrink_to(&self, length: u64) -> io::Result<()> {
        self.set_len(length)
    }
}

/// Appends `bytes` to a file of `length` bytes, or leaves it as it was.
pub(super) fn write_whole(
    file: &mut (impl Write + Shrink),
    length: u64,
    bytes: &[u8],
) -> io::Result<()> {
    let mut written = 0;
    while written < bytes.len() {
        let error = match file.write(&bytes[written..]) {
            Ok(0) => io::ErrorKind::WriteZero.into(),
            Ok(count) => {
                written += count;
                continue;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => error,
        };
        // Only if nobody else has written behind it. OK to ignore a failure: the next opening
        // finds the torn line.
        if written > 0 && file.length().is_ok_and(|now| now == length + written as u64) {
            _ = file.shrink_to(length);
        }
        return Err(error);
    }
    Ok(())
}

/// Makes the file end with a whole line, and returns its length.
///
/// A torn line that begins as ours do is cut off: its span is lost, the rest stays readable for
/// every tool. Anything else is not ours to delete: it becomes a line of its own.
pub(super) fn mend_end(file: &mut File, line_start: &str) -> io::Result<u64> {
    let length = file.metadata()?.len();
    let torn_from = last_line_start(file, length)?;
    if torn_from == length {
        return Ok(length);
    }
    file.seek(SeekFrom::Start(torn_from))?;
    let mut start = Vec::new();
    (&*file).take(line_start.len() as u64).read_to_end(&mut start)?;
    if line_start.as_bytes().starts_with(&start) && file.set_len(torn_from).is_ok() {
        return Ok(torn_from);
    }
    file.write_all(b"\n")?;
    Ok(length + 1)
}

/// Where the last line begins that no line feed ends; the length, if all are ended.
fn last_line_start(file: &mut File, length: u64) -> io::Result<u64> {
    const WINDOW: u64 = 1 << 16;
    let mut end = length;
    let mut window = Vec::new();
    while end > 0 {
        let start = end.saturating_sub(WINDOW);
        file.seek(SeekFrom::Start(start))?;
        window.clear();
        (&*file).take(end - start).read_to_end(&mut window)?;
        if let Some(at) = window.iter().rposition(|&byte| byte == b'\n') {
            return Ok(start + at as u64 + 1);
        }
        end = start;
    }
    Ok(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes `room` bytes, at most 7 at once.
    struct Disk {
        bytes: std::cell::RefCell<Vec<u8>>,
        room: usize,
        interrupt: bool,
    }

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.interrupt = !self.interrupt;
            if self.interrupt {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let held = self.bytes.get_mut();
            let count = bytes.len().min(7).min(self.room - held.len());
            if count == 0 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            held.extend(&bytes[..count]);
            Ok(count)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Shrink for Disk {
        fn length(&self) -> io::Result<u64> {
            Ok(self.bytes.borrow().len() as u64)
        }
        fn shrink_to(&self, length: u64) -> io::Result<()> {
            self.bytes.borrow_mut().truncate(length as usize);
            Ok(())
        }
    }

    #[test]
    fn a_disk_that_fills_up_mid_write_keeps_what_it_had_and_takes_more_once_it_can() {
        let lines = b"{\"a\":1}\n{\"b\":2}\n";
        for room in 5..5 + lines.len() {
            let bytes = b"old!\n".to_vec().into();
            let mut disk = Disk { bytes, room, interrupt: false };
            let error = write_whole(&mut disk, 5, lines).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::StorageFull);
            assert_eq!(*disk.bytes.borrow(), b"old!\n", "with room for {room}");
            disk.room = 100;
            write_whole(&mut disk, 5, lines).unwrap();
            assert_eq!(*disk.bytes.borrow(), b"old!\n{\"a\":1}\n{\"b\":2}\n");
        }
    }

    #[test]
    fn what_somebody_else_wrote_meanwhile_is_not_cut_off() {
        struct Shared(Disk);
        impl Write for Shared {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                let count = self.0.write(bytes)?;
                self.0.bytes.get_mut().extend(b"theirs\n");
                self.0.room = self.0.bytes.get_mut().len();
                Ok(count)
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        impl Shrink for Shared {
            fn length(&self) -> io::Result<u64> {
                self.0.length()
            }
            fn shrink_to(&self, length: u64) -> io::Result<()> {
                self.0.shrink_to(length)
            }
        }
        let bytes = Vec::new().into();
        let mut disk = Shared(Disk { bytes, room: 100, interrupt: false });
        write_whole(&mut disk, 0, b"0123456789\n").unwrap_err();
        assert_eq!(*disk.0.bytes.borrow(), b"0123456theirs\n");
    }
}
