//! Spans as generated code sees them: call sites, values, guards, and what is said at the end.
//!
//! Everything here is called from the code that `#[traced]` writes, by way of `__private`, and ends
//! in `record`. What other subscribers of `tracing` get to see is the business of `bridge`.

mod add;
mod async_span;
pub(crate) mod begin;
mod end;
mod error;
mod extra;
mod own_sites;
mod panic;
pub mod probe;
pub(crate) mod site;
mod stream;
mod sync_span;
mod tap;
mod to_arg;

pub use add::{add_event, is_recording, record_attributes};
pub use async_span::{AsyncSpan, Traced};
pub use end::End;
pub(crate) use error::Sources;
pub(crate) use extra::detached;
pub use extra::{
    ByIntoId, ByIntoParent, ByNothing, Extra, Follows, IntoParent, Parent, ParentProbe,
};
pub(crate) use panic::note_panics;
pub use site::Site;
pub use stream::{InSpan, TraceBoxed, TracedStream};
pub use sync_span::SyncSpan;
pub use tap::Tap;
#[cfg(feature = "json")]
pub use to_arg::json;
pub use to_arg::{Redacted, ToArg, debug, display, redacted};
