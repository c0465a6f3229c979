//! Our own root subscriber, for a process in which nobody else listens.
//!
//! A span costs a third of what it costs through a registry: there is nothing to share, so a span
//! is a place in the [`slab`] and its record.

use super::foreign::{self, Spans};
use super::slab::{self, Released};
use super::stack;
use crate::record::context::Current;
use crate::record::local;
use crate::span::site;
use std::cell::Cell;
use tracing_core::metadata::LevelFilter;
use tracing_core::span::{Attributes, Current as CurrentSpan, Id, Record};
use tracing_core::{Event, Interest, Metadata, Subscriber};

/// The id of spans for which there is no place. No place has this number.
const NO_PLACE: u64 = u64::MAX;

/// A subscriber that records the spans and events of `tracing` up to `max_level`.
///
/// Spans of lumina's own are not concerned.
pub(crate) fn subscriber(max_level: LevelFilter) -> impl Subscriber + Send + Sync {
    RootSubscriber { max_level }
}

pub(super) struct RootSubscriber {
    max_level: LevelFilter,
}

/// All root subscribers share the slab.
impl Spans for RootSubscriber {
    fn owner(&self) -> u64 {
        0
    }

    #[inline]
    fn context(&self, id: &Id) -> Option<Current> {
        slab::get(id)
    }

    fn touch(&self, id: &Id) {
        slab::touch(id);
    }
}

impl Subscriber for RootSubscriber {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if self.enabled(metadata) { Interest::always() } else { Interest::never() }
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= self.max_level && !site::is_own(metadata)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.max_level)
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        match slab::reserve() {
            Some(place) => place.fill(foreign::begin(self, attributes)),
            None => {
                foreign::lose(self, attributes);
                Id::from_u64(NO_PLACE)
            }
        }
    }

    fn record(&self, id: &Id, values: &Record<'_>) {
        foreign::record(self, id, values);
    }

    fn record_follows_from(&self, id: &Id, follows: &Id) {
        foreign::follow(self, id, follows);
    }

    fn event(&self, event: &Event<'_>) {
        foreign::event(self, event);
    }

    fn enter(&self, id: &Id) {
        foreign::enter(self, id);
    }

    fn exit(&self, id: &Id) {
        foreign::exit(self, id);
    }

    fn clone_span(&self, id: &Id) -> Id {
        slab::retain(id);
        id.clone()
    }

    fn try_close(&self, id: Id) -> bool {
        let Released::Closed(state) = slab::release(&id) else { return false };
        foreign::end(state);
        true
    }

    fn current_span(&self) -> CurrentSpan {
        let current = local::get().current();
        let Some(metadata) = current.metadata().filter(|_| current.span != 0) else {
            return CurrentSpan::none();
        };
        let innermost = stack::innermost().filter(|entered| {
            let ours = (entered.owner, entered.span) == (self.owner(), current.span);
            ours && slab::get(&Id::from_u64(entered.id)).is_some()
        });
        let id = match innermost {
            Some(entered) => Some(Id::from_u64(entered.id)),
            None => alias_of(current.span),
        };
        id.map_or_else(CurrentSpan::none, |id| CurrentSpan::new(id, metadata))
    }
}

/// An id for a span that is current and has none: one of ours, or one whose context was carried
/// here from another thread.
///
/// `tracing` makes a handle of the id in a second step, so the thread keeps one: for the span that
/// it asked for last.
fn alias_of(span: u64) -> Option<Id> {
    let kept = ALIAS.try_with(|alias| alias.0.get().filter(|kept| kept.0 == span)).ok()?;
    if let Some((_, id)) = kept {
        return Some(Id::from_u64(id));
    }
    let id = slab::reserve()?.fill(foreign::alias(local::get()));
    let replaced = ALIAS.try_with(|alias| alias.0.replace(Some((span, id.into_u64()))));
    match replaced {
        Ok(Some((_, old))) => drop(slab::release(&Id::from_u64(old))),
        Ok(None) => {}
        // The thread is ending: nobody would give the place back.
        Err(_) => {
            slab::release(&id);
            return None;
        }
    }
    Some(id)
}

/// The span that has an alias, and the alias, of which it holds a handle.
struct Alias(Cell<Option<(u64, u64)>>);

thread_local! {
    static ALIAS: Alias = const { Alias(Cell::new(None)) };
}

impl Drop for Alias {
    fn drop(&mut self) {
        if let Some((_, id)) = self.0.take() {
            slab::release(&Id::from_u64(id));
        }
    }
}
