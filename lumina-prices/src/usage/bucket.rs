//! The buckets of usage, and what each of them is.

use std::fmt;

macro_rules! buckets {
    ($($(#[$doc:meta])* $bucket:ident = $name:literal,)*) => {
        /// One kind of thing that a provider counts. No token is in two buckets.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Bucket {
            $($(#[$doc])* $bucket,)*
        }

        impl Bucket {
            /// Every bucket: input, cache, output, events.
            pub const ALL: [Self; Self::COUNT] = [$(Self::$bucket,)*];

            /// How many buckets there are.
            pub const COUNT: usize = [$(Self::$bucket,)*].len();

            /// The name of the bucket in records, such as `"cache_read"`.
            ///
            /// ```
            /// # use lumina_prices::Bucket;
            /// assert_eq!(Bucket::CacheWrite1h.name(), "cache_write_1h");
            /// ```
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$bucket => $name,)*
                }
            }
        }
    };
}

buckets! {
    /// Input tokens that were neither read from nor written to a cache, of text or of an unsaid kind.
    Input = "input",
    /// Uncached input tokens of audio.
    InputAudio = "input_audio",
    /// Uncached input tokens of images and documents.
    InputImage = "input_image",
    /// Uncached input tokens of video.
    InputVideo = "input_video",
    /// Input tokens read from a cache, of text or of an unsaid kind.
    CacheRead = "cache_read",
    /// Input tokens of audio read from a cache.
    CacheReadAudio = "cache_read_audio",
    /// Input tokens of images and documents read from a cache.
    CacheReadImage = "cache_read_image",
    /// Input tokens of video read from a cache.
    CacheReadVideo = "cache_read_video",
    /// Input tokens written to a cache for the provider's usual time, five minutes at Anthropic.
    CacheWrite = "cache_write",
    /// Input tokens written to a cache for an hour.
    CacheWrite1h = "cache_write_1h",
    /// Output tokens of text or of an unsaid kind, without what stands below.
    Output = "output",
    /// Output tokens of reasoning ("thinking"), shown or not.
    OutputReasoning = "output_reasoning",
    /// Output tokens of audio.
    OutputAudio = "output_audio",
    /// Output tokens of images.
    OutputImage = "output_image",
    /// Output tokens of video.
    OutputVideo = "output_video",
    /// Output tokens of citations, where a provider counts them apart.
    OutputCitation = "output_citation",
    /// Requests, where a provider asks for something per request.
    Requests = "requests",
    /// Searches of the web made by the provider.
    WebSearches = "web_searches",
}

impl Bucket {
    /// Whether it counts tokens sent to the model, cached ones included.
    pub const fn is_input(self) -> bool {
        (self as u8) < Self::Output as u8
    }

    /// Whether it counts tokens written by the model.
    pub const fn is_output(self) -> bool {
        !self.is_input() && (self as u8) < Self::Requests as u8
    }

    /// Whether it counts tokens rather than events such as requests.
    pub const fn is_tokens(self) -> bool {
        (self as u8) < Self::Requests as u8
    }

    /// Whether it counts tokens of audio.
    pub const fn is_audio(self) -> bool {
        matches!(self, Self::InputAudio | Self::CacheReadAudio | Self::OutputAudio)
    }

    /// Whether it counts input tokens read from or written to a cache.
    pub const fn is_cache(self) -> bool {
        self.is_input() && self as u8 >= Self::CacheRead as u8
    }
}

impl fmt::Display for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
