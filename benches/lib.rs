//! What the benchmarks share: processes measured in turns, ratios, allocations, and the limit.
//!
//! Peers cannot share a process: each wants to be the global subscriber, and one that is installed
//! changes what the others cost. So every variant is a child process, started once; the parent
//! asks one after the other for one round, again and again, so that what the machine does to one
//! it does to all. Figures are medians over rounds; ratios are taken within a round first.

pub mod alloc;
pub mod child;
pub mod limit;
pub mod ratio;
pub mod traced;
pub mod usage;
pub mod work;
