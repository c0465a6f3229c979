//! Bounds and ends: what needs a look inside. What users see is tested in `tests/bridge`.

use super::layer::Recorder;
use super::{slab, subscriber};
use crate::export::{DropReason, Memory};
use crate::pipeline::builder;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tracing_core::metadata::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;

/// For tests that say how many places there are in the process.
pub(super) fn serial() -> MutexGuard<'static, ()> {
    static SERIAL: Mutex<()> = Mutex::new(());
    SERIAL.lock().unwrap_or_else(PoisonError::into_inner)
}

#[test]
fn spans_without_a_place_are_counted_as_dropped() {
    let _serial = serial();
    let memory = Memory::new();
    let builder = builder().variables(std::iter::empty::<(String, String)>());
    let pipeline = builder.exporter(memory.clone()).build_scoped().unwrap();
    tracing::subscriber::with_default(subscriber(LevelFilter::TRACE), || {
        pipeline.in_scope(|| {
            let root = tracing::info_span!("root").entered();
            let taken: Vec<_> = std::iter::from_fn(slab::reserve).collect();
            let lost = tracing::info_span!("lost");
            lost.in_scope(|| drop(tracing::info_span!("below")));
            lost.record("nothing", 1);
            let _ = lost.clone();
            tracing::info_span!(parent: None, "root of its own");
            drop(taken);
            drop(tracing::info_span!(parent: &lost, "found"));
            drop(root);
        });
    });
    let report = pipeline.shutdown(Duration::from_secs(30));
    assert_eq!(report.emitted, 5);
    assert_eq!(report.exporters[0].dropped.get(DropReason::BufferFull), 3);
    let mut names: Vec<String> = memory.take().into_iter().map(|span| span.name).collect();
    names.sort();
    assert_eq!(names, ["found", "root"]);
}

#[test]
fn a_million_spans_need_no_more_places_than_are_open_at_once() {
    let _serial = serial();
    let spans = if cfg!(miri) { 100 } else { 1_000_000 };
    let open_and_close = || {
        let _outer = tracing::info_span!("outer").entered();
        for n in 0..spans {
            tracing::info_span!("span", n).in_scope(|| ());
        }
    };
    let before = slab::pages();
    tracing::subscriber::with_default(subscriber(LevelFilter::INFO), open_and_close);
    assert!(slab::pages() <= before + 1);

    let registry = tracing_subscriber::registry().with(super::layer());
    let dispatch = tracing::Dispatch::new(registry);
    tracing::dispatcher::with_default(&dispatch, open_and_close);
    let recorder = dispatch.downcast_ref::<Recorder>().expect("the layer");
    assert_eq!(recorder.spans.segments_in_use(), 1);
    assert_eq!(recorder.spans.open(), 0);
}
