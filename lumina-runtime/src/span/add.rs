//! Adding to the current span while it is open.

use crate::record::arg::Arg;
use crate::record::context::HAS_EXTRAS;
use crate::record::encode::{Key, put};
use crate::record::{Keys, local, scratch, write_attributes, write_event};

/// Sets attributes of the current span, declared or not. Does nothing outside a recorded span.
pub fn record_attributes(attributes: &[(&'static str, Arg<'_>)]) {
    if !is_recording() {
        return;
    }
    let mut buffer = scratch::take();
    let count = put_pairs(&mut buffer, attributes);
    // Asked for only now: formatting runs the user's code.
    let local = local::get();
    if count > 0 {
        write_attributes(local, Keys::Inline, local.current().span, &buffer, count);
        local.add_flag(HAS_EXTRAS);
    }
    scratch::give_back(buffer);
}

/// Adds an event to the current span. Does nothing outside a recorded span.
pub fn add_event(name: &str, attributes: &[(&'static str, Arg<'_>)]) {
    if !is_recording() {
        return;
    }
    let mut buffer = scratch::take();
    put(&mut buffer, Key::Headline, &Arg::Str(name));
    let count = put_pairs(&mut buffer, attributes).saturating_add(1);
    let local = local::get();
    write_event(local, Keys::Inline, local.current().span, &buffer, count);
    local.add_flag(HAS_EXTRAS);
    scratch::give_back(buffer);
}

/// Whether what is added to the current span reaches anybody.
pub fn is_recording() -> bool {
    local::get().current().is_recording()
}

fn put_pairs(buffer: &mut Vec<u8>, attributes: &[(&'static str, Arg<'_>)]) -> u8 {
    let pairs = attributes.iter().take(usize::from(u8::MAX) - 1);
    pairs.filter(|(key, arg)| put(buffer, Key::Static(key), arg)).count() as u8
}
