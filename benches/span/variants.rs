//! The list of variants, and which workloads each of them runs.

use lumina_benches::child::Variant;
use lumina_benches::work::Workload::{self, Async, Bare, Sync};

/// A variant by name.
pub(crate) struct Named {
    pub(crate) name: &'static str,
    pub(crate) workloads: &'static [Workload],
    pub(crate) start: fn() -> Box<dyn Variant>,
}

/// A line of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Row {
    pub(crate) variant: &'static str,
    pub(crate) workload: Workload,
}

impl Row {
    /// Whether the row was asked for. The limit always is: its ratio makes runs comparable.
    pub(crate) fn is_wanted(self, word: &str) -> bool {
        self.variant == LIMIT || self.variant.contains(word) || self.workload.name().contains(word)
    }
}

pub(crate) const LIMIT: &str = "limit";
pub(crate) const LUMINA: &str = "lumina";
pub(crate) const FASTRACE: &str = "fastrace";
pub(crate) const OTEL: &str = "tracing-opentelemetry";

pub(crate) const VARIANTS: &[Named] = &[
    Named { name: LIMIT, workloads: &[Sync, Bare, Async], start: crate::limit::start },
    Named { name: LUMINA, workloads: &[Sync, Bare, Async], start: crate::lumina::start },
    Named {
        name: "lumina, beside fmt",
        workloads: &[Sync],
        start: crate::lumina::start_with_companion,
    },
    Named {
        name: "lumina, unsampled",
        workloads: &[Sync, Bare, Async],
        start: crate::lumina::start_unsampled,
    },
    Named { name: "lumina, off", workloads: &[Sync, Bare, Async], start: crate::lumina::start_off },
    Named {
        name: "tracing span, lumina's subscriber",
        workloads: &[Sync, Bare, Async],
        start: crate::lumina::start_as_subscriber,
    },
    Named {
        name: "tracing span, lumina's layer",
        workloads: &[Sync, Bare, Async],
        start: crate::lumina::start_as_layer,
    },
    Named {
        name: "tracing, no subscriber",
        workloads: &[Sync],
        start: crate::tracing::start_without_subscriber,
    },
    Named {
        name: "tracing, Registry alone",
        workloads: &[Sync, Bare],
        start: crate::tracing::start_registry,
    },
    Named { name: "tracing, fmt to a sink", workloads: &[Sync], start: crate::tracing::start_fmt },
    Named { name: FASTRACE, workloads: &[Sync, Bare, Async], start: crate::fastrace::start },
    Named { name: OTEL, workloads: &[Sync, Bare, Async], start: crate::otel::start },
];

pub(crate) fn rows() -> impl Iterator<Item = Row> {
    VARIANTS.iter().flat_map(|variant| {
        let row = |workload: &Workload| Row { variant: variant.name, workload: *workload };
        variant.workloads.iter().map(row)
    })
}
