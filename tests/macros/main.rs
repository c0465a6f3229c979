//! The macros at run time: what is recorded. What compiles, and what is said where it does not, is
//! the business of `ui.rs`, a test of the package `lumina`, whose few dependencies build fast.

mod attributes;
mod events;
mod futures;
mod outcomes;
mod pedantic;
mod policies;
mod redaction;
mod shapes;
mod statements;
mod streams;
