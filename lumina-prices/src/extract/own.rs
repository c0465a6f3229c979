//! Formats that the price data does not have: servers of one's own, and what it leaves out.

use super::extractor::{Extractor, RawExtractor};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// By provider; `generic` for those of which nothing is known.
static OWN: LazyLock<BTreeMap<String, Vec<Extractor>>> = LazyLock::new(|| {
    let json = include_str!("../../data/own-extractors.json");
    // Stated invariant: the file is part of the source, and a test reads it.
    let raw: BTreeMap<String, Vec<RawExtractor>> =
        serde_json::from_str(json).expect("the own extractors can be read");
    let made =
        |extractors: Vec<RawExtractor>| extractors.into_iter().map(Extractor::from).collect();
    raw.into_iter().map(|(provider, extractors)| (provider, made(extractors))).collect()
});

/// The formats of a provider: those of the data, then its own ones here, else the generic ones.
pub(crate) fn extractors<'a>(
    provider: Option<(&str, &'a [Extractor])>,
) -> impl Iterator<Item = &'a Extractor> + Clone {
    let of = |name: &str| OWN.get(name).map_or(&[][..], Vec::as_slice);
    let (data, own) = match provider {
        Some((id, data)) => (data, of(id)),
        None => (&[][..], &[][..]),
    };
    let generic = if data.is_empty() && own.is_empty() { of("generic") } else { &[] };
    data.iter().chain(own).chain(generic)
}
