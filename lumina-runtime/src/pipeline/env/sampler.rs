//! The sampling variables of OpenTelemetry.

use super::parse::{self, Reader};

/// Which traces are recorded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Sampler {
    /// This share of the traces that begin here, from 0.0 to 1.0; a trace that another process
    /// began is recorded if that process recorded it.
    ParentOrRatio(f64),
    /// This share of all traces, whatever another process decided.
    Ratio(f64),
}

/// Reads `OTEL_TRACES_SAMPLER` and the argument that some of its values need.
pub(super) fn read(read: &mut Reader<'_>) -> Option<Sampler> {
    let sampler = read.parsed(
        "OTEL_TRACES_SAMPLER",
        "always_on, always_off, traceidratio, parentbased_always_on, parentbased_always_off, \
         parentbased_traceidratio",
        |text| {
            Some(match text {
                "always_on" => (false, Some(1.0)),
                "always_off" => (false, Some(0.0)),
                "traceidratio" => (false, None),
                "parentbased_always_on" => (true, Some(1.0)),
                "parentbased_always_off" => (true, Some(0.0)),
                "parentbased_traceidratio" => (true, None),
                _ => return None,
            })
        },
    );
    let (follows_parent, ratio) = sampler?;
    let ratio = ratio
        .or_else(|| read.parsed("OTEL_TRACES_SAMPLER_ARG", "a number from 0 to 1", parse::ratio));
    let ratio = ratio.unwrap_or(1.0);
    Some(if follows_parent { Sampler::ParentOrRatio(ratio) } else { Sampler::Ratio(ratio) })
}
