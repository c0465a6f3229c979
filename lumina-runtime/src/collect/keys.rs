//! From the index of a key to its name.

use crate::model::NewText;
use crate::record::encode::Key;
use crate::span::Site;
use std::collections::HashMap;
use tracing_core::Metadata;

/// The static part of a span or event, whoever made it.
#[derive(Clone, Copy)]
pub(super) enum Origin {
    Site(&'static Site),
    Metadata(&'static Metadata<'static>),
    None,
}

/// The keys of `tracing`'s call sites, which can only be listed one by one.
#[derive(Default)]
pub(super) struct Keys(HashMap<usize, Box<[&'static str]>>);

impl Keys {
    /// All keys of `origin`, by index.
    pub(super) fn of(&mut self, origin: Origin) -> &[&'static str] {
        match origin {
            Origin::None => &[],
            Origin::Site(site) => site.keys(),
            Origin::Metadata(metadata) => {
                let address = std::ptr::from_ref(metadata).addr();
                self.0
                    .entry(address)
                    .or_insert_with(|| metadata.fields().iter().map(|field| field.name()).collect())
            }
        }
    }
}

/// The name of a key; `None` for the headline and for an index without a name.
pub(super) fn name<'a>(key: Key<'a>, keys: &[&'static str]) -> Option<NewText<'a>> {
    Some(match key {
        Key::Index(index) => NewText::Static(keys.get(usize::from(index))?),
        Key::Static(key) => NewText::Static(key),
        Key::Inline(key) => NewText::Copied(key),
        Key::Headline => return None,
    })
}
