//! Call sites: one static per traced function, which is also a call site of `tracing`.
//!
//! `tracing` tells a site through `set_interest` whether any other subscriber or layer wants a span
//! there, so one byte decides everything for a call: nobody listens, lumina alone, or also others,
//! who then get a `tracing` span of their own (see `bridge::companion`).

use super::own_sites;
use crate::model::{Operation, SpanKind};
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Mutex, PoisonError};
use tracing_core::callsite::{Callsite, Identifier};
use tracing_core::field::FieldSet;
use tracing_core::{Interest, Level, Metadata};

const REGISTERED: u8 = 1;
const ON: u8 = 2;
const COMPANION: u8 = 4;

/// The static part of a traced function.
pub struct Site {
    state: AtomicU8,
    metadata: Metadata<'static>,
    keys: &'static [&'static str],
    kind: SpanKind,
    operation: Operation,
}

static SITES: Mutex<Vec<&'static Site>> = Mutex::new(Vec::new());
/// Whether any pipeline has ever been opened.
static ENABLED: AtomicBool = AtomicBool::new(false);

impl Site {
    /// A site. `this` is the static that it becomes; `keys` are all keys known to the macro.
    #[allow(clippy::too_many_arguments, reason = "called by generated code only")]
    pub const fn new(
        this: &'static Site,
        name: &'static str,
        target: &'static str,
        level: Level,
        file: &'static str,
        line: u32,
        module_path: &'static str,
        keys: &'static [&'static str],
        kind: SpanKind,
        operation: Operation,
    ) -> Site {
        Site {
            state: AtomicU8::new(0),
            metadata: Metadata::new(
                name,
                target,
                level,
                Some(file),
                Some(line),
                Some(module_path),
                FieldSet::new(keys, Identifier(this)),
                tracing_core::metadata::Kind::SPAN,
            ),
            keys,
            kind,
            operation,
        }
    }

    /// Whether nobody wants a span here: the body can run as if it were not traced.
    #[inline(always)]
    pub fn is_off(&'static self) -> bool {
        self.state() & (ON | COMPANION) == 0
    }

    /// Whether lumina records spans here.
    #[inline(always)]
    pub(crate) fn is_on(&'static self) -> bool {
        self.state.load(Ordering::Relaxed) & ON != 0
    }

    /// Whether lumina records spans here and nobody else may want one.
    #[inline(always)]
    pub(crate) fn is_for_lumina_alone(&'static self) -> bool {
        self.state.load(Ordering::Relaxed) & (ON | COMPANION) == ON
    }

    /// Whether another subscriber or layer may want a span here.
    #[inline(always)]
    pub(crate) fn wants_companion(&'static self) -> bool {
        self.state.load(Ordering::Relaxed) & COMPANION != 0
    }

    #[inline(always)]
    fn state(&'static self) -> u8 {
        let state = self.state.load(Ordering::Relaxed);
        if state & REGISTERED != 0 { state } else { self.register() }
    }

    #[cold]
    #[inline(never)]
    fn register(&'static self) -> u8 {
        let mut sites = SITES.lock().unwrap_or_else(PoisonError::into_inner);
        let first = !sites.iter().any(|known| std::ptr::eq(*known, self));
        if first {
            sites.push(self);
            own_sites::add(&self.metadata);
            // Until `set_interest` knows better, so that a second thread that is here at the same
            // time asks the subscriber instead of leaving the span out.
            self.state.fetch_or(COMPANION, Ordering::Relaxed);
        }
        // Under the lock, so that `enable` either finds the site in the list or has run before.
        if ENABLED.load(Ordering::Relaxed) {
            self.state.fetch_or(ON, Ordering::Relaxed);
        }
        drop(sites);
        if first {
            // Calls `set_interest`, and the subscribers' `register_callsite`: not under our lock.
            tracing_core::callsite::register(self);
            self.state.fetch_or(REGISTERED, Ordering::Relaxed);
        }
        self.state.load(Ordering::Relaxed)
    }

    pub(crate) fn metadata(&'static self) -> &'static Metadata<'static> {
        &self.metadata
    }

    pub(crate) fn keys(&self) -> &'static [&'static str] {
        self.keys
    }

    pub(crate) fn kind(&self) -> SpanKind {
        self.kind
    }

    pub(crate) fn operation(&self) -> Operation {
        self.operation
    }

    /// The address as records keep it.
    #[inline(always)]
    pub(crate) fn address(&'static self) -> usize {
        let address: *const Site = self;
        address.expose_provenance()
    }

    /// The site at an address that [`address`](Self::address) gave.
    ///
    /// # Safety
    ///
    /// The address came from [`address`](Self::address) in this process.
    pub(crate) unsafe fn at(address: usize) -> &'static Site {
        // SAFETY: the caller's promise; sites are statics.
        unsafe { &*std::ptr::with_exposed_provenance(address) }
    }
}

impl std::fmt::Debug for Site {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Site").field("name", &self.metadata.name()).finish_non_exhaustive()
    }
}

impl Callsite for Site {
    fn set_interest(&self, interest: Interest) {
        if interest.is_never() {
            self.state.fetch_and(!COMPANION, Ordering::Relaxed);
        } else {
            self.state.fetch_or(COMPANION, Ordering::Relaxed);
        }
    }

    fn metadata(&self) -> &Metadata<'_> {
        &self.metadata
    }
}

/// Turns recording on at every site, those that are yet to be reached included.
pub(crate) fn enable() {
    let sites = SITES.lock().unwrap_or_else(PoisonError::into_inner);
    ENABLED.store(true, Ordering::Relaxed);
    for site in sites.iter() {
        site.state.fetch_or(ON, Ordering::Relaxed);
    }
}

/// Whether `metadata` is that of a [`Site`]: such spans record themselves.
pub(crate) fn is_own(metadata: &Metadata<'_>) -> bool {
    own_sites::contains(metadata)
}
