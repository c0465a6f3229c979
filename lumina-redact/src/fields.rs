//! Several texts read as one: a value cut in two by the parts of a message or the chunks of a
//! stream is found all the same.

use std::borrow::Cow;

use crate::scan::Scan;
use crate::{Redactor, Summary};

impl Redactor {
    /// Redacts each of `parts`, as [`redact`](Self::redact) does, and what runs over their ends.
    ///
    /// The placeholder of such a value stands where it begins; the other parts lose their piece.
    ///
    /// ```
    /// let redactor = lumina_redact::Redactor::default();
    /// let (parts, summary) = redactor.redact_parts(&["pay 4111 1111 ", "1111 1111 now"]);
    /// assert_eq!(parts, ["pay [CARD ****1111]", " now"]);
    /// assert_eq!(summary.count, 1);
    /// ```
    pub fn redact_parts<'a>(&self, parts: &[&'a str]) -> (Vec<Cow<'a, str>>, Summary) {
        let mut summary = Summary::default();
        let mut out: Vec<Cow<'a, str>> = parts.iter().map(|part| Cow::Borrowed(*part)).collect();
        // What crosses a border goes first; each part alone comes after.
        let joined = parts.concat();
        let crossing: Vec<_> = Scan::run(&self.engine, joined.as_bytes(), &[])
            .into_iter()
            .filter(|found| {
                self.engine.actions[self.engine.rules[usize::from(found.rule)].class as usize]
                    != crate::Action::Keep
            })
            .collect();
        let mut from = 0;
        for (slot, part) in out.iter_mut().zip(parts) {
            let to = from + part.len();
            let touches = |found: &&crate::scan::Candidate| {
                found.start < to && found.end > from && (found.start < from || found.end > to)
            };
            let mut text = String::new();
            let mut copied = from;
            for found in crossing.iter().filter(touches) {
                text.push_str(&joined[copied..found.start.max(from)]);
                if found.start >= from {
                    let rule = &self.engine.rules[usize::from(found.rule)];
                    summary.note(rule.class);
                    let value = &joined[found.start..found.end];
                    crate::placeholder::write_redacted(
                        &rule.label,
                        found.last_four(),
                        value,
                        &mut text,
                    );
                }
                copied = found.end.min(to);
            }
            if copied > from {
                text.push_str(&joined[copied..to]);
                *slot = Cow::Owned(text);
            }
            let (redacted, more) = self.redact_counted(slot);
            summary.add(&more);
            if let Cow::Owned(redacted) = redacted {
                *slot = Cow::Owned(redacted);
            }
            from = to;
        }
        (out, summary)
    }
}
