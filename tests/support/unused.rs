//! What no test calls.

/// Listed by the inventory of every program that this crate is linked into.
#[lumina::traced("never-called-in-a-dependency")]
pub fn never_called() {}
