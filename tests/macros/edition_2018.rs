//! The macros in a crate of edition 2018.

mod editions;
