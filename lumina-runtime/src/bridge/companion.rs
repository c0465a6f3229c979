//! Companions: a `tracing` span beside one of ours, for the other subscribers and layers.
//!
//! Made only where another layer wants a span at the site; all of it is off the fast path.

use super::layer::Recorder;
use crate::record::arg::Arg;
use crate::record::context::{Context, Current};
use crate::record::decode::{Decoded, attributes};
use crate::record::encode::Key;
use crate::span::{Extra, Site};
use std::cell::Cell;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use tracing::Span;
use tracing::field::Value;
use tracing_core::span::Id;
use tracing_subscriber::Registry;
use tracing_subscriber::registry::LookupSpan;

/// A `tracing` span that lasts as long as one of ours.
pub(crate) struct Companion {
    span: Span,
    /// Whether the span is in `OPEN`.
    known: bool,
}

/// What is being done with a companion, by ourselves, on this thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doing {
    Nothing,
    /// The current span is ours, and its companion is entered.
    Entering,
    /// What our span has in its record already is told to the others.
    Recording,
}

thread_local! {
    static DOING: Cell<Doing> = const { Cell::new(Doing::Nothing) };
}

pub(super) fn doing() -> Doing {
    DOING.get()
}

impl Doing {
    fn note(self) -> Noted {
        Noted(DOING.replace(self))
    }
}

/// What was being done before; again so when this is dropped, even if a layer panics.
struct Noted(Doing);

impl Drop for Noted {
    fn drop(&mut self) {
        DOING.set(self.0);
    }
}

/// The contexts of companions in registries without our layer, by id: how they can be the parents
/// of spans of ours. With the layer, its table has them.
static OPEN: Mutex<Option<HashMap<u64, Context>>> = Mutex::new(None);

/// The context of the span whose companion has this id.
pub(super) fn context_of(id: &Id) -> Option<Current> {
    let open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
    open.as_ref()?.get(&id.into_u64()).map(Context::raw)
}

/// Whether a registry may be told of this id as a parent: it panics if the span is closed.
fn is_open(id: &Id) -> bool {
    tracing::dispatcher::get_default(|dispatch| {
        dispatch.downcast_ref::<Registry>().is_none_or(|registry| registry.span(id).is_some())
    })
}

fn has_layer(span: &Span) -> bool {
    let found = span.with_subscriber(|(_, dispatch)| dispatch.downcast_ref::<Recorder>().is_some());
    found == Some(true)
}

impl Companion {
    /// A companion of the span that has the context `own` (an empty one where lumina does not
    /// record); `None` where nobody wants it after all.
    #[cold]
    #[inline(never)]
    pub(crate) fn open(
        site: &'static Site,
        args: &[Arg<'_>],
        extra: Option<&Extra<'_>>,
        own: Current,
    ) -> Option<Box<Companion>> {
        let metadata = site.metadata();
        // Layers with filters of their own learn their verdict from `enabled`: it has to be asked.
        if !tracing::dispatcher::get_default(|dispatch| dispatch.enabled(metadata)) {
            return None;
        }
        let formatted: Vec<Formatted<'_>> = args.iter().map(Formatted::from).collect();
        let mut values: Vec<Option<&dyn Value>> = formatted.iter().map(Formatted::value).collect();
        values.resize(metadata.fields().len(), None);
        let values = metadata.fields().value_set_all(&values);
        let span = match extra.and_then(|extra| extra.parent.as_ref()) {
            None => Span::new(metadata, &values),
            Some(parent) => Span::child_of(parent.id().filter(is_open), metadata, &values),
        };
        for linked in extra.map_or(&[][..], |extra| extra.link_ids) {
            span.follows_from(linked.clone());
        }
        let known = own.span != 0 && !span.is_none() && !has_layer(&span);
        if let (true, Some(id)) = (known, span.id()) {
            let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
            open.get_or_insert_default().insert(id.into_u64(), Context::of(own));
        }
        Some(Box::new(Companion { span, known }))
    }

    pub(crate) fn enter(&self) {
        let _doing = Doing::Entering.note();
        self.span.with_subscriber(|(id, dispatch)| dispatch.enter(id));
    }

    pub(crate) fn exit(&self) {
        self.span.with_subscriber(|(id, dispatch)| dispatch.exit(id));
    }

    /// Leaves the companion and ends it, with what was said at the end.
    #[cold]
    #[inline(never)]
    pub(crate) fn close(companion: Option<Box<Companion>>, attributes: &[u8], count: u8) {
        if let Some(companion) = companion {
            companion.exit();
            companion.record_encoded(attributes, count);
        }
    }

    /// Records what was said at the end, where the key is one that the site declares.
    pub(crate) fn record_encoded(&self, bytes: &[u8], count: u8) {
        let Some(metadata) = self.span.metadata() else { return };
        let _doing = Doing::Recording.note();
        // SAFETY: `End` encoded the bytes.
        for (key, value) in unsafe { attributes(bytes, count) } {
            let field = match key {
                Key::Index(index) => metadata.fields().iter().nth(index.into()),
                Key::Static(key) => metadata.fields().field(key),
                Key::Inline(_) | Key::Headline => None,
            };
            if let Some(field) = field {
                record(&self.span, &field, value);
            }
        }
    }
}

impl Drop for Companion {
    fn drop(&mut self) {
        if let (true, Some(id)) = (self.known, self.span.id()) {
            let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(open) = open.as_mut() {
                open.remove(&id.into_u64());
            }
        }
    }
}

fn record(span: &Span, field: &tracing::field::Field, value: Decoded<'_>) {
    match value {
        Decoded::Bool(v) => span.record(field, v),
        Decoded::I64(v) => span.record(field, v),
        Decoded::U64(v) => span.record(field, v),
        Decoded::F64(v) => span.record(field, v),
        Decoded::Str(v) | Decoded::Json(v) | Decoded::Cut(v, _) => span.record(field, v),
        Decoded::Array(elements) => {
            let shown: Vec<String> = elements.map(|value| format!("{value:?}")).collect();
            span.record(field, tracing::field::debug(shown))
        }
    };
}

/// An argument in a form that `tracing` accepts; formatted by whoever wants the text.
enum Formatted<'a> {
    Nothing,
    Bool(bool),
    I64(i64),
    U64(u64),
    F64(f64),
    Str(&'a str),
    Shown(tracing::field::DebugValue<&'a Arg<'a>>),
}

impl<'a> From<&'a Arg<'a>> for Formatted<'a> {
    fn from(arg: &'a Arg<'a>) -> Self {
        match arg {
            Arg::Empty => Formatted::Nothing,
            Arg::Bool(v) => Formatted::Bool(*v),
            Arg::I64(v) => Formatted::I64(*v),
            Arg::U64(v) => Formatted::U64(*v),
            Arg::F64(v) => Formatted::F64(*v),
            Arg::Str(v) => Formatted::Str(v),
            Arg::OwnedStr(v) | Arg::Json(v) => Formatted::Str(v),
            Arg::Display(_) | Arg::Debug(_) | Arg::Array(_) => {
                Formatted::Shown(tracing::field::debug(arg))
            }
        }
    }
}

impl Formatted<'_> {
    fn value(&self) -> Option<&dyn Value> {
        Some(match self {
            Formatted::Nothing => return None,
            Formatted::Bool(v) => v,
            Formatted::I64(v) => v,
            Formatted::U64(v) => v,
            Formatted::F64(v) => v,
            Formatted::Str(v) => v,
            Formatted::Shown(v) => v,
        })
    }
}
