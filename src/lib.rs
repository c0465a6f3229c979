//! Instrumentation for AI pipelines, declared where the function is declared.
//!
//! ```
//! # #[cfg(feature = "enable")] {
//! #[lumina::traced("product-recommendation", llm, capture(shelf))]
//! fn recommend(shelf: &str) -> Result<String, std::num::ParseIntError> {
//!     lumina::record!(model.tier = "budget");
//!     "7".parse::<u32>().map(|n| format!("{shelf}-{n}"))
//! }
//!
//! let spans = lumina::testing::capture_sync(|| recommend("toys"));
//! assert_eq!(spans.output().as_deref(), Ok("toys-7"));
//! spans.span("product-recommendation").has_attribute("shelf", "toys");
//! # }
//! ```
//!
//! Start with [`init`], or [`builder`] for more; then put [`traced`] on the functions worth
//! seeing. Without the feature `enable` the attributes return their items unchanged, the other
//! macros do nothing, and nothing of the runtime is linked: libraries depend on lumina with
//! `default-features = false` and leave the choice to the program.
#![forbid(unsafe_code)]

#[doc(hidden)]
pub use lumina_macros::{__event, __record, __span};
pub use lumina_macros::{Classify, breaker, cache, fallback, hedge, limit, retry, timeout, traced};

/// Every attribute, to import at once: those that [`traced`] takes would otherwise be reported as
/// unused imports.
///
/// ```
/// use lumina::prelude::*;
///
/// #[traced]
/// #[retry(max = 2)]
/// async fn answer() -> Result<u32, std::io::Error> {
///     Ok(42)
/// }
/// ```
pub mod prelude {
    pub use lumina_macros::{breaker, cache, fallback, hedge, limit, retry, timeout, traced};
}

// The examples of the macros' documentation, which the macros themselves could not compile.
#[cfg(all(doctest, feature = "enable"))]
#[doc = include_str!("../lumina-macros/docs/policies.md")]
mod policies {}

/// The example of the derive's reference, which the macro crate cannot run.
#[cfg(doctest)]
#[doc = include_str!("../lumina-macros/docs/classify.md")]
mod classify_reference {}

mod statements;

#[cfg(not(feature = "enable"))]
mod disabled;
#[cfg(not(feature = "enable"))]
pub use disabled::*;

#[cfg(feature = "enable")]
pub use lumina_runtime::*;
