//! tmp
mod policies;
