//! The macros in a crate of edition 2021.

mod editions;
