//! Taking over: what processes that are gone have left.

use super::super::format::WalkError;
use super::super::owner;
use super::super::segment::Segment;
use super::{Store, quarantine_name};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

impl Store {
    /// Takes over the directories of processes that are gone: theirs come before ours.
    pub(super) fn adopt(&mut self, now: Instant) {
        self.adopted_at = Some(now);
        let disk = Arc::clone(&self.disk);
        let adopted = owner::adopt(disk.as_ref(), &self.config.root, &self.config.label);
        let mut at = self.segments.iter().position(|(_, s)| Some(s.dir) == self.own_dir);
        for dir in adopted {
            let (path, number) = (dir.path.clone(), self.number());
            self.dirs.insert(number, dir);
            let mut names = disk.list(&path).unwrap_or_default();
            names.retain(|name| name.ends_with(".seg"));
            names.sort_unstable();
            for name in names {
                let place = at.unwrap_or(self.segments.len());
                if self.adopt_segment(number, path.join(name), place)
                    && let Some(at) = &mut at
                {
                    *at += 1;
                }
            }
            let is_empty = !self.segments.iter().any(|(_, segment)| segment.dir == number);
            if is_empty && let Some(dir) = self.dirs.remove(&number) {
                dir.remove(disk.as_ref());
            }
        }
        self.remove_settled();
        self.make_room(0);
    }

    /// Adds a segment at `place`; whether there is one more now.
    fn adopt_segment(&mut self, dir: u64, path: PathBuf, place: usize) -> bool {
        let disk = Arc::clone(&self.disk);
        let opened = Segment::open(disk.as_ref(), dir, path.clone(), self.config.format);
        let (mut segment, damaged) = match opened {
            Ok(opened) => opened,
            // OK to leave it: the one is for a later version, the other may be readable later.
            Err(WalkError::Newer | WalkError::Unreadable) => return false,
        };
        if segment.format != self.config.format {
            return false;
        }
        for range in damaged {
            self.news.damaged_records += 1;
            let bytes = segment.bytes(disk.as_ref(), range).unwrap_or_default();
            self.quarantine.put_damaged(disk.as_ref(), &quarantine_name(), &bytes);
        }
        segment.close_file();
        if segment.pending_records == 0 {
            // OK to ignore: it is found again, with nothing in it, by the next process.
            let _ = disk.remove_file(&path);
            return false;
        }
        self.news.recovered_spans += segment.pending_spans;
        let number = self.number();
        self.segments.insert(place, (number, segment));
        true
    }
}
