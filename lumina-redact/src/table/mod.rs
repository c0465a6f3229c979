//! The rules as data. To add one, add an entry; nothing else has to know it.
//!
//! | where | what |
//! |---|---|
//! | [`numbers`] | numbers with a fixed layout and a checksum: shape, check, score, topics of context |
//! | [`near`] | values that only the word in front of them gives away |
//! | [`keys`] | keys and tokens with a prefix of their own |
//! | [`vendors`] | keys without a prefix, known by the vendor's name in front of them |
//! | [`custom`] | what has code of its own: cards, e-mail, phones, addresses |

pub(crate) mod custom;
pub(crate) mod keys;
pub(crate) mod near;
pub(crate) mod numbers;
pub(crate) mod vendors;

use crate::Class;

/// What every rule has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Head {
    pub(crate) name: &'static str,
    pub(crate) class: Class,
    /// What stands for the value: `EMAIL` gives `[EMAIL]`.
    pub(crate) label: &'static str,
    /// Where the format is described.
    pub(crate) source: &'static str,
}

/// The score from which a finding counts, unless the rules say otherwise.
pub(crate) const THRESHOLD: u8 = 60;
