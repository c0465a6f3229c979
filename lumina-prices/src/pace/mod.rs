//! Pace: how fast a streamed answer came.
//!
//! Owns the statistics of one stream, in bounded memory. The clock belongs to the caller: times are
//! handed in, as time since the call began.

mod gaps;

use gaps::Gaps;
use std::time::Duration;

/// The pace of one stream: when its first chunk came, and how evenly the others did.
///
/// Takes up to 24 gaps as they are and more of them in a histogram, so its memory is bounded
/// whatever the stream: some 150 bytes, and 1.1 KiB more from the 25th gap on.
///
/// # Examples
///
/// ```
/// use lumina_prices::StreamPace;
/// use std::time::Duration;
///
/// let mut pace = StreamPace::new();
/// for ms in [400, 420, 440, 900] {
///     pace.chunk(Duration::from_millis(ms));
/// }
/// assert_eq!(pace.time_to_first_chunk(), Some(Duration::from_millis(400)));
/// assert_eq!(pace.chunks(), 4);
/// assert_eq!(pace.gap_quantile(0.5), Some(Duration::from_millis(20)));
/// assert_eq!(pace.gap_max(), Some(Duration::from_millis(460)));
/// ```
#[derive(Clone, Debug, Default)]
pub struct StreamPace {
    first: Option<Duration>,
    last: Duration,
    chunks: u64,
    gap_max: Option<Duration>,
    gaps: Gaps,
}

impl StreamPace {
    /// A stream without chunks.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in a chunk that came `since_start` after the call began.
    ///
    /// The time to the first chunk is not a gap. A time before that of the last chunk, which a clock
    /// can give to two threads, counts as no gap.
    pub fn chunk(&mut self, since_start: Duration) {
        self.chunks += 1;
        if self.first.is_none() {
            self.first = Some(since_start);
        } else {
            let gap = since_start.saturating_sub(self.last);
            self.gap_max = self.gap_max.max(Some(gap));
            self.gaps.add(gap);
        }
        self.last = self.last.max(since_start);
    }

    /// How long after the call the first chunk came; none before that.
    pub const fn time_to_first_chunk(&self) -> Option<Duration> {
        self.first
    }

    /// How many chunks came.
    pub const fn chunks(&self) -> u64 {
        self.chunks
    }

    /// When the last chunk came, since the call began.
    pub const fn last_chunk(&self) -> Option<Duration> {
        match self.first {
            Some(_) => Some(self.last),
            None => None,
        }
    }

    /// The longest time between two chunks, exact; none before the second chunk.
    pub const fn gap_max(&self) -> Option<Duration> {
        self.gap_max
    }

    /// The gap that the share `quantile` of all gaps do not exceed, by the nearest rank; none
    /// before the second chunk.
    ///
    /// In microseconds. Exact up to 24 gaps; with more of them at most a sixteenth off, and never
    /// past [`gap_max`](Self::gap_max). A `quantile` outside of 0 to 1 is taken as the nearer end.
    ///
    /// ```
    /// use lumina_prices::StreamPace;
    /// use std::time::Duration;
    ///
    /// let mut pace = StreamPace::new();
    /// (0..=1000).for_each(|n| pace.chunk(Duration::from_millis(10) * n));
    /// let p95 = pace.gap_quantile(0.95).unwrap().as_secs_f64();
    /// assert!((p95 / 0.010 - 1.0).abs() <= 1.0 / 16.0);
    /// assert_eq!(StreamPace::new().gap_quantile(0.95), None);
    /// ```
    pub fn gap_quantile(&self, quantile: f64) -> Option<Duration> {
        let gap = self.gaps.quantile(quantile)?;
        Some(self.gap_max.map_or(gap, |longest| gap.min(longest)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_chunk_has_no_gap() {
        let mut pace = StreamPace::new();
        assert_eq!((pace.time_to_first_chunk(), pace.last_chunk()), (None, None));
        pace.chunk(Duration::from_secs(1));
        assert_eq!(pace.gap_max(), None);
        assert_eq!(pace.gap_quantile(0.5), None);
        assert_eq!(pace.last_chunk(), Some(Duration::from_secs(1)));
    }

    #[test]
    fn a_clock_that_goes_back_makes_no_gap_and_no_longer_one_after_it() {
        let mut pace = StreamPace::new();
        for ms in [10, 30, 20, 31] {
            pace.chunk(Duration::from_millis(ms));
        }
        assert_eq!(pace.gap_max(), Some(Duration::from_millis(20)));
        assert_eq!(pace.gap_quantile(0.0), Some(Duration::ZERO));
        assert_eq!(pace.gap_quantile(0.5), Some(Duration::from_millis(1)));
    }

    #[test]
    fn the_longest_times_there_are_do_no_harm() {
        let mut pace = StreamPace::new();
        for _ in 0..100 {
            pace.chunk(Duration::ZERO);
            pace.chunk(Duration::MAX);
        }
        assert_eq!(pace.gap_max(), Some(Duration::MAX));
        assert!(pace.gap_quantile(1.0) <= pace.gap_max());
        assert!(pace.gap_quantile(f64::NAN).is_some());
    }
}
