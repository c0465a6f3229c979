//! Where a new trace goes: to which pipeline, and whether it is recorded.

use super::context::{Current, INHERITED, PIPELINE_SHIFT, SAMPLED, pipeline_of};
use super::local::LocalRef;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};

/// No pipeline has been installed.
const NONE: u32 = 0;
/// The installed pipeline was shut down.
const CLOSED: u32 = u32::MAX;
/// Pipelines with a sampling rate of their own.
const PIPELINES: usize = 256;

static INSTALLED: AtomicU32 = AtomicU32::new(NONE);
static AFTER_SHUTDOWN: AtomicU64 = AtomicU64::new(0);
/// A trace is recorded if the low half of its id is at most this.
static SAMPLE_AT_MOST: [AtomicU64; PIPELINES] = [const { AtomicU64::new(u64::MAX) }; PIPELINES];
/// Pipelines that decide for themselves even where a parent has decided.
static IGNORES_PARENT: [AtomicBool; PIPELINES] = [const { AtomicBool::new(false) }; PIPELINES];

/// Sends the traces of contexts that name no pipeline to `pipeline`.
pub(crate) fn install(pipeline: u16) {
    INSTALLED.store(pipeline.into(), Ordering::Release);
}

/// Counts the traces of contexts that name no pipeline from now on, instead of recording them.
pub(crate) fn close_installed() {
    INSTALLED.store(CLOSED, Ordering::Release);
}

/// Traces begun after the installed pipeline was shut down.
pub(crate) fn after_shutdown() -> u64 {
    AFTER_SHUTDOWN.load(Ordering::Relaxed)
}

/// Sets the share of the traces of `pipeline` that are recorded: from 0.0, none, to 1.0, all.
///
/// `follows_parent`: a trace that another process began is recorded if that process recorded it;
/// otherwise the share is one of all traces.
pub(crate) fn set_sampling(pipeline: u16, ratio: f64, follows_parent: bool) {
    let slot = usize::from(pipeline) % PIPELINES;
    // The cast saturates: 1.0 gives `u64::MAX`.
    let at_most = (ratio.clamp(0.0, 1.0) * u64::MAX as f64) as u64;
    SAMPLE_AT_MOST[slot].store(at_most, Ordering::Relaxed);
    IGNORES_PARENT[slot].store(!follows_parent, Ordering::Relaxed);
}

/// The context in which a root span starts: a new trace, its pipeline, the sampling decision.
///
/// `parent` is empty, or a span of another process whose pipeline is not known yet.
#[cold]
#[inline(never)]
pub(crate) fn begin_trace(local: LocalRef, parent: Current) -> Current {
    let remote = parent.span != 0;
    let trace = if remote { parent.trace } else { local.new_trace_id() };
    let nothing = Current { trace, flags: 0, ..parent };
    if local.is_suppressed() {
        return nothing;
    }
    let pipeline = match pipeline_of(parent.flags) {
        0 => match INSTALLED.load(Ordering::Acquire) {
            NONE => return nothing,
            CLOSED => {
                AFTER_SHUTDOWN.fetch_add(1, Ordering::Relaxed);
                return nothing;
            }
            installed => installed as u16,
        },
        named => named,
    };
    let slot = usize::from(pipeline) % PIPELINES;
    let at_most = SAMPLE_AT_MOST[slot].load(Ordering::Relaxed);
    let sampled = match remote && !IGNORES_PARENT[slot].load(Ordering::Relaxed) {
        true => parent.flags & SAMPLED != 0,
        false => at_most != 0 && trace[1] <= at_most,
    };
    let kept = parent.flags & !INHERITED;
    let flags = kept | u64::from(pipeline) << PIPELINE_SHIFT | if sampled { SAMPLED } else { 0 };
    Current { trace, flags, ..parent }
}
