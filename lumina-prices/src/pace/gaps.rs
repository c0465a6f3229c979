//! Gaps in bounded memory: a few of them as they are, more of them in a histogram.

use std::time::Duration;

/// So many gaps are kept as they are.
const EXACT: usize = 24;
/// Each power of two is cut into so many buckets.
const STEPS: u64 = 8;
/// Gaps of 2^36 microseconds, nineteen hours, and longer ones are in the last bucket.
const POWERS: u64 = 36;
/// The first buckets, below `STEPS` microseconds, hold one microsecond each.
const BUCKETS: usize = ((POWERS - STEPS.ilog2() as u64 + 1) * STEPS) as usize;

/// Gaps in microseconds.
#[derive(Clone, Debug)]
pub(super) enum Gaps {
    Few { count: usize, micros: [u32; EXACT] },
    Many(Box<[u32; BUCKETS]>),
}

impl Default for Gaps {
    fn default() -> Self {
        Self::Few { count: 0, micros: [0; EXACT] }
    }
}

impl Gaps {
    pub(super) fn add(&mut self, gap: Duration) {
        let gap = u64::try_from(gap.as_micros()).unwrap_or(u64::MAX);
        match self {
            // More than an hour and a bit does not fit: that is no reason to be wrong about it.
            Self::Few { count, micros } if *count < EXACT && gap <= u64::from(u32::MAX) => {
                micros[*count] = gap as u32;
                *count += 1;
            }
            Self::Few { count, micros } => {
                let mut buckets = Box::new([0; BUCKETS]);
                for &gap in &micros[..*count] {
                    buckets[bucket(u64::from(gap))] += 1;
                }
                buckets[bucket(gap)] += 1;
                *self = Self::Many(buckets);
            }
            // OK to saturate: nobody waits for 2^32 chunks.
            Self::Many(buckets) => {
                let count = &mut buckets[bucket(gap)];
                *count = count.saturating_add(1);
            }
        }
    }

    /// The gap of the nearest rank; none where there are no gaps.
    pub(super) fn quantile(&self, quantile: f64) -> Option<Duration> {
        let quantile = if quantile.is_nan() { 1.0 } else { quantile.clamp(0.0, 1.0) };
        // The ranks begin at one. OK to cast: a share of the count is not past it.
        let rank = |count: u64| ((quantile * count as f64).ceil() as u64).clamp(1, count.max(1));
        match self {
            Self::Few { count: 0, .. } => None,
            Self::Few { count, micros } => {
                let mut sorted = *micros;
                let sorted = &mut sorted[..*count];
                sorted.sort_unstable();
                let at = rank(*count as u64) as usize - 1;
                Some(Duration::from_micros(u64::from(sorted[at])))
            }
            Self::Many(buckets) => {
                let count = buckets.iter().map(|&count| u64::from(count)).sum();
                let (rank, mut below) = (rank(count), 0);
                let at = buckets.iter().position(|&count| {
                    below += u64::from(count);
                    below >= rank
                });
                at.map(|at| Duration::from_micros(middle(at)))
            }
        }
    }
}

/// The bucket of a gap in microseconds.
fn bucket(gap: u64) -> usize {
    if gap < STEPS {
        return gap as usize;
    }
    let power = u64::from(gap.ilog2());
    let step = (gap >> (power - u64::from(STEPS.ilog2()))) - STEPS;
    let bucket = (power - u64::from(STEPS.ilog2()) + 1) * STEPS + step;
    (bucket as usize).min(BUCKETS - 1)
}

/// The middle of a bucket, in microseconds: no gap in it is further off than a sixteenth.
fn middle(bucket: usize) -> u64 {
    let bucket = bucket as u64;
    if bucket < STEPS {
        return bucket;
    }
    let (octave, step) = (bucket / STEPS - 1, bucket % STEPS);
    let (start, width) = ((STEPS + step) << octave, 1_u64 << octave);
    start + width / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn micros(gaps: &Gaps, quantile: f64) -> u128 {
        gaps.quantile(quantile).unwrap().as_micros()
    }

    #[test]
    fn a_bucket_holds_its_middle_and_buckets_ascend() {
        for at in 0..BUCKETS {
            assert_eq!(bucket(middle(at)), at);
        }
        let mut last = 0;
        for gap in 0..1_000_000 {
            let at = bucket(gap);
            assert!(at == last || at == last + 1, "{gap}");
            last = at;
            let off = gap.abs_diff(middle(at)) as f64;
            assert!(off <= gap as f64 / 16.0, "{gap} is taken for {}", middle(at));
        }
        assert_eq!(bucket(u64::MAX), BUCKETS - 1);
    }

    #[test]
    fn few_gaps_are_exact_and_many_are_near() {
        let mut gaps = Gaps::default();
        for gap in (1..=20).rev() {
            gaps.add(Duration::from_micros(gap * 101));
        }
        assert_eq!(
            (micros(&gaps, 0.5), micros(&gaps, 0.95), micros(&gaps, 1.0)),
            (1010, 1919, 2020)
        );
        for gap in 21..=10_000 {
            gaps.add(Duration::from_micros(gap * 101));
        }
        for (quantile, exact) in [(0.5, 505_000.0), (0.95, 959_500.0), (0.99, 999_900.0)] {
            let near = micros(&gaps, quantile) as f64;
            assert!((near / exact - 1.0).abs() <= 1.0 / 16.0, "{quantile}: {near} for {exact}");
        }
    }

    #[test]
    fn a_gap_of_hours_among_few_is_not_cut() {
        let mut gaps = Gaps::default();
        gaps.add(Duration::from_secs(3 * 3600));
        let hours = gaps.quantile(0.5).unwrap().as_secs_f64() / 3600.0;
        assert!((hours / 3.0 - 1.0).abs() <= 1.0 / 16.0, "{hours}");
    }

    #[test]
    fn memory_is_that_of_the_histogram() {
        assert!(size_of::<Gaps>() <= 128);
        assert!(BUCKETS * size_of::<u32>() <= 1152);
    }
}
