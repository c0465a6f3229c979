//! Prices from outside: those that users set, and LiteLLM's file.

pub(crate) mod litellm;
mod overrides;

pub use litellm::{LiteLlmRows, litellm_rows};
pub use overrides::{PriceOverride, PriceOverrides};
