//! `record!`, `event!` and `span!`.

/// Sets attributes of the current span, declared in [`traced`](macro@crate::traced) or not.
///
/// Values are given as in `#[traced(attrs(..))]`: `key = value`, `key = %display`, `key = ?debug`,
/// `key = json(value)`; a name alone is key and value. A key set again replaces its value. Does
/// nothing, and evaluates nothing, outside a recorded span.
///
/// # Examples
///
/// ```
/// # #[cfg(feature = "enable")] {
/// #[lumina::traced]
/// fn answer(question: &str) {
///     let tokens = question.len() / 4;
///     lumina::record!(tokens, "prompt.kind" = "chat", first = ?question.chars().next());
/// }
///
/// let spans = lumina::testing::capture_sync(|| answer("what is a span?"));
/// spans.span("answer").has_attribute("tokens", 3).has_attribute("first", "Some('w')");
/// # }
/// ```
#[macro_export]
macro_rules! record {
    ($($attributes:tt)*) => { $crate::__record!($crate; $($attributes)*) };
}

/// Adds an event, a point in time with a name and attributes, to the current span.
///
/// Does nothing, and evaluates nothing, outside a recorded span.
///
/// # Examples
///
/// ```
/// # #[cfg(feature = "enable")] {
/// #[lumina::traced]
/// fn look_up(key: &str) {
///     lumina::event!("cache.miss", key, attempts = 2);
/// }
///
/// let spans = lumina::testing::capture_sync(|| look_up("a"));
/// spans.span("look_up").event("cache.miss").has_attribute("key", "a");
/// # }
/// ```
#[macro_export]
macro_rules! event {
    ($($event:tt)*) => { $crate::__event!($crate; $($event)*) };
}

/// Records a block as a span of its own, below the current one.
///
/// The value of the block is the value of the macro; a `Result` decides the span's outcome. `?`,
/// `return` and `break` leave the block as usual, with one exception: a block with an `.await` is a
/// future of its own, which `?` and `return` end alone.
///
/// # Examples
///
/// ```
/// # #[cfg(feature = "enable")] {
/// fn total(prices: &[u32]) -> u32 {
///     lumina::span!("add-up", count = prices.len(); prices.iter().sum())
/// }
///
/// let spans = lumina::testing::capture_sync(|| total(&[1, 2]));
/// assert_eq!(*spans.output(), 3);
/// spans.span("add-up").has_attribute("count", 2);
/// # }
/// ```
#[macro_export]
macro_rules! span {
    ($($span:tt)*) => { $crate::__span!($crate; $($span)*) };
}
