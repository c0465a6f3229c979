//! Between lumina and the other users of `tracing`.
//!
//! Spans of `tracing` come in through the [`layer`](layer()) of a shared registry or through our
//! own root [`subscriber`]; spans of lumina go out as [`companion`]s, where others want to see
//! them. One thread-local context is shared by all of them, so they nest either way.
//!
//! ```text
//! layer -> table \
//!                 foreign -> span::begin, record
//! root  -> slab  /    \----> stack (contexts to go back to)
//! ```

mod cell;
pub(crate) mod companion;
mod fields;
mod foreign;
mod hide;
mod layer;
mod root;
mod slab;
mod stack;
mod table;

#[cfg(test)]
mod tests;

use crate::record::context::Current;
use foreign::Spans;
use tracing_core::dispatcher;
use tracing_core::span::Id;

pub use layer::{TracingLayer, layer};
pub(crate) use root::subscriber;

/// The context of a span of `tracing`, by an id of the subscriber in place.
pub(crate) fn context_of(id: &Id) -> Option<Current> {
    dispatcher::get_default(|dispatch| {
        if let Some(recorder) = dispatch.downcast_ref::<layer::Recorder>() {
            recorder.context(id)
        } else if let Some(root) = dispatch.downcast_ref::<root::RootSubscriber>() {
            root.context(id)
        } else {
            companion::context_of(id)
        }
    })
}
