//! Limits: how many calls at once, and how many in a minute.

pub(crate) mod concurrency;
pub(crate) mod rate;
