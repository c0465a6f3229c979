//! Recording: what happens on the traced thread, and nothing more.
//!
//! A span is one record in its thread's *stage*, written when it starts; its end is patched in
//! place while the record is still there, otherwise an END record follows wherever it ends and the
//! collector joins the two. No lock, no allocation, no queue per span; when there is no room, the
//! loss is counted and the call goes on.
//!
//! ```text
//! span/, bridge/ -> local (stage) -> pool (blocks) -> collect/
//!                       \________ handover __________/      an idle thread's stage, read in place
//! ```
//!
//! Decoding, joining and time belong to `collect`; what a span means belongs to `model`.

pub(crate) mod arg;
pub(crate) mod buffer;
pub(crate) mod clock;
pub(crate) mod context;
pub(crate) mod decode;
pub(crate) mod encode;
mod handover;
pub(crate) mod layout;
pub(crate) mod local;
pub(crate) mod pool;
pub(crate) mod route;
pub(crate) mod scratch;
mod sync;
mod write;

pub(crate) use local::suppress_this_thread;
pub(crate) use write::{
    Keys, NewSpan, Slot, end_foreign_span, end_span, end_span_in_place, write_attributes,
    write_event, write_link, write_span, write_span_bytes, write_span_in_place,
};
