//! Finds the record that a receiver fails on while it takes others: it must not hold them up.
//!
//! Pure. A receiver that fails on everything is down, and nobody's fault; so a record that failed
//! often is suspected only when the one behind it passes, three times in turn.

use super::shelf::RecordId;

/// Failures in a row before another record is tried.
const SUSPICIOUS_FAILURES: u32 = 5;
/// Others that pass, each followed by another failure of the suspect.
const PROOF: u32 = 3;

#[derive(Debug, Default)]
pub(super) struct Poison {
    suspect: Option<RecordId>,
    failures: u32,
    passed: u32,
    is_probing: bool,
}

impl Poison {
    /// The record behind which to take the next one; `None`: the oldest.
    pub(super) fn after(&self) -> Option<RecordId> {
        self.suspect.filter(|_| self.is_probing)
    }

    /// There is no record behind the suspect.
    pub(super) fn none_behind(&mut self) {
        (self.is_probing, self.failures) = (false, 0);
    }

    /// `record` failed in a way that may pass; whether it is proved to be the reason itself.
    pub(super) fn failed(&mut self, record: RecordId) -> bool {
        if self.is_probing && self.suspect != Some(record) {
            // The receiver is down.
            *self = Poison { suspect: self.suspect, ..Poison::default() };
            return false;
        }
        if self.suspect != Some(record) {
            *self = Poison { suspect: Some(record), ..Poison::default() };
        }
        self.failures += 1;
        self.is_probing = self.passed > 0 || self.failures >= SUSPICIOUS_FAILURES;
        self.passed >= PROOF
    }

    /// `record` is off the shelf.
    pub(super) fn settled(&mut self, record: RecordId) {
        if self.suspect == Some(record) || !self.is_probing {
            *self = Poison::default();
        } else {
            self.passed += 1;
            self.is_probing = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(index: usize) -> RecordId {
        RecordId { segment: 1, index }
    }

    fn fail_often(poison: &mut Poison) {
        assert!((0..SUSPICIOUS_FAILURES).all(|_| !poison.failed(record(0))));
        assert_eq!(poison.after(), Some(record(0)));
    }

    #[test]
    fn a_record_that_fails_while_three_others_pass_is_poison() {
        let mut poison = Poison::default();
        fail_often(&mut poison);
        for behind in 1..=3 {
            poison.settled(record(behind));
            assert_eq!(poison.after(), None, "the suspect has its turn again");
            assert_eq!(poison.failed(record(0)), behind == 3);
        }
    }

    #[test]
    fn nothing_is_poison_while_the_receiver_is_down() {
        let mut poison = Poison::default();
        for _ in 0..100 {
            fail_often(&mut poison);
            assert!(!poison.failed(record(1)));
            assert_eq!(poison.after(), None);
        }
    }

    #[test]
    fn a_suspect_that_passes_in_the_end_is_cleared() {
        let mut poison = Poison::default();
        fail_often(&mut poison);
        poison.settled(record(1));
        poison.settled(record(0));
        fail_often(&mut poison);
    }

    #[test]
    fn a_record_with_nothing_behind_it_is_tried_on() {
        let mut poison = Poison::default();
        fail_often(&mut poison);
        poison.none_behind();
        assert_eq!(poison.after(), None);
        fail_often(&mut poison);
    }
}
