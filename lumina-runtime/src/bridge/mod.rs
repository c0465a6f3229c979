//! Between lumina and the other users of `tracing`.

pub(crate) mod companion;

use crate::record::context::Current;
use tracing_core::span::Id;

/// The context of a span of `tracing`, whoever made it.
pub(crate) fn context_of(id: &Id) -> Option<Current> {
    companion::context_of(id)
}
