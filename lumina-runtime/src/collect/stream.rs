//! Reading blocks and stages, record by record.

use super::PipelineId;
use super::assemble::Assembler;
use super::join::{Ended, Join, records};
use super::pipelines::Pipelines;
use crate::model::Outcome;
use crate::record::buffer::Stage;
use crate::record::clock::{self, Calibration};
use crate::record::layout::{
    ATTRIBUTES, BLOCK, BLOCK_HEAD, END, END_IS_ALL, END_IS_OK, EVENT, FOREIGN_SPAN, Head, LINK,
    REMOTE_PARENT, SPAN,
};
use crate::record::pool::{self, Taken};
use std::collections::HashMap;
use std::time::Duration;

/// How far a stage has been read where it is, before it was spilled.
#[derive(Default)]
struct Partial {
    /// In words from the start of the block.
    read: usize,
    /// Where the spans are that were open then, in words; they are in `join` too.
    open: Vec<u32>,
}

pub(super) struct Stream {
    calibration: Calibration,
    settled: bool,
    taken: Taken,
    stages: Vec<&'static Stage>,
    snapshot: Vec<u64>,
    partial: HashMap<u64, Partial>,
    join: Join,
    assembler: Assembler,
}

impl Stream {
    pub(super) fn new() -> Self {
        Stream {
            calibration: Calibration::start(),
            settled: false,
            taken: Taken::default(),
            stages: Vec::new(),
            snapshot: Vec::new(),
            partial: HashMap::new(),
            join: Join::default(),
            assembler: Assembler::default(),
        }
    }

    /// One cycle: all blocks, and all stages if it is a full one.
    ///
    /// True: it was full, and whatever was recorded before it began has been read. Stages come
    /// first: what is spilled meanwhile is found in the blocks.
    pub(super) fn read(&mut self, full: bool, pipelines: &mut Pipelines) -> bool {
        if full || !self.settled {
            self.calibration.settle();
            self.settled = true;
        }
        let complete = full && self.read_stages(pipelines);
        self.read_blocks(pipelines);
        if complete {
            let (assembler, calibration) = (&mut self.assembler, &self.calibration);
            self.join.finish_cycle(|pending, ended| {
                assembler.emit(&pending.start, &pending.additions, ended, calibration, pipelines);
            });
        }
        complete
    }

    fn read_blocks(&mut self, pipelines: &mut Pipelines) {
        let mut taken = std::mem::take(&mut self.taken);
        pool::take_waiting(&mut taken);
        for block in &taken.full {
            // SAFETY: the pool gave the block to this thread, which gives it back below.
            self.read_block(unsafe { block.words() }, pipelines);
        }
        pool::recycle(&mut taken.full);
        for block in taken.large.drain(..) {
            self.read_block(&block, pipelines);
        }
        for lost in taken.lost_ends.drain(..) {
            self.join.end(lost.span, Ended { tick: lost.end, outcome: lost.outcome });
        }
        self.taken = taken;
    }

    /// A whole block: its thread will not write to it again.
    fn read_block(&mut self, words: &[u64], pipelines: &mut Pipelines) {
        let head = Head::of(words[0]);
        debug_assert_eq!(head.kind, BLOCK);
        let words = &words[..words.len().min(head.length / 8)];
        let mut partial = self.partial.remove(&words[1]).unwrap_or_default();
        self.read_open(words, &mut partial, pipelines);
        self.read_records(words, &mut partial, pipelines);
    }

    /// The stages as they are; their threads go on writing. False: what some held is on its way to
    /// a block, and it did not arrive in time.
    fn read_stages(&mut self, pipelines: &mut Pipelines) -> bool {
        let mut moving = Vec::new();
        let mut stages = std::mem::take(&mut self.stages);
        pool::stages(&mut stages);
        let mut snapshot = std::mem::take(&mut self.snapshot);
        for stage in &stages {
            let partials = &self.partial;
            let sequence = stage.handover.read(|sequence, mark| {
                let known = partials.get(&sequence);
                let unchanged = known.map_or(mark <= BLOCK_HEAD, |known| {
                    known.read * 8 == mark && known.open.is_empty()
                });
                if unchanged {
                    return None;
                }
                snapshot.clear();
                // SAFETY: within `read`, with its mark.
                unsafe { stage.copy_published(0, mark, &mut snapshot) };
                Some(sequence)
            });
            let Some(sequence) = sequence else {
                moving.push(*stage);
                continue;
            };
            if let Some(sequence) = sequence {
                let mut partial = self.partial.remove(&sequence).unwrap_or_default();
                self.read_open(&snapshot, &mut partial, pipelines);
                self.read_records(&snapshot, &mut partial, pipelines);
                self.partial.insert(sequence, partial);
            }
        }
        self.snapshot = snapshot;
        let arrived = wait_for(&mut moving, &mut stages);
        self.stages = stages;
        arrived
    }

