//! Counts that contain one another, and how they come apart.

use super::invalid::check;
use super::{Bucket, InvalidUsage, Usage};

/// One of the counters.
pub(crate) type Slot = fn(&mut Counts) -> &mut u64;

macro_rules! counts {
    ($($(#[$doc:meta])* $field:ident,)*) => {
        /// Counts as most providers state them: totals with their parts inside.
        ///
        /// `input_tokens` holds everything that was sent, `output_tokens` everything that was
        /// written; the other counts say what is known about parts of these. An audio token read
        /// from the cache is in `input_tokens`, `input_audio_tokens`, `cache_read_tokens` and
        /// `cache_audio_read_tokens`. [`Usage::try_from`] takes them apart.
        ///
        /// # Examples
        ///
        /// ```
        /// use lumina_prices::{Bucket, Counts, InvalidUsage, Usage};
        ///
        /// let counts = Counts { input_tokens: 10, cache_read_tokens: 4, ..Counts::default() };
        /// assert_eq!(Usage::try_from(counts)?[Bucket::Input], 6);
        ///
        /// let counts = Counts { input_tokens: 3, cache_read_tokens: 4, ..Counts::default() };
        /// assert_eq!(
        ///     Usage::try_from(counts).unwrap_err().to_string(),
        ///     "the parts of input_tokens add up to 4 with cache_read_tokens, but input_tokens is 3",
        /// );
        /// # Ok::<(), InvalidUsage>(())
        /// ```
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct Counts {
            $($(#[$doc])* pub $field: u64,)*
        }

        impl Counts {
            /// The counter that the price data calls `name`.
            pub(crate) fn slot(name: &str) -> Option<Slot> {
                match name {
                    $(stringify!($field) => Some(|counts| &mut counts.$field),)*
                    _ => None,
                }
            }

            fn check(&self) -> Result<(), InvalidUsage> {
                $(check(stringify!($field), self.$field)?;)*
                Ok(())
            }
        }
    };
}

counts! {
    /// All that was sent to the model.
    input_tokens,
    /// Of the input: what was read from a cache.
    cache_read_tokens,
    /// Of the cache reads: audio.
    cache_audio_read_tokens,
    /// Of the cache reads: images and documents.
    cache_image_read_tokens,
    /// Of the cache reads: video.
    cache_video_read_tokens,
    /// Of the input: what was written to a cache, for whatever time.
    cache_write_tokens,
    /// Of the cache writes: for five minutes.
    cache_write_5m_tokens,
    /// Of the cache writes: for an hour.
    cache_write_1h_tokens,
    /// Of the input: audio, cached or not.
    input_audio_tokens,
    /// Of the input: images and documents, cached or not.
    input_image_tokens,
    /// Of the input: video, cached or not.
    input_video_tokens,
    /// All that the model wrote.
    output_tokens,
    /// Of the output: reasoning.
    output_reasoning_tokens,
    /// Of the output: audio.
    output_audio_tokens,
    /// Of the output: images.
    output_image_tokens,
    /// Of the output: video.
    output_video_tokens,
    /// Of the output: citations.
    output_citation_tokens,
    /// Requests.
    requests,
    /// Searches of the web.
    web_searches,
}

impl Counts {
    /// Says how many tokens of the one kind there is beside text were cached, where the counts do
    /// not say it but leave no other way: of 100 tokens, 80 cached and 50 audio, 30 are both.
    ///
    /// As few as possible are taken to be. With two such kinds nothing says which one it was.
    fn with_cached_kind(mut self) -> Self {
        let parts = [
            self.cache_read_tokens,
            self.cache_write_tokens,
            self.input_audio_tokens,
            self.input_image_tokens,
            self.input_video_tokens,
        ];
        let excess = parts.iter().sum::<u64>().saturating_sub(self.input_tokens);
        let mut kinds = [
            (self.input_audio_tokens, &mut self.cache_audio_read_tokens),
            (self.input_image_tokens, &mut self.cache_image_read_tokens),
            (self.input_video_tokens, &mut self.cache_video_read_tokens),
        ];
        let is_said = kinds.iter().any(|(_, cached)| **cached > 0);
        let mut there = kinds.iter_mut().filter(|(count, _)| *count > 0);
        if let (false, Some((count, cached)), None) = (is_said, there.next(), there.next())
            && excess <= *count
            && excess <= self.cache_read_tokens
        {
            **cached = excess;
        }
        self
    }
}

/// A count from which its parts are taken until the rest remains.
struct Whole {
    name: &'static str,
    count: u64,
    parts: u64,
}

impl Whole {
    fn new(name: &'static str, count: u64) -> Self {
        Self { name, count, parts: 0 }
    }

    fn take(&mut self, part: &'static str, count: u64) -> Result<u64, InvalidUsage> {
        // OK to add: counts are at most MAX_COUNT, and there are a handful.
        self.parts += count;
        if self.parts > self.count {
            let Self { name: whole, count, parts } = *self;
            return Err(InvalidUsage::PartsExceedWhole { whole, count, last_part: part, parts });
        }
        Ok(count)
    }

    fn rest(self) -> u64 {
        self.count - self.parts
    }
}

/// What is left of `whole` when `part` is taken from it.
fn without(
    (whole, count): (&'static str, u64),
    (part, less): (&'static str, u64),
) -> Result<u64, InvalidUsage> {
    let mut whole = Whole::new(whole, count);
    whole.take(part, less)?;
    Ok(whole.rest())
}

impl TryFrom<Counts> for Usage {
    type Error = InvalidUsage;

    fn try_from(counts: Counts) -> Result<Self, InvalidUsage> {
        counts.check()?;
        let counts = counts.with_cached_kind();
        let mut usage = Self::new();
        let mut set = |bucket: Bucket, count| usage.counts[bucket as usize] = count;

        let mut reads = Whole::new("cache_read_tokens", counts.cache_read_tokens);
        let audio_read = reads.take("cache_audio_read_tokens", counts.cache_audio_read_tokens)?;
        let image_read = reads.take("cache_image_read_tokens", counts.cache_image_read_tokens)?;
        let video_read = reads.take("cache_video_read_tokens", counts.cache_video_read_tokens)?;
        set(Bucket::CacheReadAudio, audio_read);
        set(Bucket::CacheReadImage, image_read);
        set(Bucket::CacheReadVideo, video_read);
        set(Bucket::CacheRead, reads.rest());

        let mut writes = Whole::new("cache_write_tokens", counts.cache_write_tokens);
        writes.take("cache_write_5m_tokens", counts.cache_write_5m_tokens)?;
        let for_an_hour = writes.take("cache_write_1h_tokens", counts.cache_write_1h_tokens)?;
        set(Bucket::CacheWrite1h, for_an_hour);
        set(Bucket::CacheWrite, counts.cache_write_tokens - for_an_hour);

        // Audio that was cached is among the audio and among the cached tokens: once here.
        let audio = without(
            ("input_audio_tokens", counts.input_audio_tokens),
            ("cache_audio_read_tokens", audio_read),
        )?;
        let image = without(
            ("input_image_tokens", counts.input_image_tokens),
            ("cache_image_read_tokens", image_read),
        )?;
        let video = without(
            ("input_video_tokens", counts.input_video_tokens),
            ("cache_video_read_tokens", video_read),
        )?;
        let mut input = Whole::new("input_tokens", counts.input_tokens);
        input.take("cache_read_tokens", counts.cache_read_tokens)?;
        input.take("cache_write_tokens", counts.cache_write_tokens)?;
        set(Bucket::InputAudio, input.take("input_audio_tokens", audio)?);
        set(Bucket::InputImage, input.take("input_image_tokens", image)?);
        set(Bucket::InputVideo, input.take("input_video_tokens", video)?);
        set(Bucket::Input, input.rest());

        let mut output = Whole::new("output_tokens", counts.output_tokens);
        for (bucket, part, count) in [
            (Bucket::OutputReasoning, "output_reasoning_tokens", counts.output_reasoning_tokens),
            (Bucket::OutputAudio, "output_audio_tokens", counts.output_audio_tokens),
            (Bucket::OutputImage, "output_image_tokens", counts.output_image_tokens),
            (Bucket::OutputVideo, "output_video_tokens", counts.output_video_tokens),
            (Bucket::OutputCitation, "output_citation_tokens", counts.output_citation_tokens),
        ] {
            set(bucket, output.take(part, count)?);
        }
        set(Bucket::Output, output.rest());
        set(Bucket::Requests, counts.requests);
        set(Bucket::WebSearches, counts.web_searches);
        Ok(usage)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cached_audio_is_in_one_bucket_though_stated_four_times() {
        let usage = Usage::try_from(Counts {
            input_tokens: 100,
            cache_read_tokens: 40,
            cache_audio_read_tokens: 30,
            input_audio_tokens: 50,
            ..Counts::default()
        })
        .unwrap();
        assert_eq!(usage[Bucket::CacheReadAudio], 30);
        assert_eq!(usage[Bucket::InputAudio], 20);
        assert_eq!(usage[Bucket::CacheRead], 10);
        assert_eq!(usage[Bucket::Input], 40);
        assert_eq!(usage.input_tokens(), 100);
    }

    #[test]
    fn what_must_be_both_cached_and_audio_is_both() {
        let counts = Counts {
            input_tokens: 100,
            cache_read_tokens: 80,
            input_audio_tokens: 50,
            ..Counts::default()
        };
        let usage = Usage::try_from(counts).unwrap();
        assert_eq!(usage[Bucket::CacheReadAudio], 30);
        assert_eq!((usage[Bucket::CacheRead], usage[Bucket::InputAudio]), (50, 20));
        assert_eq!(usage.input_tokens(), 100);
    }

    #[test]
    fn kinds_and_cached_tokens_that_overlap_nobody_knows_how_are_refused() {
        let two_kinds = Counts {
            input_tokens: 100,
            cache_read_tokens: 80,
            input_audio_tokens: 30,
            input_image_tokens: 20,
            ..Counts::default()
        };
        let too_much = Counts {
            input_tokens: 100,
            cache_read_tokens: 80,
            input_audio_tokens: 120,
            ..Counts::default()
        };
        for counts in [two_kinds, too_much] {
            let error = Usage::try_from(counts).unwrap_err();
            assert!(matches!(error, InvalidUsage::PartsExceedWhole { whole: "input_tokens", .. }));
        }
    }

    #[test]
    fn writes_of_an_unsaid_time_are_writes_of_the_usual_time() {
        let usage = Usage::try_from(Counts {
            input_tokens: 10,
            cache_write_tokens: 10,
            cache_write_5m_tokens: 2,
            cache_write_1h_tokens: 5,
            ..Counts::default()
        })
        .unwrap();
        assert_eq!((usage[Bucket::CacheWrite], usage[Bucket::CacheWrite1h]), (5, 5));
    }
}
