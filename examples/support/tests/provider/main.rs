//! The server against the client that the examples use, and against raw HTTP.

mod faults;
mod support;
mod wire;