    /// Looks again at the spans that were open when the stage was read last.
    fn read_open(&mut self, words: &[u64], partial: &mut Partial, pipelines: &mut Pipelines) {
        let (join, assembler, calibration) =
            (&mut self.join, &mut self.assembler, &self.calibration);
        partial.open.retain(|&at| {
            let record = &words[at as usize..];
            let Some(ended) = patched_end(record) else { return true };
            if let Some(pending) = join.take_in_place(record[4]) {
                assembler.emit(&pending.start, &pending.additions, ended, calibration, pipelines);
                join.recycle(pending);
            }
            false
        });
    }

    fn read_records(&mut self, words: &[u64], partial: &mut Partial, pipelines: &mut Pipelines) {
        let mut at = partial.read.max(BLOCK_HEAD / 8);
        for (head, record) in records(&words[at..]) {
            self.read_record(head, record, at, partial, pipelines);
            at += record.len();
        }
        partial.read = at;
    }

    #[inline]
    fn read_record(
        &mut self,
        head: Head,
        record: &[u64],
        at: usize,
        partial: &mut Partial,
        pipelines: &mut Pipelines,
    ) {
        match head.kind & !REMOTE_PARENT {
            SPAN | FOREIGN_SPAN => {
                pipelines.count_started(head.extra);
                if let Some(ended) = patched_end(record) {
                    self.assembler.emit(record, &[], ended, &self.calibration, pipelines);
                } else if self.join.start(record[4], record) {
                    partial.open.push(at as u32);
                } else {
                    pipelines.count_too_many_open(head.extra);
                }
            }
            END => self.read_end(head, record, pipelines),
            ATTRIBUTES | EVENT => self.join.add(record[2], record),
            LINK => self.join.add(record[1], record),
            _ => debug_assert!(false, "a record of kind {}", head.kind),
        }
    }

    fn read_end(&mut self, head: Head, record: &[u64], pipelines: &mut Pipelines) {
        let ended = Ended { tick: record[2], outcome: head.extra as u8 };
        // Attributes, if any, are read from the record when the span is put together.
        let said = if head.count > 0 { record } else { &[] };
        let is_all = head.extra & END_IS_ALL != 0;
        if let Some(mut pending) = is_all.then(|| self.join.take_complete(record[1])).flatten() {
            let mut additions = said;
            // As a rule there is nothing else, and nothing to copy.
            if !pending.additions.is_empty() {
                pending.additions.extend_from_slice(said);
                additions = &pending.additions;
            }
            self.assembler.emit(&pending.start, additions, ended, &self.calibration, pipelines);
            self.join.recycle(pending);
            return;
        }
        if !said.is_empty() {
            self.join.add(record[1], said);
        }
        self.join.end(record[1], ended);
    }

    /// Hands over the spans of a pipeline that is about to be closed: open, or not joined yet.
    pub(super) fn give_up_open(&mut self, id: PipelineId, pipelines: &mut Pipelines) {
        let now = Ended { tick: clock::now(), outcome: Outcome::Incomplete as u8 };
        for pending in self.join.take_started(|start| Head::of(start[0]).extra == id.0) {
            self.assembler.emit(
                &pending.start,
                &pending.additions,
                pending.ended.unwrap_or(now),
                &self.calibration,
                pipelines,
            );
            self.join.recycle(pending);
        }
    }
}

/// Waits until each of these stages, whose threads were handing their contents over, is in use again
/// or left: its contents are in a block then. `stages` is used as storage.
fn wait_for(moving: &mut Vec<&'static Stage>, stages: &mut Vec<&'static Stage>) -> bool {
    // A thread needs a microsecond; one that loses its processor meanwhile, milliseconds.
    for attempt in 0..1_000 {
        if moving.is_empty() {
            return true;
        }
        if attempt < 50 {
            std::thread::yield_now();
        } else {
            std::thread::sleep(Duration::from_micros(100));
        }
        pool::stages(stages);
        moving.retain(|stage| {
            let is_known = stages.iter().any(|known| std::ptr::eq(*known, *stage));
            is_known && stage.handover.is_retired()
        });
    }
    false
}

/// The end of a span record that was patched in place.
#[inline]
fn patched_end(record: &[u64]) -> Option<Ended> {
    let end = record[7];
    let outcome = if end & END_IS_OK != 0 { Outcome::Ok } else { Outcome::Unset };
    (end != 0).then_some(Ended { tick: end & !END_IS_OK, outcome: outcome as u8 })
}
