//! Extractors: which count of a response means what.

use super::NoUsage;
use super::path::{Path, count, kind};
use crate::usage::{Counts, InvalidUsage, Slot};
use serde::Deserialize;
use serde_json::Value;
use std::borrow::Cow;

#[derive(Deserialize)]
pub(crate) struct RawExtractor {
    api_flavor: Box<str>,
    root: Path,
    model_path: Path,
    mappings: Vec<RawMapping>,
}

#[derive(Deserialize)]
struct RawMapping {
    path: Path,
    dest: Box<str>,
    #[serde(default)]
    required: bool,
}

/// One format of responses of a provider.
pub(crate) struct Extractor {
    flavor: Box<str>,
    root: Path,
    model: Path,
    mappings: Vec<Mapping>,
    required: usize,
}

struct Mapping {
    path: Path,
    /// None for counts that change no price, such as those of text.
    slot: Option<Slot>,
    required: bool,
}

impl From<RawExtractor> for Extractor {
    fn from(raw: RawExtractor) -> Self {
        let mappings = raw.mappings.into_iter().map(|mapping| Mapping {
            path: mapping.path,
            slot: Counts::slot(&mapping.dest),
            required: mapping.required,
        });
        let mut mappings: Vec<Mapping> = mappings.collect();
        complete(&mut mappings);
        Self {
            flavor: raw.api_flavor,
            root: raw.root,
            model: raw.model_path,
            required: mappings.iter().filter(|mapping| mapping.required).count(),
            mappings,
        }
    }
}

/// Adds what a format also carries wherever it is spoken, and the data maps for some providers
/// only: what was written to a cache for an hour costs more, and so do searches.
fn complete(mappings: &mut Vec<Mapping>) {
    let mut add = |beside: &str, slot: &str, path: Path| {
        let has = |path: &[&str]| mappings.iter().any(|mapping| mapping.path.is(path));
        let keys = path.to_string();
        let is_there = mappings.iter().any(|mapping| mapping.path.to_string() == keys);
        if has(&[beside]) && !is_there {
            mappings.push(Mapping { path, slot: Counts::slot(slot), required: false });
        }
    };
    let anthropic = "cache_creation_input_tokens";
    let written = |ttl| Path::keys(&["cache_creation", ttl]);
    add(anthropic, "cache_write_5m_tokens", written("ephemeral_5m_input_tokens"));
    add(anthropic, "cache_write_1h_tokens", written("ephemeral_1h_input_tokens"));
    add(anthropic, "web_searches", Path::keys(&["server_tool_use", "web_search_requests"]));
    let hour = Path::with_item("cacheDetails", "ttl", "1h", "inputTokens");
    add("cacheWriteInputTokens", "cache_write_1h_tokens", hour);
}

impl Extractor {
    pub(crate) fn flavor(&self) -> &str {
        &self.flavor
    }

    /// How many counts a response must have to be of this format.
    pub(crate) fn required(&self) -> usize {
        self.required
    }

    pub(crate) fn model<'a>(&self, body: &'a Value) -> Option<&'a Value> {
        self.model.get(body)
    }

    /// The first required count that is not there.
    fn lacks(&self, root: &Value) -> Option<&Path> {
        let mut required = self.mappings.iter().filter(|mapping| mapping.required);
        required.find(|mapping| mapping.path.get(root).is_none()).map(|mapping| &mapping.path)
    }

    /// How many of the counts are there.
    fn hits(&self, root: &Value) -> usize {
        self.mappings.iter().filter(|mapping| mapping.path.get(root).is_some()).count()
    }

    fn counts(&self, root: &Value) -> Result<Counts, InvalidUsage> {
        let mut counts = Counts { requests: 1, ..Counts::default() };
        for mapping in &self.mappings {
            let Some(slot) = mapping.slot else { continue };
            let Some(value) = mapping.path.get(root) else { continue };
            let place = || self.place(&mapping.path);
            let count = count(value, place)?;
            let slot = slot(&mut counts);
            *slot = slot.checked_add(count).ok_or_else(|| InvalidUsage::TooLarge {
                field: Cow::Owned(place()),
                value: u64::MAX,
            })?;
        }
        Ok(counts)
    }

    fn place(&self, path: &Path) -> String {
        match self.root.to_string() {
            root if root.is_empty() => path.to_string(),
            root => format!("{root}.{path}"),
        }
    }
}

type Read<'a> = (&'a Extractor, Result<Counts, InvalidUsage>);

/// Reads the counts by the extractor that fits best: all it requires is there, and it requires or,
/// where two require as much, finds the most.
pub(crate) fn read<'a>(
    extractors: impl Iterator<Item = &'a Extractor> + Clone,
    body: &Value,
) -> Result<Read<'a>, NoUsage> {
    if !body.is_object() {
        return Err(NoUsage::NotAnObject { place: "the response".into(), found: kind(body) });
    }
    let mut best: Option<(&Extractor, &Value, Option<usize>)> = None;
    for extractor in extractors.clone() {
        if best.is_some_and(|(best, ..)| best.required > extractor.required) {
            continue;
        }
        let Some(root) = extractor.root.get(body).filter(|root| root.is_object()) else { continue };
        if extractor.lacks(root).is_some() {
            continue;
        }
        let hits = (extractor.required == 0).then(|| extractor.hits(root));
        if hits == Some(0) {
            continue;
        }
        best = match best {
            None => Some((extractor, root, hits)),
            Some(old) if old.0.required > extractor.required => Some(old),
            Some(old) if old.0.required < extractor.required => Some((extractor, root, hits)),
            Some((old, old_root, old_hits)) => {
                let old_hits = old_hits.unwrap_or_else(|| old.hits(old_root));
                let hits = hits.unwrap_or_else(|| extractor.hits(root));
                match hits > old_hits {
                    true => Some((extractor, root, Some(hits))),
                    false => Some((old, old_root, Some(old_hits))),
                }
            }
        };
    }
    match best {
        Some((extractor, root, _)) => Ok((extractor, extractor.counts(root))),
        None => Err(missing(extractors, body)),
    }
}

/// Why no extractor fits.
fn missing<'a>(extractors: impl Iterator<Item = &'a Extractor> + Clone, body: &Value) -> NoUsage {
    let roots =
        extractors.clone().filter_map(|extractor| Some((extractor, extractor.root.get(body)?)));
    if let Some((extractor, root)) = roots.clone().find(|(_, root)| !root.is_object()) {
        return NoUsage::NotAnObject {
            place: extractor.root.to_string().into(),
            found: kind(root),
        };
    }
    let is_error = body.get("error").is_some_and(|error| !error.is_null());
    if is_error || body.get("type").and_then(Value::as_str) == Some("error") {
        return NoUsage::ErrorBody;
    }
    let begun =
        roots.into_iter().find_map(|(extractor, root)| Some((extractor, extractor.lacks(root)?)));
    let looked_for = match begun {
        Some((extractor, path)) => extractor.place(path),
        None => {
            extractors.into_iter().next().map_or_else(String::new, |first| first.root.to_string())
        }
    };
    let looked_for = if looked_for.is_empty() { "usage".into() } else { looked_for.into() };
    NoUsage::Missing { looked_for }
}
