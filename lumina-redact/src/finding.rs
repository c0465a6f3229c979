//! What a scan tells: findings for review, a summary for spans. Neither holds text.

use crate::Class;
use std::fmt;
use std::ops::Range;

/// A sensitive value in a text: where it is and why, never what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// The bytes of the text; both ends are on character boundaries.
    pub range: Range<usize>,
    /// The rule's name, `card`.
    pub rule: String,
    /// The rule's class.
    pub class: Class,
    /// How sure the rule is, of 100.
    pub score: u8,
    /// Why the rule is sure.
    pub reason: Reason,
}

/// Why a rule took a text for sensitive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reason {
    /// What was checked, "Luhn checksum, issuer and length".
    pub check: &'static str,
    /// The kind of context word near it, if one raised the score.
    pub context: Option<&'static str>,
    /// How it was written, if it had to be decoded first: "percent-encoded".
    pub encoding: Option<&'static str>,
}

impl Reason {
    pub(crate) const fn check(check: &'static str) -> Self {
        Self { check, context: None, encoding: None }
    }

    pub(crate) const fn with(check: &'static str, context: Option<&'static str>) -> Self {
        Self { check, context, encoding: None }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.check)?;
        if let Some(context) = self.context {
            write!(f, ", near a word for {context}")?;
        }
        if let Some(encoding) = self.encoding {
            write!(f, ", {encoding}")?;
        }
        Ok(())
    }
}

/// What was done to a text: the attributes `redaction.count` and `redaction.classes` of a span.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Summary {
    /// Values replaced.
    pub count: u32,
    /// The same by class, in the order of [`Class::ALL`].
    pub by_class: [u32; 4],
    /// Whether a class with [`Action::Drop`](crate::Action::Drop) was found, so that nothing of
    /// the text is left.
    pub dropped: bool,
}

impl Summary {
    /// The classes found, each once.
    ///
    /// ```
    /// use lumina_redact::{Class, Redactor};
    /// let (_, summary) = Redactor::default().redact_counted("to bob@acme.io");
    /// assert_eq!(summary.classes().collect::<Vec<_>>(), [Class::Pii]);
    /// ```
    pub fn classes(&self) -> impl Iterator<Item = Class> + '_ {
        Class::ALL.into_iter().filter(|&class| self.by_class[class as usize] > 0)
    }

    /// Adds what was done to another text.
    pub fn add(&mut self, other: &Self) {
        self.count += other.count;
        for (mine, theirs) in self.by_class.iter_mut().zip(other.by_class) {
            *mine += theirs;
        }
        self.dropped |= other.dropped;
    }

    pub(crate) fn note(&mut self, class: Class) {
        self.count = self.count.saturating_add(1);
        let slot = &mut self.by_class[class as usize];
        *slot = slot.saturating_add(1);
    }
}
