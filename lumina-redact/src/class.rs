//! What a finding is about, and what is done with it.

use std::fmt;

/// What kind of harm a value does in the wrong hands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Class {
    /// Names a person or a household: e-mail, phone, national number, address.
    Pii,
    /// Opens a door: key, token, password.
    Secret,
    /// Moves money: card, account, wallet.
    Financial,
    /// Tells of a patient: insurance number, record number.
    Health,
}

impl Class {
    /// Every class, in the order of [`Summary`](crate::Summary).
    pub const ALL: [Self; 4] = [Self::Pii, Self::Secret, Self::Financial, Self::Health];

    /// The name in configuration and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pii => "pii",
            Self::Secret => "secret",
            Self::Financial => "financial",
            Self::Health => "health",
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What is done with the findings of a class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Action {
    /// The value is replaced by what it is: `[EMAIL]`, `[CARD ****1111]`.
    #[default]
    Redact,
    /// The value is replaced by a keyed hash, `[EMAIL:9f86d081884c7d65]`: equal values stay equal.
    Hash,
    /// The whole text is replaced by `[DROPPED]`, and [`Summary::dropped`](crate::Summary) is set.
    Drop,
    /// The value stays.
    Keep,
}
